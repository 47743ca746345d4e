"use strict";
for (const table of document.querySelectorAll("table[data-sorts]")) {
  const body = table.tBodies[0];
  const heads = [...table.tHead.rows[0].cells];
  heads.forEach((head, column) => {
    const button = head.querySelector("button");
    if (!button) return;
    button.addEventListener("click", () => {
      const down = head.getAttribute("aria-sort") === "ascending";
      heads.forEach((other) => other.removeAttribute("aria-sort"));
      head.setAttribute("aria-sort", down ? "descending" : "ascending");
      const key = (row) => row.cells[column].dataset.v ?? row.cells[column].textContent.trim();
      const compare = (a, b) => key(a).localeCompare(key(b), undefined, { numeric: true });
      const rows = [...body.rows].sort((a, b) => (down ? compare(b, a) : compare(a, b)));
      body.append(...rows);
    });
  });
}
const tools = document.querySelector(".tools");
if (tools) {
  tools.hidden = false;
  const words = tools.querySelector("input");
  const which = tools.querySelector("select");
  const told = tools.querySelector("output");
  const show = () => {
    const wanted = words.value.toLocaleLowerCase();
    let count = 0;
    for (const row of document.querySelectorAll("[data-name]")) {
      const fits = row.dataset.name.toLocaleLowerCase().includes(wanted) && (!which.value || (" " + row.dataset.is + " ").includes(" " + which.value + " "));
      row.hidden = !fits;
      count += fits && row.tagName === "ARTICLE";
    }
    told.textContent = told.dataset.told.replace("{count}", count);
  };
  words.addEventListener("input", show);
  which.addEventListener("change", show);
}
