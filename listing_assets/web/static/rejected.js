// The photos of a version that were rejected, by reason: what the reason means, and what to do about it.

import { ask, parameters, picture } from "./api.js";
import { button, element, icon, notice, sentence } from "./dom.js";
import { moment, size } from "./gallery/wording.js";
import { openShell } from "./shell.js";

// The codes are those of listing_assets/imaging/reasons.py.
const REASONS = {
  empty: {
    title: "Empty file",
    meaning: "The file has no bytes: its upload began and brought nothing.",
    remedy: "Upload it again.",
  },
  not_an_image: {
    title: "Not an image",
    meaning: "The content shows no picture: it is text, a web page, an archive or random bytes, whatever the name says.",
    remedy: "Replace it by the photo that was meant, or take it out of the folder.",
  },
  unsupported_format: {
    title: "Unsupported format",
    meaning: "The content is a picture, document or video of a known kind that is not read here.",
    remedy: "Save it as JPEG, PNG, WebP, AVIF, HEIF, TIFF, GIF or BMP.",
  },
  truncated: {
    title: "Cut short",
    meaning: "The end of the file is missing: its upload or copy broke off.",
    remedy: "Upload it again; compare its size with the source.",
  },
  too_many_pixels: {
    title: "Too many pixels",
    meaning: "Decoding it would pass the limit of pixels that the dataset sets.",
    remedy: "Make the photo smaller, or raise normalization: {max_pixels: …} of the dataset; then `listing errors VERSION --retry`.",
  },
  too_many_bytes: {
    title: "File too large",
    meaning: "The file is larger than the dataset allows.",
    remedy: "Make the file smaller, or raise normalization: {max_bytes: …} of the dataset.",
  },
  decode_error: {
    title: "Damaged content",
    meaning: "The format is supported, but what the file says contradicts itself.",
    remedy: "Open the original in an image program and save it anew, then upload it again.",
  },
  decoder_crashed: {
    title: "Decoder gave up",
    meaning: "Decoding crashed, ran out of memory or took too long.",
    remedy: "Try again: `listing errors VERSION --retry`. If it happens again, save the photo anew in an image program.",
  },
  fetch_failed: {
    title: "Could not be read",
    meaning: "The source did not give the bytes: a network fault, a missing permission, or the object is gone.",
    remedy: "Run the version again: it is tried once more by itself.",
  },
};
const FEW = 6;
const PAGE = 50;

const words = (reason) =>
  REASONS[reason] ?? { title: reason.replaceAll("_", " "), meaning: "", remedy: "See `listing errors`." };
const count = (number, noun) => `${number.toLocaleString()} ${noun}${number === 1 ? "" : "s"}`;

openShell({ page: "rejected", choice: "version", show });

async function show(place, shell) {
  const reason = place.query.get("reason");
  const first = await ask(`${place.path}/rejected?max_results=1`);
  if (!shell.isAt(place)) return;
  const reasons = Object.entries(first.reasons);
  const page = document.getElementById("main");
  if (!reasons.length) {
    page.replaceChildren(
      notice({
        title: `Nothing was rejected in ${place.dataset}@${place.revision}`,
        remedy: `All of its ${count(place.published, "photo")} could be read.`,
        sign: "check",
      }),
    );
    return;
  }
  const known = reasons.some(([code]) => code === reason) ? reason : null;
  const sections = reasons.filter(([code]) => known === null || code === known);
  const lists = await Promise.all(
    sections.map(([code]) => ask(listOf(place, code, known === null ? FEW : PAGE))),
  );
  if (!shell.isAt(place)) return;
  page.replaceChildren(
    element(
      "header",
      { className: "page-head" },
      element("h1", { textContent: "Rejected files" }),
      element("p", {
        className: "quiet",
        role: "status",
        textContent:
          `${count(first.total, "file")} of ${(place.published + place.rejected).toLocaleString()}` +
          ` in ${place.dataset}@${place.revision} could not become photos.`,
      }),
    ),
    filter(reasons, first.total, known, shell),
    ...sections.map(([code, total], number) => section(place, shell, code, total, lists[number], known !== null)),
  );
}

const listOf = (place, reason, size, token = null) =>
  `${place.path}/rejected?${parameters({ reason, max_results: size, next_token: token })}`;

function filter(reasons, total, chosen, shell) {
  const choice = (label, number, code) =>
    element(
      "button",
      {
        type: "button",
        className: "button reason",
        "aria-pressed": String(code === chosen),
        onclick: () => shell.go({ reason: code }),
      },
      element("span", { textContent: label }),
      element("span", { className: "number quiet", textContent: number.toLocaleString() }),
    );
  return element(
    "div",
    { className: "reasons", role: "group", "aria-label": "Reasons" },
    choice("All reasons", total, null),
    reasons.map(([code, number]) => choice(words(code).title, number, code)),
  );
}

function section(place, shell, code, total, list, isAlone) {
  const { title, meaning, remedy } = words(code);
  const rows = element("tbody", {}, list.files.map((file) => row(place, file)));
  const columns = ["File", "What was found", "Size", "Format", "Last modified", "Original"];
  const table = element(
    "table",
    { className: "files" },
    element("caption", { className: "unseen", textContent: `Files rejected: ${title}` }),
    element("thead", {}, element("tr", {}, columns.map((name) => element("th", { scope: "col", textContent: name })))),
    rows,
  );
  return element(
    "section",
    { className: "card rejected", "aria-labelledby": `of-${code}` },
    element(
      "div",
      { className: "rejected-head" },
      element("h2", { id: `of-${code}`, textContent: title }),
      element("span", { className: "chip number", textContent: count(total, "file") }),
      element("code", { className: "quiet small", textContent: code }),
    ),
    meaning && element("p", { className: "meaning", textContent: meaning }),
    element("p", { className: "remedy" }, icon("check"), element("span", {}, sentence(remedy))),
    element("div", { className: "scrolled", tabIndex: 0, role: "region", "aria-label": `Files: ${title}` }, table),
    following(place, shell, code, total, list, rows, isAlone),
  );
}

function following(place, shell, code, total, list, rows, isAlone) {
  if (list.next_token === null) return null;
  if (!isAlone) {
    return button(`Show all ${total.toLocaleString()}`, { onclick: () => shell.go({ reason: code }) });
  }
  let token = list.next_token;
  const more = button("Show more", {
    onclick: async () => {
      more.disabled = true;
      try {
        const page = await ask(listOf(place, code, PAGE, token));
        rows.append(...page.files.map((file) => row(place, file)));
        token = page.next_token;
        if (token === null) more.remove();
      } catch (error) {
        shell.fail(error);
      } finally {
        more.disabled = false;
      }
    },
  });
  return more;
}

function row(place, file) {
  const slash = file.key.lastIndexOf("/") + 1;
  const name = element(
    "th",
    { scope: "row", className: "key", title: file.uri ?? file.key },
    element("span", { className: "quiet", textContent: file.key.slice(0, slash) }),
    element("span", { textContent: file.key.slice(slash) }),
  );
  const original =
    file.image_id === null
      ? null
      : element("a", {
          href: picture(place.path, "original", file.key),
          download: file.key.slice(slash),
          textContent: "Download",
          "aria-label": `Download ${file.key}`,
        });
  return element(
    "tr",
    {},
    name,
    fact("detail", file.detail || null),
    fact("number", size(file.bytes) || null),
    fact("", file.format),
    fact("number", moment(file.last_modified) || null),
    element("td", { className: original === null ? "none" : "" }, original ?? "—"),
  );
}

const fact = (kind, text) =>
  element("td", { className: text === null ? `${kind} none` : kind, textContent: text ?? "—" });

