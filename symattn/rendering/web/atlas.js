// Shows the verdict behind the edge that is pointed at; see atlas_html.py.
(() => {
  "use strict";
  const panel = document.getElementById("verdict");
  const edges = [...document.querySelectorAll(".map .edge")];
  const groups = [...document.querySelectorAll(".map .group")];
  const rowOf = (edge) => document.querySelector(edge.closest("a").getAttribute("href"));

  function light(chosen, names) {
    for (const edge of edges) edge.classList.toggle("lit", chosen.includes(edge));
    for (const group of groups) group.classList.toggle("lit", names.has(group.dataset.name));
  }

  function show(edge) {
    light([edge], new Set([edge.dataset.left, edge.dataset.right]));
    const [, , claim, verdict] = rowOf(edge).cells;
    const said = document.createElement("div");
    said.textContent = verdict.querySelector("summary").textContent;
    const parts = [claim.firstElementChild.cloneNode(true), said];
    panel.replaceChildren(...parts, verdict.querySelector("dl").cloneNode(true));
    panel.hidden = false;
  }

  for (const edge of edges) {
    edge.querySelector("title")?.remove();  // the panel says it
    edge.addEventListener("pointerenter", () => show(edge));
    edge.closest("a").addEventListener("focus", () => show(edge));
    edge.closest("a").addEventListener("click", () => {
      rowOf(edge).querySelector("details").open = true;
    });
  }
  for (const group of groups) {
    group.addEventListener("pointerenter", () => {
      const name = group.dataset.name;
      const near = edges.filter(({dataset}) => dataset.left === name || dataset.right === name);
      const names = near.flatMap(({dataset}) => [dataset.left, dataset.right]);
      light(near, new Set([name, ...names]));
    });
  }
})();
