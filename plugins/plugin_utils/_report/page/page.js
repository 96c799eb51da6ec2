// Search, filter and sort; the page is complete without it. Details open for the paper where they are few.
(() => {
  "use strict";
  const list = document.getElementById("mandanten");
  const printed = document.body.classList.contains("details-printed");
  let closed = [];
  window.addEventListener("beforeprint", () => {
    if (!printed) return;
    closed = [...document.querySelectorAll("details:not([open])")];
    closed.forEach((one) => { one.open = true; });
  });
  window.addEventListener("afterprint", () => closed.forEach((one) => { one.open = false; }));
  const tools = document.getElementById("tools");
  if (!list || !tools) return;
  const rows = [...list.tBodies];
  const search = document.getElementById("search");
  const shown = document.getElementById("shown");
  const filters = [...tools.querySelectorAll("button[data-state]")];
  let state = "";
  const texts = new Map(rows.map((row) => [row, row.textContent.toLowerCase()]));
  const apply = () => {
    const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    let count = 0;
    rows.forEach((row) => {
      const seen = (!state || row.dataset.state === state) && words.every((word) => texts.get(row).includes(word));
      row.hidden = !seen;
      count += seen ? 1 : 0;
    });
    shown.textContent = count.toLocaleString(document.documentElement.lang);
  };
  search.addEventListener("input", apply);
  filters.forEach((button) => button.addEventListener("click", () => {
    state = button.dataset.state;
    filters.forEach((one) => one.setAttribute("aria-pressed", String(one === button)));
    apply();
  }));
  const heads = [...list.tHead.querySelectorAll("th[data-sort]")];
  heads.forEach((head) => {
    // Not a <button>: Chromium leaves those out of a heading that it repeats on each sheet of paper.
    const button = document.createElement("span");
    button.setAttribute("role", "button");
    button.tabIndex = 0;
    button.append(...head.childNodes);
    head.append(button);
    button.addEventListener("keydown", (event) => {
      if (event.key === "Enter" || event.key === " ") {
        event.preventDefault();
        button.click();
      }
    });
    button.addEventListener("click", () => {
      const down = head.getAttribute("aria-sort") === "ascending";
      const name = head.dataset.sort;
      const compare = (one, other) => {
        const [a, b] = [one.dataset[name], other.dataset[name]];
        return head.dataset.kind === "number" ? a - b : a.localeCompare(b, document.documentElement.lang);
      };
      heads.forEach((one) => one.removeAttribute("aria-sort"));
      head.setAttribute("aria-sort", down ? "descending" : "ascending");
      list.append(...[...rows].sort((one, other) => (down ? compare(other, one) : compare(one, other))));
    });
  });
  tools.hidden = false;
})();
