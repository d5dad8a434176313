// What is known of one photo, in sections: labels and who gave them, corrections, facts, decisions,
// models and what they cost.

import { button, element } from "../dom.js";
import { decisionInWords } from "./decisions.js";
import { count, labelParts, moment, size, told, words } from "./wording.js";

const OF_FILE = ["width", "height", "format", "mode", "orientation", "frames", "icc", "bytes", "last_modified", "captured_at", "ingested_at"];
const INTERNAL = ["content_version", "row_version", "updated_at", "decisions", "content_type", "embedded_at"];

/** All sections. `actions` has undo(correctionIds). */
export function panelOf(place, file, calls, definition, actions) {
  return element(
    "div",
    { className: "sections" },
    labels(file, definition),
    corrections(file, actions),
    details("Text on the photo", file.text && element("p", { className: "seen-text", textContent: file.text })),
    details("Decisions taken on the pixels", decisions(file), true),
    details("Models and cost", models(place, file, calls), true),
    details("File", facts([
      ["Size", file.facts.width ? `${file.facts.width} × ${file.facts.height} px` : null],
      ["Bytes", file.facts.bytes === null ? null : `${count(file.facts.bytes)} (${size(file.facts.bytes)})`],
      ["Format", [file.facts.format, file.facts.mode, file.facts.icc].filter(Boolean).join(", ")],
      ["Last modified", moment(file.facts.last_modified)],
      ["Captured", moment(file.facts.captured_at)],
      ["Ingested", moment(file.facts.ingested_at)],
      ["Address", file.uri],
      ["SHA-256", file.image_id],
    ]), true),
    details("Manifest", facts(Object.entries(file.meta))),
    details("Measured", facts(
      Object.entries(file.facts)
        .filter(([name]) => ![...OF_FILE, ...INTERNAL].includes(name))
        .map(([name, value]) => [words(name), told(value)]))),
  );
}

function labels(file, definition) {
  const [ofPeople, ofModels] = [new Set(file.labels_user), new Set(file.labels_ai)];
  const shown = new Set();
  const rows = Object.entries(file.tags).map(([name, value]) => {
    const own = [...file.labels, ...file.labels_user_deleted].filter((label) => labelParts(label)[0] === name);
    own.forEach((label) => shown.add(label));
    const description = definition.tags.find((tag) => tag.name === name)?.description ?? "";
    const chips = own.length ? [...new Set(own)].map(chip) : [element("span", { className: value === null ? "quiet" : "", textContent: told(value) })];
    return [element("dt", { textContent: name, title: description }), element("dd", { className: "chips" }, chips)];
  });
  function chip(label) {
    const gone = file.labels_user_deleted.includes(label) && !file.labels.includes(label);
    const kind = gone ? "gone" : ofPeople.has(label) ? "user" : "ai";
    const by = { gone: "a model's label that a person took away", user: "by a person", ai: "by a model" }[kind];
    return element("span", { className: `chip ${kind}`, title: `${label}, ${by}` }, labelParts(label)[1],
      kind === "ai" ? null : element("span", { className: "unseen", textContent: `, ${by}` }));
  }
  const free = [...new Set([...file.labels, ...file.labels_user_deleted])].filter((label) => !shown.has(label));
  for (const label of free) {
    rows.push([element("dt", { textContent: labelParts(label)[0] }), element("dd", { className: "chips" }, chip(label))]);
  }
  const legend = ofPeople.size || file.labels_user_deleted.length
    ? element("p", { className: "legend small quiet" },
        element("span", { className: "chip", textContent: "by a model" }),
        element("span", { className: "chip user", textContent: "by a person" }),
        file.labels_user_deleted.length > 0 && element("span", { className: "chip gone", textContent: "taken away" }))
    : null;
  return element("section", { "aria-label": "Labels" }, element("h3", { textContent: "Labels" }),
    rows.length ? element("dl", { className: "facts" }, rows) : element("p", { className: "quiet", textContent: "None." }), legend);
}

function corrections(file, { undo }) {
  const standing = file.corrections.filter((one) => !one.is_undone).reverse();
  if (!standing.length) return null;
  const said = {
    set: (one) => `${one.tag} = ${told(one.value)}`,
    clear: (one) => `${one.tag} has none`,
    add: (one) => `+ ${one.tag}:${told(one.value)}`,
    remove: (one) => `− ${one.tag}:${told(one.value)}`,
  };
  return element(
    "section",
    { className: "corrections", "aria-label": "Corrections" },
    element("h3", { textContent: "Corrections" }),
    element("ul", {}, standing.map((one) =>
      element("li", {},
        element("span", {}, element("span", { className: "chip user", textContent: said[one.action](one) }),
          one.is_published ? null : element("span", { className: "chip warn", textContent: "enters with the next publication" }),
          element("small", { className: "quiet", textContent: ` ${one.author}, ${moment(one.made_at)}` })),
        button("Undo", { className: "bare small", "aria-label": `Undo ${said[one.action](one)}`, onclick: () => undo([one.correction_id]) })))),
  );
}

function decisions(file) {
  if (!file.decisions.length) return element("p", { className: "quiet", textContent: "None: the photo was taken as it is." });
  return element("ul", { className: "plain" }, file.decisions.map((one) =>
    element("li", { textContent: decisionInWords(one), title: one })));
}

function models(place, file, calls) {
  const cost = calls.reduce((sum, call) => sum + (call.cost ?? 0), 0);
  const list = facts([
    ["Tags by", file.model_tags],
    ["Vector by", file.model_embedding],
    ["Recipe", [...new Set(calls.flatMap((call) => call.recipes ?? []))].join(", ")],
    ["Cost", calls.length ? `${cost.toFixed(6).replace(/0+$/, "").replace(/\.$/, "")} for ${calls.length} ${calls.length === 1 ? "call" : "calls"}` : null],
    ["Revision", `${place.dataset}@${file.revision}`],
  ]);
  if (!calls.length) return list;
  const table = element("table", { className: "calls small" },
    element("thead", {}, element("tr", {}, ["Call", "Tokens", "Time", "Cost"].map((text) => element("th", { textContent: text })))),
    element("tbody", {}, calls.map((call) =>
      element("tr", {},
        element("td", {}, call.tags.join(", "), element("small", { className: "quiet", textContent: ` ${call.model} · ${moment(call.made_at)}` })),
        element("td", { className: "number", textContent: `${count(call.input_tokens)} + ${count(call.output_tokens)}` }),
        element("td", { className: "number", textContent: call.latency_ms < 1000 ? `${Math.round(call.latency_ms)} ms` : `${(call.latency_ms / 1000).toFixed(1)} s` }),
        element("td", { className: "number", textContent: call.cost === null ? "unknown" : told(call.cost) })))));
  return element("div", {}, list, table);
}

function facts(pairs) {
  const rows = pairs.filter(([, value]) => value !== null && value !== undefined && value !== "" && value !== "—");
  return rows.length
    ? element("dl", { className: "facts" }, rows.map(([name, value]) => [element("dt", { textContent: name }), element("dd", { textContent: told(value) })]))
    : null;
}

function details(title, content, open = false) {
  return content
    ? element("details", { open, "aria-label": title }, element("summary", {}, element("h3", { textContent: title })), content)
    : null;
}
