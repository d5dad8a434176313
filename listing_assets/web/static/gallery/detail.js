// One photo in full size, with all that is known of it, over the results that it was opened from.

import { ask, parameters, picture } from "../api.js";
import { toast } from "../dialogs.js";
import { button, element, icon, notice } from "../dom.js";
import { draftOf } from "./drafting.js";
import { panelOf } from "./facts.js";
import { folderOf, nameOf, score } from "./wording.js";

const NEIGHBOURS = 12;

export class Detail {
  #behind;
  #do;
  #turn = 0;
  #before = null;
  /** The photo whose picture and switches are on the stage. */
  #staged = null;

  /** `behind` is what lies under it; `actions` are open(key), step(by), close(), correct(key), like(key), undo(ids). */
  constructor(behind, actions) {
    this.#behind = behind;
    this.#do = actions;
    this.title = element("h2", { id: "detail-title" });
    this.place = element("span", { className: "quiet number" });
    this.previous = button("Previous photo", { sign: "left", bare: true, onclick: () => actions.step(-1) });
    this.next = button("Next photo", { sign: "right", bare: true, onclick: () => actions.step(1) });
    this.canvas = element("div", { className: "canvas", onclick: (event) => event.target.matches("img") && this.zoom() });
    this.stage = element("div", { className: "stage" });
    this.panel = element("div", { className: "panel" });
    this.element = element(
      "section",
      { className: "detail", role: "dialog", "aria-modal": "true", "aria-labelledby": "detail-title", hidden: true },
      element(
        "header",
        { className: "detail-head" },
        button("Close", { sign: "close", bare: true, onclick: () => actions.close() }),
        element("div", { className: "detail-name" }, this.title, this.place),
        this.previous,
        this.next,
      ),
      this.stage,
      this.panel,
    );
    this.element.tabIndex = -1;
    document.body.append(this.element);
  }

  get key() {
    return this.element.hidden ? null : this.element.dataset.key;
  }

  /** Shows a photo of a revision. `position` is { place, total }, place null where it is unknown. */
  async show(place, key, position) {
    const turn = ++this.#turn;
    if (this.element.hidden) {
      this.#before = document.activeElement;
      this.element.hidden = false;
      for (const one of this.#behind) one.inert = true;
      this.element.focus();
    }
    const isOther = this.element.dataset.key !== key;
    this.element.dataset.key = key;
    this.title.replaceChildren(nameOf(key), element("small", { textContent: folderOf(key) }));
    this.#tellPosition(position);
    if (isOther) {
      this.#staged = null;
      this.canvas.classList.remove("actual");
      this.canvas.replaceChildren(this.#photo(place.path, "photo", key));
      this.stage.replaceChildren(this.canvas);
      this.panel.replaceChildren(element("div", { className: "loading" }));
      this.panel.scrollTop = 0;
    }
    try {
      const asked = parameters({ key });
      const [file, calls, definition] = await Promise.all([
        ask(`${place.path}/file?${asked}`),
        ask(`${place.path}/calls?${asked}`),
        ask(`/datasets/${place.dataset}/definition`).catch(() => ({ tags: [] })),
      ]);
      if (turn !== this.#turn) return;
      if (this.#staged !== key) this.#stageOf(place.path, file);
      this.#staged = key;
      const neighbours = element("section", { className: "neighbours", "aria-label": "Photos like it" });
      this.panel.replaceChildren(
        this.#actions(place, file),
        panelOf(place, file, calls, definition, { undo: this.#do.undo }),
        neighbours,
      );
      if (file.status === "published") await this.#neighbours(place.path, key, neighbours, turn);
    } catch (error) {
      if (turn !== this.#turn) return;
      this.panel.replaceChildren(notice({ title: error.message, remedy: error.remedy, sign: "warning" }));
      if (error.status === 404) this.stage.replaceChildren();
    }
  }

  /** Shows the picture pixel by pixel, or whole again. */
  zoom() {
    this.canvas.classList.toggle("actual");
    this.canvas.scrollTo((this.canvas.scrollWidth - this.canvas.clientWidth) / 2, (this.canvas.scrollHeight - this.canvas.clientHeight) / 2);
  }

  hide() {
    if (this.element.hidden) return;
    this.#turn += 1;
    this.element.hidden = true;
    delete this.element.dataset.key;
    for (const one of this.#behind) one.inert = false;
    this.stage.replaceChildren();
    this.#before?.focus?.();
  }

  #tellPosition({ place, total }) {
    this.place.textContent = place === null ? "" : `${place + 1} of ${total}`;
    this.previous.disabled = place === null || place === 0;
    this.next.disabled = place === null || place + 1 >= total;
  }

  #photo(path, kind, key) {
    return element("img", { className: "full", alt: key, src: picture(path, kind, key) });
  }

  /** The original where browsers show it; until it is here, and where it cannot be had, the normalized photo. */
  #stageOf(path, file) {
    if (file.status !== "published") {
      this.stage.replaceChildren(notice({ title: `Rejected: ${file.reason}`, remedy: file.detail, sign: "warning" }));
      return;
    }
    const told = element("p", { className: "told small", role: "status" });
    const kinds = [["original", "Original"], ["photo", "As the models saw it"]];
    const tabs = element("div", { className: "group kinds", role: "group", "aria-label": "Which picture" });
    const mark = (kind) => {
      for (const tab of tabs.children) tab.setAttribute("aria-pressed", String(tab.dataset.kind === kind));
    };
    const put = (kind) => {
      mark(kind);
      const wanted = this.#photo(path, kind, file.key);
      wanted.addEventListener("load", () => this.canvas.replaceChildren(wanted));
      wanted.addEventListener("error", () => {
        told.textContent = "The original cannot be had from its source. This is the normalized photo.";
        mark("photo");
      });
      told.textContent = "";
    };
    tabs.append(...kinds.map(([kind, label]) => button(label, { "data-kind": kind, onclick: () => put(kind) })));
    if (!file.is_shown_by_browsers) {
      tabs.firstChild.disabled = true;
      tabs.firstChild.title = `No browser shows ${file.facts.format}; download it instead.`;
    }
    this.stage.replaceChildren(this.canvas, tabs, told);
    if (file.is_shown_by_browsers) put("original");
    else mark("photo");
  }

  #actions(place, file) {
    const address = picture(place.path, "original", file.key);
    return element(
      "div",
      { className: "row detail-actions" },
      file.status === "published" && button("Correct labels", { sign: "tag", className: "primary", onclick: () => this.#do.correct(file.key) }),
      file.status === "published" && button("More like this", { sign: "like", onclick: () => this.#do.like(file.key) }),
      file.status === "published" && element("a", { className: "button bare", href: draftOf(place, [file.key]), "aria-label": "Draft a listing", title: "Draft a listing" }, icon("draft")),
      button("Copy link", { sign: "link", bare: true, onclick: () => copyLink() }),
      element("a", { className: "button bare", href: address, download: nameOf(file.key), "aria-label": "Download the original", title: "Download the original" }, icon("download")),
    );
  }

  async #neighbours(path, key, box, turn) {
    const found = await ask(`${path}/files?${parameters({ like: key, top_k: NEIGHBOURS + 1, max_results: NEIGHBOURS + 1 })}`)
      .catch((error) => ({ files: [], problem: error }));
    if (turn !== this.#turn) return;
    const others = found.files.filter((one) => one.key !== key).slice(0, NEIGHBOURS);
    if (!others.length) {
      if (found.problem) box.append(element("h3", { textContent: "Photos like it" }), element("p", { className: "quiet small", textContent: found.problem.message }));
      return;
    }
    box.append(
      element("h3", { textContent: "Photos like it" }),
      element("div", { className: "strip" }, others.map((one) =>
        element(
          "button",
          { type: "button", title: `${one.key} · ${score(one.score)}`, "aria-label": `Open ${one.key}`, onclick: () => this.#do.open(one.key) },
          element("img", { className: "thumb", alt: "", loading: "lazy", src: picture(path, "thumbnail", one.key) }),
          element("span", { className: "number small", textContent: score(one.score) }),
        ))),
    );
  }
}

async function copyLink() {
  try {
    await navigator.clipboard.writeText(location.href);
    toast("The link is copied.", { seconds: 4 });
  } catch {
    toast(`Copy this link: ${location.href}`);
  }
}
