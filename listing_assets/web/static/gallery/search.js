// The search bar: a text, or a photo by dialog, by drop anywhere on the page, or by paste.

import { ask } from "../api.js";
import { tellProblem, toast } from "../dialogs.js";
import { button, element, icon } from "../dom.js";

const MOST_BYTES = 20 * 1024 * 1024;

/** `go` changes the address. */
export function buildSearch(go) {
  const input = element("input", {
    id: "text", type: "search", placeholder: "Search by text, or drop a photo anywhere", autocomplete: "off",
    enterKeyHint: "search", maxLength: 1024, "aria-label": "Search by text", "aria-keyshortcuts": "/",
  });
  const file = element("input", {
    type: "file", id: "photo-file", className: "unseen", accept: "image/*,.heic,.heif,.avif", tabIndex: -1, "aria-label": "Photo to search by",
  });
  const search = (photo) => searchByPhoto(photo, go).catch(tellProblem);
  file.addEventListener("change", () => {
    if (file.files.length) search(file.files[0]);
    file.value = "";
  });
  const form = element(
    "form",
    { className: "search", role: "search", "aria-label": "By text or photo" },
    icon("search"),
    input,
    file,
    button("Search by a photo", { sign: "image", bare: true, onclick: () => file.click() }),
  );
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    go({ text: input.value.trim() || null, sort: null, descending: null });
  });
  input.addEventListener("search", () => input.value === "" && go({ text: null, text_by: null }));
  takeDrops(search);
  document.addEventListener("paste", (event) => {
    const pasted = [...(event.clipboardData?.files ?? [])].find((one) => one.type.startsWith("image/"));
    if (!pasted) return;
    event.preventDefault();
    search(pasted);
  });
  return { form, input };
}

async function searchByPhoto(photo, go) {
  if (photo.size > MOST_BYTES) {
    throw Object.assign(new Error(`${photo.name || "The photo"} has more than 20 MB.`), { remedy: "Take a smaller one." });
  }
  const close = toast("Looking at the photo …", { seconds: 60 });
  try {
    const { upload } = await ask("/uploads", { method: "POST", body: photo });
    go({ image: upload, like: null, text: null, sort: null, descending: null, key: null });
  } finally {
    close();
  }
}

function takeDrops(search) {
  const target = element("div", { className: "drop-target", hidden: true }, icon("image"), element("p", { textContent: "Drop a photo to find those like it" }));
  document.body.append(target);
  const isPhoto = (event) => event.dataTransfer?.types.includes("Files");
  document.addEventListener("dragover", (event) => {
    if (!isPhoto(event)) return;
    event.preventDefault();
    target.hidden = false;
  });
  document.addEventListener("dragleave", (event) => {
    if (event.relatedTarget === null) target.hidden = true;
  });
  document.addEventListener("drop", (event) => {
    target.hidden = true;
    if (!isPhoto(event)) return;
    event.preventDefault();
    if (event.dataTransfer.files.length) search(event.dataTransfer.files[0]);
  });
}
