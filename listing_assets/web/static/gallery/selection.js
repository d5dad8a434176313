// Which photos are chosen: some by their keys, or all results of the question.

export class Selection extends EventTarget {
  #keys = new Set();
  #isAll = false;
  #anchor = null;
  #source;
  /** Their keys on the way, while all are chosen and some are being let go. */
  #coming = null;

  /** `source` has total(), rows(first, last) and keys(): the results that are chosen from. */
  constructor(source) {
    super();
    this.#source = source;
  }

  get size() {
    return this.#isAll ? (this.#source.total() ?? 0) : this.#keys.size;
  }

  /** Whether all results are chosen, so that they are named by the question and not by keys. */
  get isAll() {
    return this.#isAll;
  }

  get keys() {
    return [...this.#keys];
  }

  has(key) {
    return this.#isAll || this.#keys.has(key);
  }

  clear() {
    if (this.size === 0) return;
    this.#keys.clear();
    this.#isAll = false;
    this.#anchor = null;
    this.#coming = null;
    this.#changed();
  }

  all() {
    this.#keys.clear();
    this.#isAll = true;
    this.#coming = null;
    this.#changed();
  }

  /** Chooses a photo or lets go of it; a range begins here. */
  async toggle(key, place) {
    this.#anchor = place;
    if (this.#isAll && !(await this.#nameAll())) return;
    if (!this.#keys.delete(key)) this.#keys.add(key);
    this.#changed();
  }

  /** Chooses all from where the last choice was made to `place`. */
  async extend(place) {
    const from = this.#anchor ?? place;
    this.#anchor = from;
    const rows = await this.#source.rows(Math.min(from, place), Math.max(from, place));
    for (const row of rows) this.#keys.add(row.key);
    this.#changed();
  }

  /** Names all results by their keys, which come once; false where something else was chosen since. */
  async #nameAll() {
    const coming = (this.#coming ??= this.#source.keys());
    const keys = await coming.catch((error) => {
      if (this.#coming === coming) this.#coming = null;
      throw error;
    });
    if (this.#coming !== coming) return false;
    if (this.#isAll) this.#keys = new Set(keys);
    this.#isAll = false;
    return true;
  }

  #changed() {
    this.dispatchEvent(new Event("change"));
  }
}
