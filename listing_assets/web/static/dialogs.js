// Dialogs and passing messages that every page uses.

import { button, element, sentence } from "./dom.js";

/** What somebody is to fill in first. */
const FIRST = ".dialog-body :is(input, select, textarea):not(:disabled)";

/**
 * Shows a modal dialog and resolves to what `close(value)` was called with; undefined for Escape.
 * `fill(close)` gives { body, actions }: elements. A `form` lets Enter submit by `onsubmit`.
 */
export function openDialog(title, fill, { className = "", closable = true } = {}) {
  return new Promise((resolve) => {
    const dialog = element("dialog", { className: `dialog ${className}`.trim(), "aria-label": title });
    let result;
    const close = (value) => {
      result = value;
      dialog.close();
    };
    const { body, actions = [], onsubmit = null } = fill(close);
    const head = element(
      "header",
      { className: "dialog-head" },
      element("h2", { textContent: title }),
      closable && button("Close", { sign: "close", bare: true, onclick: () => close() }),
    );
    const form = element(
      "form",
      { noValidate: false },
      head,
      element("div", { className: "dialog-body" }, body),
      actions.length ? element("footer", { className: "dialog-foot" }, actions) : null,
    );
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      onsubmit?.();
    });
    dialog.append(form);
    dialog.addEventListener("cancel", (event) => closable || event.preventDefault());
    dialog.addEventListener("click", (event) => event.target === dialog && closable && close());
    dialog.addEventListener("close", () => {
      dialog.remove();
      resolve(result);
    });
    document.body.append(dialog);
    dialog.showModal();
    dialog.querySelector(FIRST)?.focus();
  });
}

/** Asks a yes-or-no question; resolves to whether it was answered with `yes`. */
export async function confirmed(title, text, yes) {
  const answer = await openDialog(title, (close) => ({
    body: element("p", { textContent: text }),
    actions: [
      button("Cancel", { onclick: () => close(false) }),
      button(yes, { className: "primary", type: "submit" }),
    ],
    onsubmit: () => close(true),
  }));
  return answer === true;
}

let toasts = null;

/**
 * Shows a message at the lower edge for a while; the newest below.
 * `action` is { label, run }; `isWrong` marks an error, which stays until it is closed.
 */
export function toast(text, { action = null, isWrong = false, seconds = 12 } = {}) {
  toasts ??= document.body.appendChild(
    element("div", { className: "toasts", role: "status", "aria-live": "polite" }),
  );
  const close = () => shown.remove();
  const shown = element(
    "div",
    { className: `toast${isWrong ? " wrong" : ""}` },
    element("p", {}, sentence(text)),
    action &&
      button(action.label, {
        onclick: () => {
          close();
          action.run();
        },
      }),
    button("Dismiss", { sign: "close", bare: true, onclick: close }),
  );
  toasts.append(shown);
  if (!isWrong) setTimeout(close, seconds * 1000);
  return close;
}

/** Tells an error as a toast: the problem and what to do about it. */
export function tellProblem(error) {
  if (error.name !== "AbortError") toast([error.message, error.remedy].filter(Boolean).join(" "), { isWrong: true });
}
