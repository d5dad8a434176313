// What was found besides: like products with their pictures, and what the draft is worth.

import { parameters, picture } from "../api.js";
import { element, icon } from "../dom.js";

const VERDICTS = { identical: "the same product", "same model": "the same model", similar: "similar", none: "not alike" };
const FEATURES = {
  category: "Category", attributes: "Attributes filled in", length: "Length", fluency: "Fluency",
  coverage: "Said in the text", honesty: "Honesty", sharpness: "Sharpness", brightness: "Brightness",
  background: "Background", count: "Number of photos",
};
const SHOWN = 4;

/** Like products; an empty list where the draft has none. */
export function neighbours({ neighbours: found }) {
  const alike = found.filter((one) => one.verdict !== "none");
  const others = found.filter((one) => one.verdict === "none");
  if (!found.length) return [];
  return [
    element("section", { className: "card found" },
      element("h2", { textContent: alike.length ? "Like products" : "No like product was found" }),
      !alike.length && element("p", { className: "quiet small", textContent: "The nearest photos of the reference are not alike enough for their texts to count." }),
      element("ul", { className: "neighbours", "aria-label": "Like products" }, alike.slice(0, SHOWN).map(neighbour)),
      (alike.length > SHOWN || others.length > 0) &&
        element("details", {}, element("summary", { textContent: `${alike.length + others.length - Math.min(SHOWN, alike.length)} more` }),
          element("ul", { className: "neighbours" }, [...alike.slice(SHOWN), ...others].map(neighbour)))),
  ];
}

function neighbour({ dataset, revision, key, score, verdict, title, attributes }) {
  const frame = element("span", { className: "frame" });
  frame.append(element("img", {
    src: picture(`/datasets/${dataset}/versions/${revision}`, "thumbnail", key), alt: "", loading: "lazy",
    onerror: () => frame.replaceChildren(icon("image")),
  }));
  const told = Object.entries(attributes).slice(0, 4).map(([name, value]) => `${name}: ${value}`).join(" · ");
  return element("li", {},
    element("a", { href: `./?${parameters({ v: `${dataset}@${revision}`, key })}`, title: key },
      frame,
      element("span", { className: "neighbour-words" },
        element("span", { className: "neighbour-title", textContent: title || key.split("/").at(-1) }),
        element("span", { className: "row small" },
          element("span", { className: `chip ${verdict.replace(" ", "-")}`, textContent: VERDICTS[verdict] }),
          element("span", { className: "quiet number", textContent: `${Math.round(score * 100)}% alike` })),
        told && element("span", { className: "quiet small told", textContent: told }))));
}

/** The score of a draft, with what would raise it most first. */
export function quality({ quality: found }) {
  if (!found) return [];
  const gain = ({ value, weight }) => weight * (1 - value);
  const features = found.features.toSorted((one, other) => gain(other) - gain(one));
  const percent = `${Math.round(found.score * 100)}%`;
  return [
    element("section", { className: "card worth" },
      element("div", { className: "label-row" },
        element("h2", { textContent: "Quality of the draft" }),
        element("span", { className: "score number", textContent: percent })),
      element("ul", { className: "features" }, features.filter((one) => one.weight > 0).map(feature))),
  ];
}

function feature({ name, value, advice }) {
  const bar = element("span", { className: "bar" });
  bar.style.width = `${Math.round(value * 100)}%`;
  const level = value >= 0.8 ? "high" : value >= 0.4 ? "middle" : "low";
  return element("li", { className: level },
    element("span", { className: "feature-name", textContent: FEATURES[name] ?? name }),
    element("span", { className: "track", role: "img", "aria-label": `${Math.round(value * 100)}%` }, bar),
    advice && element("p", { className: "small quiet", textContent: advice }));
}
