// The card of one run: its state, the step it is at with rate and time left, and all steps with what
// they computed, what failed and what it cost.

import { element } from "../dom.js";
import { count, counted } from "../gallery/wording.js";
import { bar, dagsterLink, origin, problems, stateChip, stopButton } from "./parts.js";
import { aim, cost, duration, isOver, rate, stepName } from "./wording.js";

export function card(job, look) {
  const name = `${job.dataset}@${job.version}`;
  return element(
    "li",
    { className: "card job", "data-id": job.id },
    element(
      "div",
      { className: "job-head" },
      element("h2", { textContent: name }),
      stateChip(job.status),
      element("span", { className: "quiet", textContent: aim(job) }),
      element(
        "div",
        { className: "job-links" },
        job.revision &&
          element("a", {
            href: `./?v=${encodeURIComponent(`${job.dataset}@${job.revision}`)}`,
            textContent: `Look at ${job.revision}`,
            "data-focus": "gallery",
          }),
        dagsterLink(job),
        stopButton(job, "/jobs", `job of ${name}`, look),
      ),
    ),
    origin(job),
    isOver(job.status) ? null : going(job),
    problems(job),
    job.status === "waiting" &&
      element("p", { className: "quiet", textContent: "Its batches are with the provider. The next run of this version goes on with their answers." }),
    job.warnings.map((one) => element("p", { className: "warning", textContent: one })),
    job.steps.length > 0 && steps(job),
  );
}

/** The steps that are being computed now, each with its bar. */
function going(job) {
  const running = job.steps.filter((one) => one.status === "running");
  if (!running.length) return bar(0, 0, "It begins");
  return running.map((step) => {
    const facts = [
      step.to_compute ? `${count(step.computed)} of ${count(step.to_compute)}` : null,
      step.rate_per_second && rate(step.rate_per_second),
      step.remaining_seconds !== null && step.computed < step.to_compute ? `${duration(step.remaining_seconds)} left` : null,
      errors(step) ? counted(errors(step), "error") : null,
    ];
    return element(
      "div",
      { className: "now" },
      element("span", { textContent: stepName(step.name) }),
      bar(step.computed, step.to_compute, stepName(step.name)),
      element("span", { className: "quiet number", textContent: facts.filter(Boolean).join(" · ") }),
    );
  });
}

const errors = (step) => Object.values(step.failed).reduce((sum, one) => sum + one, 0);

function steps(job) {
  const known = job.steps.map((one) => one.cost);
  const total = known.includes(null) ? null : known.reduce((sum, one) => sum + one, 0);
  const calls = job.steps.reduce((sum, one) => sum + one.calls, 0);
  const failed = job.steps.reduce((sum, one) => sum + errors(one), 0);
  const told = [
    counted(calls, "call"),
    `cost ${cost(total, job.currency) ?? "unknown"}`,
    job.budget !== null && `budget ${cost(job.budget, job.currency)}`,
    failed ? counted(failed, "error") : null,
  ];
  const head = ["Step", "State", "Computed", "Kept", "Errors", "Calls", "Cost", "Rate"];
  return element(
    "details",
    {},
    element("summary", { "data-focus": "steps" }, "Steps ",
      element("span", { className: "quiet small number", textContent: told.filter(Boolean).join(" · ") })),
    element(
      "div",
      { className: "scrolled" },
      element(
        "table",
        { className: "steps" },
        element("thead", {}, element("tr", {}, head.map((one) => element("th", { scope: "col", textContent: one })))),
        element("tbody", {}, job.steps.map((step) => row(step, job))),
      ),
    ),
  );
}

function row(step, { currency, status }) {
  const cell = (text, label, kind = "number") =>
    element("td", { className: text === null ? `${kind} none` : kind, textContent: text ?? "—", "data-label": label });
  const reasons = Object.entries(step.failed).map(([reason, number]) => `${count(number)} ${reason.replaceAll("_", " ")}`);
  const whole = step.needed && !step.reused ? counted(step.needed, "file") : null; // listed, published
  const computed = step.to_compute ? `${count(step.computed)} of ${count(step.to_compute)}` : whole;
  const state = status === "stopped" && step.status === "failed" ? "stopped" : step.status;
  return element(
    "tr",
    {},
    element("th", { scope: "row", textContent: stepName(step.name) }),
    cell(state, "State", "state"),
    cell(computed, "Computed"),
    cell(step.reused ? count(step.reused) : null, "Kept"),
    cell(reasons.length ? reasons.join(", ") : null, "Errors", "errors"),
    cell(step.calls ? count(step.calls) : null, "Calls"),
    cell(step.calls ? (cost(step.cost, currency) ?? "unknown") : null, "Cost"),
    cell(step.rate_per_second ? rate(step.rate_per_second) : null, "Rate"),
  );
}
