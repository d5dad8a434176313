// Draft a listing: drop photos of a product, see the steps come and the text being written, edit, accept.
//
// The address may name a version (`v=photos@v1`), whose drafts are listed then, and photos of it (`key`,
// several times): their draft is opened, or made. `definition` is the listing definition that was chosen.

import { ask, parameters, send } from "./api.js";
import { confirmed } from "./dialogs.js";
import { at, button, element, icon, notice } from "./dom.js";
import { adopting, fared } from "./listings/adopting.js";
import { listingFields } from "./listings/fields.js";
import { neighbours, quality } from "./listings/found.js";
import { photoTray } from "./listings/photos.js";
import { stepList } from "./listings/steps.js";
import { draftListing } from "./listings/stream.js";
import { descriptionField } from "./listings/text.js";
import { versionDrafts } from "./listings/version-drafts.js";
import { openShell } from "./shell.js";

const FROM = {
  photo: "the photos alone",
  photo_template: "the photos and the category's template",
  photo_template_reference: "the photos, the template and like products",
};

const PAUSE = 700; // ms without an edit, after which the text is checked

openShell({ page: "listings", choice: "none", show });

let leave = () => {};

async function show(place, shell) {
  leave();
  const catalog = await ask("/listings/definitions");
  if (!catalog.definitions.length) {
    at("main").replaceChildren(notice({
      title: "The catalog has no listing definition",
      remedy: "Write one into catalog/listing_definitions/: docs/LISTINGS.md shows how.",
      sign: "tag",
    }));
    return;
  }
  const page = new Drafting(catalog, place.query, shell);
  leave = () => page.leave();
  at("main").replaceChildren(page.root);
  await page.open();
}

class Drafting {
  #catalog;
  #query;
  #shell;
  #running = null;
  #draft = null;
  #isEdited = false;
  #pause = 0;
  #listening = new AbortController();

  constructor(catalog, query, shell) {
    this.#catalog = catalog;
    this.#query = query;
    this.#shell = shell;
    const edited = () => this.#edited();
    const rewritten = () => {
      this.#edited();
      clearTimeout(this.#pause);
      this.#pause = setTimeout(() => this.#check(), PAUSE);
    };
    this.tray = photoTray((isNew) => this.#photosChanged(isNew));
    this.steps = stepList();
    this.fields = listingFields(catalog.templates, edited);
    this.text = descriptionField(rewritten);
    this.adopting = adopting(
      () => ({ ...this.fields.values, description: this.text.text.trim() }),
      () => ({ recipe: this.#draft?.recipe, definition: this.definition.name }),
    );
    this.definitions = element("select", { id: "definition", onchange: () => this.#choose() },
      catalog.definitions.map((one) => element("option", { value: one.name, textContent: one.name })));
    this.definitions.value = query.get("definition") ?? catalog.usual;
    if (!this.definitions.value) this.definitions.value = catalog.usual;
    this.datasets = element("select", { id: "dataset" },
      element("option", { value: "", textContent: "the usual way" }),
      catalog.datasets.map((value) => element("option", { value, textContent: `as photos of ${value}` })));
    this.about = element("p", { className: "quiet small about" });
    this.again = button("Draft again", { sign: "undo", hidden: true, onclick: () => this.#draftAgain() });
    this.stop = button("Stop", { sign: "close", hidden: true, onclick: () => this.#running?.abort() });
    this.told = element("div", { className: "told", role: "status", "aria-live": "polite" });
    this.written = element("p", { className: "small quiet written" });
    this.extra = element("div", { className: "extra" });
    this.side = element("div", { className: "side-of-photos" }, this.tray.root,
      element("div", { className: "row tray-actions" }, this.again, this.stop),
      element("section", { className: "card progress" }, element("h2", { textContent: "Steps" }), this.steps.root));
    this.sheet = element("section", { className: "card sheet", "aria-label": "The listing" },
      this.told, this.fields.root, this.text.root, this.written, this.adopting.root);
    this.rates = element("p", { className: "quiet small rates" });
    this.list = element("div");
    this.body = element("div", { className: "drafting empty" }, this.side,
      element("div", { className: "of-draft" }, this.sheet, this.extra));
    this.root = element("div", {},
      element("header", { className: "page-head" },
        element("div", {}, element("h1", { textContent: "Draft a listing" }), this.about),
        element("div", { className: "row choices" },
          element("div", { className: "field" }, element("label", { for: "definition", textContent: "Written by" }), this.definitions),
          element("div", { className: "field" }, element("label", { for: "dataset", textContent: "Photos looked at" }), this.datasets))),
      this.body, this.list, this.rates);
    this.root.addEventListener("accepted", () => this.#tellRates());
    this.#listen();
    this.#describe();
  }

  get definition() {
    return this.#catalog.definitions.find((one) => one.name === this.definitions.value);
  }

  leave() {
    clearTimeout(this.#pause);
    this.#running?.abort();
    this.#listening.abort();
  }

  /** What the address asks for. */
  async open() {
    this.#tellRates();
    const version = this.#query.get("v");
    const keys = this.#query.getAll("key");
    const [dataset, revision] = (version ?? "").split("@");
    if (!dataset || !revision) return;
    if (!keys.length) {
      this.list.replaceChildren(await versionDrafts(dataset, revision, this.#shell));
      return;
    }
    const path = `/datasets/${encodeURIComponent(dataset)}/versions/${encodeURIComponent(revision)}`;
    const made = keys.length === 1 && !this.#query.has("definition")
      ? await ask(`${path}/draft?${parameters({ key: keys[0] })}`).catch((error) => {
        if (error.status !== 404) throw error;
        return null;
      })
      : null;
    this.tray.show(path, made?.keys ?? keys);
    this.#begun();
    if (made === null) {
      await this.#run();
      return;
    }
    if (made.definition) this.definitions.value = made.definition;
    this.#describe();
    this.steps.show(made.draft.steps);
    this.#show({ ...made.draft, recipe: made.recipe }, made.template);
    this.#finished();
  }

  #listen() {
    const { signal } = this.#listening;
    const holdsFiles = (event) => [...(event.dataTransfer?.types ?? [])].includes("Files");
    let depth = 0;
    const mark = (change) => {
      depth = Math.max(0, depth + change);
      this.root.classList.toggle("dropping", depth > 0);
    };
    addEventListener("dragenter", (event) => holdsFiles(event) && mark(1), { signal });
    addEventListener("dragleave", (event) => holdsFiles(event) && mark(-1), { signal });
    addEventListener("dragover", (event) => holdsFiles(event) && event.preventDefault(), { signal });
    addEventListener("drop", (event) => {
      if (!holdsFiles(event)) return;
      event.preventDefault();
      mark(-depth);
      this.#take(event.dataTransfer.files);
    }, { signal });
    addEventListener("paste", (event) => event.clipboardData?.files.length && this.#take(event.clipboardData.files), { signal });
    addEventListener("keydown", (event) => {
      if (event.key === "Escape" && this.#running) this.#running.abort();
      if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) this.adopting.accept();
    }, { signal });
  }

  #take(files) {
    if (this.#running) return;
    if (this.tray.photos.some((photo) => !photo.file)) this.tray.show("", []);
    this.tray.add(files);
  }

  async #photosChanged(isNew) {
    const isFirst = this.body.classList.contains("empty");
    if (!this.tray.photos.length) {
      this.body.classList.add("empty");
      this.again.hidden = true;
      return;
    }
    if (isNew && isFirst) {
      this.#begun();
      await this.#run();
      return;
    }
    this.again.hidden = false;
    this.again.classList.add("primary");
    this.#tell("The photos were changed: draft again, or go on with this text.");
  }

  #begun() {
    this.body.classList.remove("empty");
    this.list.replaceChildren();
  }

  async #choose() {
    this.#describe();
    this.#tellRates();
    this.#shell.go({ definition: this.definitions.value }, { silently: true, replace: true });
    if (this.tray.photos.length && !this.#running) await this.#draftAgain();
  }

  async #draftAgain() {
    const text = "What you have edited gives way to the new draft.";
    if (this.#isEdited && !(await confirmed("Draft again", text, "Draft again"))) return;
    await this.#run();
  }

  #describe() {
    const { description, language, max_length: most, reference, time_budget_seconds: seconds } = this.definition;
    const looked = reference ? ` Like products are looked for in ${reference}.` : "";
    this.about.textContent = `${description}${looked} Ready in at most ${seconds.toLocaleString()} seconds.`;
    this.fields.language = language;
    this.text.most = most;
  }

  async #tellRates() {
    try {
      this.rates.textContent = (await fared(this.definitions.value)) ?? "";
    } catch {
      this.rates.textContent = ""; // told where it matters: at drafting and accepting
    }
  }

  async #run() {
    this.#running?.abort();
    const running = new AbortController();
    this.#running = running;
    this.#draft = null;
    this.#isEdited = false;
    this.#busy(true);
    this.steps.reset();
    this.text.clear();
    this.fields.show({ title: "", category: "", attributes: {} }, []);
    this.extra.replaceChildren();
    this.written.textContent = "";
    this.#tell("");
    this.adopting.ready(false);
    try {
      await draftListing(this.#order(), (name, told) => this.#running === running && this.#happened(name, told), running.signal);
    } catch (error) {
      if (this.#running === running) this.#failed(error);
    } finally {
      if (this.#running === running) {
        this.#running = null;
        this.#finished();
      }
    }
  }

  #order() {
    const definition = this.definition.name;
    const dataset = this.datasets.value;
    const photos = this.tray.photos;
    if (photos.every((photo) => photo.file)) {
      const form = new FormData();
      form.append("definition", definition);
      if (dataset) form.append("dataset", dataset);
      for (const { file, name } of photos) form.append("photo", file, name);
      return form;
    }
    return {
      definition, ...(dataset && { dataset }), version: this.#query.get("v"), keys: photos.map((photo) => photo.name),
    };
  }

  #happened(name, told) {
    if (name === "step_began") this.steps.began(told.step);
    else if (name === "step_ended") {
      this.steps.ended(told.result);
      this.#show(told.draft, told.template, told.result.step);
    } else if (name === "text_began") {
      this.text.clear();
      this.text.writing = true;
      this.written.textContent = `Being written from ${FROM[told.instruction]} …`;
    } else if (name === "text") this.text.append(told.text);
    else if (name === "notice") this.#tell(told.notice, "warned");
    else if (name === "finished") this.#show(told.draft, told.template);
  }

  /** What is known by now; the text is left alone until it is whole. */
  #show(draft, template, step = null) {
    this.tray.tell(draft);
    this.fields.show(draft, template);
    this.extra.replaceChildren(...neighbours(draft), ...quality(draft));
    if (step !== null && !["description", "checks", "quality"].includes(step)) return;
    this.text.writing = false;
    this.text.show(draft);
    this.written.textContent = draft.description ? `Written from ${FROM[draft.instruction]}.` : "";
    if (step === null) this.#draft = draft;
  }

  #failed(error) {
    this.text.writing = false;
    this.steps.stopped();
    this.written.textContent = "";
    if (error.name === "AbortError") this.#tell("Stopped. What was found so far is here to be edited; what was answered is kept.");
    else this.#tell(error.message, "failed", error.remedy);
  }

  #finished() {
    this.#busy(false);
    const draft = this.#draft;
    const photoRules = draft?.violations.filter((one) => one.start === null) ?? [];
    if (photoRules.length) {
      this.#tell(`On the photos: ${photoRules.map((one) => `“${one.words}” (${one.rule.replaceAll("_", " ")})`).join(", ")}.`, "warned");
    }
    if (draft && !draft.photos.length) this.#tell("None of these files can be used as a photo.", "failed", "Take others: each says why.");
    else if (draft && !draft.description) this.#tell("There is no text: the steps say why. Fill in what you know.", "warned");
    this.adopting.ready(Boolean(draft?.recipe), draft && !draft.recipe ? "This draft was not kept, so that it cannot be accepted." : "");
  }

  #busy(is) {
    this.body.classList.toggle("busy", is);
    this.tray.busy = is;
    this.fields.readOnly = is;
    this.text.readOnly = is;
    this.stop.hidden = !is;
    this.again.hidden = is;
    this.again.classList.remove("primary");
    this.datasets.disabled = is;
    this.definitions.disabled = is;
  }

  #tell(text, kind = "", remedy = "") {
    const sentence = text && text[0].toUpperCase() + text.slice(1);
    const line = text && element("p", { className: `notice-line ${kind}` }, kind && icon("warning"),
      element("span", {}, sentence, remedy && element("span", { className: "remedy", textContent: ` ${remedy}` })));
    if (!text || kind === "") this.told.replaceChildren(...(line ? [line] : []));
    else this.told.append(line);
  }

  /** Marks what nothing bears out in the text as it was edited; a hint, without which one goes on. */
  async #check() {
    const draft = this.#draft;
    if (!draft?.recipe) return;
    const description = this.text.text;
    const found = await send("/listings/checks", {
      recipe: draft.recipe, definition: this.definition.name, description,
    }).catch(() => null);
    if (found && this.#draft === draft && this.text.text === description) this.text.mark(found);
  }

  #edited() {
    this.#isEdited = true;
    this.adopting.edited();
  }
}
