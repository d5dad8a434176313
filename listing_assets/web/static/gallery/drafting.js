// Photos of a version as the photos of a listing that is drafted.

import { parameters } from "../api.js";

/** Photos that one listing has at most. */
export const MOST_PHOTOS = 9;

/** The page that drafts a listing of these photos. */
export const draftOf = (place, keys) =>
  `listings.html?${parameters({ v: `${place.dataset}@${place.version}`, key: keys })}`;
