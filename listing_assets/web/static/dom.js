// Makes elements. Texts become text nodes: no data is ever read as HTML.

/**
 * An element with properties and children.
 * Properties are the element's own (`className`, `textContent`, `onclick`); `aria-…`, `data-…`, `role`
 * and `for` are attributes. Children that are null or false are left out.
 */
export function element(tag, properties = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (value === undefined || value === null) continue;
    if (/^(aria-|data-|role$|for$|list$)/.test(name)) made.setAttribute(name, String(value));
    else made[name] = value;
  }
  made.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false));
  return made;
}

/** The element of an id. */
export const at = (id) => document.getElementById(id);

const SVG = "http://www.w3.org/2000/svg";
const ICONS = {
  search: ["M11 11l3.5 3.5", "M12 7A5 5 0 1 1 2 7a5 5 0 0 1 10 0z"],
  grid: ["M2.5 2.5h4.5v4.5h-4.5z", "M9 2.5h4.5v4.5H9z", "M2.5 9h4.5v4.5h-4.5z", "M9 9h4.5v4.5H9z"],
  list: ["M2.5 4h2", "M6.5 4h7", "M2.5 8h2", "M6.5 8h7", "M2.5 12h2", "M6.5 12h7"],
  image: ["M2.5 3h11v10h-11z", "M2.5 11l3.2-3.6 2.6 2.8 1.9-1.9 3.3 3.4", "M10.6 6.2v0"],
  filter: ["M2 4h12", "M4.5 8h7", "M7 12h2"],
  code: ["M5.5 4.5L2 8l3.5 3.5", "M10.5 4.5L14 8l-3.5 3.5"],
  close: ["M4 4l8 8", "M12 4l-8 8"],
  download: ["M8 2.2v7.6", "M4.8 6.8L8 10l3.2-3.2", "M3 13.5h10"],
  left: ["M10 3L5 8l5 5"],
  right: ["M6 3l5 5-5 5"],
  down: ["M3.5 6L8 10.5 12.5 6"],
  check: ["M3 8.5l3.2 3.2L13 4.8"],
  tag: ["M2.5 2.5h5l6 6-5 5-6-6z", "M5.4 5.4v0"],
  export: ["M8 10V2.5", "M5 5.2L8 2.2l3 3", "M3 9v4.5h10V9"],
  draft: ["M3.5 1.8h6l3 3v9.4h-9z", "M6 7.5h4", "M6 10.5h4"],
  undo: ["M5.5 3L2.5 6l3 3", "M2.8 6h6.7a3.5 3.5 0 0 1 0 7H6"],
  like: ["M2.5 2.5h7v7h-7z", "M6.5 11.8v1.7h7v-7h-1.7"],
  sun: ["M10.8 8a2.8 2.8 0 1 1-5.6 0 2.8 2.8 0 0 1 5.6 0z", "M8 1.5v1.3", "M8 13.2v1.3", "M1.5 8h1.3", "M13.2 8h1.3", "M3.4 3.4l.9.9", "M11.7 11.7l.9.9", "M12.6 3.4l-.9.9", "M4.3 11.7l-.9.9"],
  moon: ["M13.5 9.6A6 6 0 0 1 6.4 2.5a6 6 0 1 0 7.1 7.1z"],
  help: ["M5.8 6a2.2 2.2 0 1 1 3.2 2c-.7.4-1 .8-1 1.6", "M8 12.2v0"],
  warning: ["M8 2.2l6.2 11H1.8z", "M8 6.5v3", "M8 11.4v0"],
  link: ["M6.7 9.3l2.6-2.6", "M7.5 4.8l1.3-1.3a2.6 2.6 0 0 1 3.7 3.7l-1.3 1.3", "M8.5 11.2l-1.3 1.3a2.6 2.6 0 0 1-3.7-3.7l1.3-1.3"],
  menu: ["M2.5 4.5h11", "M2.5 8h11", "M2.5 11.5h11"],
};

/** A drawn sign of 16 pixels, in the colour of the text; it says nothing to screen readers. */
export function icon(name) {
  const drawn = document.createElementNS(SVG, "svg");
  drawn.setAttribute("viewBox", "0 0 16 16");
  drawn.setAttribute("aria-hidden", "true");
  drawn.classList.add("icon");
  for (const d of ICONS[name]) {
    const path = document.createElementNS(SVG, "path");
    path.setAttribute("d", d);
    drawn.append(path);
  }
  return drawn;
}

/** A button. `label` is shown, or only told to screen readers and on hover where `bare` is true. */
export function button(label, { sign, bare = false, className = "", ...properties } = {}) {
  const named = bare ? { "aria-label": label, title: label } : {};
  return element(
    "button",
    { type: "button", className: `button ${bare ? "bare" : ""} ${className}`.trim(), ...named, ...properties },
    sign && icon(sign),
    bare ? null : element("span", { textContent: label }),
  );
}

/** What is shown where a list is empty or failed: what is the matter, and what to do about it. */
export function notice({ title, remedy = "", sign = null, action = null }) {
  return element(
    "div",
    { className: "notice" },
    sign && icon(sign),
    element("p", { className: "notice-title" }, sentence(title)),
    remedy && element("p", { className: "notice-remedy" }, sentence(remedy)),
    action,
  );
}

/** A text as people read it: its first word has a capital, and what stands in `backticks` is code. */
export function sentence(text) {
  const parts = text.replace(/^[a-z](?=[a-z]* )/, (first) => first.toUpperCase()).split("`");
  return parts.map((part, place) => (place % 2 ? element("code", { textContent: part }) : part));
}
