"use strict";
for (const form of document.querySelectorAll("form.filters")) {
  const section = form.closest("section");
  const cards = [...section.querySelectorAll("details.card")];
  const search = form.querySelector("input[type=search]");
  const boxes = [...form.querySelectorAll("input[type=checkbox]")];
  const output = form.querySelector("output");
  const texts = new Map(cards.map((card) => [
    card, (card.parentElement.querySelector("h3").textContent + " " + card.textContent + " " + (card.dataset.endpoint || "")).toLowerCase(),
  ]));
  const apply = () => {
    const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    const wanted = new Set(boxes.filter((box) => box.checked).map((box) => box.value));
    let shown = 0;
    for (const card of cards) {
      const endpoint = form.dataset.endpoint;
      const fits = wanted.has(card.dataset.severity)
        && (!endpoint || card.dataset.endpoint === endpoint)
        && words.every((word) => texts.get(card).includes(word));
      card.hidden = !fits;
      shown += fits ? 1 : 0;
    }
    for (const file of section.querySelectorAll(".file")) {
      file.hidden = !file.querySelector("details.card:not([hidden])");
    }
    output.textContent = shown === cards.length ? `${shown} shown` : `${shown} of ${cards.length} shown`;
    if (form.dataset.endpoint) {
      const clear = document.createElement("button");
      clear.type = "button";
      clear.textContent = `${form.dataset.endpoint} ×`;
      clear.addEventListener("click", () => { delete form.dataset.endpoint; apply(); });
      output.append(" ", clear);
    }
  };
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("input", apply);
  form.hidden = false;
  apply();
  for (const rule of document.querySelectorAll(`a[data-rule][href="#${section.id}"]`)) {
    rule.addEventListener("click", () => {
      delete form.dataset.endpoint;
      search.value = rule.dataset.rule;
      for (const box of boxes) box.checked = true;
      apply();
    });
  }
  for (const chip of document.querySelectorAll("a.chip")) {
    chip.addEventListener("click", () => {
      if (cards.some((card) => card.dataset.endpoint === chip.dataset.endpoint)) {
        form.dataset.endpoint = chip.dataset.endpoint;
        search.value = "";
        for (const box of boxes) box.checked = true;
        apply();
      }
    });
  }
}
