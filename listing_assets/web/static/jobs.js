// Jobs: the runs that bring dataset versions up to date, and exports. Begun here, by the command and
// by Dagster; watched, stopped, and started.
//
// The address has `show=exports` for the exports. The page asks again while it is looked at: often
// while a job goes on, and now and then for those that others begin.

import { ask, parameters } from "./api.js";
import { tellProblem, toast } from "./dialogs.js";
import { at, button, element, notice } from "./dom.js";
import { card } from "./jobs/card.js";
import { exportCard } from "./jobs/export-card.js";
import { startJob } from "./jobs/starting.js";
import { isOver } from "./jobs/wording.js";
import { openShell } from "./shell.js";

const PAGE = 20;
const OFTEN_MS = 1000;
const SELDOM_MS = 10_000;
const LISTS = {
  jobs: {
    path: "/jobs",
    title: "Runs",
    draw: card,
    empty: {
      title: "Nothing was run yet",
      remedy: "Start a job here, or with `listing run photos@v1 --source FOLDER`.",
    },
  },
  exports: {
    path: "/exports",
    title: "Exports",
    draw: exportCard,
    empty: {
      title: "Nothing was exported yet",
      remedy: "Choose photos in the gallery and press Export, or use `listing export`.",
    },
  },
};

let timer = 0;
let turn = 0;
let shown = null;

openShell({ page: "jobs", choice: "none", show }).then(() =>
  document.addEventListener("visibilitychange", () => document.hidden || look()));

async function show(place, shell) {
  clearTimeout(timer);
  turn += 1;
  const kind = place.query.get("show") === "exports" ? "exports" : "jobs";
  const first = await ask(`${LISTS[kind].path}?max_results=${PAGE}`);
  if (!shell.isAt(place)) return;
  const list = element("ul", { className: "jobs" });
  const more = button("Show more", { onclick: () => showMore().catch(tellProblem) });
  const stale = element("p", { className: "wrong", role: "alert", hidden: true });
  shown = { kind, list, more, stale, cards: new Map(), token: null, isExtended: false };
  at("main").replaceChildren(head(kind, place, shell), stale, list, more);
  draw(first);
  await look();
}

function head(kind, place, shell) {
  const tab = ([name, { title }]) =>
    button(title, {
      "aria-pressed": String(name === kind),
      onclick: () => shell.go({ show: name === "jobs" ? null : name }),
    });
  const start = button("Start a job", {
    className: "primary",
    onclick: async () => {
      try {
        const begun = await startJob((place.query.get("v") ?? "").split("@"));
        if (begun === undefined) return;
        toast(`The job of ${begun.dataset}@${begun.version} has begun. It goes on even if this page or server is closed.`);
        if (kind === "jobs") await look();
        else shell.go({ show: null });
      } catch (error) {
        tellProblem(error);
      }
    },
  });
  return element(
    "header",
    { className: "page-head" },
    element("h1", { textContent: "Jobs" }),
    element("div", { className: "group", role: "group", "aria-label": "Which" }, Object.entries(LISTS).map(tab)),
    start,
  );
}

/** Asks for the newest again, and once more after a while. */
async function look() {
  clearTimeout(timer);
  const mine = (turn += 1);
  try {
    const page = await ask(`${LISTS[shown.kind].path}?max_results=${PAGE}`);
    if (mine !== turn) return;
    shown.stale.hidden = true;
    draw(page);
  } catch (error) {
    if (mine !== turn) return;
    shown.stale.hidden = false;
    shown.stale.textContent = [error.message, error.remedy, "What is shown here may be old."].filter(Boolean).join(" ");
  }
  if (document.hidden) return; // it goes on once the page is looked at again
  const isGoing = [...shown.cards.values()].some(({ state }) => !isOver(state.status));
  timer = setTimeout(look, isGoing ? OFTEN_MS : SELDOM_MS);
}

/** Puts the newest page in place; cards that say what they said before are left alone. */
function draw(page) {
  const { kind, list, more } = shown;
  for (const state of page[kind].toReversed()) put(state);
  if (!shown.isExtended) {
    shown.token = page.next_token;
    more.hidden = shown.token === null;
  }
  list.hidden = !shown.cards.size;
  let empty = document.querySelector("#main > .notice");
  if (shown.cards.size) empty?.remove();
  else if (empty === null) at("main").append((empty = notice({ ...LISTS[kind].empty, sign: "list" })));
}

async function showMore() {
  const { kind, token } = shown;
  const page = await ask(`${LISTS[kind].path}?${parameters({ max_results: PAGE, next_token: token })}`);
  for (const state of page[kind]) put(state, { isOlder: true });
  shown.isExtended = true;
  shown.token = page.next_token;
  shown.more.hidden = shown.token === null;
}

/** Shows a job at the top of the list, or at its end; one that is there stays where it is. */
function put(state, { isOlder = false } = {}) {
  const { kind, list, cards } = shown;
  const text = JSON.stringify(state);
  const known = cards.get(state.id);
  if (known?.text === text) return;
  const made = LISTS[kind].draw(state, look);
  if (known === undefined) {
    if (isOlder) list.append(made);
    else list.prepend(made);
  } else {
    exchange(known.made, made);
  }
  cards.set(state.id, { state, text, made });
}

/** Puts one card in the place of another; what is open stays open, and the focus where it is. */
function exchange(old, made) {
  const open = old.querySelector("details")?.open;
  const details = made.querySelector("details");
  if (details) details.open = open;
  const focused = old.contains(document.activeElement) ? document.activeElement.dataset.focus : null;
  old.replaceWith(made);
  if (focused) made.querySelector(`[data-focus="${focused}"]`)?.focus();
}
