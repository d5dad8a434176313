// Tries a draft on a few photos: says what it costs at most and asks, shows how far it is, and sets the
// answers beside those of today.

import { ask, parameters, picture, send } from "./api.js";
import { count, inWords, money } from "./definition-costs.js";
import { changeChip } from "./definition-reading.js";
import { openDialog } from "./dialogs.js";
import { button, element, notice } from "./dom.js";

const POLL = 400;
const PAUSE = 250;

/** Asks how many photos of which version; resolves to the started trial, or undefined. */
export function startTrial(text, versions, chosen) {
  return openDialog("Try the draft on photos", (close) => {
    const version = element(
      "select",
      { id: "trial-version" },
      versions.map((value) => element("option", { value, textContent: value, selected: value === chosen })),
    );
    const number = (id, value, max, min) =>
      element("input", { id, type: "number", value, min, max, step: 1, required: true });
    const sample = number("trial-sample", 12, 100, 1);
    const twice = number("trial-twice", 0, 100, 0);
    const told = element("div", { className: "ceiling", role: "status", "aria-live": "polite" });
    const go = button("Ask", { className: "primary", type: "submit", disabled: true });
    let order = null;
    let turn = 0;
    let waiting = null;

    const tell = () => {
      clearTimeout(waiting);
      turn += 1;
      order = null;
      go.disabled = true;
      waiting = setTimeout(price, PAUSE);
    };
    const price = async () => {
      const mine = turn;
      if (![sample, twice].every((one) => one.checkValidity())) {
        told.replaceChildren(element("p", { className: "wrong", textContent: "Give numbers up to 100." }));
        return;
      }
      told.replaceChildren(element("div", { className: "loading" }));
      const request = {
        text, version: version.value, sample: Number(sample.value), twice: Number(twice.value),
      };
      try {
        const ceiling = await send("/definitions/trials/ceiling", request);
        if (mine !== turn) return;
        told.replaceChildren(...costs(ceiling));
        order = { ...request, budget: ceiling.most || null };
        go.textContent = ceiling.questions ? `Ask about ${count(ceiling.photos, "photo")}` : "Show the answers";
        go.disabled = false;
      } catch (error) {
        if (mine === turn) told.replaceChildren(problem(error));
      }
    };
    for (const field of [version, sample, twice]) field.addEventListener("input", tell);
    price();
    return {
      body: [
        element("p", { textContent: "The photos are chosen to differ as much as they can. What is answered is kept: a run that follows does not ask for it again." }),
        element("div", { className: "row" },
          field("Version", version), field("Photos", sample), field("Of these, asked twice", twice)),
        told,
      ],
      actions: [button("Cancel", { onclick: () => close() }), go],
      onsubmit: async () => {
        if (order === null) return;
        go.disabled = true;
        try {
          close(await send("/definitions/trials", order));
        } catch (error) {
          told.replaceChildren(problem(error));
        }
      },
    };
  });
}

const field = (label, control) =>
  element("div", { className: "field" }, element("label", { for: control.id, textContent: label }), control);

export const problem = (error) =>
  element("p", { className: "wrong", role: "alert", textContent: [error.message, error.remedy].filter(Boolean).join(" ") });

function costs({ photos, questions, calls, cost, most, currency, model }) {
  if (!questions) {
    return [
      element("p", { className: "amount", textContent: "Costs nothing" }),
      element("p", { className: "quiet", textContent: `All ${count(photos, "photo")} were asked before with this very wording.` }),
    ];
  }
  const again = `${model} is asked ${count(questions, "question")}; an answer that cannot be used is asked for once more, so at most ${count(calls, "call")}.`;
  if (most === 0) {
    return [
      element("p", { className: "amount", textContent: "Costs nothing" }),
      element("p", { className: "quiet", textContent: `${model} runs on this machine.` }),
    ];
  }
  if (most === null) {
    return [
      element("p", { className: "amount", textContent: `At most ${count(calls, "call")}` }),
      element("p", { className: "quiet", textContent: `${again} The model has no price in catalog/models.yaml, so the cost is unknown.` }),
    ];
  }
  return [
    element("p", { className: "amount", textContent: `At most ${money(most, currency)}` }),
    element("p", { className: "quiet", textContent: `About ${money(cost, currency)} is to be expected. ${again} The trial stops before it passes the limit.` }),
  ];
}

/** Shows a trial in `root` until it has ended, then what it found. */
export async function watchTrial(root, started) {
  const bar = element("progress", { max: 1, "aria-label": "Photos asked" });
  const told = element("p", { role: "status", className: "quiet" });
  const stop = button("Stop", {
    onclick: () => {
      stop.disabled = true;
      ask(`/definitions/trials/${started.trial}`, { method: "DELETE" }).catch(() => (stop.disabled = false));
    },
  });
  root.replaceChildren(
    element("h2", { textContent: "Trying the draft" }),
    element("div", { className: "row" }, bar, stop),
    told,
  );
  let trial = started;
  try {
    while (trial.state === "running") {
      if (trial.total) [bar.max, bar.value] = [trial.total, trial.done];
      const spent = trial.spent ? `, ${money(trial.spent, trial.currency)} spent` : "";
      told.textContent = trial.total
        ? `${trial.done.toLocaleString()} of ${count(trial.total, "photo")}${spent}`
        : "Choosing photos …";
      await new Promise((resolve) => setTimeout(resolve, POLL));
      if (!root.isConnected) return;
      trial = await ask(`/definitions/trials/${trial.trial}`);
    }
  } catch (error) {
    root.replaceChildren(notice({ title: error.message, remedy: error.remedy, sign: "warning" }));
    return;
  }
  if (trial.result === null) {
    const stopped = trial.state === "stopped";
    root.replaceChildren(
      notice({
        title: stopped ? "The trial was stopped before anything was answered." : trial.problem,
        remedy: stopped ? "" : (trial.remedy ?? ""),
        sign: stopped ? null : "warning",
      }),
    );
    return;
  }
  root.replaceChildren(...found(trial));
}

function found(trial) {
  const { result, version, currency, state } = trial;
  const changed = result.tags.filter((tag) => tag.change !== null);
  const table = element("div", { className: "scrolled", tabIndex: 0, role: "region", "aria-label": "Answers" });
  const draw = () => table.replaceChildren(answers(trial, all.checked, differing.checked));
  const check = (id, text, properties = {}) => {
    const box = element("input", { id, type: "checkbox", onchange: draw, ...properties });
    return [box, element("label", { for: id, className: "check" }, box, text)];
  };
  const [all, allLabel] = check("all-tags", "All tags", { checked: !changed.length, disabled: !changed.length });
  const [differing, differingLabel] = check("differing", "Only photos whose answers differ");
  draw();
  const rest = result.rest;
  return [
    element("h2", { textContent: state === "stopped" ? "What was answered before the stop" : "The draft beside today" }),
    element("p", {
      className: "quiet", role: "status",
      textContent:
        `${count(result.photos.length, "photo")} of ${version}, chosen by their ${result.compared_by}. ` +
        `${count(result.requests, "request")}, ${count(result.tokens, "token")}, cost ${money(result.cost, currency)}.`,
    }),
    result.stopped && state !== "stopped" && element("p", { className: "warned", textContent: `It ended early: ${result.stopped}` }),
    result.unanswered.map(({ photos, meaning }) =>
      element("p", { className: "warned", textContent: `${count(photos, "photo")} got no answer: ${meaning}` })),
    element("div", { className: "chips" }, result.tags.filter((tag) => tag.compared).map(differs)),
    result.weaknesses.length > 0 &&
      element("ul", { className: "weak", "aria-label": "Weak spots" },
        result.weaknesses.map((words) => element("li", { className: "warned", textContent: words }))),
    element("div", { className: "row checks" }, allLabel, differingLabel),
    table,
    rest.photos > 0 &&
      element("p", {
        className: "quiet",
        textContent:
          `Asking about the ${count(rest.photos, "other photo")} of ${version} would take about ${money(rest.cost, currency)}` +
          `${rest.tokens === null ? "" : `, ${rest.tokens.toLocaleString()} tokens`}.`,
      }),
  ].flat().filter(Boolean);
}

const differs = ({ name, compared, differing }) =>
  element("span", {
    className: differing ? "chip warn" : "chip",
    textContent: differing ? `${name}: ${differing} of ${compared} differ` : `${name}: all ${compared} the same`,
  });

function answers(trial, withAll, onlyDiffering) {
  const tags = trial.result.tags
    .map((tag, place) => ({ ...tag, place }))
    .filter((tag) => withAll || tag.change !== null);
  const photos = trial.result.photos.filter(
    (photo) => !onlyDiffering || tags.some((tag) => photo.answers[tag.place].differs),
  );
  if (!photos.length) return element("p", { className: "quiet none", textContent: "No answer differs from today's." });
  return element(
    "table",
    { className: "answers" },
    element("caption", { className: "unseen", textContent: "Answers under the draft, and those of today" }),
    element("thead", {}, element("tr", {},
      element("th", { scope: "col", textContent: "Photo" }),
      tags.map((tag) => element("th", { scope: "col" }, tag.name, tag.change && changeChip(tag.change))))),
    element("tbody", {}, photos.map((photo) => row(trial, photo, tags))),
  );
}

function row(trial, photo, tags) {
  const [dataset, version] = trial.version.split("@");
  const image = element("img", {
    className: "thumb", loading: "lazy", alt: "",
    src: picture(`/datasets/${dataset}/versions/${version}`, "thumbnail", photo.key),
  });
  const link = element(
    "a",
    { href: `./?${parameters({ v: trial.version, key: photo.key })}`, className: "tried", title: photo.key },
    element("span", { className: "frame" }, image),
    element("span", { textContent: photo.key.split("/").at(-1) }),
  );
  return element("tr", {}, element("th", { scope: "row" }, link), tags.map((tag) => cell(photo.answers[tag.place])));
}

function cell({ draft, again, today, differs }) {
  const changed = again && again.value !== undefined && inWords(again.value) !== inWords(draft?.value);
  return element(
    "td",
    { className: differs ? "differs" : "" },
    value(draft, "not asked"),
    differs && element("span", { className: "was" }, "today: ", value(today, "not asked")),
    changed && element("span", { className: "was" }, "asked again: ", value(again, "")),
  );
}

function value(answer, otherwise) {
  if (answer === null) return element("span", { className: "quiet", textContent: otherwise });
  if (answer.status !== "valid") {
    return element("span", { className: "chip wrong", textContent: answer.meaning || answer.reason, title: answer.reason });
  }
  return element("span", {
    className: answer.value === null ? "value quiet" : "value",
    textContent: answer.value === null ? "cannot be known" : inWords(answer.value),
  });
}
