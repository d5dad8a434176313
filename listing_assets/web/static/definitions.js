// Tag definitions: read them, edit a draft of one, try it beside today's answers, save it.
//
// The address has `name` and, while a draft is edited, `mode=edit`. A draft is kept in this browser
// until it is saved or dropped.

import { ask, send } from "./api.js";
import { openEditor } from "./definition-editor.js";
import { changeChip, reading } from "./definition-reading.js";
import { saveDraft } from "./definition-saving.js";
import { startTrial, watchTrial } from "./definition-trial.js";
import { confirmed, tellProblem, toast } from "./dialogs.js";
import { at, button, element, icon, notice } from "./dom.js";
import { openShell } from "./shell.js";

const PAUSE = 300;

openShell({ page: "definitions", choice: "none", show });

const drafts = {
  read(name) {
    try {
      return JSON.parse(localStorage.getItem(`draft of ${name}`));
    } catch {
      return null;
    }
  },
  keep(name, draft) {
    try {
      localStorage.setItem(`draft of ${name}`, JSON.stringify(draft));
    } catch {
      // The browser keeps nothing; the draft lives as long as the page.
    }
  },
  drop: (name) => localStorage.removeItem(`draft of ${name}`),
};

async function show(place, shell) {
  const definitions = await ask("/definitions");
  if (!definitions.length) {
    at("main").replaceChildren(
      notice({
        title: "The catalog has no tag definition",
        remedy: "Put one into catalog/tag_definitions/: docs/CATALOG.md shows how it is written.",
        sign: "tag",
      }),
    );
    return;
  }
  const wanted = place.query.get("name");
  const dataset = (place.query.get("v") ?? "").split("@")[0];
  const own = definitions.find((one) => one.datasets.includes(dataset)) ?? definitions.find((one) => one.datasets.length);
  const name = wanted ?? (own ?? definitions[0]).name;
  const opened = await ask(`/definitions/${encodeURIComponent(name)}`);
  const draft = drafts.read(name);
  const isEditing = place.query.get("mode") === "edit";
  const content = isEditing ? await editing(opened, draft, shell, place) : read(opened);
  if (!shell.isAt(place)) return;
  at("main").replaceChildren(
    element(
      "div",
      { className: "definitions" },
      list(definitions, name, shell),
      element("div", { className: "definition" }, head(opened, draft, isEditing, shell), content),
    ),
  );
}

function list(definitions, chosen, shell) {
  return element(
    "nav",
    { className: "list", "aria-label": "Tag definitions" },
    definitions.map((one) =>
      element(
        "a",
        {
          href: `?name=${encodeURIComponent(one.name)}`,
          "aria-current": one.name === chosen ? "true" : null,
          onclick: (event) => {
            if (event.ctrlKey || event.metaKey || event.shiftKey) return;
            event.preventDefault();
            shell.go({ name: one.name, mode: null });
          },
        },
        element("span", { className: "list-name", textContent: one.name }),
        element("span", { className: "quiet small", textContent: listed(one) }),
      ),
    ),
  );
}

function listed({ is_faulty, tags, datasets, name }) {
  if (is_faulty) return "has a mistake";
  const draft = drafts.read(name) ? " · draft" : "";
  return `${tags} tags · ${datasets.length ? datasets.join(", ") : "not in use"}${draft}`;
}

function head(opened, draft, isEditing, shell) {
  const tab = (text, mode, isOn) =>
    button(text, { "aria-pressed": String(isOn), onclick: () => shell.go({ name: opened.name, mode }) });
  const users = opened.used_by.map((one) => one.dataset);
  return element(
    "header",
    { className: "page-head" },
    element(
      "div",
      { className: "title" },
      element("h1", { textContent: opened.name }),
      draft && !isEditing && element("span", { className: "chip warn", textContent: "a draft is kept" }),
      element("div", { className: "group", role: "group", "aria-label": "View" },
        tab("Read", null, !isEditing), tab("Edit", "edit", isEditing)),
    ),
    element("p", { className: "quiet" },
      element("code", { textContent: opened.file }),
      users.length ? ` · used by ${users.join(", ")}` : " · used by no dataset"),
  );
}

function read(opened) {
  if (!opened.mistakes.length) return reading(opened);
  return element(
    "section",
    { className: "card" },
    element("h2", { textContent: "The file has mistakes" }),
    element("ul", { className: "mistakes" }, opened.mistakes.map((one) =>
      element("li", {}, element("strong", { textContent: `Line ${one.line}` }), element("span", { textContent: one.message })))),
  );
}

async function editing(opened, kept, shell, place) {
  const versions = await triedOn(opened);
  let base = kept ?? { text: opened.text, sha: opened.sha };
  let check = null;
  let turn = 0;
  let waiting = null;

  const told = element("div", { id: "told", className: "told", role: "status", "aria-live": "polite" });
  const trial = element("section", { className: "card trial", "aria-label": "Trial", hidden: true });
  const trying = button("Try it…", { sign: "image", disabled: true, onclick: () => tryIt().catch(tellProblem) });
  const saving = button("Save…", { className: "primary", disabled: true, onclick: () => save().catch(tellProblem) });
  const dropping = button("Drop the draft", { className: "danger", disabled: !kept, onclick: () => drop() });
  const editor = openEditor({
    text: base.text,
    label: `Text of ${opened.file}`,
    describedBy: "told",
    onchange: (text) => {
      base = { ...base, text };
      if (text === opened.text && base.sha === opened.sha) drafts.drop(opened.name);
      else drafts.keep(opened.name, base);
      dropping.disabled = text === opened.text;
      check = null;
      trying.disabled = saving.disabled = true;
      clearTimeout(waiting);
      waiting = setTimeout(judge, PAUSE);
    },
  });

  async function judge() {
    const mine = ++turn;
    try {
      const found = await send("/definitions/check", { text: editor.text });
      if (mine !== turn) return;
      check = found;
      editor.mark(found.mistakes);
      const isFine = !found.mistakes.length;
      trying.disabled = !isFine || !versions.length;
      saving.disabled = !isFine || editor.text === opened.text || opened.obstacle !== null || base.sha !== opened.sha;
      told.replaceChildren(...(isFine ? judged(found, editor.text === opened.text) : mistakes(found.mistakes, editor)));
    } catch (error) {
      if (mine === turn) told.replaceChildren(element("p", { className: "wrong", textContent: `${error.message} ${error.remedy ?? ""}` }));
    }
  }

  async function tryIt() {
    const chosen = versions.includes(place.query.get("v")) ? place.query.get("v") : versions[0];
    const started = await startTrial(editor.text, versions, chosen);
    if (started === undefined) return;
    trial.hidden = false;
    trial.scrollIntoView({ block: "nearest" });
    trying.disabled = true;
    await watchTrial(trial, started);
    trying.disabled = check === null || check.mistakes.length > 0;
    trial.scrollIntoView({ block: "start" });
  }

  async function save() {
    const saved = await saveDraft(editor.text, check, opened);
    if (saved === undefined) return;
    drafts.drop(opened.name);
    toast(`Saved to ${saved.file}. The next run asks what changed.`);
    await shell.go({ name: saved.name, mode: null });
  }

  async function drop() {
    if (!(await confirmed("Drop the draft", "The text goes back to what the catalog says.", "Drop it"))) return;
    drafts.drop(opened.name);
    await shell.load();
  }

  judge();
  return element(
    "div",
    { className: "editing" },
    opened.obstacle && warned(`${opened.obstacle} The draft can be tried, not saved here.`),
    base.sha !== opened.sha &&
      element("div", { className: "warned row" },
        element("span", { textContent: `${opened.file} was changed since this draft was begun.` }),
        button("Go on with the draft", {
          onclick: () => {
            drafts.keep(opened.name, { text: editor.text, sha: opened.sha });
            shell.load();
          },
        }),
        button("Drop the draft", { className: "danger", onclick: drop })),
    editor.root,
    told,
    element("div", { className: "row actions" }, dropping, trying, saving),
    trial,
  );
}

const warned = (text) => element("p", { className: "warned" }, icon("warning"), element("span", { textContent: text }));

/** Published versions that a draft may be tried on, those of its own datasets first. */
async function triedOn(opened) {
  const own = new Set(opened.used_by.map((one) => one.dataset));
  const datasets = await ask("/datasets");
  return datasets
    .toSorted((one, other) => own.has(other.name) - own.has(one.name))
    .flatMap((one) => one.versions.toReversed().map(({ version }) => `${one.name}@${version}`));
}

function mistakes(found, editor) {
  return [
    element("p", { className: "wrong", textContent: found.length === 1 ? "One mistake" : `${found.length} mistakes` }),
    element("ul", { className: "mistakes" }, found.map((one) =>
      element("li", {},
        element("button", { type: "button", className: "button bare line-link", textContent: `Line ${one.line}`, onclick: () => editor.jump(one.line) }),
        element("span", { textContent: one.message })))),
  ];
}

function judged(check, isSame) {
  const changed = Object.entries(check.changes);
  if (isSame) return [element("p", { className: "quiet", textContent: "As in the catalog." })];
  if (check.is_new) return [element("p", { textContent: `Names itself '${check.name}': it will be saved as a new definition.` })];
  if (!changed.length) return [element("p", { className: "quiet", textContent: "No tag changes recipe: nothing would be asked again." })];
  const asked = changed.filter(([, change]) => change !== "removed").length;
  const kept = check.tags.length - asked;
  return [
    element("div", { className: "chips" }, changed.map(([name, change]) =>
      element("span", { className: "changed" }, element("code", { textContent: name }), changeChip(change)))),
    element("p", {
      className: "quiet",
      textContent: check.changes_prompt
        ? "The guide prompt or language differs: every tag is asked again."
        : `${asked === 1 ? "One tag gets a new recipe" : `${asked} tags get a new recipe`}${kept ? `; the answers to the other ${kept} stay` : ""}.`,
    }),
  ];
}
