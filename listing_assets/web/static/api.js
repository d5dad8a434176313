// Asks the API. An answer that tells an error becomes a Problem.

export class Problem extends Error {
  constructor(status, { problem, remedy = "", place = null }) {
    super(problem);
    this.status = status;
    this.remedy = remedy;
    this.place = place;
  }
}

export async function ask(path, options = {}) {
  const response = await fetch(`/api${path}`, options);
  const answer = await response.json().catch(() => ({ problem: response.statusText }));
  if (!response.ok) throw new Problem(response.status, answer);
  return answer;
}

export function parameters(values) {
  const found = new URLSearchParams();
  for (const [name, value] of Object.entries(values)) if (value) found.append(name, value);
  return found.toString();
}

export function openSession(key) {
  return ask("/session", { method: "POST", headers: { Authorization: `Bearer ${key}` } });
}
