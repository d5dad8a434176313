// The drafts of a published version: a table of them, from which one is opened to be edited and accepted.

import { ask, parameters, picture } from "../api.js";
import { button, element, sentence } from "../dom.js";
import { flagged } from "./text.js";

const STATES = { drafted: null, empty: "no text", refused: "refused", partial: "a step failed" };

/** The section of a version's drafts; where there are none, a line that says why. */
export async function versionDrafts(dataset, version, shell) {
  const path = `/datasets/${encodeURIComponent(dataset)}/versions/${encodeURIComponent(version)}`;
  const rows = element("tbody");
  const more = button("Show more", { hidden: true });
  const first = await page(null).catch((error) => {
    if (error.status !== 404) throw error;
    return { why: [sentence(error.message), " ", sentence(error.remedy ?? "")] };
  });
  if (first.why) return said(...first.why);
  const name = `${dataset}@${version}`;
  if (!first.total) return said(...sentence(`No drafts of ${name} are made yet: \`listing run ${name}\``));
  fill(first);

  function page(token) {
    return ask(`${path}/drafts?${parameters({ max_results: 20, next_token: token })}`);
  }

  function fill(found) {
    rows.append(...found.drafts.map((one) => row(path, `${dataset}@${version}`, one, shell)));
    more.hidden = found.next_token === null;
    more.onclick = async () => {
      more.disabled = true;
      try {
        fill(await page(found.next_token));
      } finally {
        more.disabled = false;
      }
    };
  }

  return element("section", { className: "card version-drafts" },
    element("div", { className: "label-row" },
      element("h2", { textContent: `Drafts of ${dataset}@${version}` }),
      element("span", { className: "quiet small", textContent: `${first.total.toLocaleString()} by ${first.definition}` })),
    element("table", {},
      element("thead", {}, element("tr", {},
        ["", "Listing", "Category", "Quality", ""].map((textContent) => element("th", { scope: "col", textContent })))),
      rows),
    more);
}

const said = (...words) => element("p", { className: "quiet small", role: "status" }, ...words);

function row(path, version, { keys, status, draft }, shell) {
  const cover = draft.photos[0] ?? keys[0];
  const flags = draft.claims.filter(flagged).length;
  const address = `?${parameters({ v: version, key: cover })}`;
  return element("tr", {},
    element("td", { className: "cover-cell" },
      element("span", { className: "frame" }, element("img", { src: picture(path, "thumbnail", cover), alt: "", loading: "lazy" })),
      keys.length > 1 && element("span", { className: "quiet small", textContent: `${keys.length} photos` })),
    element("td", {},
      element("a", {
        href: address, textContent: draft.title || "(no title)", className: "listing-title",
        onclick: (event) => {
          if (event.ctrlKey || event.metaKey || event.shiftKey) return;
          event.preventDefault();
          shell.go({ key: cover });
        },
      }),
      element("p", { className: "quiet small short", textContent: draft.description || "(no text)" })),
    element("td", { textContent: draft.category || "not known" }),
    element("td", { className: "number", textContent: draft.quality ? `${Math.round(draft.quality.score * 100)}%` : "" }),
    element("td", {},
      STATES[status] && element("span", { className: "chip warn", textContent: STATES[status] }),
      flags > 0 && element("span", { className: "chip warn", textContent: `${flags} flagged` })));
}
