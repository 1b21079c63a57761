// Switch choices and look the outcomes up in the precomputed results that stand in the page.
(() => {
  const box = document.getElementById("switch");
  const data = JSON.parse(box.querySelector(".switch-data").textContent);
  const names = Object.keys(data.choices);
  const words = Object.fromEntries(Object.entries(data.outcomes).map(([word, digit]) => [digit, word]));
  const initial = { evidence: "group" };
  const selects = names.map((name) => {
    const label = document.createElement("label");
    label.textContent = name.replace("_", " ") + " ";
    label.title = data.choices[name].meaning;
    const select = document.createElement("select");
    for (const value of data.choices[name].values) {
      const option = new Option(value, value);
      option.defaultSelected = value === initial[name];
      select.add(option);
    }
    label.append(select);
    box.querySelector(".choices").append(label);
    select.addEventListener("change", show);
    return select;
  });
  const index = (count) =>
    selects.slice(0, count).reduce((sum, select) => sum * select.options.length + select.selectedIndex, 0);
  const number = (text, at) => parseInt(text[at], 36);
  const span = (low, high) => (low === high ? `${low}` : `${low} to ${high}`);
  function show() {
    const spec = index(names.length), scope = index(names.length - 2);
    const tally = {};
    for (const row of box.querySelectorAll("[data-claim]")) {
      const [outcomes, low, high, total] = data.claims[row.dataset.claim];
      const word = words[outcomes[spec]];
      tally[word] = (tally[word] || 0) + 1;
      row.querySelector(".outcome").textContent = word;
      row.querySelector(".count").textContent =
        `${span(number(low, scope), number(high, scope))} of ${number(total, scope)}`;
    }
    for (const row of box.querySelectorAll("[data-sphere]")) {
      const [low, high, total] = data.spheres[row.dataset.sphere];
      row.querySelector(".count").textContent =
        `${span(number(low, scope), number(high, scope))} of ${number(total, scope)}`;
    }
    const verbs = { holds: "hold", open: "are open", fails: "fail", "does not apply": "do not apply" };
    box.querySelector(".tally").textContent =
      "Under these choices " + Object.keys(verbs).filter((word) => tally[word]).map((word) => `${tally[word]} ${verbs[word]}`).join(", ") + ".";
  }
  show();
})();
