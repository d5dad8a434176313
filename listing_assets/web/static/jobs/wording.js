// How jobs are told of: states, steps, times and costs in words.

const OVER = new Set(["succeeded", "waiting", "failed", "stopped"]);
const STATES = {
  queued: ["queued", ""],
  starting: ["starting", "going"],
  running: ["running", "going"],
  stopping: ["stopping", "warn"],
  succeeded: ["done", "good"],
  waiting: ["waiting for batches", "warn"],
  failed: ["failed", "wrong"],
  stopped: ["stopped", ""],
};
const STEPS = {
  raw_images: "List the source",
  normalized_images: "Normalize photos",
  smart_tags: "Tags",
  embeddings: "Vectors",
  predicted_tags: "Predicted tags",
  labeled_dataset_versions: "Publish",
  listing_drafts: "Listing drafts",
  export: "Export",
};
export const KINDS = {
  all: "everything",
  labelling: "the tags",
  indexing: "the vectors",
};
const BY = { gallery: "gallery", command: "command line", dagster: "Dagster" };

export const isOver = (status) => OVER.has(status);
export const stateOf = (status) => STATES[status] ?? [status, ""];
export const stepName = (name) => STEPS[name] ?? name.replaceAll("_", " ");
export const startedBy = (name) => BY[name] ?? name;

/** What a job computes. */
export const aim = ({ mode, kind }) => (mode === "full" ? `${KINDS[kind]} again` : "what is missing");

/** `48 s`, `3 min 20 s`, `2 h 5 min`. */
export function duration(seconds) {
  const whole = Math.max(0, Math.round(seconds));
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return [`${Math.floor(whole / 60)} min`, whole % 60 && whole < 600 ? `${whole % 60} s` : ""].join(" ").trim();
  return [`${Math.floor(whole / 3600)} h`, Math.round((whole % 3600) / 60) ? `${Math.round((whole % 3600) / 60)} min` : ""].join(" ").trim();
}

/** Results per second, with the digits that tell something. */
export const rate = (value) => `${value >= 10 ? Math.round(value).toLocaleString() : value.toPrecision(2)}/s`;

/** A cost with its currency: "nothing" for 0, null where nothing tells. */
export function cost(value, currency) {
  if (value === null || value === undefined) return null;
  if (value === 0) return "nothing";
  const digits = value < 1 ? { maximumSignificantDigits: 2 } : { minimumFractionDigits: 2, maximumFractionDigits: 2 };
  return `${value.toLocaleString(undefined, digits)} ${currency}`.trim();
}

/** How long ago or how long something took. */
export const lasted = ({ began_at: began, ended_at: ended }, now = Date.now()) =>
  began === null ? null : duration(((ended === null ? now : Date.parse(ended)) - Date.parse(began)) / 1000);
