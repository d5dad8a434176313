// An editor of YAML: line numbers, colours, marks at the lines that have a mistake.
//
// The text is in a plain textarea, so that it is typed, selected and read aloud as any other; what lies
// behind it draws the same text in colours, and is nothing to screen readers.

import { element } from "./dom.js";

const TOKEN =
  /((?:^|\s)#.*$)|("(?:[^"\\]|\\.)*"|'(?:[^']|'')*')|([A-Za-z_][\w-]*)(?=:(?:\s|$))|([[\]{},]|(?:^|\s)- )/g;
const CLASSES = [null, "comment", "string", "name", "sign"];
const OPENS_TEXT = /:\s*[|>][+-]?\d*\s*$/;

/**
 * { root, text, mark(mistakes), jump(line) }. `onchange` is called with the text whenever it is edited.
 * A mistake has `line` (from 1) and `message`.
 */
export function openEditor({ text, label, onchange, describedBy }) {
  const gutter = element("div", { className: "gutter", "aria-hidden": "true" });
  const paint = element("pre", { className: "paint", "aria-hidden": "true" });
  const area = element("textarea", {
    className: "code", value: text, spellcheck: false, wrap: "off", autocapitalize: "off",
    "aria-label": label, "aria-describedby": describedBy,
  });
  let wrong = new Map();

  const draw = () => {
    const lines = area.value.split("\n");
    const isText = inText(lines);
    gutter.replaceChildren(
      ...lines.map((_, number) =>
        element("span", {
          textContent: number + 1,
          className: wrong.has(number + 1) ? "wrong" : "",
          title: wrong.get(number + 1) ?? "",
        }),
      ),
    );
    paint.replaceChildren(
      ...lines.map((line, number) =>
        element("span", { className: wrong.has(number + 1) ? "line wrong" : "line" },
          isText[number] ? line : tokens(line)),
      ),
    );
    follow();
  };
  const follow = () => {
    paint.scrollTop = gutter.scrollTop = area.scrollTop;
    paint.scrollLeft = area.scrollLeft;
  };
  area.addEventListener("scroll", follow);
  area.addEventListener("input", () => {
    wrong = new Map();
    draw();
    onchange(area.value);
  });
  area.addEventListener("keydown", indent);
  draw();

  return {
    root: element("div", { className: "editor" }, gutter, element("div", { className: "sheet" }, paint, area)),
    get text() {
      return area.value;
    },
    mark(mistakes) {
      wrong = new Map(mistakes.map((one) => [one.line, one.message]));
      area.setAttribute("aria-invalid", String(wrong.size > 0));
      draw();
    },
    jump(line) {
      const lines = area.value.split("\n");
      const start = lines.slice(0, line - 1).reduce((sum, one) => sum + one.length + 1, 0);
      area.focus();
      area.setSelectionRange(start, start + (lines[line - 1] ?? "").length);
      const height = area.scrollHeight / lines.length;
      area.scrollTop = Math.max(0, (line - 4) * height);
    },
  };
}

/** Enter begins the next line where this one begins, so that a list or text can be typed on. */
function indent(event) {
  if (event.key !== "Enter" || event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
  const area = event.target;
  const before = area.value.slice(0, area.selectionStart).split("\n").at(-1);
  const blanks = before.match(/^ */)[0];
  const deeper = /:\s*$/.test(before) || OPENS_TEXT.test(before) || /^ *- [\w-]+:/.test(before) ? "  " : "";
  if (!blanks && !deeper) return;
  event.preventDefault();
  document.execCommand("insertText", false, `\n${blanks}${deeper}`); // undo knows it, unlike setRangeText
}

/** For each line, whether it is inside of a block of text (`|` or `>`). */
function inText(lines) {
  let depth = null;
  return lines.map((line) => {
    const at = line.search(/\S/);
    if (depth !== null && at !== -1 && at <= depth) depth = null;
    const inside = depth !== null;
    if (!inside && OPENS_TEXT.test(line)) depth = line.replace(/^( *)- /, "$1  ").search(/\S/);
    return inside;
  });
}

function tokens(line) {
  const found = [];
  let end = 0;
  for (const match of line.matchAll(TOKEN)) {
    const kind = CLASSES[match.findIndex((part, place) => place > 0 && part !== undefined)];
    found.push(line.slice(end, match.index), element("span", { className: kind, textContent: match[0] }));
    end = match.index + match[0].length;
  }
  found.push(line.slice(end));
  return found;
}
