// Asks for a draft, and hands over each event as it comes.

import { Problem, ask } from "../api.js";

/**
 * Posts photos and calls `tell(name, document)` for every event until the draft is finished.
 * `body` is a FormData of files, or an object that names photos of a version.
 * Rejects with a Problem, or with an AbortError where `signal` ended it.
 */
export async function draftListing(body, tell, signal) {
  const response = await post(body, signal);
  let last = null;
  try {
    for await (const [name, told] of eventsOf(response)) {
      last = name;
      if (name === "error") throw new Problem(response.status, told);
      tell(name, told);
    }
  } catch (error) {
    if (error instanceof Problem || error.name === "AbortError") throw error;
    throw broken();
  }
  if (last !== "finished") throw broken();
}

async function post(body, signal) {
  const isForm = body instanceof FormData;
  const request = {
    method: "POST",
    signal,
    body: isForm ? body : JSON.stringify(body),
    headers: isForm ? {} : { "Content-Type": "application/json" },
  };
  const response = await fetch("/api/listings", request).catch((error) => {
    if (error.name === "AbortError") throw error;
    throw new Problem(0, {
      problem: "The photos did not reach the server.",
      remedy: "See whether `listing serve` is still running and the photos are not moved, then try again.",
    });
  });
  if (response.status === 401) {
    await ask("/listings/adoptions"); // asks for the key
    return post(body, signal);
  }
  if (!response.ok) {
    throw new Problem(response.status, await response.json().catch(() => ({ problem: response.statusText })));
  }
  return response;
}

async function* eventsOf(response) {
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let waiting = "";
  for (;;) {
    const { value, done } = await reader.read();
    if (done) return;
    const messages = (waiting + value).split("\n\n");
    waiting = messages.pop();
    for (const message of messages) {
      const lines = message.split("\n");
      const field = (name) => lines.find((line) => line.startsWith(`${name}: `))?.slice(name.length + 2);
      if (field("event")) yield [field("event"), JSON.parse(field("data"))];
    }
  }
}

const broken = () =>
  new Problem(0, {
    problem: "The connection broke off before the draft was finished.",
    remedy: "Draft again: what was answered is kept and not paid for twice.",
  });
