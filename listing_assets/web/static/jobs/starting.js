// Starts a job: of which version, what it computes, with the plan and its cost before.

import { ask, parameters, send } from "../api.js";
import { openDialog } from "../dialogs.js";
import { button, element } from "../dom.js";
import { count, counted } from "../gallery/wording.js";
import { KINDS, cost, stepName } from "./wording.js";

const MODES = {
  incremental: "What is missing",
  full: "Again, though it is there",
};

/** Asks what to run and shows its plan; resolves to the begun job, or undefined. */
export async function startJob([dataset, version]) {
  const datasets = await ask("/datasets");
  if (!datasets.length) {
    throw Object.assign(new Error("The catalog has no dataset."), {
      remedy: "Name one in catalog/datasets.yaml, or begin with `listing run photos@v1 --source FOLDER`.",
    });
  }
  return openDialog("Start a job", (close) => form(datasets, dataset, version, close), { className: "wide" });
}

function form(datasets, dataset, version, close) {
  const chosen = element("select", { id: "job-dataset" },
    datasets.map(({ name }) => element("option", { value: name, textContent: name, selected: name === dataset })));
  const versions = element("datalist", { id: "job-versions" });
  const of = element("input", {
    id: "job-version", list: "job-versions", required: true, autocomplete: "off", spellcheck: false,
    pattern: "[A-Za-z0-9][A-Za-z0-9_\\-]{0,19}", title: "A version such as v1: published, or new",
  });
  const mode = select("job-mode", MODES);
  const kind = select("job-kind", KINDS);
  const kinds = field("Of it", kind);
  const budget = element("input", { id: "job-budget", type: "number", min: 0, step: "any", placeholder: "no limit" });
  const budgetLabel = element("label", { for: "job-budget", textContent: "Spend at most" });
  const retry = element("input", { id: "job-retry", type: "checkbox" });
  const told = element("div", { className: "plan", role: "status", "aria-live": "polite" });
  const start = button("Start", { className: "primary", type: "submit", disabled: true });
  let order = null;
  let turn = 0;

  const offer = () => {
    const known = datasets.find((one) => one.name === chosen.value).versions.map((one) => one.version);
    versions.replaceChildren(...known.map((value) => element("option", { value })));
    of.value = chosen.value === dataset && version ? version.split(".")[0] : (known.at(-1) ?? "v1");
  };
  const plan = async () => {
    kinds.hidden = mode.value !== "full";
    const mine = (turn += 1);
    order = null;
    start.disabled = true;
    if (!of.checkValidity()) {
      told.replaceChildren(element("p", { className: "wrong", textContent: "Name a version: letters, digits, - and _, such as v1." }));
      return;
    }
    told.replaceChildren(element("div", { className: "loading" }), element("p", { className: "quiet", textContent: "The source is listed …" }));
    const wanted = { kind: mode.value === "full" ? kind.value : "all", mode: mode.value };
    try {
      const found = await ask(`/datasets/${chosen.value}/versions/${of.value}/plan?${parameters(wanted)}`);
      if (mine !== turn) return;
      told.replaceChildren(...planned(found));
      budgetLabel.textContent = `Spend at most (${found.currency})`;
      if (found.budget !== null) budget.placeholder = `${found.budget}, as the dataset says`;
      order = { dataset: chosen.value, version: of.value, ...wanted };
      start.disabled = false;
    } catch (error) {
      if (mine === turn) told.replaceChildren(wrong(error));
    }
  };
  chosen.addEventListener("change", () => {
    offer();
    plan();
  });
  for (const control of [of, mode, kind]) control.addEventListener("change", plan);
  offer();
  plan();
  const row = (...fields) => element("div", { className: "row" }, fields);
  return {
    body: [
      row(field("Dataset", chosen), field("Version", of, versions), field("Compute", mode), kinds),
      told,
      row(element("div", { className: "field budget" }, budgetLabel, budget),
        element("label", { className: "row retry" }, retry, "Ask again for answers that could not be used")),
    ],
    actions: [button("Cancel", { onclick: () => close() }), start],
    onsubmit: async () => {
      if (order === null) return;
      start.disabled = true;
      try {
        const most = budget.value === "" ? null : Number(budget.value);
        close(await send("/jobs", { ...order, budget: most, retry_failed: retry.checked }));
      } catch (error) {
        told.replaceChildren(wrong(error));
        start.disabled = false;
      }
    },
  };
}

const field = (label, control, ...more) =>
  element("div", { className: "field" }, element("label", { for: control.id, textContent: label }), control, more);

const select = (id, values) =>
  element("select", { id }, Object.entries(values).map(([value, text]) => element("option", { value, textContent: text })));

const wrong = (error) =>
  element("p", { className: "wrong", role: "alert", textContent: [error.message, error.remedy].filter(Boolean).join(" ") });

/** The plan: what it costs in one line, each step, and what is to be known. */
function planned({ steps, calls, cost: sum, currency, notes }) {
  const work = steps.reduce((all, one) => all + one.to_compute, 0);
  const price = cost(sum, currency);
  const line = work === 0
    ? "Nothing is missing: it is published anew only if something changed."
    : calls === 0 ? "It calls no model."
      : price === null ? `${counted(calls, "call")}; what they cost is unknown.`
        : price === "nothing" ? `${counted(calls, "call")} of models that cost nothing.`
          : `About ${price} for ${counted(calls, "call")}.`;
  return [
    element("p", { className: "amount", textContent: line }),
    element("table", { className: "planned" },
      element("thead", {}, element("tr", {}, ["Step", "To compute", "Calls", "Cost"].map((one) => element("th", { scope: "col", textContent: one })))),
      element("tbody", {}, steps.map((one) => element("tr", {},
        element("th", { scope: "row", textContent: stepName(one.name) }),
        element("td", { className: "number", textContent: `${count(one.to_compute)} of ${count(one.needed)}` }),
        element("td", { className: "number", textContent: one.calls ? count(one.calls) : "—" }),
        element("td", { className: "number", textContent: one.calls ? (cost(one.cost, currency) ?? "unknown") : "—" }))))),
    ...notes.map((note) => element("p", { className: "quiet small", textContent: note })),
  ];
}
