// What every page stands in: the header with the navigation, the choice of dataset and version, the
// colours, and the key where the server wants one.
//
// A page is a file of HTML and a module beside it:
//
//   <!doctype html>
//   <html lang="en">
//     <head>
//       <meta charset="utf-8">
//       <meta name="viewport" content="width=device-width, initial-scale=1">
//       <title>Rejected · Listing Assets</title>
//       <link rel="icon" href="icon.svg" type="image/svg+xml">
//       <link rel="stylesheet" href="style.css">      (and rejected.css, for what is its own)
//       <script src="theme.js"></script>              (before the page is drawn: no flash of light)
//       <script type="module" src="rejected.js"></script>
//     </head>
//     <body>
//       <header id="shell" class="shell"></header>
//       <main id="main" class="page" tabindex="-1"></main>
//     </body>
//   </html>
//
//   import { openShell } from "./shell.js";
//   openShell({ page: "rejected", choice: "version", show });
//   async function show(place, shell) { … ask(`${place.path}/rejected`) … }
//
// `choice` is what the header lets people choose: "version" (a version or one of its revisions),
// "dataset", or "none". `show` is called at first and whenever the choice or the address changes; what
// it rejects with is told on the page, with its remedy. `place` has
//
//   dataset    "photos"                      null where the choice is "none"
//   version    "v1", or "v1.2" if a revision was chosen     null unless the choice is "version"
//   revision   "v1.2", the revision that is meant: it never changes
//   path       "/datasets/photos/versions/v1.2", for ask() and picture()
//   published, rejected, summary …   what GET …/versions/v1.2 tells of the revision
//   datasets   what GET /api/datasets answers
//   query      URLSearchParams of the address
//
// The choice is in the address as `v=photos@v1` and goes along to the other pages. `shell.go({name:
// value})` changes other parameters of the address (null takes one away) and calls `show` again;
// `shell.go(changes, { silently: true })` only writes the address. `shell.isAt(place)` is false once
// people have gone on, so that an answer that comes late is not shown over a later one.
// `shell.fail(error)` shows an error in the page.

import { Problem, ask, openSession, unlockBy } from "./api.js";
import { openDialog } from "./dialogs.js";
import { at, button, element, icon, notice } from "./dom.js";

const PAGES = [
  ["gallery", "./", "Gallery"],
  ["compare", "compare.html", "Compare"],
  ["rejected", "rejected.html", "Rejected"],
  ["definitions", "definitions.html", "Tag definitions"],
  ["listings", "listings.html", "Drafts"],
  ["jobs", "jobs.html", "Jobs"],
];
const TITLE = document.title;
const NOTHING = {
  title: "Nothing is published yet",
  remedy: "`make run` publishes the sample; `listing run photos@v1 --source FOLDER` your own photos.",
};

export async function openShell({ page, choice = "version", show }) {
  unlockBy(askForKey);
  const shell = new Shell(page, choice, show);
  addEventListener("popstate", () => shell.load());
  await shell.load();
  return shell;
}

class Shell {
  #page;
  #choice;
  #show;
  #turn = 0;
  #wanted = null;
  #known = null;
  #shown = null;

  constructor(page, choice, show) {
    this.#page = page;
    this.#choice = choice;
    this.#show = show;
    this.choices = element("div", { className: "shell-choice" });
    this.links = PAGES.map(([name, href, title]) =>
      element("a", { href, textContent: title, "data-href": href, "aria-current": name === page ? "page" : null }),
    );
    const navigation = element("nav", { id: "pages", "aria-label": "Pages" }, this.links);
    const open = (isOpen) => menu.setAttribute("aria-expanded", String(navigation.classList.toggle("open", isOpen)));
    const menu = button("Pages", { sign: "menu", bare: true, className: "shell-menu", onclick: () => open() });
    document.addEventListener("click", (event) => menu.contains(event.target) || open(false));
    at("shell").addEventListener("keydown", (event) => event.key === "Escape" && open(false));
    menu.setAttribute("aria-expanded", "false");
    menu.setAttribute("aria-controls", "pages");
    at("shell").replaceChildren(
      element("a", { className: "skip", href: "#main", textContent: "Skip to the content" }),
      menu,
      element("a", { className: "brand", href: "./", "aria-label": "Listing Assets" },
        element("img", { src: "icon.svg", alt: "" }), element("span", { textContent: "Listing Assets" })),
      this.choices,
      navigation,
      themeSwitch(),
    );
  }

  /** Reads the address, and shows the page for it. */
  async load() {
    const turn = ++this.#turn;
    try {
      const place = await this.#place();
      if (turn !== this.#turn || place === null) return;
      this.#shown = place;
      document.title = [place.dataset && [place.dataset, place.version].filter(Boolean).join("@"), TITLE].filter(Boolean).join(" · ");
      await this.#show(place, this);
    } catch (error) {
      if (turn === this.#turn) this.fail(error);
    }
  }

  /** Whether that place is still the one that is shown. */
  isAt(place) {
    return place === this.#shown;
  }

  /** Changes parameters of the address. */
  go(changes, { silently = false, replace = false } = {}) {
    const query = new URLSearchParams(location.search);
    for (const [name, value] of Object.entries(changes)) {
      query.delete(name);
      for (const one of Array.isArray(value) ? value : [value]) {
        if (one !== null && one !== undefined && one !== "") query.append(name, one);
      }
    }
    const address = `${location.pathname}${query.size ? `?${query}` : ""}`;
    if (replace) history.replaceState(null, "", address);
    else if (address !== location.pathname + location.search) history.pushState(null, "", address);
    return silently ? null : this.load();
  }

  /** Shows an error in place of the page's content. */
  fail(error) {
    if (error.name === "AbortError") return;
    if (!(error instanceof Problem)) console.error(error);
    at("main").replaceChildren(
      notice({
        title: error.message,
        remedy: error.remedy ?? "",
        sign: "warning",
        action: button("Try again", { onclick: () => location.reload() }),
      }),
    );
  }

  /** What the address means. A version is looked up once, so that a page stays in one revision. */
  async #place() {
    const query = new URLSearchParams(location.search);
    const wanted = query.get("v");
    if (this.#known === null || this.#wanted !== wanted) {
      this.#known = await this.#lookUp(query);
      this.#wanted = wanted;
    }
    return this.#known && { ...this.#known, query };
  }

  async #lookUp(query) {
    if (this.#choice === "none") return { dataset: null, version: null, path: null };
    const revisionOf = (name, one) => ask(`/datasets/${encodeURIComponent(name)}/versions/${encodeURIComponent(one)}`);
    const named = (query.get("v") ?? "").split("@");
    const early = this.#choice === "version" && named[0] && named[1] ? revisionOf(...named) : null;
    early?.catch(() => {}); // told below, once the choice is there to take another
    const datasets = await ask("/datasets");
    const [dataset, version] = this.#chosen(query, datasets);
    if (dataset === undefined || (this.#choice === "version" && version === undefined)) {
      at("main").replaceChildren(notice({ ...NOTHING, sign: "image" }));
      return null;
    }
    this.#offer(datasets, dataset, version);
    if (this.#choice === "dataset") return { datasets, dataset, version: null, path: null };
    const one = await (early ?? revisionOf(dataset, version));
    const path = `/datasets/${dataset}/versions/${one.revision}`;
    return { datasets, ...one, version, path };
  }

  #chosen(query, datasets) {
    const [dataset, version] = (query.get("v") ?? "").split("@");
    if (dataset && version) return [dataset, version];
    const wanted = this.#choice === "dataset" ? datasets : datasets.filter((one) => one.versions.length);
    const found = wanted.find((one) => one.name === dataset) ?? wanted[0];
    return [found?.name, found?.versions.at(-1)?.version];
  }

  #offer(datasets, dataset, version) {
    const link = version === undefined ? dataset : `${dataset}@${version}`;
    for (const one of this.links) one.href = `${one.dataset.href}?v=${encodeURIComponent(link)}`;
    const names = datasets.filter((one) => this.#choice === "dataset" || one.versions.length).map((one) => one.name);
    const choose = (label, values, chosen, change) => {
      const known = values.some(([value]) => value === chosen) ? values : [[chosen, chosen], ...values];
      const made = element("select", { "aria-label": label, onchange: () => change(made.value) },
        known.map(([value, text]) => element("option", { value, textContent: text, selected: value === chosen })));
      return made;
    };
    const versionsOf = (name) => datasets.find((one) => one.name === name)?.versions ?? [];
    const chosen = [
      choose("Dataset", names.map((name) => [name, name]), dataset, (name) =>
        this.#choose(name, versionsOf(name).at(-1)?.version)),
    ];
    if (this.#choice === "version") {
      const values = versionsOf(dataset).toReversed().flatMap((one) => [
        [one.version, `${one.version} · newest, ${one.revision}`],
        ...Array.from({ length: one.revisions }, (_, place) => one.revisions - place)
          .map((number) => [`${one.version}.${number}`, `${one.version}.${number}`]),
      ]);
      chosen.push(choose("Version", values, version, (name) => this.#choose(dataset, name)));
    }
    this.choices.replaceChildren(...chosen);
  }

  /** Another version keeps the rest of the address; in another dataset it would mean nothing. */
  #choose(dataset, version) {
    const v = version === undefined ? dataset : `${dataset}@${version}`;
    if (dataset === this.#known?.dataset) return this.go({ v, key: null });
    history.pushState(null, "", `${location.pathname}?${new URLSearchParams({ v })}`);
    return this.load();
  }
}

function themeSwitch() {
  const root = document.documentElement;
  const system = matchMedia("(prefers-color-scheme: dark)");
  const isDark = () => (root.dataset.theme ?? (system.matches ? "dark" : "light")) === "dark";
  const made = button("Light or dark", { bare: true, className: "theme" });
  const draw = () => made.replaceChildren(icon(isDark() ? "sun" : "moon"));
  made.addEventListener("click", () => {
    root.dataset.theme = isDark() ? "light" : "dark";
    localStorage.setItem("theme", root.dataset.theme);
    draw();
  });
  system.addEventListener("change", draw);
  draw();
  return made;
}

let prompting = null;

/** Asks for the key until it is right. Several requests that wait share one prompt. */
function askForKey() {
  prompting ??= openDialog(
    "Key needed",
    (close) => {
      const key = element("input", {
        type: "password", id: "api-key", autocomplete: "current-password", required: true,
      });
      const wrong = element("p", { className: "wrong", role: "alert" });
      const onsubmit = () =>
        openSession(key.value).then(close, (error) => {
          wrong.textContent = error.status === 401 ? "That is not the key of this server." : error.message;
          key.select();
        });
      return {
        onsubmit,
        body: [
          element("label", { for: "api-key", textContent: "The key that this server was started with" }),
          key,
          wrong,
        ],
        actions: [button("Open", { className: "primary", type: "submit" })],
      };
    },
    { closable: false },
  ).finally(() => (prompting = null));
  return prompting;
}
