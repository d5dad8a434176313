// The conditions that hold, each with a button that takes it away.

import { button, element, icon } from "../dom.js";
import { NOTHING } from "./state.js";
import { day, nameOf, size } from "./wording.js";

const LISTED = { any: "any of", all: "all of", none: "none of", format: "format" };

/** Fills `box` with the conditions of a question; `go` changes the address. */
export function drawChips(box, question, go) {
  const chips = [];
  const add = (kind, text, changes, extra = null) => chips.push(chip(kind, text, () => go(changes), extra));
  if (question.text) add("text", question.text, { text: null, text_by: null, min_score: null });
  if (question.like) add("like", nameOf(question.like), { like: null, min_score: null });
  if (question.image) {
    const small = element("img", { alt: "", src: `/api/uploads/${encodeURIComponent(question.image)}/thumbnail` });
    add("like", "an uploaded photo", { image: null, min_score: null }, small);
  }
  if (question.min_score) add("score from", question.min_score, { min_score: null });
  for (const [name, kind] of Object.entries(LISTED)) {
    for (const one of question[name]) {
      add(kind, one, { [name]: question[name].filter((other) => other !== one) });
    }
  }
  if (question.name) add("name has", question.name, { name: null });
  if (question.directory) add("in folder", question.directory, { directory: null });
  for (const what of ["modified", "ingested"]) {
    const [from, before] = [question[`${what}_from`], question[`${what}_before`]];
    if (from) add(`${what} from`, day(from), { [`${what}_from`]: null });
    if (before) add(`${what} before`, day(before), { [`${what}_before`]: null });
  }
  if (question.min_bytes) add("at least", size(Number(question.min_bytes)), { min_bytes: null });
  if (question.max_bytes) add("at most", size(Number(question.max_bytes)), { max_bytes: null });
  if (question.where) add("query", question.where, { where: null });
  if (chips.length > 1) {
    chips.push(button("Clear all", { className: "bare small clear", onclick: () => go(NOTHING) }));
  }
  box.replaceChildren(...chips);
  box.hidden = chips.length === 0;
}

function chip(kind, text, remove, extra) {
  return element(
    "span",
    { className: `condition ${kind.replaceAll(" ", "-")}` },
    extra,
    element("span", { className: "kind", textContent: kind }),
    element("span", { className: "what", textContent: text }),
    element("button", { type: "button", "aria-label": `Remove: ${kind} ${text}`, title: "Remove", onclick: remove }, icon("close")),
  );
}
