// How far the draft is: each step with its state, and why where it found nothing.

import { element, icon } from "../dom.js";

const STEPS = [
  ["photos", "Looking at the photos"],
  ["safety", "Checking the photos"],
  ["retrieval", "Finding the same product"],
  ["category", "Finding the category"],
  ["attributes", "Collecting attributes"],
  ["description", "Writing the description"],
  ["checks", "Checking the text"],
  ["quality", "Judging the whole"],
];
const SIGNS = { done: "check", failed: "warning", refused: "warning", out_of_time: "warning" };
const STATES = {
  done: "done", empty: "nothing found", refused: "refused", failed: "failed", skipped: "skipped",
  out_of_time: "out of time",
};

export function stepList() {
  const lines = new Map(STEPS.map(([name, title]) => [name, line(title)]));
  const root = element("ol", { className: "steps", "aria-label": "Steps" }, [...lines.values()].map((one) => one.root));
  return {
    root,
    reset: () => lines.forEach((one) => one.set("waiting", null, "", true)),
    began: (name) => lines.get(name)?.set("going"),
    ended: ({ step, status, seconds, reason }) => lines.get(step)?.set(status, seconds, reason),
    /** The draft was stopped: what is under way is not any more. */
    stopped: () => lines.forEach((one) => one.state === "going" && one.set("waiting")),
    /** The steps that a draft was made in; there may be fewer. */
    show(results) {
      lines.forEach((one) => one.set("waiting", null, "", false));
      for (const one of results) this.ended(one);
    },
  };
}

function line(title) {
  const sign = element("span", { className: "sign" });
  const why = element("span", { className: "why" });
  const time = element("span", { className: "time number" });
  const root = element("li", {}, sign, element("span", { className: "what" }, title, why), time);
  const one = {
    root,
    state: "waiting",
    set(state, seconds = null, reason = "", isShown = true) {
      one.state = state;
      root.hidden = !isShown;
      root.className = state;
      root.setAttribute("aria-current", state === "going" ? "step" : "false");
      sign.replaceChildren(...(SIGNS[state] ? [icon(SIGNS[state])] : []));
      const told = [state !== "done" && STATES[state], reason].filter(Boolean).join(": ");
      why.textContent = told;
      time.textContent = seconds === null || seconds < 0.05 ? "" : `${seconds.toFixed(1)} s`;
    },
  };
  return one;
}
