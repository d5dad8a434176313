// What becomes of the draft: copied, accepted; and how drafts fare so far.

import { ask, send } from "../api.js";
import { tellProblem, toast } from "../dialogs.js";
import { button, element } from "../dom.js";

/** `listing()` gives the texts as they are, `draft()` what they were drafted as. */
export function adopting(listing, draft) {
  let isAccepted = false;
  const author = element("input", {
    id: "author", maxLength: 200, autocomplete: "name", placeholder: "Your name",
    value: localStorage.getItem("author") ?? "", "aria-label": "Your name",
  });
  const accept = button("Accept", { sign: "check", className: "primary", onclick: () => accepted() });
  const copy = button("Copy", { onclick: () => copied(listing()) });
  const told = element("p", { className: "small quiet", role: "status" });
  const root = element("div", { className: "adopting" }, told, element("div", { className: "row" }, author, copy, accept));

  async function accepted() {
    if (accept.disabled) return;
    if (!author.value.trim()) {
      told.textContent = "Say who accepts it: it is noted with the listing.";
      author.setAttribute("aria-invalid", "true");
      author.focus();
      return;
    }
    author.removeAttribute("aria-invalid");
    localStorage.setItem("author", author.value.trim());
    const { recipe, definition } = draft();
    accept.disabled = true;
    try {
      const { share_kept: kept } = await send("/listings/adoptions", {
        recipe, definition, author: author.value.trim(), ...listing(),
      });
      isAccepted = true;
      told.textContent = kept === null ? "Accepted." : `Accepted. ${percent(kept)} of the drafted text was kept.`;
      toast(told.textContent, { seconds: 6 });
      root.dispatchEvent(new CustomEvent("accepted", { bubbles: true }));
    } catch (error) {
      tellProblem(error);
      accept.disabled = false;
    }
  }

  return {
    root,
    accept: accepted,
    /** Whether there is a draft to accept; words on why not. */
    ready(is, why = "") {
      isAccepted = false;
      accept.disabled = !is;
      told.textContent = why;
    },
    /** The listing was edited, so that it may be accepted once more. */
    edited() {
      if (!isAccepted) return;
      this.ready(true, "Changed since it was accepted.");
    },
  };
}

async function copied({ title, description, attributes }) {
  const said = Object.entries(attributes).map(([name, value]) => `${name}: ${value}`).join("\n");
  const text = [title, description, said].filter(Boolean).join("\n\n");
  try {
    await navigator.clipboard.writeText(text);
    toast("The listing is in the clipboard.", { seconds: 4 });
  } catch {
    toast("The browser does not let this page copy: select the text and copy it.", { isWrong: true });
  }
}

const percent = (share) => `${Math.round(share * 100)}%`;

/** How drafts by a definition fare, in a sentence; null before there are any. */
export async function fared(definition) {
  const rates = await ask("/listings/adoptions");
  const one = rates.find((each) => each.definition === definition);
  if (!one) return null;
  const kept = one.share_kept === null ? "" : `, with ${percent(one.share_kept)} of their text kept`;
  const drafts = one.offered === 1 ? "one draft" : `${one.offered.toLocaleString()} drafts`;
  if (!one.accepted) return `${drafts[0].toUpperCase()}${drafts.slice(1)} by ${definition} so far, none accepted yet.`;
  return `Of ${drafts} by ${definition}, ${one.accepted.toLocaleString()} ${one.accepted === 1 ? "was" : "were"} accepted (${percent(one.adoption_rate)})${kept}.`;
}
