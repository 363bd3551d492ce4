/* A register's form: more rows when they are needed, and one press for the answers that nobody has given yet. */
"use strict";
document.addEventListener("click", (event) => {
  const fill = event.target.closest("[data-fill-rows]");
  if (fill) {
    for (const row of fill.closest("fieldset").querySelectorAll("tbody tr")) {
      if (row.querySelector("input[type=radio]:checked")) continue;
      const wanted = [...row.querySelectorAll("input[type=radio]")].find((box) => box.value === fill.dataset.fillRows);
      if (wanted) wanted.checked = true;
    }
    return;
  }
  const more = event.target.closest("[data-more-rows]");
  if (!more) return;
  const body = more.closest("fieldset").querySelector("tbody");
  for (let times = 0; times < 5 && body.rows.length < Number(more.dataset.most); times += 1) {
    const place = body.rows.length, row = body.rows[place - 1].cloneNode(true);
    row.cells[0].textContent = String(place + 1);
    for (const field of row.querySelectorAll("[name]")) {
      field.name = field.name.replace(`_${place - 1}_`, `_${place}_`);
      field.placeholder = "";
      if (field.type === "checkbox") field.checked = false; else field.value = "";
    }
    body.append(row);
  }
});
