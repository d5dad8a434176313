// Conditions on what is known of the files: name, folder, dates, size, format; and on the ranking.

import { button, element } from "../dom.js";
import { isRanked } from "./state.js";
import { count } from "./wording.js";

const UNIT = 1000;
const TEXTS = ["name", "directory", "modified_from", "modified_before", "ingested_from", "ingested_before"];
const BYTES = ["min_bytes", "max_bytes"];
const RANKING = ["text_by", "min_score"];

export class Filters {
  #go;
  #form = null;
  /** What the form was built for; the same form stays as long as it fits. */
  #built = "";

  constructor(go) {
    this.#go = go;
    this.element = element("details", { className: "file-filters" }, element("summary", { textContent: "File, dates, format" }));
  }

  /** Shows the conditions of a question; `formats` counts the photos of the version by format. */
  show(question, formats) {
    const wanted = JSON.stringify([isRanked(question), question.text !== "", formats]);
    if (wanted !== this.#built) {
      this.#built = wanted;
      this.#form?.remove();
      this.#form = this.#build(question, formats);
      this.element.append(this.#form);
    }
    for (const control of this.#form.elements) {
      if (control === document.activeElement || !control.name) continue;
      if (control.name === "format") control.checked = question.format.includes(control.value);
      else control.value = written(control.name, question[control.name]);
    }
  }

  #build(question, formats) {
    const form = element(
      "form",
      { className: "filters", "aria-label": "Conditions on files" },
      isRanked(question) ? ranking(question.text !== "") : null,
      field("File name contains", input("name", "text", { autocomplete: "off" })),
      field("Folder", input("directory", "text", { autocomplete: "off", placeholder: "shoes/summer" })),
      fieldset("Size in kB", ...[["From", "min_bytes"], ["To", "max_bytes"]].map(([label, name]) =>
        field(label, input(name, "number", { min: 0, step: "any" })))),
      ...[["Last modified (UTC)", "modified"], ["Ingested (UTC)", "ingested"]].map(([legend, what]) =>
        fieldset(legend, field("From", input(`${what}_from`, "date")), field("Before", input(`${what}_before`, "date")))),
      Object.keys(formats).length > 1 && fieldset("Format", ...Object.entries(formats).map(([name, number]) =>
        element(
          "label",
          { className: "format" },
          input("format", "checkbox", { value: name }),
          element("span", { textContent: name }),
          element("span", { className: "quiet number", textContent: count(number) }),
        ))),
      button("Apply", { type: "submit", className: "apply" }),
    );
    const apply = () => form.checkValidity() && this.#go(read(form));
    form.addEventListener("change", apply);
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      apply();
    });
    return form;
  }
}

function ranking(hasText) {
  const ways = [["", "words and meaning"], ["vector", "meaning alone"], ["words", "words alone"]];
  const way = element("select", { name: "text_by" }, ways.map(([value, textContent]) => element("option", { value, textContent })));
  const made = fieldset("Ranking", hasText && field("Text is searched by", way), field("Least score", input("min_score", "number", { step: "any" })));
  made.className = "ranking";
  return made;
}

const input = (name, type, more = {}) => element("input", { name, type, ...more });
const fieldset = (legend, ...fields) => element("fieldset", {}, element("legend", { textContent: legend }), fields);

function field(label, control) {
  control.id = `filter-${control.name}`;
  return element("div", { className: "field" }, element("label", { for: control.id, textContent: label }), control);
}

function written(name, value) {
  if (BYTES.includes(name)) return value === "" ? "" : String(Number(value) / UNIT);
  return /_(from|before)$/.test(name) ? value.slice(0, 10) : value;
}

function read(form) {
  const data = new FormData(form);
  const changes = { format: data.getAll("format") };
  for (const name of BYTES) changes[name] = data.get(name) ? String(Math.round(Number(data.get(name)) * UNIT)) : null;
  for (const name of TEXTS) changes[name] = data.get(name).trim() || null;
  for (const name of RANKING) if (data.has(name)) changes[name] = data.get(name) || null;
  return changes;
}
