// The question that the gallery shows the answer of. It lies in the address, under the names that the
// API has for its parameters, so that a link is a search.

const TEXTS = [
  "text", "text_by", "image", "like", "min_score", "name", "directory", "where",
  "modified_from", "modified_before", "ingested_from", "ingested_before", "min_bytes", "max_bytes",
];
const LISTS = ["any", "all", "none", "format"];
export const NAMES = [...TEXTS, ...LISTS, "sort", "descending"];

/** The question of an address: a text, or a list of texts, under each name; "" or [] where it has none. */
export function readQuestion(query) {
  const question = {};
  for (const name of TEXTS) question[name] = query.get(name) ?? "";
  for (const name of LISTS) question[name] = query.getAll(name);
  question.sort = query.get("sort") ?? "";
  question.descending = query.get("descending") === "true" ? "true" : "";
  return question;
}

/** Which photos are meant, without their order: the parameters of `keys` and `facets`. */
export function conditionsOf(question) {
  const { sort, descending, ...conditions } = question;
  return { ...conditions, top_k: isRanked(question) ? 1000 : "" };
}

/** The parameters of `files`. */
export function listedBy(question) {
  return { ...conditionsOf(question), sort: question.sort, descending: question.descending };
}

/** The same as JSON has it, without what is empty: the `query` of corrections and exports. */
export function documentOf(question) {
  const numbers = ["min_score", "min_bytes", "max_bytes"];
  return Object.fromEntries(
    Object.entries(conditionsOf(question))
      .filter(([, value]) => value.length || typeof value === "number")
      .map(([name, value]) => [name, numbers.includes(name) ? Number(value) : value]),
  );
}

/** Whether photos have a score. */
export const isRanked = (question) => Boolean(question.text.trim() || question.image || question.like);

/** Whether anything narrows the results down. */
export const isNarrowed = (question) =>
  [...TEXTS, ...LISTS].some((name) => name !== "text_by" && question[name].length > 0);

/** What takes every condition away. */
export const NOTHING = Object.fromEntries([...NAMES, "key"].map((name) => [name, null]));
