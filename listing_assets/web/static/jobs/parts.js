// What the cards of runs and of exports have in common.

import { send } from "../api.js";
import { confirmed, tellProblem } from "../dialogs.js";
import { button, element } from "../dom.js";
import { moment } from "../gallery/wording.js";
import { isOver, lasted, startedBy, stateOf } from "./wording.js";

/** The chip of a state. */
export function stateChip(status) {
  const [text, look] = stateOf(status);
  return element("span", { className: `chip state ${look}`.trim(), textContent: text });
}

/** When it began, who began it, how long it took or has been going. */
export function origin(state) {
  const time = lasted(state);
  const took = time && (isOver(state.status) ? `took ${time}` : `for ${time}`);
  const parts = [moment(state.began_at ?? state.created_at), took, `from the ${startedBy(state.started_by)}`];
  return element("p", { className: "quiet small", textContent: parts.filter(Boolean).join(" · ").replace("the Dagster", "Dagster") });
}

/** What went wrong, with what to do about it. */
export const problems = (state) =>
  state.problems.map(({ problem, remedy }) =>
    element("div", { className: "problem" },
      element("p", { className: "wrong", textContent: problem }),
      remedy && element("p", { className: "quiet", textContent: remedy })));

/** A bar of `done` of `all`; one that only moves where it is not known how much there is. */
export function bar(done, all, label) {
  const made = element("progress", { max: 1, "aria-label": label });
  if (all) made.value = Math.min(1, done / all);
  return made;
}

export const dagsterLink = (state) =>
  state.dagster_url &&
  element("a", { href: state.dagster_url, target: "_blank", rel: "noopener", textContent: "Run in Dagster", "data-focus": "dagster" });

/** Stops a job of `path` after a question, and looks again. */
export function stopButton(state, path, what, look) {
  if (isOver(state.status) || state.status === "stopping") return null;
  const stopping = button("Stop", {
    className: "danger",
    "data-focus": "stop",
    "aria-label": `Stop the ${what}`,
    onclick: async () => {
      const kept = path === "/jobs" ? "Calls in flight are waited for; what is finished is kept." : "Nothing of it is left.";
      if (!(await confirmed(`Stop the ${what}?`, kept, "Stop it"))) return;
      try {
        stopping.disabled = true;
        await send(`${path}/${state.id}/stop`, {});
        await look();
      } catch (error) {
        stopping.disabled = false;
        tellProblem(error);
      }
    },
  });
  return stopping;
}
