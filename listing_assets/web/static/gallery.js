// The gallery: the search in the address bar, its results as they are scrolled to, one photo.

import { ask, openSession, parameters } from "./api.js";

const PAGE = 60;
const at = (id) => document.getElementById(id);
const told = at("told");
let shown = { path: "", token: null, busy: false, turn: 0 };

function element(tag, properties = {}, ...children) {
  const made = Object.assign(document.createElement(tag), properties);
  made.append(...children);
  return made;
}

function tell(text, wrong = false) {
  told.textContent = text;
  told.classList.toggle("wrong", wrong);
}

function tellProblem(error) {
  if (error.status === 401) return unlock();
  at("where").setAttribute("aria-invalid", String(Boolean(error.place)));
  if (error.place) at("where").setSelectionRange(error.place.start, error.place.end);
  return tell(`${error.message} ${error.remedy ?? ""}`, true);
}

function unlock() {
  at("locked").showModal();
}

function searched() {
  const query = new URLSearchParams(location.search);
  return { v: query.get("v") ?? "", text: query.get("text") ?? "", where: query.get("where") ?? "" };
}

async function begin() {
  const datasets = await ask("/datasets");
  const versions = datasets.flatMap(({ name, versions }) =>
    versions.toReversed().map((one) => ({ name: `${name}@${one.version}`, ...one })),
  );
  at("version").replaceChildren(
    ...versions.map((one) =>
      element("option", { value: one.name, textContent: `${one.name} (${one.published})` }),
    ),
  );
  if (versions.length) await show();
  else tell("Nothing is published yet. `make run` publishes the sample.");
}

async function show() {
  const { v, text, where } = searched();
  if (v) at("version").value = v;
  at("text").value = text;
  at("where").value = where;
  at("where").removeAttribute("aria-invalid");
  at("photos").replaceChildren();
  const turn = shown.turn + 1;
  shown = { path: "", token: null, busy: true, turn };
  try {
    const [dataset, version] = at("version").value.split("@");
    const { revision } = await ask(`/datasets/${dataset}/versions/${version}`);
    if (turn !== shown.turn) return;
    shown = { ...shown, path: `/datasets/${dataset}/versions/${revision}`, busy: false };
    await more();
  } catch (error) {
    if (turn === shown.turn) tellProblem(error);
  }
}

async function more() {
  if (shown.busy || !shown.path || shown.token === "end") return;
  const { path, turn } = shown;
  shown.busy = true;
  try {
    const { text, where } = searched();
    const asked = parameters({ text, where, max_results: PAGE, next_token: shown.token });
    const page = await ask(`${path}/files?${asked}`);
    if (turn !== shown.turn) return;
    at("photos").append(...page.files.map((file) => tile(path, file)));
    shown.token = page.next_token ?? "end";
    tell(`${page.total.toLocaleString()} photos in ${page.dataset}@${page.revision}`);
  } catch (error) {
    if (turn === shown.turn) tellProblem(error);
    return;
  } finally {
    if (turn === shown.turn) shown.busy = false;
  }
  if (at("end").getBoundingClientRect().top < innerHeight + 600) await more();
}

function tile(path, file) {
  const key = parameters({ key: file.key });
  const name = element("span", { textContent: file.key.split("/").at(-1) });
  name.append(element("small", { textContent: (file.labels ?? []).join(", ") }));
  const picture = element("img", { loading: "lazy", decoding: "async", alt: file.key });
  picture.src = `/api${path}/thumbnail?${key}`;
  const button = element("button", { type: "button", title: file.key }, picture, name);
  button.addEventListener("click", () => open(path, key).catch(tellProblem));
  return element("li", {}, button);
}

async function open(path, key) {
  const file = await ask(`${path}/file?${key}`);
  const source = file.is_shown_by_browsers ? "original" : "photo";
  const picture = element("img", { alt: file.key, src: `/api${path}/${source}?${key}` });
  picture.addEventListener("error", () => (picture.src = `/api${path}/photo?${key}`), { once: true });
  const facts = element("dl");
  const add = (name, value) => {
    const text = Array.isArray(value) ? value.join(", ") : String(value ?? "");
    if (text) facts.append(element("dt", { textContent: name }), element("dd", { textContent: text }));
  };
  for (const [name, value] of Object.entries(file.tags)) add(name, value);
  add("corrected by people", file.labels_user);
  add("decisions", file.decisions);
  for (const [name, value] of Object.entries({ ...file.meta, ...file.facts })) add(name, value);
  add("tags by", file.model_tags);
  add("vector by", file.model_embedding);
  const close = element("button", { textContent: "Close", type: "button" });
  close.addEventListener("click", () => at("photo").close());
  const told = element("div", {}, element("h2", { textContent: file.key }), facts, close);
  at("photo").replaceChildren(picture, told);
  at("photo").showModal();
}

at("search").addEventListener("submit", (event) => {
  event.preventDefault();
  const wanted = { v: at("version").value, text: at("text").value, where: at("where").value };
  history.pushState(null, "", `?${parameters(wanted)}`);
  show();
});
at("version").addEventListener("change", () => at("search").requestSubmit());
at("locked").addEventListener("close", async () => {
  await openSession(at("key").value).then(begin).catch(tellProblem);
  at("key").value = "";
});
addEventListener("popstate", show);
new IntersectionObserver((seen) => seen.some((one) => one.isIntersecting) && more(), {
  rootMargin: "600px",
}).observe(at("end"));
begin().catch(tellProblem);
