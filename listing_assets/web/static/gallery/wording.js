// How values are written for people.

const NUMBERS = new Intl.NumberFormat("en");
const DAY = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short", year: "numeric" });
const MOMENT = new Intl.DateTimeFormat("en-GB", { dateStyle: "medium", timeStyle: "short" });

export const count = (number) => NUMBERS.format(number);
export const counted = (number, one, many = `${one}s`) => `${count(number)} ${number === 1 ? one : many}`;
export const day = (time) => (time ? DAY.format(new Date(time)) : "");
export const moment = (time) => (time ? MOMENT.format(new Date(time)) : "");
export const nameOf = (key) => key.slice(key.lastIndexOf("/") + 1);
export const folderOf = (key) => key.slice(0, Math.max(0, key.lastIndexOf("/")));

export function size(bytes) {
  if (bytes === null || bytes === undefined) return "";
  if (bytes < 1000) return `${bytes} B`;
  const [scaled, unit] = bytes < 1e6 ? [bytes / 1e3, "kB"] : bytes < 1e9 ? [bytes / 1e6, "MB"] : [bytes / 1e9, "GB"];
  return `${scaled < 10 ? scaled.toFixed(1) : Math.round(scaled)} ${unit}`;
}

/** A score: a cosine or BM25 with three digits, a fused rank in thousandths of it. */
export const score = (value) => (Math.abs(value) < 0.1 ? value.toFixed(4) : value.toFixed(3));

/** The parts of a label `name:value`. */
export function labelParts(label) {
  const cut = label.indexOf(":");
  return [label.slice(0, cut), label.slice(cut + 1)];
}

/** A label where there is little room: of a truth value its name, and nothing if it is false. */
export function shortLabel(label) {
  const [name, value] = labelParts(label);
  return value === "true" ? words(name).toLowerCase() : value === "false" ? "" : value;
}

/** Any value of a tag, fact or column. */
export function told(value) {
  if (value === null || value === undefined || value === "") return "—";
  if (Array.isArray(value)) return value.length ? value.map(told).join(", ") : "—";
  if (typeof value === "boolean") return value ? "yes" : "no";
  if (typeof value === "number") return Number.isInteger(value) ? String(value) : String(Number(value.toPrecision(4)));
  if (typeof value === "object") return JSON.stringify(value);
  return String(value);
}

/** The name of a column or parameter as words. */
export const words = (name) => {
  const spaced = name.replaceAll("_", " ");
  return spaced.charAt(0).toUpperCase() + spaced.slice(1);
};
