// Sets the colours before anything is drawn, so it is loaded before the page, and is no module.
// Without a choice the browser's own (`prefers-color-scheme`) counts.
(() => {
  const chosen = (() => {
    try {
      return localStorage.getItem("theme");
    } catch {
      return null; // a browser that keeps nothing
    }
  })();
  if (chosen === "light" || chosen === "dark") document.documentElement.dataset.theme = chosen;
})();
