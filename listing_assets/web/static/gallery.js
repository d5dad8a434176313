// The gallery: the question in the address, its results in the grid, one photo over them.

import { ask, parameters } from "./api.js";
import { tellProblem, toast } from "./dialogs.js";
import { at, button, element, notice } from "./dom.js";
import { drawChips } from "./gallery/chips.js";
import { correct, undo } from "./gallery/correcting.js";
import { Detail } from "./gallery/detail.js";
import { Expression } from "./gallery/expression.js";
import { exportPhotos } from "./gallery/exporting.js";
import { Facets } from "./gallery/facets.js";
import { Filters } from "./gallery/filters.js";
import { Grid } from "./gallery/grid.js";
import { listen, showKeys } from "./gallery/keyboard.js";
import { Results } from "./gallery/results.js";
import { buildSearch } from "./gallery/search.js";
import { Selection } from "./gallery/selection.js";
import { NOTHING, conditionsOf, documentOf, isNarrowed, isRanked, readQuestion } from "./gallery/state.js";
import { buildToolbar } from "./gallery/toolbar.js";
import { count, counted } from "./gallery/wording.js";
import { openShell } from "./shell.js";

let shell = null;
let place = null;
let question = null;
let results = null;
/** What the results on the page answer; another answer is fetched where this differs. */
let answered = "";

const go = (changes) => shell?.go(changes);
const selection = new Selection({
  total: () => results.total,
  rows: (first, last) => results.rows(first, last),
  keys: async () => (await ask(`${place.path}/keys?${parameters(conditionsOf(question))}`)).keys,
});
const grid = new Grid(selection);
const facets = new Facets(go);
const search = buildSearch(go);
const expression = new Expression((where) => go({ where: where || null }));
const toolbar = buildToolbar({ go, selection, actions: { correctSelected, exportSelected, showKeys } });
const chips = element("div", { className: "conditions", "aria-label": "Conditions", hidden: true });
const told = element("div", { className: "told-over" });
const filters = new Filters(go);
const side = element(
  "aside",
  { id: "side", className: "side", "aria-label": "Narrow down" },
  element("div", { className: "side-head" }, element("h2", { textContent: "Narrow down" }), button("Close", { sign: "close", bare: true, onclick: () => toolbar.drawer(false) })),
  filters.element,
  facets.element,
);
const centre = element(
  "div",
  { className: "centre" },
  element("h1", { className: "unseen", textContent: "Gallery" }),
  chips,
  toolbar.chosen,
  told,
  grid.scroller,
);
const isDrawerOpen = () => document.body.classList.contains("with-drawer");
centre.addEventListener("click", (event) => {
  if (!isDrawerOpen()) return;
  event.stopPropagation();
  toolbar.drawer(false);
}, { capture: true });
const main = at("main");
const content = [
  element("div", { className: "bar-of-search" }, search.form, toolbar.element, expression.element),
  side,
  centre,
];
const actions = {
  open: (key) => go({ key }),
  openAt: (at) => results?.row(at) && go({ key: results.row(at).key }),
  close: () => go({ key: null }),
  step,
  like: (key) => go({ like: key, image: null, text: null, sort: null, descending: null, key: null }),
  likeAt: (at) => results?.row(at) && actions.like(results.row(at).key),
  correct: (key) => correct(place, { keys: [key], count: 1 }, reloadDetail),
  correctSelected,
  undo: (ids) => undo(place.dataset, ids).then(reloadDetail, tellProblem),
  toggleAt: (at) => results?.row(at) && selection.toggle(results.row(at).key, at).catch(tellProblem),
  extendBy: (by) => {
    if (!selection.size && results?.row(grid.active)) selection.toggle(results.row(grid.active).key, grid.active);
    grid.moveTo(grid.active + by);
    return selection.extend(grid.active).catch(tellProblem);
  },
  selectAll: () => selection.all(),
  letGo: () => {
    if (isDrawerOpen()) toolbar.drawer(false);
    else if (document.activeElement === search.input) grid.list.focus();
    else selection.clear();
  },
  focusSearch: () => search.input.select(),
  switchView: () => toolbar.switchView(),
};
const detail = new Detail([at("shell"), main], actions);

grid.addEventListener("open", (event) => go({ key: event.detail.key }));
grid.addEventListener("toggle", (event) => selection.toggle(event.detail.key, event.detail.place).catch(tellProblem));
grid.addEventListener("extend", (event) => selection.extend(event.detail.place).catch(tellProblem));
search.input.addEventListener("keydown", (event) => event.key === "Escape" && grid.list.focus());
listen({ grid, detail, actions });

openShell({
  page: "gallery",
  async show(found, from) {
    shell = from;
    if (!grid.scroller.isConnected) main.replaceChildren(...content);
    const isOtherVersion = place?.path !== found.path;
    place = found;
    question = readQuestion(found.query);
    const asked = JSON.stringify([place.path, question]);
    drawQuestion();
    grid.view(found.query.get("view") === "list" ? "list" : "grid");
    if (isOtherVersion) openFields();
    if (asked !== answered) answer(asked);
    await showDetail();
  },
});

function drawQuestion() {
  search.input.value = question.text;
  expression.value = question.where;
  if (question.where) toolbar.openExpression(true);
  drawChips(chips, question, go);
  filters.show(question, place.summary.formats ?? {});
  toolbar.draw(place, question);
}

async function openFields() {
  const fields = await ask(`${place.path}/fields`).catch(() => []);
  const values = (field) => Object.keys(place.summary.labels?.[field.replace(/^tag_/, "")] ?? {});
  expression.open(fields, values);
  toolbar.fields(fields);
}

function answer(asked) {
  answered = asked;
  results?.end();
  selection.clear();
  toolbar.count("");
  told.replaceChildren(element("div", { className: "loading", role: "progressbar", "aria-label": "Searching" }));
  grid.scroller.setAttribute("aria-busy", "true");
  let isFirst = true;
  const shown = new Results(place.path, question, {
    arrived: () => {
      if (isFirst) arrive(shown);
      else grid.draw();
      isFirst = false;
    },
    failed: (error) => (isFirst ? fail(error) : tellProblem(error)),
  });
  results = shown;
  facets.show(place.path, question);
}

function arrive(shown) {
  grid.scroller.removeAttribute("aria-busy");
  told.replaceChildren();
  grid.open(shown, { path: place.path, isRanked: shown.rankedBy.length > 0 });
  const best = isRanked(question) && shown.total >= 1000 ? "best " : "";
  toolbar.count(`${best}${counted(shown.total, "photo")}`);
  if (detail.key) showDetail();
  if (shown.total > 0) return;
  told.replaceChildren(
    isNarrowed(question)
      ? notice({ title: "No photo fulfils all conditions", remedy: "Take one away above, or all of them.", sign: "search", action: button("Clear all", { onclick: () => go(NOTHING) }) })
      : notice({ title: `No photos in ${place.dataset}@${place.revision}`, remedy: place.rejected ? `${count(place.rejected)} were rejected: see the page of rejected photos.` : "", sign: "image" }),
  );
}

function fail(error) {
  grid.scroller.removeAttribute("aria-busy");
  results.total = 0;
  grid.open(results, { path: place.path, isRanked: false });
  if (error.place) {
    toolbar.openExpression(true);
    expression.mark(error);
    told.replaceChildren(notice({ title: "The query expression has a mistake", remedy: "It is marked above.", sign: "code" }));
    return;
  }
  told.replaceChildren(notice({ title: error.message, remedy: error.remedy ?? "", sign: "warning", action: button("Try again", { onclick: () => { answered = ""; shell.load(); } }) }));
}

async function showDetail() {
  const key = place.query.get("key");
  if (key === null) return detail.hide();
  const at = results.placeOf(key);
  if (at >= 0 && at !== grid.active) grid.moveTo(at);
  return detail.show(place, key, { place: at < 0 ? null : at, total: results.total });
}

async function step(by) {
  const at = results.placeOf(detail.key) + by;
  if (at < 0 || at >= results.total || at === by - 1) return;
  const [row] = await results.rows(at, at).catch(() => []);
  if (row) shell.go({ key: row.key }, { replace: true });
}

function reloadDetail() {
  if (detail.key) showDetail();
}

function chosenPhotos() {
  return selection.isAll
    ? { query: documentOf(question), count: selection.size }
    : { keys: selection.keys, count: selection.size };
}

function correctSelected() {
  if (!selection.size) return toast("Select photos first: Ctrl-click them, or press Space.", { seconds: 5 });
  return correct(place, chosenPhotos(), reloadDetail);
}

function exportSelected() {
  const chosen = selection.size ? chosenPhotos() : { query: documentOf(question), count: results?.total ?? 0 };
  return exportPhotos(place, chosen);
}
