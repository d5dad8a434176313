// Saves a draft: first which tags change recipe, how many photos that asks again, and what it costs.

import { send } from "./api.js";
import { count, money } from "./definition-costs.js";
import { changeChip } from "./definition-reading.js";
import { problem } from "./definition-trial.js";
import { openDialog } from "./dialogs.js";
import { button, element } from "./dom.js";

/**
 * Asks and saves; resolves to the definition as it is saved, or undefined. `check` is what the draft
 * comes to, `opened` the definition it was made from. A draft with another name becomes a new file.
 */
export function saveDraft(text, check, opened) {
  const users = check.is_new || check.name !== opened.name ? [] : opened.used_by;
  const versions = users.filter((one) => one.versions.length).map((one) => `${one.dataset}@${one.versions.at(-1)}`);
  const changed = Object.entries(check.changes);
  return openDialog(check.is_new ? `Save '${check.name}' as a new definition` : `Save '${check.name}' to the catalog`, (close) => {
    const told = element("div", { className: "saving" });
    const wrong = element("div");
    const go = button("Save to the catalog", { className: "primary", type: "submit" });
    told.append(
      changed.length
        ? element("div", { className: "chips" }, check.is_new ? `${count(changed.length, "tag")}, all new.` : changed.map(([name, change]) =>
            element("span", { className: `chip change-${change}`, textContent: `${name} ${change}` })))
        : element("p", { textContent: "No tag changes recipe: nothing is asked again." }),
      check.changes_prompt
        ? element("p", { className: "warned", textContent: "The guide prompt or the language differs, so every tag is asked again." })
        : "",
      ...(changed.length ? versions.map(planOf(text)) : []),
      users.length
        ? ""
        : element("p", { className: "quiet", textContent: `No dataset uses it yet. One does with tag_definition: ${check.name} in catalog/datasets.yaml.` }),
    );
    return {
      body: [told, wrong],
      actions: [button("Cancel", { onclick: () => close() }), go],
      onsubmit: async () => {
        go.disabled = true;
        try {
          close(await send(`/definitions/${check.name}`, { text, sha: check.is_new ? null : opened.sha }, { method: "PUT" }));
        } catch (error) {
          wrong.replaceChildren(problem(error));
          go.disabled = false;
        }
      },
    };
  }, { className: "wide" });
}

const planOf = (text) => (version) => {
  const section = element("section", { className: "plan", "aria-label": version, "aria-busy": "true" },
    element("h3", { textContent: version }), element("div", { className: "loading" }));
  send("/definitions/plan", { text, version })
    .then((plan) => section.replaceChildren(...planned(plan)))
    .catch((error) => section.replaceChildren(element("h3", { textContent: version }), problem(error)))
    .finally(() => section.setAttribute("aria-busy", "false"));
  return section;
};

function planned(plan) {
  const asked = plan.tags.filter((tag) => tag.photos);
  const others = asked.some((tag) => tag.change === null);
  return [
    element("h3", { textContent: plan.version }),
    plan.calls
      ? element("p", {},
          `The next run asks ${plan.model} about `,
          element("strong", { textContent: count(plan.calls, "photo") }),
          ", which costs about ",
          element("strong", { textContent: money(plan.cost, plan.currency) }),
          ".")
      : element("p", { textContent: "The next run asks nothing: all was answered before." }),
    element("ul", { className: "asked" }, asked.map((tag) =>
      element("li", {}, element("span", { textContent: tag.name }),
        element("span", { className: "number quiet", textContent: count(tag.photos, "photo") }),
        tag.change ? changeChip(tag.change) : element("span", { className: "chip", textContent: "not asked yet in any case" })))),
    others && element("p", { className: "quiet", textContent: "The cost includes what is not asked yet in any case." }),
    plan.notes.map((note) => element("p", { className: "quiet small", textContent: note })),
  ].flat().filter(Boolean);
}
