// Two versions or revisions of a dataset: which photos were added, removed, replaced, relabelled.
//
// The address has `before` and `after`, and which changes are shown: `kind`, `tag` or `label`.

import { ask, parameters, picture } from "./api.js";
import { at, button, element, icon, notice } from "./dom.js";
import { openShell } from "./shell.js";

const KINDS = {
  added: ["Added", "new in the later one"],
  removed: ["Removed", "no longer there"],
  replaced: ["Replaced", "other bytes, same name"],
  relabelled: ["Relabelled", "same photo, other labels"],
  status: ["Status", "published or rejected now"],
};
const PAGE = 100;

let shown = null;

openShell({ page: "compare", choice: "dataset", show });

async function show(place, shell) {
  const { dataset, query } = place;
  const revisions = (await ask(`/datasets/${dataset}/revisions`)).toReversed();
  if (!shell.isAt(place)) return;
  if (revisions.length < 2) {
    at("main").replaceChildren(
      notice({
        title: revisions.length
          ? `There is one revision of ${dataset}, ${revisions[0].revision}`
          : `No version of ${dataset} is published yet`,
        remedy: `Publish another one to compare: \`listing run ${dataset}@v2\`.`,
        sign: "image",
      }),
    );
    return;
  }
  const wanted = sides(query, revisions);
  const [tag, label] = [query.get("tag"), query.get("label")];
  const kind = query.get("kind") ?? (tag || label ? "relabelled" : null);
  const path = `/datasets/${dataset}/comparison?${parameters({ ...wanted, kind, tag, label, max_results: PAGE })}`;
  const compared = await ask(path);
  if (!shell.isAt(place)) return;
  shown = { path, dataset, compared, kind, tag, label, token: null, listed: 0, isBusy: false };
  draw(shell, revisions, wanted);
  append(compared, shell);
}

function sides(query, revisions) {
  const names = new Set(revisions.flatMap((one) => [one.revision, one.version]));
  const asked = (name) => (names.has(query.get(name)) ? query.get(name) : null);
  const [, version] = (query.get("v") ?? "").split("@");
  const after = asked("after") ?? (names.has(version) ? version : revisions[0].version);
  const place = revisions.findIndex((one) => one.revision === after || one.version === after);
  const earlier = revisions.slice(place + 1);
  const other = earlier.find((one) => one.version !== revisions[place].version) ?? earlier[0] ?? revisions[0];
  const isNewest = revisions.find((one) => one.version === other.version) === other;
  return { before: asked("before") ?? (isNewest ? other.version : other.revision), after };
}

function draw(shell, revisions, wanted) {
  const { compared, dataset } = shown;
  at("main").replaceChildren(
    element(
      "header",
      { className: "page-head" },
      element("h1", { textContent: `Compare versions of ${dataset}` }),
      element(
        "div",
        { className: "sides" },
        side("Before", "before", wanted.before, revisions, shell),
        element("button", {
          type: "button",
          className: "button swap",
          textContent: "⇄",
          title: "Swap the two",
          "aria-label": "Swap the two",
          onclick: () => shell.go({ before: wanted.after, after: wanted.before }),
        }),
        side("After", "after", wanted.after, revisions, shell),
      ),
    ),
    kinds(shell),
    ...labels(shell),
    element(
      "div",
      { className: "filters" },
      element("p", { id: "told", role: "status", className: "quiet" }),
      tagFilter(shell),
    ),
    element("ul", { id: "changes", className: "changes", "aria-label": "Changes" }),
    element("div", { id: "end", className: "end" }),
  );
  if (compared.before === compared.after) at("told").textContent = "Both are the same revision.";
}

function side(label, name, chosen, revisions, shell) {
  const newest = new Map();
  for (const one of revisions) if (!newest.has(one.version)) newest.set(one.version, one.revision);
  const offered = revisions.flatMap((one) => [
    ...(newest.get(one.version) === one.revision ? [[one.version, `${one.version} · newest, ${one.revision}`]] : []),
    [one.revision, `${one.revision} · ${one.published.toLocaleString()} photos, ${day(one.published_at)}`],
  ]);
  const select = element(
    "select",
    { id: name, onchange: () => shell.go({ [name]: select.value }) },
    offered.map(([value, textContent]) => element("option", { value, textContent, selected: value === chosen })),
  );
  return element("div", { className: "field" }, element("label", { for: name, textContent: label }), select);
}

const day = (time) => new Date(time).toLocaleDateString(undefined, { dateStyle: "medium" });

function kinds(shell) {
  const { compared, kind } = shown;
  const tile = (code, number, title, told) =>
    element(
      "button",
      {
        type: "button",
        className: "button kind",
        "aria-pressed": String(kind === code && !shown.tag && !shown.label),
        onclick: () => shell.go({ kind: kind === code ? null : code, tag: null, label: null }),
        disabled: code !== null && number === 0,
      },
      element("strong", { textContent: number.toLocaleString() }),
      element("span", { textContent: title, title: told }),
    );
  const all = Object.values(compared.counts).reduce((sum, one) => sum + one, 0);
  return element(
    "div",
    { className: "kinds", role: "group", "aria-label": `${compared.same.toLocaleString()} photos are the same` },
    tile(null, all, "All changes", ""),
    Object.entries(KINDS).map(([code, [title, told]]) => tile(code, compared.counts[code] ?? 0, title, told)),
    element(
      "div",
      { className: "card kind" },
      element("strong", { textContent: compared.same.toLocaleString() }),
      element("span", { textContent: "Unchanged" }),
    ),
  );
}

function labels(shell) {
  const { compared } = shown;
  const list = (title, counted) =>
    element(
      "section",
      { className: "card" },
      element("h2", { textContent: title }),
      Object.keys(counted).length
        ? element("div", { className: "chips" }, Object.entries(counted).map(([label, number]) => chosenLabel(label, number, shell)))
        : element("p", { className: "quiet", textContent: "None" }),
    );
  if (!compared.counts.relabelled) return [];
  return [
    element(
      "div",
      { className: "labels" },
      list("Labels that relabelled photos gained", compared.gained),
      list("Labels that relabelled photos lost", compared.lost),
    ),
  ];
}

function chosenLabel(label, number, shell) {
  return element(
    "button",
    {
      type: "button",
      className: "chip label",
      "aria-pressed": String(shown.label === label),
      onclick: () => shell.go({ label: shown.label === label ? null : label, tag: null, kind: "relabelled" }),
    },
    element("span", { textContent: label }),
    element("span", { className: "number", textContent: number.toLocaleString() }),
  );
}

function tagFilter(shell) {
  const { gained, lost, counts } = shown.compared;
  if (!counts.relabelled) return null;
  const tags = [...new Set(Object.keys({ ...gained, ...lost }).map(tagOf))].sort();
  if (shown.tag && !tags.includes(shown.tag)) tags.push(shown.tag);
  const select = element(
    "select",
    {
      "aria-label": "Only photos relabelled in this tag",
      onchange: () => shell.go({ tag: select.value, label: null, kind: select.value ? "relabelled" : null }),
    },
    element("option", { value: "", textContent: "Any tag" }),
    tags.map((tag) => element("option", { value: tag, textContent: `Relabelled: ${tag}`, selected: tag === shown.tag })),
  );
  return select;
}

const tagOf = (label) => label.split(":", 1)[0];

/** Labels that the change takes away and brings. */
function difference({ labels_before: before, labels_after: after }) {
  const [old, now] = [new Set(before ?? []), new Set(after ?? [])];
  return {
    lost: [...old].filter((label) => !now.has(label)),
    gained: [...now].filter((label) => !old.has(label)),
    kept: [...now].filter((label) => old.has(label)),
  };
}

/** Appends a page of changes, and asks for the next once its end is near. */
function append(page, shell) {
  at("changes").append(...page.changes.map(item));
  shown.listed += page.changes.length;
  shown.token = page.next_token;
  tell();
  at("end").replaceChildren(...(shown.token ? [button("Show more", { onclick: () => more(shell) })] : []));
  if (shown.token) watch(shell);
}

async function more(shell) {
  const mine = shown;
  if (mine.isBusy) return;
  mine.isBusy = true;
  try {
    const page = await ask(`${mine.path}&${parameters({ next_token: mine.token })}`);
    if (mine === shown) append(page, shell);
  } catch (error) {
    if (mine === shown) shell.fail(error);
  } finally {
    mine.isBusy = false;
  }
}

let watching = null;

function watch(shell) {
  watching?.disconnect();
  watching = new IntersectionObserver(
    (seen) => seen.some((one) => one.isIntersecting) && more(shell),
    { rootMargin: "400px" },
  );
  watching.observe(at("end"));
}

function tell() {
  const { compared, kind, tag, label, listed, token } = shown;
  const { counts, total } = compared;
  const all = kind ? counts[kind] : Object.values(counts).reduce((sum, one) => sum + one, 0);
  const between = `between ${compared.before} and ${compared.after}`;
  if (tag || label) {
    at("told").textContent =
      `${total.toLocaleString()} ${total === 1 ? "photo" : "photos"} relabelled in ${label ?? `the tag ${tag}`} ${between}`;
    return;
  }
  const limit = token === null && listed < all ? `; the first ${listed.toLocaleString()} are listed` : "";
  at("told").textContent = all
    ? `${all.toLocaleString()} ${kind ? KINDS[kind][0].toLowerCase() : all === 1 ? "change" : "changes"} ${between}${limit}`
    : `Nothing differs ${between}.`;
}

function item(change) {
  const { lost, gained, kept } = difference(change);
  const isBoth = change.labels_before !== null && change.labels_after !== null;
  const chips = isBoth
    ? [
        ...lost.map((label) => chip(label, "lost", "no longer")),
        ...gained.map((label) => chip(label, "gained", "now")),
        ...kept.map((label) => chip(label, "", "")),
      ]
    : (change.labels_after ?? change.labels_before ?? []).map((label) => chip(label, "", ""));
  return element(
    "li",
    { className: "card change" },
    element("div", { className: "pictures" }, pictures(change)),
    element(
      "div",
      { className: "change-told" },
      element("p", { className: "key", textContent: change.key }),
      element(
        "div",
        { className: "chips" },
        element("span", { className: `chip of-${change.kind}`, textContent: KINDS[change.kind][0] }),
        change.kind === "status" &&
          element("span", { className: "chip warn", textContent: `${change.status_before} → ${change.status_after}` }),
      ),
      element("div", { className: "chips" }, chips),
    ),
  );
}

function chip(label, kind, told) {
  return element(
    "span",
    { className: `chip ${kind}`.trim() },
    told && element("span", { className: "unseen", textContent: `${told} ` }),
    element("span", { className: "label-text", textContent: label }),
  );
}

function pictures(change) {
  const { before, after } = shown.compared;
  const was = () => pictured(change, before, change.status_before);
  const is = () => pictured(change, after, change.status_after);
  if (change.kind === "added" || change.kind === "relabelled") return [is()];
  if (change.kind === "removed") return [was()];
  return [was(), icon("right"), is()];
}

function pictured(change, revision, status) {
  const path = `/datasets/${shown.dataset}/versions/${revision}`;
  const frame = element("span", { className: "frame" });
  const told = element("span", { className: "side", textContent: `in ${revision}` });
  if (status !== "published") {
    frame.append(element("span", { className: "small", textContent: status }));
    return element("span", { className: "pictured" }, frame, told);
  }
  const image = element("img", {
    className: "thumb", loading: "lazy", decoding: "async", alt: `${change.key} in ${revision}`,
    src: picture(path, "thumbnail", change.key),
  });
  frame.append(image);
  const href = `./?${parameters({ v: `${shown.dataset}@${revision}`, key: change.key })}`;
  return element("a", { className: "pictured", href, title: "Open in the gallery" }, frame, told);
}
