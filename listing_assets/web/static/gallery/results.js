// The results of one question, by their place: pages come as they are wanted and are kept.

import { ask, parameters } from "../api.js";
import { listedBy } from "./state.js";

const PAGE = 100;
const AT_ONCE = 2;
/** Pages that are fetched beyond those that are looked at. */
const AHEAD = 1;

export class Results {
  total = null;
  rankedBy = [];
  #path;
  #asked;
  #pages = new Map();
  #tokens = new Map();
  #coming = new Map();
  #wanted = [];
  #ended = new AbortController();
  #arrived;
  #failed;

  /** `arrived()` is called with each page, `failed(error)` where one cannot be had. */
  constructor(path, question, { arrived, failed }) {
    this.#path = path;
    this.#asked = listedBy(question);
    this.#arrived = arrived;
    this.#failed = failed;
    this.want(0, 0);
  }

  /** The photo at a place; undefined while it is not here. */
  row(place) {
    return this.#pages.get(Math.floor(place / PAGE))?.[place % PAGE];
  }

  /** The place of a key among what is here; -1 where it is not. */
  placeOf(key) {
    for (const [number, rows] of this.#pages) {
      const place = rows.findIndex((row) => row.key === key);
      if (place >= 0) return number * PAGE + place;
    }
    return -1;
  }

  /** Lets the photos of these places come, and those that will be scrolled to next. */
  want(first, last) {
    const most = this.total === null ? 0 : Math.ceil(this.total / PAGE) - 1;
    const from = Math.floor(first / PAGE);
    const to = Math.floor(last / PAGE) + AHEAD;
    this.#wanted = [];
    for (let page = from; page <= Math.min(to, most); page += 1) this.#wanted.push(page);
    if (from > 0) this.#wanted.push(from - 1);
    this.#fetchNext();
  }

  /** The photos of these places, both included, once all of them are here. */
  async rows(first, last) {
    const pages = [];
    for (let page = Math.floor(first / PAGE); page <= Math.floor(last / PAGE); page += 1) pages.push(page);
    for (const page of pages) if (!this.#pages.has(page)) await this.#fetch(page);
    return Array.from({ length: last - first + 1 }, (_, place) => this.row(first + place)).filter(Boolean);
  }

  /** Ends what is under way; nothing is told any more. */
  end() {
    this.#ended.abort();
  }

  #fetchNext() {
    const page = this.#wanted.find((one) => !this.#pages.has(one) && !this.#coming.has(one));
    if (page === undefined || this.#coming.size >= AT_ONCE) return;
    this.#fetch(page).then(
      () => this.#fetchNext(),
      (error) => this.#ended.signal.aborted || this.#failed(error),
    );
    this.#fetchNext();
  }

  #fetch(page) {
    if (!this.#coming.has(page)) {
      this.#coming.set(page, this.#load(page).finally(() => this.#coming.delete(page)));
    }
    return this.#coming.get(page);
  }

  async #load(page) {
    const token = this.#tokens.get(page);
    const place = token ? { next_token: token } : { skip: page * PAGE || "" };
    const asked = parameters({ ...this.#asked, ...place, max_results: PAGE });
    const found = await ask(`${this.#path}/files?${asked}`, { signal: this.#ended.signal });
    this.#pages.set(page, found.files);
    if (found.next_token) this.#tokens.set(page + 1, found.next_token);
    this.total ??= found.total;
    this.rankedBy = found.ranked_by;
    this.#arrived();
  }
}
