// The description: written while one looks on, then edited, with what is to be looked at marked in it.

import { element, icon, button } from "../dom.js";

const KINDS = {
  brand: "brand", model: "model", capacity: "capacity", price: "price", condition: "condition",
  color: "colour", material: "material", size: "size", other: "statement",
};

/** `changed` is called after each edit. */
export function descriptionField(changed) {
  let marks = [];
  let most = 0;
  const mirror = element("div", { className: "mirror", "aria-hidden": "true" });
  const area = element("textarea", {
    id: "description", rows: 5, spellcheck: true, "aria-describedby": "description-told",
    oninput: () => {
      draw();
      changed();
    },
  });
  const count = element("span", { className: "number small quiet", id: "description-told" });
  const told = element("ul", { className: "flags", "aria-label": "To be looked at" });
  const rests = element("details", { className: "rests" });
  const root = element(
    "div",
    { className: "field" },
    element("div", { className: "label-row" }, element("label", { for: "description", textContent: "Description" }), count),
    element("div", { className: "marked-text" }, mirror, area),
    told,
    rests,
  );

  /** Where a mark's words stand in the text now: nearest to where they stood. */
  function placed() {
    const found = [];
    for (const mark of marks) {
      let best = -1;
      for (let at = area.value.indexOf(mark.words); at >= 0; at = area.value.indexOf(mark.words, at + 1)) {
        if (best < 0 || Math.abs(at - mark.start) < Math.abs(best - mark.start)) best = at;
      }
      if (best >= 0) found.push({ ...mark, at: best, end: best + mark.words.length });
    }
    return found.toSorted((one, other) => one.at - other.at);
  }

  function draw() {
    const found = placed();
    const pieces = [];
    let done = 0;
    for (const { at, end, kind } of found) {
      if (at < done) continue;
      pieces.push(area.value.slice(done, at), element("mark", { className: kind, textContent: area.value.slice(at, end) }));
      done = end;
    }
    mirror.replaceChildren(...pieces, area.value.slice(done), "\u200b");
    count.textContent = most ? `${area.value.length} of ${most} characters` : `${area.value.length} characters`;
    count.classList.toggle("wrong", most > 0 && area.value.length > most);
    told.replaceChildren(...found.map(flag));
    told.hidden = !found.length;
  }

  const flag = ({ at, end, words, kind, why }) =>
    element("li", { className: kind }, icon("warning"),
      element("span", {}, element("strong", { textContent: `“${words}”` }), ` ${why}`),
      button("Show", { className: "show", onclick: () => {
        area.focus();
        area.setSelectionRange(at, end);
      } }));

  const field = {
    root,
    get text() {
      return area.value;
    },
    set most(value) {
      most = value;
      draw();
    },
    set readOnly(value) {
      area.readOnly = value;
    },
    /** Begins anew: nothing is written yet. */
    clear() {
      marks = [];
      area.value = "";
      rests.hidden = true;
      draw();
    },
    /** The next piece, as the model writes it. */
    append(piece) {
      area.value += piece;
      draw();
    },
    set writing(value) {
      root.classList.toggle("writing", value);
      area.setAttribute("aria-busy", String(value));
    },
    /** The checked text of a draft. */
    show({ description, claims, violations }) {
      area.value = description;
      field.mark({ claims, violations });
    },
    /** What a check found in the text as it is. */
    mark({ claims, violations }) {
      marks = [
        ...claims.filter(flagged).map((one) => ({
          words: one.text, start: one.start, kind: "flagged",
          why: `Nothing on the photos or in like products bears out this ${KINDS[one.kind]}.`,
        })),
        ...violations.filter((one) => one.start !== null).map((one) => ({
          words: one.words, start: one.start, kind: "broken", why: `This breaks the rule “${one.rule.replaceAll("_", " ")}”.`,
        })),
      ];
      const borneOut = claims.filter((one) => one.support !== "unsupported");
      rests.hidden = !borneOut.length;
      rests.replaceChildren(
        element("summary", { textContent: `${borneOut.length === 1 ? "One statement is" : `${borneOut.length} statements are`} borne out` }),
        element("dl", { className: "facts" }, borneOut.flatMap((one) => [
          element("dt", { textContent: one.text }), element("dd", { textContent: sourceOf(one) })])),
      );
      draw();
    },
  };
  field.clear();
  return field;
}

const GUARDED = new Set(["brand", "model", "capacity", "price", "condition"]);
export const flagged = ({ support, kind }) => support === "unsupported" && GUARDED.has(kind);

function sourceOf({ support, source }) {
  if (support === "reference") return `like product: ${source}`;
  return source === "text on the photo" ? "text on the photos" : `photos (${source})`;
}
