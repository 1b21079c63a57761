// The views of cells: the matrix, how many cases show each code, and the cases compared.
(() => {
  const { make, span, table, bar, csvButton } = explorerElements;
  const percent = (share) => `${Math.round(share * 100)} %`;

  /** A cell: what the reading makes of it, and a button that answers how that is known. */
  function cell({ model: { data } }, one, code, position, words, few) {
    const rows = code.codings[position];
    const [sign, known] = data.statuses[code.marks[position]];
    const values = [...new Set(rows.map((row) => row[0]).filter(Boolean))];
    const shownValues = values.length && few ? ` ${values.join(", ")}` : "";
    const label = `${one.name}, ${code.label}: ${words.replace("-", " ")} under this reading; ${known}`;
    return make("td", { class: `state state-${words}` },
      make("button", {
        type: "button",
        "aria-haspopup": "dialog",
        "aria-expanded": "false",
        // What is written on the button stands in its name as it is written.
        "aria-label": `${label}. ${sign}${shownValues || ` ${values.join(", ")}`}. How do we know?`,
        click: (event) => window.compendium.openCard(event.currentTarget, evidence(data, one, code, code.marks[position], rows)),
      }, make("span", { class: "sign" }, sign), shownValues));
  }

  /** Why a cell has no coding, where more is to be said than what its sign says. */
  const WITHOUT = { silent: "· Not stated in the text. That is not the same as absent." };

  function evidence(data, one, code, mark, rows) {
    const said = rows.map(([value, status, passage, note]) => {
      const [sign, words] = data.statuses[status];
      const [paraphrase, section, title] = data.passages[passage] || ["", "", ""];
      return make("div", {},
        make("p", {}, make("b", {}, `${sign} ${value || words}`), ` (${words})`),
        paraphrase ? make("p", {}, paraphrase) : null,
        note ? make("p", {}, make("b", {}, "Note. "), note) : null,
        paraphrase ? make("p", { class: "place" }, `${title}, “${section}”, passage `,
          make("a", { href: `evidence-register.html#${passage}` }, passage)) : null);
    });
    return [
      make("p", { class: "card-title" }, `${one.name}: ${code.label}`),
      make("p", { class: "place" }, code.definition),
      ...(said.length ? said : [make("p", {}, WITHOUT[mark] || `${data.statuses[mark].join(" ")}.`)]),
    ];
  }

  function matrix(page) {
    const { cases, codes, stateOf } = page.model.chosen(page.state), study = page.model.studyOf(page.state);
    if (!cases.length || !codes.length) return [make("p", {}, "Choose at least one case and one code.")];
    const few = cases.length <= 5;
    return [
      table("The matrix", ["asked", ...cases.map((i) => study.cases[i].name)], codes.map((code) =>
        [code.label, ...cases.map((i) => cell(page, study.cases[i], code, i, stateOf(code, i), few))])),
      make("ul", { class: "legend", "aria-label": "How a cell is read" },
        make("li", { class: "state-shown" }, "shown under this reading"),
        make("li", { class: "state-open" }, "open"),
        make("li", { class: "state-absent" }, "said to be absent, or read so")),
      make("p", { class: "download" }, csvButton(page, "matrix", "Matrix as CSV", () => [
        ["code", ...cases.map((i) => study.cases[i].case)],
        ...codes.map((code) => [code.code, ...cases.map((i) => stateOf(code, i))])])),
    ];
  }

  function counts(page) {
    const rows = page.model.countRows(page.state);
    if (!rows.length || !rows[0].total) return [];
    return [
      table("Counts with exact 95 % intervals", ["asked", "cases that show it", "exact 95 % interval", "share"],
        rows.map((row) => [row.code.label, `${span(row.low, row.high)} of ${row.total}`,
          row.ends.map(percent).join(" to "), bar(row)])),
      make("p", { class: "key" }, "Filled: shown. Lighter: could be, if silence hid it. Line: exact interval around both. The cases are chosen; no population is inferred."),
      make("p", { class: "download" }, csvButton(page, "counts", "Counts as CSV", () => [
        ["code", "low", "high", "cases", "interval low", "interval high"],
        ...rows.map((row) => [row.code.code, row.low, row.high, row.total, ...row.ends])])),
    ];
  }

  const SAME = "Codes on which two cases come out the same, of those that both decide";
  /** How often any two of the cases come out the same. */
  function pairs({ model, state }, cases) {
    if (cases.length < 2) return [];
    return [
      make("p", { class: "table-caption" }, SAME),
      table(SAME, ["case", ...cases.map((_, i) => `${i + 1}`)], cases.map((one, i) =>
        [`${i + 1} ${model.studyOf(state).cases[one].name}`, ...cases.map((other) =>
          other === one ? "–" : model.agreement(state, one, other).join(" of "))])),
    ];
  }

  function compared(page) {
    const { model, state } = page, { cases, codes } = model.chosen(state), study = model.studyOf(state);
    if (!cases.length || !codes.length) return [];
    const rows = model.caseRows(state);
    return [
      table("How much each case shows", ["case", "shown", "absent", "open", "of all codes"],
        rows.map(({ position, shown, absent, open }) => [study.cases[position].name, `${shown}`, `${absent}`, `${open}`,
          bar({ low: shown, high: shown + open, total: codes.length, ends: [0, 0] })])),
      ...pairs(page, cases),
      make("p", { class: "download" }, csvButton(page, "cases", "Cases as CSV", () => [
        ["case", "shown", "absent", "open"],
        ...rows.map(({ position, shown, absent, open }) => [study.cases[position].case, shown, absent, open])])),
    ];
  }

  explorerViews["the-matrix"] = (page) => ({ draw: () => matrix(page) });
  explorerViews.counts = (page) => ({ draw: () => counts(page) });
  explorerViews["the-cases-compared"] = (page) => ({ draw: () => compared(page) });
})();
