// A tag definition for reading: what every photo is asked, tag by tag.

import { element } from "./dom.js";

const TYPES = {
  choice: "one of",
  multi_choice: "any of",
  boolean: "yes or no",
  number: "a number",
  text: "a text",
  color: "a colour",
};

/** The prompt and the tags. `changes` says of tags by name what a draft does to them. */
export function reading({ guide_prompt, language, tags }, changes = {}) {
  return element(
    "div",
    { className: "reading" },
    element(
      "section",
      { className: "card", "aria-label": "Guide prompt" },
      element(
        "div",
        { className: "tag-head" },
        element("h2", { textContent: "Guide prompt" }),
        element("span", { className: "chip", textContent: `answers in ${language}` }),
      ),
      element("p", { className: "prompt", textContent: guide_prompt.trim() }),
    ),
    element("ul", { className: "tags", "aria-label": "Tags" }, tags.map((tag) => card(tag, changes[tag.name]))),
  );
}

function card(tag, change) {
  return element(
    "li",
    { className: "card tag" },
    element(
      "div",
      { className: "tag-head" },
      element("h3", { textContent: tag.name }),
      element("span", { className: "chip", textContent: kind(tag) }),
      limits(tag).map((text) => element("span", { className: "chip", textContent: text })),
      change && changeChip(change),
      tag.model && element("span", { className: "chip user", textContent: `predicted by ${tag.model}` }),
    ),
    tag.description && element("p", { textContent: tag.description }),
    values(tag.values),
  );
}

export const changeChip = (change) =>
  element("span", { className: `chip change-${change}`, textContent: change });

const kind = (tag) =>
  tag.values.length ? `${TYPES[tag.type]} ${tag.values.length} values` : (TYPES[tag.type] ?? tag.type);

function limits(tag) {
  const found = [];
  if (tag.max_length !== null) found.push(`at most ${tag.max_length} characters`);
  if (tag.minimum !== null) found.push(`from ${tag.minimum.toLocaleString()}`);
  if (tag.maximum !== null) found.push(`to ${tag.maximum.toLocaleString()}`);
  if (tag.language !== null) found.push(`in ${tag.language}`);
  return found;
}

function values(all) {
  if (!all.length) return null;
  if (all.every((value) => !value.description)) {
    return element("div", { className: "chips" }, all.map(({ name }) => element("span", { className: "chip", textContent: name })));
  }
  return element(
    "dl",
    { className: "values" },
    all.flatMap(({ name, description }) => [
      element("dt", { textContent: name }),
      element("dd", { textContent: description || "—" }),
    ]),
  );
}
