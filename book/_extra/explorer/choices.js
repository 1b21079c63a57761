// What stands above the explorer's views: study, codes, cases and reading to choose from, and what can be done with the view.
globalThis.explorerChoices = (page) => {
  const { model } = page;
  const { data } = model;
  const { make, say, checkbox, select } = explorerElements;

  /** A list to tick: the cases or the codes. */
  function ticks(key, entries) {
    const change = (entry, on) => {
      if (on) page.state[key].add(entry);
      else page.state[key].delete(entry);
      page.redraw();
    };
    const set = (all) => {
      page.state[key] = new Set(all ? entries.map(([entry]) => entry) : []);
      page.redraw();
    };
    return make("fieldset", {}, make("legend", { class: "visually-hidden" }, key === "cases" ? "Cases" : "Codes"),
      make("p", {}, make("button", { type: "button", "aria-label": `All ${key}`, click: () => set(true) }, "all"), " ",
        make("button", { type: "button", "aria-label": `None of the ${key}`, click: () => set(false) }, "none")),
      ...entries.map(([entry, label]) => checkbox(label, page.state[key].has(entry), (on) => change(entry, on))));
  }

  function studyAndCodes(study) {
    const theme = model.themeOf(page.state) || "own";
    const themes = [["all", "all codes"], ...model.themes(study).map((one) => [one, one]),
      ...(theme === "own" ? [["own", "a choice of your own"]] : [])];
    return make("div", { class: "choices" },
      select("Study", data.studies.map((one) => [one.study, one.title]), study.study, (name) => {
        page.state = { ...model.fresh(name), place: page.state.place };
        page.redraw();
      }),
      select("Codes about", themes, theme, (name) => {
        if (name !== "own") page.state.codes = new Set(model.ofTheme(study, name));
        page.redraw();
      }));
  }

  /** One choice of the reading. */
  function choose(axis) {
    const { question, values, answers } = data.choices[axis];
    return select(question, values.map((value, i) => [value, answers[i]]), values[page.state.place[axis]], (value) => {
      page.state.place[axis] = values.indexOf(value);
      page.redraw();
    });
  }

  /** All controls, anew: scopes of other studies are none of them. */
  function controls() {
    const { state } = page, study = model.studyOf(state), axes = model.axesOf(state), start = model.fresh(state.study);
    const changed = axes.filter((axis) => state.place[axis] !== start.place[axis]).length;
    return [
      studyAndCodes(study),
      fold("cases", `Cases: ${state.cases.size} of ${study.cases.length}`,
        ticks("cases", study.cases.map((one) => [one.case, one.name]))),
      fold("codes", `Codes: ${state.codes.size} of ${study.codes.length}`,
        ticks("codes", study.codes.map((code) => [code.code, code.label]))),
      fold("reading", `Reading: ${changed ? `${changed} of ${axes.length} choices changed` : "the default"}`,
        make("div", { class: "choices" }, axes.map(choose))),
    ];
  }

  const opened = new Set(["reading"]);
  function fold(key, words, content) {
    return make("details", {
      class: "fold",
      "data-fold": key,
      open: opened.has(key),
      toggle: (event) => (event.target.open ? opened.add(key) : opened.delete(key)),
    }, make("summary", {}, words), content);
  }

  // Live regions stand outside what is redrawn, or they would be announced at each choice.
  const warning = make("div", { role: "alert" });
  const copied = make("span", { role: "status" });
  const startAgain = () => {
    page.state = model.fresh(page.state.study);
    page.redraw();
  };
  const actions = make("p", { class: "actions" },
    make("button", { type: "button", click: startAgain }, "Start again"), " ",
    make("button", { type: "button", click: copyAddress }, "Copy the address of this view"), " ", copied);

  /** The address of the view, also when the page's own names a heading. */
  async function copyAddress() {
    const address = location.href.split("#")[0] + model.toAddress(page.state);
    try {
      await navigator.clipboard.writeText(address);
      say(copied, "Copied.");
    } catch {
      say(copied, address);
    }
  }

  /** Tell what an address asked for in vain, until something else is chosen. */
  function warn(problems) {
    const words = `The address asks for what this book does not have: ${problems.join("; ")}. It was left aside.`;
    warning.replaceChildren(...(problems.length ? [make("p", {}, words)] : []));
  }

  return { controls, warning, actions, warn, forgetCopied: () => say(copied, "") };
};
