// The window over the results: only the photos that are looked at are in the page, at their true
// places, so that tens of thousands scroll like a few and the scrollbar says where one is.

import { element } from "../dom.js";
import { buildHead, buildRow, buildTile } from "./tiles.js";

const GAP = 12;
const CAPTION = 45;
const ROW = 56;
/** Rows beyond the edges that are kept ready. */
const SPARE = 2;
/** After so long without scrolling, thumbnails of a fast passage are fetched. */
const SETTLED_MS = 90;

export class Grid extends EventTarget {
  active = 0;
  #results = null;
  #context = null;
  #view = "grid";
  #shown = new Map();
  #layout = { columns: 1, width: 0, height: ROW, top: 0 };
  #frame = 0;
  #settling = 0;
  #last = 0;
  #isFast = false;

  constructor(selection) {
    super();
    this.selection = selection;
    this.list = element("ul", {
      className: "photos", role: "listbox", tabIndex: 0, "aria-label": "Photos", "aria-multiselectable": "true",
    });
    this.head = buildHead();
    this.scroller = element("div", { className: "scroller" }, this.head, this.list);
    this.scroller.addEventListener("scroll", () => this.#scrolled(), { passive: true });
    this.list.addEventListener("click", (event) => this.#clicked(event));
    this.list.addEventListener("focus", () => this.#mark());
    new ResizeObserver(() => this.#resized()).observe(this.scroller);
    selection.addEventListener("change", () => this.#mark());
  }

  /** Shows other results, from their beginning. `context` has what tiles need: { path, isRanked }. */
  open(results, context) {
    this.#results = results;
    this.#context = context;
    this.scroller.classList.toggle("ranked", context.isRanked);
    this.active = 0;
    this.#clear();
    this.scroller.scrollTop = 0;
    this.draw();
  }

  /** Shows the same as "grid" or as "list", around the same photo. */
  view(name) {
    if (name === this.#view) return;
    const place = this.#firstShown();
    this.#view = name;
    this.list.classList.toggle("as-list", name === "list");
    this.head.classList.toggle("shown", name === "list");
    this.#clear();
    this.#measure();
    this.scroller.scrollTop = this.#topOf(place);
    this.draw();
  }

  get columns() {
    return this.#layout.columns;
  }

  /** How many rows fit. */
  get pageRows() {
    return Math.max(1, Math.floor(this.scroller.clientHeight / this.#layout.height) - 1);
  }

  /** Makes a photo the active one and brings it into view. */
  moveTo(place) {
    const total = this.#results?.total ?? 0;
    if (!total) return;
    this.active = Math.max(0, Math.min(total - 1, place));
    const top = this.#topOf(this.active);
    const { height } = this.#layout;
    const { scrollTop } = this.scroller;
    const clientHeight = this.scroller.clientHeight - this.head.offsetHeight;
    if (top < scrollTop) this.scroller.scrollTop = Math.max(0, top - GAP);
    else if (top + height > scrollTop + clientHeight) this.scroller.scrollTop = top + height - clientHeight + GAP;
    this.draw();
  }

  /** Puts in the page what is to be seen. */
  draw() {
    const total = this.#results?.total ?? 0;
    this.#measure();
    const { columns, height } = this.#layout;
    const rows = Math.ceil(total / columns);
    this.list.style.height = `${rows ? rows * height + (this.#view === "grid" ? GAP : 0) : 0}px`;
    const top = this.scroller.scrollTop;
    const firstRow = Math.max(0, Math.floor(top / height) - SPARE);
    const lastRow = Math.min(rows - 1, Math.floor((top + this.scroller.clientHeight) / height) + SPARE);
    const first = firstRow * columns;
    const last = Math.min(total - 1, (lastRow + 1) * columns - 1);
    for (const [place, shown] of this.#shown) {
      if (place < first || place > last) this.#drop(place, shown);
    }
    for (let place = first; place <= last; place += 1) this.#show(place);
    if (total) this.#results.want(first, last);
    this.#mark();
  }

  #show(place) {
    const row = this.#results.row(place);
    let shown = this.#shown.get(place);
    if (shown && (shown.row || !row)) {
      this.#position(shown.item, place);
      if (!this.#isFast) shown.load?.();
      return;
    }
    shown?.item.remove();
    const build = this.#view === "list" ? buildRow : buildTile;
    const { item, load } = row ? build(row, this.#context) : { item: element("li", { className: "photo waiting" }) };
    item.setAttribute("role", "option");
    item.id = `photo-${place}`;
    item.dataset.place = place;
    item.ariaPosInSet = place + 1;
    item.ariaSetSize = this.#results.total;
    shown = { item, row, load };
    this.#shown.set(place, shown);
    this.#position(item, place);
    if (!this.#isFast) load?.();
    this.list.append(item);
  }

  #drop(place, { item }) {
    const picture = item.querySelector("img");
    if (picture && !picture.complete) picture.removeAttribute("src");
    item.remove();
    this.#shown.delete(place);
  }

  #clear() {
    for (const [place, shown] of this.#shown) this.#drop(place, shown);
  }

  #position(item, place) {
    const { columns, width, height } = this.#layout;
    const left = (place % columns) * (width + GAP) + (this.#view === "grid" ? GAP : 0);
    item.style.transform = `translate(${left}px, ${this.#topOf(place)}px)`;
    item.style.width = `${width}px`;
    item.style.height = `${height - (this.#view === "grid" ? GAP : 0)}px`;
  }

  #topOf(place) {
    const { columns, height } = this.#layout;
    return Math.floor(place / columns) * height + (this.#view === "grid" ? GAP : 0);
  }

  #measure() {
    const width = this.scroller.clientWidth;
    if (this.#view === "list") {
      this.#layout = { columns: 1, width, height: ROW };
      return;
    }
    const least = width < 560 ? 150 : 176;
    const columns = Math.max(2, Math.floor((width - GAP) / (least + GAP)));
    const tile = Math.floor((width - GAP * (columns + 1)) / columns);
    this.#layout = { columns, width: tile, height: tile + CAPTION + GAP };
  }

  #mark() {
    for (const [place, { item, row }] of this.#shown) {
      const chosen = row ? this.selection.has(row.key) : false;
      item.setAttribute("aria-selected", String(chosen));
      item.classList.toggle("active", place === this.active);
    }
    this.list.classList.toggle("choosing", this.selection.size > 0);
    const active = this.#shown.get(this.active);
    if (active) this.list.setAttribute("aria-activedescendant", active.item.id);
    else this.list.removeAttribute("aria-activedescendant");
  }

  #firstShown() {
    const { columns, height } = this.#layout;
    return Math.ceil(this.scroller.scrollTop / height) * columns;
  }

  #resized() {
    const place = this.#firstShown();
    const before = this.#layout.columns;
    this.#measure();
    if (before !== this.#layout.columns) this.scroller.scrollTop = Math.max(0, this.#topOf(place) - GAP);
    this.draw();
  }

  #scrolled() {
    const top = this.scroller.scrollTop;
    this.#isFast = Math.abs(top - this.#last) > this.scroller.clientHeight * 1.5;
    this.#last = top;
    clearTimeout(this.#settling);
    this.#settling = setTimeout(() => {
      this.#isFast = false;
      this.draw();
    }, SETTLED_MS);
    cancelAnimationFrame(this.#frame);
    this.#frame = requestAnimationFrame(() => this.draw());
  }

  #clicked(event) {
    const item = event.target.closest("[data-place]");
    if (!item) return;
    const place = Number(item.dataset.place);
    const row = this.#results.row(place);
    if (!row) return;
    this.active = place;
    this.#mark();
    const isCheck = event.target.closest(".check") !== null;
    const kind = event.shiftKey ? "extend" : event.ctrlKey || event.metaKey || isCheck ? "toggle" : "open";
    this.dispatchEvent(new CustomEvent(kind, { detail: { place, key: row.key } }));
  }
}
