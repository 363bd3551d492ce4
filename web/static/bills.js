/* The bill form shows what the chosen biller asks for; without this script every field is there. */
"use strict";
(() => {
  const fit = () => {
    const chosen = document.querySelector("[data-biller]");
    if (!chosen) return;
    const { dataset } = chosen.selectedOptions[0];
    const form = chosen.form;
    const wanted = {
      mobile: dataset.kind === "mobile", period: dataset.period !== "none", months: "months" in dataset, holder: "holder" in dataset,
    };
    for (const field of form.querySelectorAll("[data-when]")) {
      field.hidden = !wanted[field.dataset.when] && !field.querySelector("input").value;
    }
    const name = form.querySelector("[data-account-name]");
    name.dataset.usual = name.dataset.usual || name.textContent;
    name.textContent = dataset.account || name.dataset.usual;
    form.querySelector("[data-account-hint]").textContent = dataset.hint || "";
    const row = form.querySelector("[data-faces]:not(option)");
    row.replaceChildren(...(dataset.faces || "").split(" ").filter(Boolean).map((fen) => {
      const button = document.createElement("button");
      button.type = "button";
      button.dataset.fill = "bill-amount";
      button.dataset.value = String(fen / 100);
      button.textContent = `￥${fen / 100}`;
      return button;
    }));
  };
  document.addEventListener("change", (event) => { if (event.target.matches("[data-biller]")) fit(); });
  document.addEventListener("station:swapped", fit);
  fit();
})();
