// The explorer: adds up what the library has computed for every reading, over the cases that are chosen.
// First the model (no page), then the address, then the views; `draw` brings all views up to date.
(() => {
  const data = window.compendiumData;
  const choices = data.choices, names = choices.map((choice) => choice.name);
  const sizes = choices.map((choice) => choice.values.length);
  const HOLDS = 1, OPEN = 0, FAILS = -1, OUTSIDE = 2;
  const CURVE = "one-claim-under-every-reading"; // the part of the page
  const SHOWN = "2", UNKNOWN = "1", ABSENT = "0";
  const STATES = { [SHOWN]: "shown", [UNKNOWN]: "open", [ABSENT]: "absent" };

  // ---------------------------------------------------------------- the model

  const studies = Object.fromEntries(data.studies.map((study) => [study.study, study]));
  const caseFacts = Object.fromEntries(data.studies.flatMap((s) => s.cases.map((c) => [c.case, c])));
  const initialPlace = choices.map((choice) => choice.values.indexOf(choice.initial));
  const reading = (place) => (place[0] * sizes[1] + place[1]) * sizes[2] + place[2];
  const kept = (spec, one) =>
    !(one.living_lab && spec.living_labs === "without") && !(one.european && spec.european === "without");

  /** Every place in the grid of choices, the last choice varying fastest. */
  const grid = sizes.reduce(
    (places, size) => places.flatMap((place) => [...Array(size).keys()].map((value) => [...place, value])), [[]]);

  /** The specification at each place, by the names of the choices. */
  const specifications = grid.map((place) =>
    Object.fromEntries(choices.map((choice, i) => [choice.name, choice.values[place[i]]])));
  const strides = sizes.map((_, axis) => sizes.slice(axis + 1).reduce((product, size) => product * size, 1));
  const numberOf = (place) => place.reduce((sum, value, axis) => sum + value * strides[axis], 0);
  const specAt = (place) => specifications[numberOf(place)];

  /** Cases of a study that are ticked and that the reading keeps, as positions in the study. */
  const casesIn = (study, ticked, spec) =>
    [...study.cases.keys()].filter((i) => ticked.has(study.cases[i].case) && kept(spec, study.cases[i]));

  const stateOf = (code, position, place) => data.patterns[code.states[position]][reading(place)];

  /** Bounds of what a claim counts, over the ticked cases, at a reading: total, low, high, least and greatest difference. */
  function counts(claim, ticked, spec, at) {
    if (claim.assessment === "items")
      return { total: claim.items, low: claim.items, high: claim.items, least: 0, greatest: 0 };
    const sum = { total: 0, low: 0, high: 0, least: 0, greatest: 0 };
    claim.cases.forEach((name, i) => {
      if (!ticked.has(name) || !kept(spec, caseFacts[name])) return;
      const cell = Number(data.patterns[(claim.first || claim.cells)[i]][at]);
      sum.total += 1;
      sum.low += cell === 2;
      sum.high += cell > 0;
      if (claim.first) {
        const difference = Number(data.patterns[claim.cells[i]][at]);
        sum.least += Math.floor(difference / 3) - 1;
        sum.greatest += (difference % 3) - 1;
      }
    });
    return sum;
  }

  const COMPARE = {
    ">=": (a, b) => a >= b, "<=": (a, b) => a <= b, ">": (a, b) => a > b, "<": (a, b) => a < b,
  };
  const rounded = (share) => Math.round(share * 1e9) / 1e9;
  const both = (first, second) => [first && second, first || second];

  /** Whether a claim holds in all completions of the open cells, and in some. */
  function judged(claim, sum, spec) {
    const { total, low, high } = sum;
    switch (claim.assessment) {
      case "share": {
        const [sign, threshold] = data.words[claim.value][spec.words];
        return both(...[low, high].map((end) =>
          COMPARE[sign](rounded(end / Math.max(total, 1)), rounded(threshold))));
      }
      case "none": return [high === 0, low === 0];
      case "more": {
        const greater = COMPARE[spec.ties === "hold" ? ">=" : ">"];
        return [greater(sum.least, 0), greater(sum.greatest, 0)];
      }
      case "cases": case "items": case "count": {
        const [, sign, digits] = claim.value.match(/^(>=|<=|>|<|=)(\d+)$/);
        const number = Number(digits);
        if (sign === "=") return [low === number && high === number, low <= number && number <= high];
        return both(COMPARE[sign](low, number), COMPARE[sign](high, number));
      }
      default: return [low === total, high === total]; // all, only, stated
    }
  }

  /** Outcome and counts of a claim under one place in the grid. */
  function result(claim, ticked, place) {
    const spec = specAt(place);
    const sum = counts(claim, ticked, spec, reading(place));
    const [always, sometimes] = judged(claim, sum, spec);
    const empty = sum.total === 0 && claim.assessment !== "cases";
    return { ...sum, outcome: empty ? OUTSIDE : always ? HOLDS : sometimes ? OPEN : FAILS };
  }

  /** The verdict on a claim over the whole grid. */
  function verdict(results) {
    const outcomes = results.map((one) => one.outcome).filter((outcome) => outcome !== OUTSIDE);
    if (!outcomes.length) return "not-assessable";
    if (outcomes.every((outcome) => outcome === HOLDS)) return "reproduced";
    if (outcomes.every((outcome) => outcome === FAILS)) return "deviates";
    return outcomes.includes(HOLDS) ? "depends" : "undecided";
  }

  const overGrid = (claim, ticked) => grid.map((place) => result(claim, ticked, place));
  const same = (one, other) =>
    ["outcome", "low", "high", "total"].every((part) => one[part] === other[part]);

  /** The specification curve: the choices that matter, and results over those, in the order of outcomes. */
  function curve(results) {
    const matters = sizes.map((_, axis) =>
      grid.some((place, i) => place[axis] > 0 && !same(results[i], results[i - place[axis] * strides[axis]])));
    const rank = { [FAILS]: 0, [OPEN]: 1, [HOLDS]: 2 };
    const rows = grid.map((place, i) => ({ place, ...results[i] })).filter((row) =>
      row.outcome !== OUTSIDE && row.place.every((value, axis) => matters[axis] || value === 0));
    const order = (row) => [rank[row.outcome], row.low, row.high, row.total];
    rows.sort((a, b) => order(a).map((x, i) => x - order(b)[i]).find(Boolean) || 0);
    return { axes: names.map((_, axis) => axis).filter((axis) => matters[axis]), rows };
  }

  // ---------------------------------------------------------------- the state, and its address

  const themes = (study) => [...new Set(study.codes.map((code) => code.theme))];
  const ofTheme = (study, theme) =>
    study.codes.filter((code) => theme === "all" || code.theme === theme).map((code) => code.code);

  /** How many cells of a theme the default reading shows. */
  const shownCells = (study, theme) => study.codes.filter((code) => code.theme === theme).flatMap((code) =>
    code.states.map((pattern) => data.patterns[pattern][reading(initialPlace)])).filter((one) => one === SHOWN).length;

  /** A study with all its cases, the codes of the theme of which most is shown, and the default reading. */
  function fresh(name) {
    const study = studies[name];
    const fullest = themes(study).reduce((a, b) => (shownCells(study, b) > shownCells(study, a) ? b : a));
    return {
      study: name,
      cases: new Set(study.cases.map((one) => one.case)),
      codes: new Set(ofTheme(study, fullest)),
      place: [...initialPlace],
      claim: data.claims.find((claim) => claim.study === name)?.claim || "",
    };
  }

  const wholly = (set, all) => set.size === all.length;

  function toAddress(state) {
    const study = studies[state.study], start = fresh(state.study);
    const parts = [["study", state.study]];
    if (!wholly(state.cases, study.cases)) parts.push(["cases", [...state.cases].join(",")]);
    const theme = themeOf(state);
    if (theme) parts.push(["theme", theme]);
    else parts.push(["codes", [...state.codes].join(",")]);
    names.forEach((name, i) => {
      if (state.place[i] !== initialPlace[i]) parts.push([name, choices[i].values[state.place[i]]]);
    });
    if (state.claim !== start.claim) parts.push(["claim", state.claim]);
    return "#" + parts.map(([key, value]) => `${key}=${encodeURIComponent(value).replaceAll("%2C", ",")}`).join("&");
  }

  /** The theme whose codes are the chosen ones; "all" for all, undefined for a choice of one's own. */
  function themeOf(state) {
    const study = studies[state.study];
    return ["all", ...themes(study)].find((theme) => {
      const codes = ofTheme(study, theme);
      return codes.length === state.codes.size && codes.every((code) => state.codes.has(code));
    });
  }

  /** The claims on the cases of a study, and those on lists, which no study's cases bear on. */
  const claimsOf = (study) => data.claims.filter((claim) => claim.study === study || claim.assessment === "items");

  /** The state of an address; what it does not say, or names wrongly, stays as it is at the start. */
  function fromAddress(address) {
    const given = new URLSearchParams(address.replace(/^#/, ""));
    const problems = [];
    const fits = (key, value, allowed) => {
      const fine = allowed.includes(value);
      if (!fine) problems.push(`${key}=${value}`);
      return fine;
    };
    const wanted = given.get("study");
    const state = fresh(wanted && fits("study", wanted, Object.keys(studies)) ? wanted : data.studies[0].study);
    const study = studies[state.study];
    const listed = (key, allowed) => {
      if (given.has(key))
        state[key] = new Set(given.get(key).split(",").filter((value) => value && fits(key, value, allowed)));
    };
    listed("cases", study.cases.map((one) => one.case));
    listed("codes", study.codes.map((code) => code.code));
    const theme = given.get("theme");
    if (theme && fits("theme", theme, ["all", ...themes(study)])) state.codes = new Set(ofTheme(study, theme));
    names.forEach((name, i) => {
      const values = choices[i].values;
      if (given.has(name) && fits(name, given.get(name), values)) state.place[i] = values.indexOf(given.get(name));
    });
    const claim = given.get("claim");
    if (claim && fits("claim", claim, claimsOf(state.study).map((one) => one.claim))) state.claim = claim;
    return { state, problems };
  }

  // ---------------------------------------------------------------- small helpers for the views

  const SVG = "http://www.w3.org/2000/svg";
  /** An element with attributes (functions listen) and children (text is escaped). */
  function make(tag, attributes = {}, ...children) {
    const svg = ["svg", "rect", "text", "title"].includes(tag);
    const element = svg ? document.createElementNS(SVG, tag) : document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) {
      if (typeof value === "function") element.addEventListener(name, value);
      else if (value === true) element.setAttribute(name, "");
      else if (value !== false && value !== undefined) element.setAttribute(name, value);
    }
    element.append(...children.flat().filter((child) => child !== null && child !== undefined));
    return element;
  }
  const span = (low, high) => (low === high ? `${low}` : `${low} to ${high}`);
  const percent = (share) => `${Math.round(share * 100)} %`;
  const capital = (text) => text.charAt(0).toUpperCase() + text.slice(1);
  const answer = (axis, value) => choices[axis].answers[value];

  /** Put words into a live region, which is announced when it changes. */
  const say = (region, words) => { if (region.textContent !== words) region.textContent = words; };

  /** A table; with many columns it is read as cards on a phone. */
  function table(caption, heads, rows, long = false) {
    const labelled = (cell, column) => {
      const made = cell instanceof HTMLTableCellElement ? cell : make("td", {}, cell);
      made.dataset.label = capital(heads[column + 1]);
      return made;
    };
    const made = make("table", { class: heads.length > 3 ? "data wide" : "data" },
      make("caption", { class: "visually-hidden" }, caption),
      make("thead", {}, make("tr", {}, heads.map((head) => make("th", { scope: "col" }, capital(head))))),
      make("tbody", {}, rows.map(([first, ...rest]) =>
        make("tr", {}, make("th", { scope: "row" }, first), rest.map(labelled)))));
    window.compendium.sayRoles(made);
    return make("div", { class: `table-scroll${long ? " long" : ""}`, role: "region", "aria-label": caption, tabindex: 0 }, made);
  }

  const quoted = (cell) => (/[",\n]/.test(cell) ? `"${String(cell).replaceAll('"', '""')}"` : String(cell));
  function download(name, type, text) {
    const link = make("a", { href: URL.createObjectURL(new Blob([text], { type })), download: `${state.study}-${name}` });
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 1000);
  }
  /** A button that downloads rows as CSV, with the address of the view as the last column. */
  const csvButton = (name, words, rows) =>
    make("button", {
      type: "button",
      click: () => {
        const [heads, ...body] = rows();
        const lines = [[...heads, "view"], ...body.map((row) => [...row, toAddress(state)])];
        download(`${name}.csv`, "text/csv", lines.map((row) => row.map(quoted).join(",")).join("\n") + "\n");
      },
    }, words);

  // ---------------------------------------------------------------- the views

  /** A part for a view under its heading, where the plain tables give way to what is live. */
  function livePart(id) {
    const section = document.getElementById(id);
    for (const child of section.querySelectorAll(":scope > .cell")) child.hidden = true;
    const part = make("div");
    section.append(make("div", { class: "live" }, lasting[id] || [], part));
    return part;
  }

  const chosenCodes = () => studies[state.study].codes.filter((code) => state.codes.has(code.code));
  const chosenCases = () => casesIn(studies[state.study], state.cases, specAt(state.place));

  function checkbox(label, checked, changed) {
    return make("label", {}, make("input", { type: "checkbox", checked, change: (event) => changed(event.target.checked) }), " ", label);
  }

  function select(label, options, value, changed) {
    const list = make("select", { change: (event) => changed(event.target.value) },
      options.map(([key, words]) => make("option", { value: key, selected: key === value }, words)));
    return make("label", {}, make("span", {}, label), list);
  }

  function ticks(key, entries) {
    const change = (entry, on) => {
      if (on) state[key].add(entry);
      else state[key].delete(entry);
      redraw();
    };
    const set = (all) => {
      state[key] = new Set(all ? entries.map(([entry]) => entry) : []);
      redraw();
    };
    return [
      make("p", {}, make("button", { type: "button", "aria-label": `All ${key}`, click: () => set(true) }, "all"), " ",
        make("button", { type: "button", "aria-label": `None of the ${key}`, click: () => set(false) }, "none")),
      ...entries.map(([entry, label]) => checkbox(label, state[key].has(entry), (on) => change(entry, on))),
    ];
  }

  function controls() {
    const study = studies[state.study];
    const theme = themeOf(state) || "own";
    const themeOptions = [["all", "all codes"], ...themes(study).map((one) => [one, one]),
      ...(theme === "own" ? [["own", "a choice of your own"]] : [])];
    const changed = state.place.filter((value, i) => value !== initialPlace[i]).length;
    return [
      make("div", { class: "choices" },
        select("Study", data.studies.map((one) => [one.study, one.title]), state.study, (name) => {
          state = { ...fresh(name), place: state.place };
          redraw();
        }),
        select("Codes about", themeOptions, theme, (name) => {
          if (name !== "own") state.codes = new Set(ofTheme(study, name));
          redraw();
        })),
      fold("cases", `Cases: ${state.cases.size} of ${study.cases.length}`,
        make("fieldset", {}, make("legend", { class: "visually-hidden" }, "Cases"),
          ticks("cases", study.cases.map((one) => [one.case, one.name])))),
      fold("codes", `Codes: ${state.codes.size} of ${study.codes.length}`,
        make("fieldset", {}, make("legend", { class: "visually-hidden" }, "Codes"),
          ticks("codes", study.codes.map((code) => [code.code, code.label])))),
      fold("reading", `Reading: ${changed ? `${changed} of ${names.length} choices changed` : "the default"}`,
        make("div", { class: "choices" }, choices.map((choice, i) =>
          select(choice.question, choice.values.map((value, j) => [value, answer(i, j)]),
            choice.values[state.place[i]], (value) => {
              state.place[i] = choice.values.indexOf(value);
              redraw();
            })))),
    ];
  }

  const opened = new Set(["reading"]);
  function fold(key, words, ...content) {
    return make("details", {
      class: "fold",
      "data-fold": key,
      open: opened.has(key),
      toggle: (event) => (event.target.open ? opened.add(key) : opened.delete(key)),
    }, make("summary", {}, words), ...content);
  }

  // Live regions stand outside what is redrawn, or they would be announced at each choice.
  const warning = make("div", { role: "alert" });
  const copied = make("span", { role: "status" });
  const actions = make("p", { class: "actions" },
    make("button", { type: "button", click: () => { state = fresh(state.study); redraw(); } }, "Start again"), " ",
    make("button", { type: "button", click: copyAddress }, "Copy the address of this view"), " ", copied);

  /** The address of the view, also when the page's own names a heading. */
  async function copyAddress() {
    const address = location.href.split("#")[0] + toAddress(state);
    try {
      await navigator.clipboard.writeText(address);
      say(copied, "Copied.");
    } catch {
      say(copied, address);
    }
  }

  /** A cell: what the reading makes of it, and a button that answers how that is known. */
  function cell(code, position) {
    const one = studies[state.study].cases[position];
    const rows = code.codings[position];
    const words = STATES[stateOf(code, position, state.place)];
    const [sign, known] = data.statuses[code.marks[position]];
    const values = [...new Set(rows.map((row) => row[0]).filter(Boolean))];
    const shownValues = values.length && chosenCases().length <= 5 ? ` ${values.join(", ")}` : "";
    const label = `${one.name}, ${code.label}: ${words} under this reading; ${known}`;
    return make("td", { class: `state state-${words}` },
      make("button", {
        type: "button",
        "aria-haspopup": "dialog",
        "aria-expanded": "false",
        // What is written on the button stands in its name as it is written.
        "aria-label": `${label}. ${sign}${shownValues || ` ${values.join(", ")}`}. How do we know?`,
        click: (event) => window.compendium.openCard(event.currentTarget, evidence(one, code, rows)),
      }, make("span", { class: "sign" }, sign), shownValues));
  }

  function evidence(one, code, rows) {
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
      ...(said.length ? said : [make("p", {}, "· Not stated in the text. That is not the same as absent.")]),
    ];
  }

  function matrixRows() {
    const cases = chosenCases(), study = studies[state.study];
    return [["code", ...cases.map((i) => study.cases[i].case)], ...chosenCodes().map((code) =>
      [code.code, ...cases.map((i) => STATES[stateOf(code, i, state.place)])])];
  }

  function matrix() {
    const cases = chosenCases(), study = studies[state.study];
    if (!cases.length || !chosenCodes().length) return [make("p", {}, "Choose at least one case and one code.")];
    return [
      table("The matrix", ["asked", ...cases.map((i) => study.cases[i].name)],
        chosenCodes().map((code) => [code.label, ...cases.map((i) => cell(code, i))])),
      make("ul", { class: "legend", "aria-label": "How a cell is read" },
        make("li", { class: "state-shown" }, "shown under this reading"),
        make("li", { class: "state-open" }, "open"),
        make("li", { class: "state-absent" }, "said to be absent, or read so")),
      make("p", { class: "download" }, csvButton("matrix", "Matrix as CSV", matrixRows)),
    ];
  }

  function countRows() {
    const cases = chosenCases();
    return chosenCodes().map((code) => {
      const states = cases.map((i) => stateOf(code, i, state.place));
      const low = states.filter((s) => s === SHOWN).length, high = low + states.filter((s) => s === UNKNOWN).length;
      const ends = [data.intervals[cases.length][low][0], data.intervals[cases.length][high][1]];
      return { code, low, high, total: cases.length, ends };
    });
  }

  /** A bar of a share: what is shown, what could be, and the exact interval as a line. */
  function bar({ low, high, total, ends }) {
    const x = (share) => 1 + 98 * share;
    return make("svg", { class: "share", viewBox: "0 0 100 14", width: 200, height: 28, "aria-hidden": "true", preserveAspectRatio: "none" },
      make("rect", { class: "line", x: x(ends[0]), y: 6.5, width: 98 * (ends[1] - ends[0]), height: 1 }),
      make("rect", { class: "could", x: x(low / total), y: 4, width: (98 * (high - low)) / total, height: 6 }),
      make("rect", { class: "shown", x: x(0), y: 3, width: (98 * low) / total, height: 8 }));
  }

  function countView() {
    if (!chosenCases().length || !chosenCodes().length) return [];
    return [
      table("Counts with exact 95 % intervals", ["asked", "cases that show it", "exact 95 % interval", "share"],
        countRows().map((row) => [row.code.label, `${span(row.low, row.high)} of ${row.total}`,
          row.ends.map(percent).join(" to "), bar(row)])),
      make("p", { class: "key" }, "Filled: shown. Lighter: could be, if silence hid it. Line: exact interval around both. The cases are chosen; no population is inferred."),
      make("p", { class: "download" }, csvButton("counts", "Counts as CSV", () => [
        ["code", "low", "high", "cases", "interval low", "interval high"],
        ...countRows().map((row) => [row.code.code, row.low, row.high, row.total, ...row.ends])])),
    ];
  }

  function comparedRows() {
    return chosenCases().map((i) => {
      const states = chosenCodes().map((code) => stateOf(code, i, state.place));
      return [i, ...[SHOWN, ABSENT, UNKNOWN].map((state) => states.filter((s) => s === state).length)];
    });
  }

  /** For two cases: codes that both decide, and how many of those come out the same. */
  function agreement(one, other) {
    const pairs = chosenCodes().map((code) => [one, other].map((i) => stateOf(code, i, state.place)));
    const decided = pairs.filter((pair) => !pair.includes(UNKNOWN));
    return [decided.filter(([a, b]) => a === b).length, decided.length];
  }

  function compared() {
    const cases = chosenCases(), study = studies[state.study], total = chosenCodes().length;
    if (!cases.length || !total) return [];
    const name = (i) => study.cases[i].name;
    return [
      table("How much each case shows", ["case", "shown", "absent", "open", "of all codes"],
        comparedRows().map(([i, ...numbers]) => [name(i), ...numbers.map(String),
          bar({ low: numbers[0], high: numbers[0] + numbers[2], total, ends: [0, 0] })])),
      cases.length > 1 ? make("p", { class: "table-caption" }, "Codes on which two cases come out the same, of those that both decide") : null,
      cases.length > 1 ? table("Codes on which two cases come out the same, of those that both decide",
        ["case", ...cases.map((_, row) => `${row + 1}`)],
        cases.map((one, row) => [`${row + 1} ${name(one)}`, ...cases.map((other, column) =>
          column === row ? "–" : agreement(one, other).join(" of "))])) : null,
      make("p", { class: "download" }, csvButton("cases", "Cases as CSV", () => [
        ["case", "shown", "absent", "open"],
        ...comparedRows().map(([i, ...numbers]) => [study.cases[i].case, ...numbers])])),
    ];
  }

  const verdictSign = (key) => make("span", { class: `verdict verdict-${key}` }, data.verdicts[key].join(" "));

  /** Each claim with its results under all specifications, and what is said of it at the chosen one. */
  function evaluated() {
    return claimsOf(state.study).map((claim) => {
      const results = overGrid(claim, state.cases);
      const now = results[numberOf(state.place)], changed = now.outcome !== results[numberOf(initialPlace)].outcome;
      return { claim, now, changed, verdict: verdict(results), results };
    });
  }

  const tally = make("p", { role: "status" });
  const onlyTurned = checkbox("only those that the reading turns", false, () => drawView("the-claims"));
  const search = make("input", { type: "search", input: searched, compositionend: searched });
  function searched(event) {
    if (!event.isComposing) drawView("the-claims"); // half a letter finds nothing
  }
  // What stands above a view and is not redrawn with it: a field would lose what is being typed.
  const lasting = {
    "the-claims": [tally, make("div", { class: "choices" }, onlyTurned,
      make("label", {}, make("span", {}, "Claims with the words"), search))],
  };

  function tallied(claims) {
    const verbs = { [HOLDS]: "hold", [OPEN]: "are open", [FAILS]: "fail", [OUTSIDE]: "do not apply" };
    const number = (outcome) => claims.filter((row) => row.now.outcome === outcome).length;
    const parts = [HOLDS, OPEN, FAILS, OUTSIDE].filter(number).map((outcome) => `${number(outcome)} ${verbs[outcome]}`);
    return `Of ${claims.length} recomputed claims, ${parts.join(", ")}.`;
  }

  const isAskedFor = (row) => (row.changed || !onlyTurned.control.checked) &&
    `${row.claim.asserts} ${row.claim.claim}`.toLowerCase().includes(search.value.toLowerCase());

  function curveButton(claim) {
    return make("button", {
      type: "button",
      "aria-label": `Show the curve of ${claim}`,
      "aria-pressed": String(claim === state.claim),
      "data-claim": claim,
      click: () => {
        chooseClaim(claim);
        lead(CURVE);
      },
    }, "curve");
  }

  /** Another claim changes no result, only the curve. */
  function chooseClaim(claim) {
    state.claim = claim;
    for (const button of document.querySelectorAll("#the-claims [data-claim]"))
      button.setAttribute("aria-pressed", String(button.dataset.claim === claim));
    warn([]);
    drawView(CURVE);
    writeAddress();
  }

  function claimView(claims) {
    say(tally, tallied(claims));
    return [
      table("The claims", ["claim", "this reading", "count", "all readings", "curve"], claims.filter(isAskedFor).map((row) => [
        make("span", {}, make("a", { href: `claims-of-${row.claim.source}.html#${row.claim.claim}` }, row.claim.asserts)),
        make("td", { class: "outcome" }, data.outcomes[row.now.outcome]),
        make("td", { class: "count" }, row.claim.assessment === "items" ? `${row.now.low}` : `${span(row.now.low, row.now.high)} of ${row.now.total}`),
        make("td", { class: "over" }, verdictSign(row.verdict)),
        curveButton(row.claim.claim),
      ]), true),
      make("p", { class: "download" }, csvButton("claims", "Claims as CSV", () => [
        ["claim", "outcome", "low", "high", "total", "verdict"],
        ...claims.map((row) => [row.claim.claim, data.outcomes[row.now.outcome], row.now.low, row.now.high, row.now.total, row.verdict])])),
    ];
  }

  const LEFT = 4, WIDTH = 352, TOP = 70, ROW = 26;
  /** The curve of a claim as SVG: blocks of equal results above, the choices behind them below. */
  function curveDrawing({ axes, rows }, summary) {
    const step = WIDTH / rows.length;
    const values = axes.flatMap((axis) => [...Array(sizes[axis]).keys()].map((value) => [axis, value]));
    const height = TOP + 30 + ROW * values.length;
    const svg = make("svg", { class: "curve", role: "img", "aria-label": summary, viewBox: `0 0 360 ${height}`, width: 360, height, xmlns: SVG });
    const block = (kind, x, y, width, high, opacity = 1) =>
      svg.append(make("rect", { class: kind, x: x.toFixed(1), y: y.toFixed(1), width: width.toFixed(1), height: high.toFixed(1), opacity }));
    values.forEach(([axis, value], i) => svg.append(make("text", { x: LEFT, y: TOP + 38 + ROW * i, style: "text-anchor: start" },
      `${choices[axis].question} ${answer(axis, value)}`)));
    const kinds = { [HOLDS]: "holds", [OPEN]: "open", [FAILS]: "fails" };
    for (let begin = 0, end; begin < rows.length; begin = end) {
      for (end = begin + 1; end < rows.length && same(rows[end], rows[begin]); end++);
      const { outcome, low, high, total } = rows[begin];
      const [least, most] = [low, high].map((bound) => Math.min(bound / Math.max(total, 1), 1));
      block(kinds[outcome], LEFT + step * begin, 12 + TOP * (1 - most) - 2, step * (end - begin), TOP * (most - least) + 4);
      values.forEach(([axis, value], i) => {
        const share = rows.slice(begin, end).filter((row) => row.place[axis] === value).length / (end - begin);
        if (share) block("has", LEFT + step * begin, TOP + 42 + ROW * i, step * (end - begin), 9, share.toFixed(2));
      });
    }
    return svg;
  }

  function curveView(claims) {
    const row = claims.find((one) => one.claim.claim === state.claim);
    if (!row) return [make("p", {}, "Choose a claim.")];
    const own = curve(row.results);
    const number = (outcome) => own.rows.filter((one) => one.outcome === outcome).length;
    const summary = `Holds in ${number(HOLDS)}, open in ${number(OPEN)}, fails in ${number(FAILS)} of ${own.rows.length} readings that differ in what matters to it.`;
    const heads = [...own.axes.map((axis) => names[axis]), "outcome", "low", "high", "total"];
    const drawing = own.axes.length ? curveDrawing(own, summary) : null;
    return [
      select("Claim", claims.map((one) => [one.claim.claim, one.claim.asserts]), state.claim, chooseClaim),
      make("p", {}, verdictSign(row.verdict), ` ${row.claim.asserts}`),
      make("p", {}, row.claim.how, " ", summary, own.axes.length ? "" : " No choice matters."),
      drawing ? make("figure", { class: "chart" },
        make("div", { class: "table-scroll", role: "region", "aria-label": "Curve of this claim", tabindex: 0 }, drawing),
        make("figcaption", {}, "Each block joins readings with one result; its height spans the share of cases from the least to the greatest that silence allows. Filled: holds. Hollow: open. Dashed: fails. Below, a bar is as dark as the part of the block that has the choice.")) : null,
      make("p", { class: "download" }, csvButton(`curve-${state.claim}`, "Curve as CSV", () => [heads, ...own.rows.map((one) =>
        [...own.axes.map((axis) => choices[axis].values[one.place[axis]]), data.outcomes[one.outcome], one.low, one.high, one.total])]),
        drawing ? make("button", { type: "button", click: () => download(`curve-${state.claim}.svg`, "image/svg+xml", standalone(drawing)) }, "Curve as SVG") : null),
    ];
  }

  /** A drawing with the styles it takes from the page written into it, its type dark in every scheme. */
  function standalone(drawing) {
    const copy = drawing.cloneNode(true);
    drawing.style.color = "#000"; // the page it will stand on is not ours: take it to be light
    const parts = drawing.querySelectorAll("*");
    copy.querySelectorAll("*").forEach((part, i) => {
      const style = getComputedStyle(parts[i]);
      for (const name of ["fill", "fill-opacity", "stroke", "stroke-dasharray", "font-size", "font-family", "text-anchor"])
        part.setAttribute(name, style.getPropertyValue(name));
    });
    drawing.style.color = "";
    return new XMLSerializer().serializeToString(copy);
  }

  // ---------------------------------------------------------------- bring all up to date

  let state; // what is chosen: see `fresh`
  let evaluation = null; // of the claims, over the chosen cases
  const claimRows = () => evaluation ??= evaluated();
  const views = {
    "the-matrix": matrix,
    counts: countView,
    "the-cases-compared": compared,
    "the-claims": () => claimView(claimRows()),
    [CURVE]: () => curveView(claimRows()),
  };
  const liveParts = {};
  // Views nobody has come near yet. The plain tables in their place show the default reading, so they may
  // wait as long as that is what is asked for; drawing all at once would hold up a phone.
  const waiting = new Set();
  const choosers = make("div");
  document.getElementById("explorer").replaceChildren(warning, choosers, actions);

  /** Redraw a part, keeping the focus on the control that had it. */
  function fill(part, children) {
    const focusable = () => [...part.querySelectorAll("button, select, input, summary, [tabindex]")];
    const before = focusable().indexOf(document.activeElement);
    const scrolled = [...part.querySelectorAll(".table-scroll")].map((box) => box.scrollLeft);
    part.replaceChildren(...children.filter(Boolean));
    [...part.querySelectorAll(".table-scroll")].forEach((box, i) => { box.scrollLeft = scrolled[i] || 0; });
    if (before >= 0) focusable()[Math.min(before, focusable().length - 1)]?.focus({ preventScroll: true });
  }

  function drawView(id) {
    waiting.delete(id);
    fill(liveParts[id] ??= livePart(id), views[id]());
  }

  /** Tell what an address asked for in vain, until something else is chosen. */
  function warn(problems) {
    const words = `The address asks for what this book does not have: ${problems.join("; ")}. It was left aside.`;
    warning.replaceChildren(...(problems.length ? [make("p", {}, words)] : []));
  }

  function draw(problems) {
    warn(problems);
    fill(choosers, controls());
    for (const id of Object.keys(views)) if (!waiting.has(id)) drawView(id);
  }

  /** What was chosen has changed, so no plain table is right any more. */
  function redraw(problems = []) {
    waiting.clear();
    evaluation = null;
    draw(problems);
    writeAddress();
  }

  function writeAddress() {
    say(copied, ""); // what was copied is the view before
    const address = toAddress(state);
    if (location.hash !== address) history.replaceState(null, "", address);
  }

  /** Lead the reader to a part of the page, the keyboard too. */
  function lead(id) {
    const section = document.getElementById(id), heading = section.querySelector("h2");
    heading.tabIndex = -1;
    heading.focus({ preventScroll: true });
    section.scrollIntoView();
  }

  /** A heading's own link is not a view. */
  const isView = () => !location.hash || location.hash.includes("=");

  /** Show what the address says. Who follows a link to a claim wants to see that claim, which stands last. */
  function show(render) {
    const given = isView() ? location.hash : "";
    const view = fromAddress(given);
    state = view.state;
    render(view.problems);
    if (new URLSearchParams(given.slice(1)).has("claim")) lead(CURVE);
  }

  function drawWhenNear() {
    const near = new IntersectionObserver((entries) => {
      for (const { isIntersecting, target } of entries) if (isIntersecting && waiting.has(target.id)) drawView(target.id);
    }, { rootMargin: "300px" });
    for (const id of Object.keys(views)) {
      waiting.add(id);
      near.observe(document.getElementById(id));
    }
  }

  window.addEventListener("hashchange", () => { if (isView()) show(redraw); });
  if (!location.hash && "IntersectionObserver" in window) drawWhenNear();
  show(draw);
  if (isView()) writeAddress();
  else document.getElementById(location.hash.slice(1))?.scrollIntoView(); // what is drawn above has moved it
})();
