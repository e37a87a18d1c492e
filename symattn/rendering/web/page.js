// Typesets the formulas of a page and gives its copy buttons their work; see page.py.
const symattn = (() => {
  "use strict";

  /** Typeset LaTeX into a place; if KaTeX is absent or refuses, the source stays readable. */
  function typeset(place, latex, displayMode) {
    try {
      katex.render(latex, place, {displayMode, throwOnError: true, strict: false});
      place.classList.remove("untypeset");
    } catch (error) {
      place.textContent = latex;
      place.classList.add("untypeset");
      place.title = String(error.message || error);
    }
  }

  /** Copy a text, also from a file on disk where the clipboard may be closed to scripts. */
  async function copy(text) {
    try {
      await navigator.clipboard.writeText(text);
      return true;
    } catch {
      const area = document.createElement("textarea");
      area.value = text;
      area.className = "sr-only";
      document.body.append(area);
      const before = document.activeElement;
      area.select();
      const done = document.execCommand("copy");
      area.remove();
      before?.focus({preventScroll: true});
      return done;
    }
  }

  function status() {
    let place = document.getElementById("copy-status");
    if (!place) {
      place = document.createElement("p");
      place.id = "copy-status";
      place.className = "sr-only";
      place.setAttribute("role", "status");
      document.body.append(place);
    }
    return place;
  }

  async function pressed(button) {
    const source = document.getElementById(button.dataset.copies);
    const done = await copy("value" in source ? source.value : source.textContent);
    const label = button.dataset.label ??= button.textContent;
    button.textContent = done ? "Copied" : "Press Ctrl+C";
    if (!done && source.select) source.select();
    status().textContent = done ? "Copied" : "Could not copy: press Control C";
    clearTimeout(button.timer);
    button.timer = setTimeout(() => { button.textContent = label; status().textContent = ""; }, 1600);
  }

  for (const place of document.querySelectorAll(".math[data-latex]")) {
    typeset(place, place.dataset.latex, place.classList.contains("display"));
  }
  document.addEventListener("click", (event) => {
    const button = event.target.closest("button[data-copies]");
    if (button) pressed(button);
  });
  status();
  return {typeset, copy};
})();
