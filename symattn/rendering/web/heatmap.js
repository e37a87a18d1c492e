// Moves through the cells of a heatmap and shows the closed form of one; see heatmap_html.py.
(() => {
  "use strict";
  const grid = document.querySelector("[role=grid]");
  const all = (place, role) => [...place.querySelectorAll(`[role=${role}]`)];
  const rows = [...grid.tBodies[0].rows].map((row) => all(row, "gridcell"));
  const [rowHeads, columnHeads] = [all(grid, "rowheader"), all(grid, "columnheader")];
  const forms = document.querySelector(".forms table").tBodies[0].rows;
  const panel = document.querySelector(".panel");
  const place = (name) => document.getElementById(name);
  let active = [0, 0];  // the cell that the keyboard is on, and that Tab returns to
  let lit = [];

  function show([i, j]) {
    const form = forms[i * columnHeads.length + j];
    const [query, key, state, value, latex] = [...form.cells].map((cell) => cell.textContent);
    for (const head of lit) head.classList.remove("here");
    lit = [rowHeads[i], columnHeads[j]];
    for (const head of lit) head.classList.add("here");
    place("where").textContent = `query ${query}, key ${key}`;
    place("state").textContent = value ? `${state}, ${panel.dataset.quantity} ${value}` : state;
    typeset(place("formula"), latex);
    place("source").value = latex;
  }

  /** The formula, in smaller letters where it is wider than its place; what is left scrolls. */
  function typeset(box, latex) {
    box.style.fontSize = "";
    symattn.typeset(box, latex, true);
    if (box.scrollWidth > box.clientWidth) {
      const size = parseFloat(getComputedStyle(box).fontSize);
      const fitting = size * box.clientWidth / (box.scrollWidth + 12);
      box.style.fontSize = `${Math.max(fitting, 12)}px`;
    }
    box.scrollLeft = 0;
  }

  function move(to) {
    rows[active[0]][active[1]].tabIndex = -1;
    active = to;
    rows[to[0]][to[1]].tabIndex = 0;
    show(to);
  }

  function at(target) {
    const cell = target.closest("[role=gridcell]");
    if (!cell) return null;
    const i = cell.parentElement.sectionRowIndex;
    return [i, rows[i].indexOf(cell)];
  }

  function wanted(event, [i, j]) {
    const [down, right] = [rows.length - 1, columnHeads.length - 1];
    const far = event.ctrlKey || event.metaKey;
    switch (event.key) {
      case "ArrowUp": return [Math.max(i - 1, 0), j];
      case "ArrowDown": return [Math.min(i + 1, down), j];
      case "ArrowLeft": return [i, Math.max(j - 1, 0)];
      case "ArrowRight": return [i, Math.min(j + 1, right)];
      case "Home": return [far ? 0 : i, 0];
      case "End": return [far ? down : i, right];
      default: return null;
    }
  }

  grid.addEventListener("keydown", (event) => {
    const to = wanted(event, active);
    if (!to || event.altKey || event.shiftKey) return;
    event.preventDefault();
    move(to);
    rows[to[0]][to[1]].focus();
  });
  grid.addEventListener("focusin", (event) => { const to = at(event.target); if (to) move(to); });
  grid.addEventListener("click", (event) => {
    const to = at(event.target);
    if (to) rows[to[0]][to[1]].focus();
  });
  grid.addEventListener("mouseover", (event) => { const to = at(event.target); if (to) show(to); });
  grid.addEventListener("mouseleave", () => show(active));

  panel.hidden = false;
  move(active);
})();
