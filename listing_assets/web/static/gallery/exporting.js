// Asks what photos are exported as and where to, and begins it.

import { ask, send } from "../api.js";
import { openDialog, tellProblem } from "../dialogs.js";
import { button, element } from "../dom.js";
import { watchExport } from "./exported.js";
import { CONVERSATIONS, GROUPS, PLACES, TITLES, VERSION } from "./formats.js";
import { counted } from "./wording.js";

/** `photos` is { keys } or { query }, with `count` of them. */
export async function exportPhotos(place, photos) {
  try {
    const formats = await ask("/exports/formats");
    await openDialog(`Export ${counted(photos.count, "photo")}`, (close) =>
      form(formats, place, photos, async (wanted) => {
        const begun = await begin(place, photos, wanted);
        close();
        watchExport(begun);
      }));
  } catch (error) {
    tellProblem(error);
  }
}

function begin(place, { keys, query }, wanted) {
  const chosen = keys ? { keys } : { query };
  return send("/exports", { dataset: place.dataset, version: place.revision, ...chosen, ...wanted });
}

function form(formats, place, photos, beginWanted) {
  const format = element("select", { id: "export-format" },
    Object.entries(GROUPS).map(([label, isIn]) =>
      element("optgroup", { label }, formats.filter(isIn).map((one) =>
        element("option", { value: one.name, textContent: TITLES[one.name] ?? one.name })))));
  const meaning = element("p", { className: "quiet small" });
  const places = element("div", { className: "group", role: "group", "aria-labelledby": "export-places" });
  const target = element("div", { className: "field" },
    element("span", { id: "export-places", className: "label", textContent: "To" }), places);
  const to = element("input", { id: "export-to", autocomplete: "off", spellcheck: false, required: true, maxLength: 1000, "aria-describedby": "export-note" });
  const named = element("label", { for: to.id });
  const name = element("div", { className: "field" }, named, to);
  const note = element("p", { id: "export-note", className: "quiet small" });
  const prompt = element("textarea", { id: "export-prompt", rows: 2, maxLength: 20_000, placeholder: "Asks for the tags as one JSON object" });
  const prompts = element("div", { className: "field" }, element("label", { for: prompt.id, textContent: "Question of the conversations (optional)" }), prompt);
  const [original, originals] = choice("export-original", "The original files instead of the normalized photos");
  const [drafts, draftsToo] = choice("export-drafts", "The products' listing drafts as well");
  const [overwrite, overwrites] = choice("export-overwrite", "Replace an earlier export there");
  const wrong = element("p", { className: "wrong", role: "alert" });
  const starting = button("Export", { className: "primary", type: "submit" });
  let kind = "download";

  const chosen = () => formats.find((one) => one.name === format.value);
  function draw() {
    const { description, has_photos: hasPhotos, is_dataset_version: isVersion } = chosen();
    const { field, hint, pattern, wrong: refused, note: told } = isVersion ? VERSION : PLACES[kind];
    meaning.textContent = `${isVersion ? "Makes" : "Writes"} ${description}.`;
    for (const one of places.children) one.setAttribute("aria-pressed", String(one.dataset.kind === kind));
    target.hidden = isVersion;
    name.hidden = field === undefined;
    to.disabled = name.hidden;
    named.textContent = field ?? "";
    Object.assign(to, { placeholder: hint ?? "", pattern: pattern ?? ".*", title: refused ?? "" });
    note.textContent = told;
    prompts.hidden = !CONVERSATIONS.includes(format.value);
    originals.hidden = !hasPhotos;
    draftsToo.hidden = isVersion;
    overwrites.hidden = isVersion || kind === "download";
  }
  places.append(...Object.entries(PLACES).map(([one, { label }]) =>
    button(label, { "data-kind": one, onclick: () => { kind = one; draw(); if (!to.disabled) to.focus(); } })));
  format.addEventListener("change", draw);
  draw();
  const onsubmit = () => {
    wrong.textContent = "";
    starting.disabled = true;
    beginWanted({
      format: format.value,
      destination: to.disabled ? null : to.value.trim(),
      original: !originals.hidden && original.checked,
      drafts: !draftsToo.hidden && drafts.checked,
      overwrite: !overwrites.hidden && overwrite.checked,
      prompt: prompts.hidden ? "" : prompt.value.trim(),
    }).catch((error) => {
      wrong.textContent = [error.message, error.remedy].filter(Boolean).join(" ");
      starting.disabled = false;
    });
  };
  return {
    onsubmit,
    body: [
      element("p", { className: "quiet", textContent: `${photos.keys ? "The selected photos" : "All results"} of ${place.dataset}@${place.revision}. A manifest names the revision${photos.keys ? "" : ", the search"} and a checksum of every file.` }),
      element("div", { className: "field" }, element("label", { for: format.id, textContent: "Format" }), format),
      meaning,
      target,
      name,
      note,
      prompts,
      originals,
      draftsToo,
      overwrites,
      wrong,
    ],
    actions: [starting],
  };
}

function choice(id, text) {
  const box = element("input", { id, type: "checkbox" });
  return [box, element("label", { className: "choice" }, box, text)];
}
