// The card of one export: what it takes, where it goes, how far it is, and how it is had.

import { element } from "../dom.js";
import { count, counted, size } from "../gallery/wording.js";
import { bar, dagsterLink, origin, problems, stateChip, stopButton } from "./parts.js";
import { isOver } from "./wording.js";

export function exportCard(state, look) {
  const { result } = state;
  return element(
    "li",
    { className: "card job", "data-id": state.id },
    element(
      "div",
      { className: "job-head" },
      element("h2", { textContent: state.version }),
      stateChip(state.status),
      element("span", { className: "quiet", textContent: `${state.format} → ${state.destination}` }),
      element(
        "div",
        { className: "job-links" },
        state.download &&
          element("a", { className: "button primary", href: state.download, download: "", textContent: "Download", "data-focus": "download" }),
        dagsterLink(state),
        stopButton(state, "/exports", `export of ${state.version}`, look),
      ),
    ),
    origin(state),
    isOver(state.status)
      ? null
      : element("div", { className: "now" },
          element("span", { textContent: "Photos" }),
          bar(state.computed, state.to_compute, "Photos"),
          element("span", { className: "quiet number",
            textContent: state.to_compute ? `${count(state.computed)} of ${count(state.to_compute)}` : "it begins" })),
    problems(state),
    result && element("p", { textContent: wrote(result) }),
    state.published_by && element("p", { className: "quiet", textContent: "The new dataset version is published by a job of its own." }),
  );
}

function wrote({ photos, skipped, files, bytes }) {
  const left = skipped ? `, ${counted(skipped, "photo")} left out` : "";
  return `${counted(photos, "photo")} in ${counted(files, "file")}, ${size(bytes)}${left}`;
}
