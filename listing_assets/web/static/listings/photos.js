// The photos of the listing: dropped, chosen or pasted, with the cover first and those left out last.

import { picture } from "../api.js";
import { toast } from "../dialogs.js";
import { button, element, icon } from "../dom.js";

export const MOST = 9;
const LARGEST = 20 * 1024 * 1024;
const KINDS = "image/*,.heic,.heif,.avif,.tif,.tiff,.bmp";

/** `changed(isNew)` is called when photos were added or removed. */
export function photoTray(changed) {
  let photos = [];
  let told = null;
  let isBusy = false;
  const chooser = element("input", {
    type: "file", multiple: true, accept: KINDS, hidden: true, id: "photos",
    onchange: () => {
      add(chooser.files);
      chooser.value = "";
    },
  });
  const tiles = element("ul", { className: "tray", "aria-label": "Photos" });
  const zone = element(
    "button",
    { type: "button", className: "drop-zone", onclick: () => chooser.click() },
    icon("image"),
    element("span", { className: "drop-title", textContent: "Drop photos of one product here" }),
    element("span", { className: "quiet", textContent: `or choose them, or paste them: 1 to ${MOST} photos, the best cover is found by itself` }),
    element("span", { className: "button primary", textContent: "Choose photos" }),
  );
  const root = element("section", { className: "photo-tray", "aria-label": "Photos of the listing" }, chooser, zone, tiles);

  function add(files) {
    const fitting = [...files].filter((file) => file.type.startsWith("image/") || /\.(heic|heif|avif|tiff?|bmp)$/i.test(file.name));
    const small = fitting.filter((file) => file.size <= LARGEST);
    const taken = small.slice(0, MOST - photos.length);
    if (fitting.length < files.length) toast("Only photos can be drafted from; other files were left out.", { isWrong: true });
    if (small.length < fitting.length) toast("Photos above 20 MB were left out: send smaller copies.", { isWrong: true });
    if (taken.length < small.length) toast(`A listing has at most ${MOST} photos; ${small.length - taken.length} were left out.`);
    for (const file of taken) photos.push({ name: unique(file.name), file, url: URL.createObjectURL(file) });
    if (!taken.length) return;
    told = null;
    draw();
    changed(true);
  }

  function unique(name) {
    const taken = new Set(photos.map((photo) => photo.name));
    let found = name;
    for (let number = 2; taken.has(found); number += 1) found = `${name} (${number})`;
    return found;
  }

  function remove(photo) {
    if (photo.file) URL.revokeObjectURL(photo.url);
    photos = photos.filter((one) => one !== photo);
    draw();
    changed(false);
    (tiles.querySelector("button") ?? zone).focus();
  }

  function tile(photo) {
    const isCover = told?.photos[0] === photo.name;
    const reason = told?.others[photo.name];
    const frame = element("span", { className: "frame" });
    const image = element("img", { src: photo.url, alt: photo.name, onerror: () => frame.replaceChildren(icon("image")) });
    frame.append(image);
    return element(
      "li",
      { className: `shot${isCover ? " cover" : ""}${reason ? " left-out" : ""}`, title: photo.name },
      frame,
      isCover && element("span", { className: "badge", textContent: "Cover" }),
      reason && element("span", { className: "badge out", textContent: "Left out" }),
      !isBusy && button(`Remove ${photo.name}`, { sign: "close", bare: true, className: "remove", onclick: () => remove(photo) }),
      reason && element("p", { className: "small reason", textContent: reason }),
    );
  }

  function draw() {
    const place = (photo) => {
      const at = told?.photos.indexOf(photo.name) ?? 0;
      return at < 0 ? MOST : at;
    };
    const shown = told ? photos.toSorted((one, other) => place(one) - place(other)) : photos;
    zone.hidden = photos.length > 0;
    const adding = !isBusy && photos.length > 0 && photos.length < MOST && photos.every((photo) => photo.file);
    tiles.replaceChildren(
      ...shown.map(tile),
      ...(adding ? [element("li", { className: "shot adding" }, button("Add photos", { className: "add", onclick: () => chooser.click() }))] : []),
    );
  }

  draw();
  return {
    root,
    add,
    get photos() {
      return photos;
    },
    /** Photos of a version, in place of files. */
    show(path, keys) {
      photos = keys.map((key) => ({ name: key, url: picture(path, "thumbnail", key) }));
      told = null;
      draw();
    },
    /** What a draft says of them: the cover first, the others with why. */
    tell(draft) {
      told = draft;
      draw();
    },
    set busy(value) {
      isBusy = value;
      draw();
    },
  };
}
