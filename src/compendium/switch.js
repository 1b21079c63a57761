// Switch choices and look the outcomes up in the precomputed results that stand in the page.
(() => {
  const box = document.getElementById("switch");
  const data = JSON.parse(box.querySelector(".switch-data").textContent);
  const names = Object.keys(data.choices);
  const words = data.outcomes;
  const selects = names.map((name) => {
    const label = document.createElement("label");
    label.textContent = data.choices[name].question + " ";
    const select = document.createElement("select");
    data.choices[name].values.forEach((value, place) => {
      const option = new Option(data.choices[name].answers[place], value);
      option.defaultSelected = value === data.initial[name];
      select.add(option);
    });
    label.append(select);
    box.querySelector(".choices").append(label);
    select.addEventListener("change", show);
    return select;
  });
  // A long list hides what a switch does: offer to show only what it changes.
  const only = document.createElement("input");
  only.type = "checkbox";
  const wish = document.createElement("label");
  wish.append(only, " show only claims that turn out differently from this page’s reading");
  box.querySelector(".choices").append(wish);
  only.addEventListener("change", show);
  const before = {};
  const index = (count) =>
    selects.slice(0, count).reduce((sum, select) => sum * select.options.length + select.selectedIndex, 0);
  const span = (low, high) => (low === high ? `${low}` : `${low} to ${high}`);
  function show() {
    const spec = index(names.length), scope = index(names.length - 2);
    const tally = {};
    for (const row of box.querySelectorAll("[data-claim]")) {
      const [outcomes, low, high, total] = data.claims[row.dataset.claim];
      const word = words[outcomes[spec]];
      tally[word] = (tally[word] || 0) + 1;
      before[row.dataset.claim] ??= word;
      row.hidden = only.checked && before[row.dataset.claim] === word;
      row.querySelector(".outcome").textContent = word;
      row.querySelector(".count").textContent =
        `${span(low[scope], high[scope])} of ${total[scope]}`;
    }
    for (const row of box.querySelectorAll("[data-sphere]")) {
      const [low, high, total] = data.spheres[row.dataset.sphere];
      row.querySelector(".count").textContent =
        `${span(low[scope], high[scope])} of ${total[scope]}`;
    }
    const verbs = { holds: "hold", open: "are open", fails: "fail", "does not apply": "do not apply" };
    box.querySelector(".tally").textContent =
      "Under these choices " + Object.keys(verbs).filter((word) => tally[word]).map((word) => `${tally[word]} ${verbs[word]}`).join(", ") + ".";
  }
  show();
})();
