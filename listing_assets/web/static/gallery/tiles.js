// One photo of the results: a tile of the grid, or a row of the list.

import { picture } from "../api.js";
import { element, icon } from "../dom.js";
import { day, folderOf, labelParts, nameOf, score, shortLabel, size } from "./wording.js";

/** The item of the grid, and what begins to load its thumbnail. */
export function buildTile(row, context) {
  const { frame, load } = thumbnail(row, context);
  const item = element(
    "li",
    { className: "photo tile", title: row.key, "aria-label": spoken(row) },
    frame,
    check(),
    row.score !== null && context.isRanked ? element("span", { className: "score number", textContent: score(row.score) }) : null,
    element("span", { className: "name", textContent: nameOf(row.key) }),
    element("span", { className: "labels", textContent: (row.labels ?? []).map(shortLabel).filter(Boolean).join(" · ") || "no labels" }),
  );
  if (!row.labels?.length) item.classList.add("bare-of-labels");
  return { item, load };
}

/** The item of the list. */
export function buildRow(row, context) {
  const { frame, load } = thumbnail(row, context);
  const ofPeople = new Set(row.labels_user ?? []);
  const item = element(
    "li",
    { className: "photo row-of-list", title: row.key, "aria-label": spoken(row) },
    check(),
    frame,
    element("span", { className: "name" }, nameOf(row.key), element("small", { textContent: folderOf(row.key) })),
    element(
      "span",
      { className: "chips labels" },
      (row.labels ?? []).filter(shortLabel).map((label) =>
        element("span", { className: `chip${ofPeople.has(label) ? " user" : ""}`, textContent: shortLabel(label), title: label })),
    ),
    element("span", { className: "cell number", textContent: row.width ? `${row.width} × ${row.height}` : "" }),
    element("span", { className: "cell number", textContent: `${size(row.bytes)} ${row.format ?? ""}` }),
    element("span", { className: "cell number", textContent: day(row.last_modified) }),
    element("span", { className: "cell number score-cell", textContent: context.isRanked && row.score !== null ? score(row.score) : "" }),
  );
  return { item, load };
}

/** The names of the list's columns; each row tells its own to screen readers. */
export function buildHead() {
  const columns = ["", "", "Name", "Labels"].map((textContent) => element("span", { textContent }));
  const numbers = ["Pixels", "File", "Last modified"].map((textContent) => element("span", { className: "cell", textContent }));
  const score = element("span", { className: "cell score-cell", textContent: "Score" });
  return element("div", { className: "list-head", "aria-hidden": "true" }, columns, numbers, score);
}

function thumbnail(row, { path }) {
  const image = element("img", { alt: "", decoding: "async", draggable: false });
  const frame = element("span", { className: "frame" }, image);
  image.addEventListener("load", () => frame.classList.add("loaded"));
  image.addEventListener("error", () => {
    if (!image.getAttribute("src")) return;
    frame.classList.add("failed");
    frame.replaceChildren(icon("image"));
  });
  let isLoading = false;
  const load = () => {
    if (isLoading) return;
    isLoading = true;
    image.src = picture(path, "thumbnail", row.key);
  };
  return { frame, load };
}

const check = () => element("span", { className: "check", "aria-hidden": "true" }, icon("check"));

function spoken(row) {
  const labels = (row.labels ?? []).map((label) => labelParts(label).join(" ")).join(", ");
  return [row.key, labels || "no labels"].join(": ");
}
