// How many results have each value of each tag, and a way to ask for, demand or exclude a value.

import { ask, parameters } from "../api.js";
import { button, element } from "../dom.js";
import { conditionsOf } from "./state.js";
import { count, labelParts } from "./wording.js";

const FEW = 8;
const MANY = 1000;
const WAYS = [
  ["any", "Any", "any of"],
  ["all", "All", "all of"],
  ["none", "Not", "none of"],
];

export class Facets {
  #box;
  #go;
  #opened = new Set();
  #turn = 0;

  constructor(go) {
    this.#go = go;
    this.#box = element("div", { className: "facets" });
  }

  get element() {
    return this.#box;
  }

  /** Counts for a question. A tag with a value of `any` counts what else might be asked for too. */
  async show(path, question) {
    const turn = ++this.#turn;
    this.#box.setAttribute("aria-busy", "true");
    const asked = (some) =>
      ask(`${path}/facets?${parameters({ ...conditionsOf(question), ...some, values: MANY })}`);
    try {
      const [narrow, wide] = await Promise.all([asked({}), question.any.length ? asked({ any: [] }) : null]);
      if (turn !== this.#turn) return;
      const chosen = new Set(question.any.map((label) => labelParts(label)[0]));
      const tags = new Map(Object.entries(narrow.facets));
      for (const [tag, values] of Object.entries(wide?.facets ?? {})) if (chosen.has(tag)) tags.set(tag, values);
      this.#draw(tags, question);
    } catch (error) {
      if (turn === this.#turn) this.#box.replaceChildren(element("p", { className: "quiet small", textContent: error.place ? "" : error.message }));
    } finally {
      if (turn === this.#turn) this.#box.removeAttribute("aria-busy");
    }
  }

  #draw(tags, question) {
    for (const [way] of WAYS) {
      for (const label of question[way]) {
        const [tag, value] = labelParts(label);
        if (tag && !(value in (tags.get(tag) ?? {}))) tags.set(tag, { ...tags.get(tag), [value]: 0 });
      }
    }
    const focused = this.#box.contains(document.activeElement) ? document.activeElement.dataset.choice : null;
    const sections = [...tags].map(([tag, values]) => this.#section(tag, Object.entries(values), question));
    this.#box.replaceChildren(
      ...(sections.length ? sections : [element("p", { className: "quiet small", textContent: "No result has a label." })]),
    );
    if (focused) [...this.#box.querySelectorAll("[data-choice]")].find((one) => one.dataset.choice === focused)?.focus();
  }

  #section(tag, values, question) {
    const isOpened = this.#opened.has(tag);
    const isChosen = (value) => WAYS.some(([way]) => question[way].includes(`${tag}:${value}`));
    const most = Math.max(1, ...values.map(([, number]) => number));
    const shown = isOpened ? values : values.filter(([value], place) => place < FEW || isChosen(value));
    const list = element("ul", {}, shown.map(([value, number]) => this.#value(`${tag}:${value}`, value, number, most, question)));
    const section = element("section", { className: "facet", "aria-label": tag }, element("h3", { textContent: tag }), list);
    if (values.length > FEW) {
      const label = isOpened ? "Show fewer" : `Show all ${count(values.length)}`;
      section.append(
        button(label, {
          className: "bare small more",
          onclick: () => {
            if (!this.#opened.delete(tag)) this.#opened.add(tag);
            section.replaceWith(this.#section(tag, values, question));
          },
        }),
      );
    }
    return section;
  }

  #value(label, value, number, most, question) {
    const way = WAYS.find(([name]) => question[name].includes(label))?.[0] ?? null;
    const choose = (wanted) => {
      const changes = {};
      for (const [name] of WAYS) changes[name] = question[name].filter((one) => one !== label);
      if (wanted !== way) changes[wanted] = [...changes[wanted], label];
      this.#go(changes);
    };
    const bar = element("span", { className: "bar" });
    bar.style.width = `${(100 * number) / most}%`;
    return element(
      "li",
      { className: `value${way ? ` ${way}` : ""}` },
      element(
        "button",
        {
          type: "button", className: "value-name", "aria-pressed": String(way !== null), title: value,
          "data-choice": label,
          onclick: () => choose(way ?? "any"),
        },
        bar,
        element("span", { className: "text", textContent: value }),
        element("span", { className: "number", textContent: count(number) }),
      ),
      element(
        "span",
        { className: "ways" },
        WAYS.map(([name, text, meaning]) =>
          element("button", {
            type: "button", textContent: text, title: `${meaning}: ${value}`,
            "data-choice": `${name} ${label}`, "aria-label": `${meaning} ${label}`, "aria-pressed": String(way === name),
            onclick: () => choose(name),
          })),
      ),
    );
  }
}
