// Asks the API. An answer that tells an error becomes a Problem: its message is the problem.

export class Problem extends Error {
  constructor(status, { problem, remedy = "", place = null }) {
    super(problem);
    this.status = status;
    this.remedy = remedy;
    this.place = place;
  }
}

let unlock = null;

/** `prompt` is called where the server wants a key; it resolves once a session is open. */
export function unlockBy(prompt) {
  unlock = prompt;
}

/**
 * The JSON that the API answers at `/api` + path.
 * Rejects with a Problem, or with an AbortError where `options.signal` ended it.
 */
export async function ask(path, options = {}) {
  const response = await fetch(`/api${path}`, options).catch((error) => {
    if (error.name === "AbortError") throw error;
    throw new Problem(0, {
      problem: "The server does not answer.",
      remedy: "See whether `listing serve` is still running, then try again.",
    });
  });
  if (response.status === 401 && unlock !== null && !path.startsWith("/session")) {
    await unlock();
    return ask(path, options);
  }
  const answer = await response.json().catch(() => ({ problem: response.statusText }));
  if (!response.ok) throw new Problem(response.status, answer);
  return answer;
}

/** Sends a JSON document and resolves to the answer. */
export function send(path, document, options = {}) {
  const body = JSON.stringify(document);
  const headers = { "Content-Type": "application/json" };
  return ask(path, { method: "POST", body, headers, ...options });
}

/** A query string. A list becomes a parameter for each of its values; what is empty is left out. */
export function parameters(values) {
  const found = new URLSearchParams();
  for (const [name, value] of Object.entries(values)) {
    for (const one of Array.isArray(value) ? value : [value]) {
      if (one !== "" && one !== null && one !== undefined && one !== false) found.append(name, one);
    }
  }
  return found.toString();
}

/** The address of a picture: `thumbnail`, `photo` or `original` of a key in a version's `path`. */
export const picture = (path, kind, key) => `/api${path}/${kind}?${parameters({ key })}`;

export function openSession(key) {
  return ask("/session", { method: "POST", headers: { Authorization: `Bearer ${key}` } });
}
