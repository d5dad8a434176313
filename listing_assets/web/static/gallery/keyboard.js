// What the keys do. They are left alone while somebody writes, and while a dialog is open.

import { openDialog } from "../dialogs.js";
import { element } from "../dom.js";

const KEYS = [
  ["/", "Search by text"],
  ["← → ↑ ↓", "Go through the photos"],
  ["Enter", "Open the photo"],
  ["Space", "Select the photo, or let go of it"],
  ["Shift ↑ ↓ ← →", "Select a range"],
  ["Ctrl A", "Select all results"],
  ["C", "Correct the labels of the selected photos, or of the open one"],
  ["M", "More like this photo"],
  ["Z", "See the open photo pixel by pixel"],
  ["V", "Grid or list"],
  ["Home End", "First photo, last photo"],
  ["Page ↑ ↓", "A screen back, a screen on"],
  ["Esc", "Close, or let go of the selection"],
  ["?", "These keys"],
];

/** `actions` are those of the gallery, by what they do; `grid` and `detail` are its parts. */
export function listen({ grid, detail, actions }) {
  document.addEventListener("keydown", (event) => {
    if (document.querySelector("dialog[open]") || isWriting(event.target)) return;
    const run = detail.key ? ofDetail(event, detail, actions) : ofGrid(event, grid, actions);
    if (!run) return;
    event.preventDefault();
    run();
  });
}

/** Shows the keys. */
export function showKeys() {
  return openDialog("Keys", () => ({
    body: element("dl", { className: "facts keys" }, KEYS.map(([keys, meaning]) => [
      element("dt", {}, keys.split(" ").map((key) => element("kbd", { textContent: key }))),
      element("dd", { textContent: meaning }),
    ])),
  }));
}

function isWriting(target) {
  if (target.closest("select, textarea, [contenteditable]")) return true;
  const input = target.closest("input");
  return input !== null && !["checkbox", "radio", "button"].includes(input.type);
}

function ofDetail(event, detail, actions) {
  if (event.ctrlKey || event.metaKey || event.altKey) return null;
  return {
    Escape: actions.close,
    ArrowLeft: () => actions.step(-1),
    ArrowRight: () => actions.step(1),
    c: () => actions.correct(detail.key),
    m: () => actions.like(detail.key),
    z: () => detail.zoom(),
    "?": showKeys,
  }[event.key];
}

function ofGrid(event, grid, actions) {
  if (event.altKey) return null;
  const isCommand = event.ctrlKey || event.metaKey;
  if (isCommand) return event.key.toLowerCase() === "a" ? actions.selectAll : null;
  const steps = {
    ArrowLeft: -1, ArrowRight: 1, ArrowUp: -grid.columns, ArrowDown: grid.columns,
    PageUp: -grid.columns * grid.pageRows, PageDown: grid.columns * grid.pageRows,
    Home: -Infinity, End: Infinity,
  };
  const isInGrid = grid.list.contains(event.target);
  const isFree = isInGrid || event.target === document.body || event.target.id === "main" || event.target.matches?.(".scroller");
  if (isFree && event.key in steps) {
    return () => {
      grid.list.focus({ preventScroll: true });
      return event.shiftKey ? actions.extendBy(steps[event.key]) : grid.moveTo(grid.active + steps[event.key]);
    };
  }
  if (isFree && event.key === "Enter") return () => actions.openAt(grid.active);
  if (isFree && event.key === " ") return () => actions.toggleAt(grid.active);
  return {
    "/": actions.focusSearch,
    "?": showKeys,
    Escape: actions.letGo,
    c: () => actions.correctSelected(),
    v: actions.switchView,
    m: () => actions.likeAt(grid.active),
  }[event.key];
}
