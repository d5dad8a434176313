// Corrects a tag of photos, and offers to take that back.

import { ask, send } from "../api.js";
import { openDialog, tellProblem, toast } from "../dialogs.js";
import { button, element } from "../dom.js";
import { counted } from "./wording.js";

const OWN = " own";
const DO = {
  set: ["Set to", "value"],
  add: ["Add", "value"],
  remove: ["Remove", "value"],
  clear: ["Say that it has none", null],
};

/**
 * Asks what is to be corrected and does it.
 * `photos` is { keys } or { query }, with `count` of them; `done()` is called after it, and after undoing.
 */
export async function correct(place, photos, done) {
  try {
    const definition = await ask(`/datasets/${place.dataset}/definition`);
    const made = await openDialog(
      photos.count === 1 ? "Correct the labels of 1 photo" : `Correct the labels of ${counted(photos.count, "photo")}`,
      (close) => form(definition, (wanted) => save(place, photos, wanted).then(close)),
    );
    if (!made) return;
    done();
    toast(`${counted(made.photos, "photo")} corrected. It enters with the next publication.`, {
      action: {
        label: "Undo",
        run: () => undo(place.dataset, made.correction_ids).then(done, tellProblem),
      },
    });
  } catch (error) {
    tellProblem(error);
  }
}

/** Takes corrections back, and says whether they still stood. */
export async function undo(dataset, correctionIds) {
  const asked = { correction_ids: correctionIds, author: author() || "unknown" };
  const { undone } = await send(`/datasets/${dataset}/corrections/undo`, asked);
  toast(undone ? "The correction was taken back." : "The correction had been taken back before.", { seconds: 5 });
}

const author = () => localStorage.getItem("author") ?? "";

function save(place, { keys, query }, wanted) {
  localStorage.setItem("author", wanted.author);
  return send(`/datasets/${place.dataset}/corrections`, { version: place.revision, ...(keys ? { keys } : { query }), ...wanted });
}

function form(definition, saveWanted) {
  const labelled = (label, control) =>
    element("div", { className: "field" }, element("label", { for: control.id, textContent: label }), control);
  const tags = element("select", { id: "correct-tag" },
    definition.tags.map((tag) => element("option", { value: tag.name, textContent: tag.name })),
    element("option", { value: OWN, textContent: "a label of your own …" }));
  const actions = element("div", { className: "group actions", role: "group", "aria-label": "What to do" });
  const value = element("div", { className: "field" });
  const by = element("input", { id: "correct-author", value: author(), required: true, maxLength: 200, autocomplete: "name" });
  const wrong = element("p", { className: "wrong", role: "alert" });
  const saving = button("Correct", { className: "primary", type: "submit" });
  const meaning = element("p", { className: "quiet small" });
  let action = "set";
  let read = () => null;

  const chosen = () => definition.tags.find((tag) => tag.name === tags.value);
  function drawActions() {
    const tag = chosen();
    const possible = tag === undefined ? ["add", "remove"] : tag.type === "multi_choice" ? ["add", "remove", "clear"] : ["set", "clear"];
    if (!possible.includes(action)) [action] = possible;
    actions.replaceChildren(
      ...possible.map((one) =>
        button(DO[one][0], {
          "aria-pressed": String(one === action),
          onclick: () => {
            action = one;
            drawActions();
          },
        })));
    meaning.textContent = tag?.description ?? "A word of your own, such as note: best of 2026. Any name may be used.";
    drawValue(tag);
  }
  function drawValue(tag) {
    value.replaceChildren();
    read = () => ({ value: null });
    if (action === "clear") return;
    if (tag === undefined) {
      const name = element("input", { id: "correct-name", required: true, maxLength: 64, pattern: "[^\\s:][^:]*", title: "Without a colon" });
      const text = element("input", { id: "correct-value", required: true, maxLength: 64, pattern: "[^\\s:][^:]*", title: "Without a colon" });
      value.append(element("div", { className: "row" }, labelled("Name", name), labelled("Value", text)));
      read = () => ({ tag: name.value.trim(), value: text.value.trim() });
      return;
    }
    const control = controlOf(tag);
    value.append(element("label", { for: control.id, textContent: "Value" }), control);
    read = () => ({ value: valueOf(tag, control) });
  }
  tags.addEventListener("change", drawActions);
  drawActions();
  const onsubmit = () => {
    wrong.textContent = "";
    saving.disabled = true;
    const wanted = { tag: tags.value, action, author: by.value.trim(), ...read() };
    saveWanted(wanted).catch((error) => {
      wrong.textContent = [error.message, error.remedy].filter(Boolean).join(" ");
      saving.disabled = false;
    });
  };
  return {
    onsubmit,
    body: [labelled("Tag", tags), meaning, actions, value, labelled("Your name", by), wrong],
    actions: [saving],
  };
}

function controlOf(tag) {
  const id = "correct-value";
  const options = (values) => values.map(([text, name]) => element("option", { value: name, textContent: text }));
  if (tag.values.length) return element("select", { id }, options(tag.values.map(({ name }) => [name, name])));
  if (tag.type === "boolean") return element("select", { id }, options([["yes", "true"], ["no", "false"]]));
  if (tag.type === "number") return element("input", { id, type: "number", step: "any", required: true });
  return element("input", { id, required: true, placeholder: tag.type === "color" ? "#1B6B57" : "" });
}

function valueOf(tag, control) {
  if (tag.type === "boolean") return control.value === "true";
  if (tag.type === "number") return Number(control.value);
  return control.value.trim();
}
