// The box for query expressions: completes names of fields and values, and marks an error's characters.

import { button, element } from "../dom.js";

const MOST = 8;
const BARE = /^[^\s()"'<>=:*][^\s()"'<>=*]*$/u;

export class Expression {
  #fields = [];
  #values = () => [];
  #offers = [];
  #active = -1;

  /** `submit(text)` is called where an expression shall be searched by. */
  constructor(submit) {
    this.input = element("input", {
      id: "where", className: "mono", placeholder: "category=Food AND NOT tags.all:sale", spellcheck: false,
      autocomplete: "off", autocapitalize: "off", enterKeyHint: "search", maxLength: 4096,
      role: "combobox", "aria-label": "Query expression", "aria-autocomplete": "list",
      "aria-expanded": "false", "aria-controls": "where-offers", "aria-describedby": "where-problem",
    });
    this.mirror = element("div", { className: "mirror mono", "aria-hidden": "true" });
    this.offers = element("ul", { id: "where-offers", className: "offers", role: "listbox", "aria-label": "Fields and values", hidden: true });
    this.problem = element("p", { id: "where-problem", className: "problem", role: "alert", hidden: true });
    this.element = element(
      "form",
      { className: "expression", role: "search", "aria-label": "By a query expression" },
      element("div", { className: "marked" }, this.mirror, this.input, this.offers),
      button("Run", { type: "submit" }),
      this.problem,
    );
    this.element.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#close();
      submit(this.input.value.trim());
    });
    this.input.addEventListener("input", () => {
      this.clearProblem();
      this.#offer();
    });
    this.input.addEventListener("scroll", () => this.#follow());
    this.input.addEventListener("keydown", (event) => this.#pressed(event));
    this.input.addEventListener("blur", () => this.#close());
  }

  /** The fields of the version, and what gives the known values of one. */
  open(fields, values) {
    this.#fields = fields;
    this.#values = values;
  }

  set value(text) {
    if (this.input.value !== text) this.input.value = text;
    this.clearProblem();
  }

  /** Marks where an expression is wrong and says why. `place` counts characters, not UTF-16 units. */
  mark(error) {
    const characters = Array.from(this.input.value);
    const part = (from, to) => characters.slice(from, to).join("");
    const { start, reason } = error.place;
    const end = Math.max(error.place.end, start + 1);
    this.mirror.replaceChildren(
      part(0, start), element("mark", { textContent: part(start, end) || "\u00a0" }), part(end));
    this.#follow();
    this.input.setAttribute("aria-invalid", "true");
    const meant = /Did you mean '(.+)'\?/.exec(error.remedy)?.[1];
    const use = () => {
      const name = BARE.test(meant) ? meant : JSON.stringify(meant);
      this.input.value = part(0, start) + name + part(end);
      this.element.requestSubmit();
    };
    this.problem.replaceChildren(
      `Character ${start + 1}: ${reason} `,
      ...(meant ? ["Did you mean ", button(meant, { className: "bare meant", onclick: use }), "?"] : [error.remedy]),
    );
    this.problem.hidden = false;
  }

  clearProblem() {
    this.mirror.replaceChildren();
    this.problem.hidden = true;
    this.input.removeAttribute("aria-invalid");
  }

  #follow() {
    this.mirror.scrollLeft = this.input.scrollLeft;
  }

  #offer() {
    const before = this.input.value.slice(0, this.input.selectionStart);
    const ofValue = /([\p{L}\p{N}_.-]+)[=:]([\p{L}\p{N}_.-]*)$/u.exec(before);
    const [, field, begun] = ofValue ?? [null, null, /[\p{L}\p{N}_.-]*$/u.exec(before)[0]];
    const isQuoted = (before.match(/(?<!\\)"/g)?.length ?? 0) % 2 === 1;
    const known = isQuoted || (!field && !begun) ? [] : field ? this.#values(field) : this.#fields.flatMap(shortNames);
    const low = begun.toLowerCase();
    const starts = known.filter((one) => one.toLowerCase().startsWith(low));
    const holds = known.filter((one) => !one.toLowerCase().startsWith(low) && one.toLowerCase().includes(low));
    this.#offers = [...new Set([...starts, ...holds])].filter((one) => one !== begun).slice(0, MOST)
      .map((text) => ({ text, begun }));
    this.#active = -1;
    this.#drawOffers();
  }

  #drawOffers() {
    this.offers.replaceChildren(
      ...this.#offers.map(({ text }, place) =>
        element("li", {
          id: `offer-${place}`, role: "option", textContent: text, "aria-selected": String(place === this.#active),
          onmousedown: (event) => {
            event.preventDefault();
            this.#accept(place);
          },
        })),
    );
    this.offers.hidden = this.#offers.length === 0;
    this.input.setAttribute("aria-expanded", String(this.#offers.length > 0));
    if (this.#active >= 0) this.input.setAttribute("aria-activedescendant", `offer-${this.#active}`);
    else this.input.removeAttribute("aria-activedescendant");
  }

  #accept(place) {
    const { text, begun } = this.#offers[place];
    const caret = this.input.selectionStart;
    const written = BARE.test(text) ? text : JSON.stringify(text);
    this.input.setRangeText(written, caret - begun.length, caret, "end");
    this.#close();
  }

  #close() {
    this.#offers = [];
    this.#active = -1;
    this.#drawOffers();
  }

  #pressed(event) {
    if (!this.#offers.length) return;
    const { length } = this.#offers;
    if (event.key === "ArrowDown") this.#active = (this.#active + 1) % length;
    else if (event.key === "ArrowUp") this.#active = this.#active <= 0 ? length - 1 : this.#active - 1;
    else if (event.key === "Tab" || (event.key === "Enter" && this.#active >= 0)) this.#accept(Math.max(0, this.#active));
    else if (event.key === "Escape") {
      event.stopPropagation();
      this.#close();
    } else return;
    event.preventDefault();
    if (this.#offers.length) this.#drawOffers();
  }
}

/** A field's names: with and without the prefix of tags and of the manifest's columns. */
function shortNames({ name }) {
  const short = /^(?:tag|meta)_(.+)$/.exec(name)?.[1];
  return short ? [short, name] : [name];
}
