// The explorer's model: it adds up, over the cases that are chosen, what the library has computed for every reading.
// It is made of the page's data alone and knows no page, so that Node can hold it against the library.
(() => {
  const HOLDS = 1, OPEN = 0, FAILS = -1, OUTSIDE = 2; // the keys of `outcomes` in the data
  const STATES = ["absent", "open", "shown", "not-applicable"]; // what a digit of a pattern says of a cell

  // ---------------------------------------------------------------- the grid of choices

  /** The choices that bear on some cases, as positions: a study meets its own scopes, not those of others. */
  const bearing = (choices, cases) => [...choices.keys()].filter((axis) =>
    !choices[axis].scope || cases.some((one) => one.outside.includes(choices[axis].name)));

  /**
   * All combinations of choices along some axes, the last varying fastest; along all others nothing changes, so there
   * is one place. A place has a position for each choice.
   */
  function gridOf(choices, axes) {
    const sizes = choices.map((choice, axis) => (axes.includes(axis) ? choice.values.length : 1));
    const strides = sizes.map((size, axis) =>
      size > 1 ? sizes.slice(axis + 1).reduce((product, other) => product * other, 1) : 0);
    const places = sizes.reduce((begun, size) =>
      begun.flatMap((place) => [...Array(size).keys()].map((value) => [...place, value])), [[]]);
    return {
      points: places.map((place) => pointAt(choices, place)),
      strides,
      axes,
      numberOf: (place) => place.reduce((sum, value, axis) => sum + value * strides[axis], 0),
    };
  }

  /**
   * A place with its specification, by the names of the choices; where patterns hold what it makes of a cell; and
   * what it shares with all places that count the same cases in the same way.
   */
  function pointAt(choices, place) {
    const named = choices.map((choice, axis) => [choice.name, choice.values[place[axis]]]);
    const reading = choices.reduce((at, choice, axis) =>
      choice.reading ? at * choice.values.length + place[axis] : at, 0);
    const counting = place.filter((_, axis) => choices[axis].reading || choices[axis].scope).join();
    return { place, spec: Object.fromEntries(named), reading, counting };
  }

  /** Whether a specification has a case in: each scope that would leave it out is chosen with. */
  const keeps = (spec, one) => one.outside.every((scope) => spec[scope] !== "without");

  // ---------------------------------------------------------------- cells

  /** What a state chooses of its study: codes, cases (as positions in the study), and what a cell then is. */
  function chosen(data, study, state) {
    const { spec, reading } = pointAt(data.choices, state.place);
    return {
      codes: study.codes.filter((code) => state.codes.has(code.code)),
      cases: [...study.cases.keys()].filter((i) =>
        state.cases.has(study.cases[i].case) && keeps(spec, study.cases[i])),
      stateOf: (code, position) => STATES[data.patterns[code.states[position]][reading]],
    };
  }

  const number = (states, wanted) => states.filter((one) => one === wanted).length;

  /** For each code how many cases show it, at least and at most, with the exact interval around both. */
  function countRows(data, { codes, cases, stateOf }) {
    return codes.map((code) => {
      const states = cases.map((position) => stateOf(code, position));
      const low = number(states, "shown"), high = low + number(states, "open");
      const total = states.length - number(states, "not-applicable"); // those of which it can be asked
      return { code, low, high, total, ends: [data.intervals[total][low][0], data.intervals[total][high][1]] };
    });
  }

  /** For each case how many codes are shown, absent and open. */
  function caseRows({ codes, cases, stateOf }) {
    return cases.map((position) => {
      const states = codes.map((code) => stateOf(code, position));
      return { position, shown: number(states, "shown"), absent: number(states, "absent"), open: number(states, "open") };
    });
  }

  /** For two cases: how many codes come out the same, of those that both decide. */
  function agreement({ codes, stateOf }, one, other) {
    const pairs = codes.map((code) => [stateOf(code, one), stateOf(code, other)]);
    const decided = pairs.filter((pair) => !pair.includes("open") && !pair.includes("not-applicable"));
    return [decided.filter(([a, b]) => a === b).length, decided.length];
  }

  // ---------------------------------------------------------------- claims

  /** Bounds of what a claim counts over the ticked cases: total, low, high, least and greatest difference. */
  function counts(data, facts, claim, ticked, { spec, reading }) {
    const { beside } = claim; // what is counted and is no case
    const sum = { total: beside, low: beside, high: beside, least: 0, greatest: 0 };
    claim.cases.forEach((name, i) => {
      if (!ticked.has(name) || !keeps(spec, facts[name])) return;
      const digit = (patterns) => Number(data.patterns[patterns[i]][reading]);
      const cell = digit(claim.cells);
      sum.total += 1;
      sum.low += cell === 2;
      sum.high += cell > 0;
      if (claim.differences.length) {
        const difference = digit(claim.differences);
        sum.least += Math.floor(difference / 3) - 1;
        sum.greatest += (difference % 3) - 1;
      }
    });
    return sum;
  }

  const COMPARE = {
    ">=": (a, b) => a >= b, "<=": (a, b) => a <= b, ">": (a, b) => a > b, "<": (a, b) => a < b, "=": (a, b) => a === b,
  };
  const share = (count, total) => Math.round(count / Math.max(total, 1) * 1e9) / 1e9; // as the library does
  const BOUNDS = { // the quantities that a rule may name
    count: ({ low, high }) => [low, high],
    share: ({ low, high, total }) => [share(low, total), share(high, total)],
    difference: ({ least, greatest }) => [least, greatest],
  };

  /** Whether what a rule asks holds in all completions of the open cells, in some or in none; or does not apply. */
  function outcome(rule, sum, spec) {
    if (sum.total === 0 && !rule.of_none) return OUTSIDE;
    const [sign, wanted] = rule.asks[rule.choice ? spec[rule.choice] : ""];
    const [low, high] = BOUNDS[rule.quantity](sum);
    const ends = [low, high].map((end) => COMPARE[sign](end, wanted));
    if (ends.every(Boolean)) return HOLDS;
    return (sign === "=" ? low <= wanted && wanted <= high : ends.some(Boolean)) ? OPEN : FAILS;
  }

  /** Outcome and counts of a claim at each point. What points share is counted once: a phone would feel it. */
  function resultsAt(points, data, facts, claim, ticked) {
    const sums = new Map();
    return points.map((point) => {
      if (!sums.has(point.counting)) sums.set(point.counting, counts(data, facts, claim, ticked, point));
      const sum = sums.get(point.counting), { total, low, high } = sum;
      return { outcome: outcome(claim.rule, sum, point.spec), total, low, high };
    });
  }

  /** The verdict on a claim from its results over the whole grid. */
  function verdict(results) {
    const outcomes = results.map((one) => one.outcome).filter((outcome) => outcome !== OUTSIDE);
    if (!outcomes.length) return "not-assessable";
    if (outcomes.every((outcome) => outcome === HOLDS)) return "reproduced";
    if (outcomes.every((outcome) => outcome === FAILS)) return "deviates";
    return outcomes.includes(HOLDS) ? "depends" : "undecided";
  }

  const same = (one, other) =>
    ["outcome", "low", "high", "total"].every((part) => one[part] === other[part]);

  /** The specification curve: the choices that matter, and results over those, in the order of outcomes. */
  function curve({ points, strides, axes }, results) {
    const mattering = axes.filter((axis) => points.some(({ place }, i) =>
      !same(results[i], results[i - place[axis] * strides[axis]])));
    const rank = { [FAILS]: 0, [OPEN]: 1, [HOLDS]: 2 };
    const rows = points.map(({ place }, i) => ({ place, ...results[i] })).filter((row) =>
      row.outcome !== OUTSIDE && row.place.every((value, axis) => value === 0 || mattering.includes(axis)));
    const order = (row) => [rank[row.outcome], row.low, row.high, row.total];
    rows.sort((a, b) => order(a).map((x, i) => x - order(b)[i]).find(Boolean) || 0);
    return { axes: mattering, rows };
  }

  // ---------------------------------------------------------------- what is chosen, and its address

  const themes = (study) => [...new Set(study.codes.map((code) => code.theme))];
  const ofTheme = (study, theme) =>
    study.codes.filter((code) => theme === "all" || code.theme === theme).map((code) => code.code);

  /** The theme whose codes are the chosen ones; "all" for all, undefined for a choice of one's own. */
  const themeOf = (study, state) => ["all", ...themes(study)].find((theme) => {
    const codes = ofTheme(study, theme);
    return codes.length === state.codes.size && codes.every((code) => state.codes.has(code));
  });

  /** The state at the start: all cases, the codes of the theme of which most is shown, the default reading. */
  function fresh(data, study, claims) {
    const place = data.choices.map((choice) => choice.values.indexOf(choice.initial));
    const cases = new Set(study.cases.map((one) => one.case));
    const within = (theme) => ({ study: study.study, cases, codes: new Set(ofTheme(study, theme)), place });
    const shown = (theme) =>
      caseRows(chosen(data, study, within(theme))).reduce((sum, row) => sum + row.shown, 0);
    const fullest = themes(study).reduce((a, b) => (shown(b) > shown(a) ? b : a), themes(study)[0]);
    return { ...within(fullest), claim: claims.find((claim) => claim.study === study.study)?.claim || "" };
  }

  /** The address of a state: what differs from the start, and the study and the codes in any case. */
  function toAddress(data, study, state, start) {
    const parts = [["study", state.study]];
    if (state.cases.size < study.cases.length) parts.push(["cases", [...state.cases].join(",")]);
    const theme = themeOf(study, state);
    parts.push(theme ? ["theme", theme] : ["codes", [...state.codes].join(",")]);
    data.choices.forEach((choice, axis) => {
      if (state.place[axis] !== start.place[axis]) parts.push([choice.name, choice.values[state.place[axis]]]);
    });
    if (state.claim !== start.claim) parts.push(["claim", state.claim]);
    return "#" + parts.map(([key, value]) => `${key}=${encodeURIComponent(value).replaceAll("%2C", ",")}`).join("&");
  }

  /** What an address asks for, key by key, and what of that is not among the allowed values. */
  function asked(address) {
    const given = new URLSearchParams(address.replace(/^#/, "")), problems = [];
    const allowed = (key, values, all) => values.filter((value) => {
      if (value && !all.includes(value)) problems.push(`${key}=${value}`);
      return all.includes(value);
    });
    return {
      problems,
      one: (key, all) => (given.has(key) ? allowed(key, [given.get(key)], all)[0] : undefined),
      several: (key, all) => (given.has(key) ? new Set(allowed(key, given.get(key).split(","), all)) : undefined),
    };
  }

  /** The state of an address; what it does not say, or names wrongly, stays as it is at the start. */
  function fromAddress(model, address) {
    const { problems, one, several } = asked(address);
    const { choices, studies } = model.data;
    const state = model.fresh(one("study", studies.map((study) => study.study)) || studies[0].study);
    const study = model.studyOf(state);
    const theme = one("theme", ["all", ...themes(study)]);
    state.cases = several("cases", study.cases.map((entry) => entry.case)) || state.cases;
    state.codes = several("codes", study.codes.map((code) => code.code)) || state.codes;
    if (theme) state.codes = new Set(ofTheme(study, theme));
    state.place = choices.map(({ name, values }, axis) => {
      const value = one(name, values);
      return value === undefined ? state.place[axis] : values.indexOf(value);
    });
    state.claim = one("claim", model.claimsOf(state).map((claim) => claim.claim)) || state.claim;
    return { state, problems };
  }

  // ---------------------------------------------------------------- the model

  /** The model of a page's data. A state is what is chosen: study, cases, codes, place in the grid, claim. */
  globalThis.explorerModel = (data) => {
    const studies = Object.fromEntries(data.studies.map((study) => [study.study, study]));
    const facts = Object.fromEntries(data.studies.flatMap((study) => study.cases.map((one) => [one.case, one])));
    const studyOf = (state) => studies[state.study];
    const axesOf = (state) => bearing(data.choices, studyOf(state).cases);
    const grids = {}; // made when first needed: a page that opens has other things to do
    const gridFor = (state) => grids[state.study] ??= gridOf(data.choices, axesOf(state));
    const freshOf = (name) => fresh(data, studies[name], data.claims);
    const chosenOf = (state) => chosen(data, studyOf(state), state);
    /** The claims on the cases of a study, and those that no study's cases bear on. */
    const claimsOf = (state) => data.claims.filter((claim) => [state.study, ""].includes(claim.study));
    /** A claim with its results over the grid, the one at the chosen place, and whether that place turns it. */
    function evaluated(state) {
      const { points, numberOf } = gridFor(state);
      const here = numberOf(state.place), atStart = numberOf(freshOf(state.study).place);
      return claimsOf(state).map((claim) => {
        const results = resultsAt(points, data, facts, claim, state.cases);
        const now = results[here], changed = now.outcome !== results[atStart].outcome;
        return { claim, results, now, changed, verdict: verdict(results) };
      });
    }
    const model = {
      data, HOLDS, OPEN, FAILS, OUTSIDE,
      studyOf, axesOf, claimsOf, evaluated, themes, ofTheme, same,
      fresh: freshOf,
      chosen: chosenOf,
      themeOf: (state) => themeOf(studyOf(state), state),
      countRows: (state) => countRows(data, chosenOf(state)),
      caseRows: (state) => caseRows(chosenOf(state)),
      agreement: (state, one, other) => agreement(chosenOf(state), one, other),
      curve: (state, results) => curve(gridFor(state), results),
      toAddress: (state) => toAddress(data, studyOf(state), state, freshOf(state.study)),
      fromAddress: (address) => fromAddress(model, address),
    };
    return model;
  };
})();
