// What stands beside the search bar: how many results, their order, grid or list; and what can be done
// with the photos that are chosen.

import { button, element, icon } from "../dom.js";
import { MOST_PHOTOS, draftOf } from "./drafting.js";
import { isRanked } from "./state.js";
import { count, counted } from "./wording.js";

const SORTS = [
  ["key", "Name"],
  ["last_modified", "Last modified"],
  ["size", "File size"],
  ["width", "Width"],
  ["sharpness", "Sharpness"],
  ["brightness", "Brightness"],
];

export function buildToolbar({ go, selection, actions }) {
  const told = element("p", { className: "count number", role: "status", "aria-live": "polite" });
  const sort = element("select", { id: "sort", "aria-label": "Sort by", onchange: () => {
    const [name, way] = sort.value.split(" ");
    go({ sort: name || null, descending: way === "down" ? "true" : null });
  } });
  const views = ["grid", "list"].map((name) =>
    button(name === "grid" ? "Grid" : "List", { sign: name, bare: true, "aria-pressed": "false", onclick: () => go({ view: name === "list" ? "list" : null }) }));
  const code = button("Query", { sign: "code", className: "code bare", title: "Query expression", "aria-label": "Query expression", "aria-expanded": "false", "aria-controls": "where", onclick: () => openExpression() });
  const narrow = button("Filters", { sign: "filter", className: "narrow", "aria-expanded": "false", "aria-controls": "side", onclick: () => drawer() });
  const exporting = button("Export", { sign: "export", className: "export", onclick: actions.exportSelected });
  const chosen = element("div", { className: "chosen", role: "region", "aria-label": "Selection", hidden: true });

  const bar = element("div", { className: "toolbar" },
    code, told, narrow, sort,
    element("div", { className: "group", role: "group", "aria-label": "View" }, views),
    exporting,
    button("Keys", { sign: "help", bare: true, className: "keys-button", onclick: actions.showKeys }));
  let sortable = new Set(SORTS.map(([name]) => name));
  let last = null;

  function openExpression(open = !document.body.classList.contains("with-expression")) {
    document.body.classList.toggle("with-expression", open);
    code.setAttribute("aria-expanded", String(open));
    if (open && document.activeElement === code) document.getElementById("where").focus();
  }
  function drawer(open = !document.body.classList.contains("with-drawer")) {
    document.body.classList.toggle("with-drawer", open);
    narrow.setAttribute("aria-expanded", String(open));
    (open ? document.querySelector(".side-head button") : narrow).focus();
  }
  function draw(place, question) {
    last = [place, question];
    const now = `${question.sort}${question.sort ? (question.descending ? " down" : " up") : ""}`;
    const ways = SORTS.filter(([name]) => sortable.has(name)).flatMap(([name, text]) => [[`${name} up`, `${text} ↑`], [`${name} down`, `${text} ↓`]]);
    const known = [["", isRanked(question) ? "Best first" : "Name"], ...ways.filter(([value]) => isRanked(question) || value !== "key up")];
    if (!known.some(([value]) => value === now)) known.push([now, now]);
    sort.replaceChildren(...known.map(([value, textContent]) => element("option", { value, textContent, selected: value === now })));
    const isList = place.query.get("view") === "list";
    views.forEach((one, index) => one.setAttribute("aria-pressed", String((index === 1) === isList)));
  }
  function drawChosen() {
    chosen.hidden = selection.size === 0;
    const all = button("Select all results", { className: "bare every", onclick: () => selection.all() });
    chosen.replaceChildren(
      element("strong", { className: "number", textContent: `${selection.isAll ? "All " : ""}${counted(selection.size, "photo")} selected` }),
      selection.isAll ? "" : all,
      button("Correct labels", { sign: "tag", onclick: actions.correctSelected }),
      !selection.isAll && selection.size <= MOST_PHOTOS && last
        ? element("a", { className: "button drafted", href: draftOf(last[0], selection.keys) }, icon("draft"), element("span", { textContent: "Draft a listing" }))
        : "",
      button("Export", { sign: "export", onclick: actions.exportSelected }),
      button("Clear selection", { sign: "close", bare: true, onclick: () => selection.clear() }),
    );
    exporting.hidden = selection.size > 0;
  }
  selection.addEventListener("change", drawChosen);

  return {
    element: bar,
    chosen,
    draw,
    drawer,
    openExpression,
    count: (text) => (told.textContent = text),
    fields: (found) => {
      const names = new Set(found.filter((one) => !["list", "labels"].includes(one.kind)).map((one) => one.name));
      sortable = new Set(SORTS.map(([name]) => name).filter((name) => names.has(name) || name === "size"));
      if (last) draw(...last);
    },
    switchView: () => go({ view: last?.[0].query.get("view") === "list" ? null : "list" }),
  };
}
