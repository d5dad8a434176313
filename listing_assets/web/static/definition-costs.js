// Costs, numbers and answers in words.

/** `0.0012 USD`; "free" for nothing, "unknown" where no price tells. */
export function money(cost, currency) {
  if (cost === null) return "an unknown amount (the model has no price)";
  if (cost === 0) return "nothing";
  const shown = cost.toLocaleString(undefined, { maximumSignificantDigits: cost < 1 ? 2 : 4 });
  return `${shown} ${currency}`.trim();
}

export const count = (number, noun, plural = `${noun}s`) =>
  `${number.toLocaleString()} ${number === 1 ? noun : plural}`;

/** The value of an answer. */
export function inWords(value) {
  if (value === null || value === undefined) return "null";
  if (typeof value === "boolean") return value ? "yes" : "no";
  if (typeof value === "number") return value.toLocaleString();
  return Array.isArray(value) ? value.join(", ") || "none" : String(value);
}
