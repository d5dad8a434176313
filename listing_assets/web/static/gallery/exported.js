// Shows how far an export is until it is over. Closing the dialog lets the export go on: a message
// tells its end.

import { ask, send } from "../api.js";
import { openDialog, tellProblem, toast } from "../dialogs.js";
import { button, element } from "../dom.js";
import { TITLES } from "./formats.js";
import { count, counted, size } from "./wording.js";

const WATCH_MS = 600;
/** How often it is asked, of an export that is whole, where its files are. */
const LAST_LOOKS = 10;
const EXPORTS = "jobs.html?show=exports";
const OVER = ["succeeded", "failed", "stopped"];
const ENDED = {
  succeeded: "The export is whole.",
  failed: "The export failed. Nothing of it is left.",
  stopped: "The export was stopped. Nothing of it is left.",
};

/** Watches an export, `begun` as the API tells of it, to its end. */
export function watchExport(begun) {
  let draw = null;
  let isOver = false;
  let looks = LAST_LOOKS;
  const look = async () => {
    try {
      const state = await ask(`/exports/${begun.id}`);
      isOver = OVER.includes(state.status) && (isWhollyTold(state) || looks-- === 0);
      draw?.(state, isOver);
      if (isOver && draw === null) tellEnd(state);
    } catch (error) {
      draw?.({ ...begun, problems: [{ problem: error.message, remedy: error.remedy ?? "" }] }, false);
    }
    if (!isOver) setTimeout(look, WATCH_MS);
  };
  const stop = () => send(`/exports/${begun.id}/stop`, {}).catch(tellProblem);
  openDialog("Export", (close) => {
    const dialog = progress(close, stop);
    ({ draw } = dialog);
    draw(begun, false);
    return dialog;
  }).then(() => {
    draw = null;
    if (!isOver) toast("The export goes on.", { seconds: 6, action: { label: "Exports", run: () => location.assign(EXPORTS) } });
  });
  setTimeout(look, WATCH_MS);
}

/** Whether it tells where its files are: that comes a moment after its end. */
function isWhollyTold({ status, download, published_by: job, destination }) {
  return status !== "succeeded" || download !== null || job !== null || destination.includes("://");
}

/** The content of the dialog: { body, actions }, and `draw` for a state of the export. */
function progress(close, stop) {
  const told = element("p", { role: "status", className: "export-told" });
  const bar = element("progress", { max: 1, "aria-label": "Progress" });
  const facts = element("dl", { className: "facts" });
  const problems = element("div", { className: "wrong", role: "alert" });
  const foot = element("div", { className: "row" });
  const stopping = button("Stop", { className: "danger", onclick: () => {
    stopping.disabled = true;
    stop();
  } });
  const closing = button("Close", { onclick: () => close() });
  let drawn = null;
  function draw(state, isOver) {
    told.textContent = words(state, isOver);
    bar.hidden = isOver;
    if (state.to_compute) bar.value = state.computed / state.to_compute;
    problems.replaceChildren(...state.problems.map(({ problem, remedy }) =>
      element("p", { textContent: [problem, remedy].filter(Boolean).join(" ") })));
    if (drawn === isOver) return;
    drawn = isOver;
    facts.replaceChildren(...known(state).flatMap(([name, value]) =>
      [element("dt", { textContent: name }), element("dd", { textContent: value })]));
    foot.replaceChildren(...(isOver ? links(state) : [stopping]), closing);
    if (isOver) (foot.querySelector(".primary") ?? closing).focus();
  }
  return { draw, body: [told, bar, problems, facts], actions: [foot] };
}

function words({ status, computed, to_compute: all }, isOver) {
  if (isOver) return ENDED[status];
  if (status === "stopping") return "It is stopping …";
  return all ? `${count(computed)} of ${counted(all, "photo")} …` : "It begins …";
}

function known({ result, version, format, destination, published_by: job }) {
  const facts = [["From", version], ["Format", TITLES[format] ?? format], ["To", destination]];
  if (result === null) return facts;
  facts.push(["Photos", count(result.photos)]);
  if (result.skipped) facts.push(["Left out", `${count(result.skipped)}, which the format has no use for`]);
  if (job) facts.push(["Published by", "a job that has begun; the version can be opened once it is over"]);
  else facts.push(["Written", `${counted(result.files, "file")}, ${size(result.bytes)}`]);
  return facts;
}

function links({ download, published_by: job }) {
  if (download) return [element("a", { className: "button primary", href: download, textContent: "Download", download: "" })];
  return job ? [element("a", { className: "button primary", href: "jobs.html", textContent: "Watch the job" })] : [];
}

function tellEnd({ status, download, problems }) {
  const said = [ENDED[status], ...problems.map(({ problem, remedy }) => `${problem} ${remedy}`)].join("\n");
  const action = download ? { label: "Download", run: () => location.assign(download) } : null;
  toast(said, { isWrong: status === "failed", seconds: 30, action });
}
