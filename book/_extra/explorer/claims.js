// The views of claims: all of a study under the chosen reading, and one of them under every reading.
(() => {
  const { SVG, make, span, say, table, checkbox, select, csvButton, svgButton } = explorerElements;
  const CLAIMS = "the-claims", CURVE = "one-claim-under-every-reading"; // the parts of the page

  const verdictSign = (data, key) => make("span", { class: `verdict verdict-${key}` }, data.verdicts[key].join(" "));

  // ---------------------------------------------------------------- all claims

  function tallied({ HOLDS, OPEN, FAILS, OUTSIDE }, rows) {
    const verbs = { [HOLDS]: "hold", [OPEN]: "are open", [FAILS]: "fail", [OUTSIDE]: "do not apply" };
    const number = (outcome) => rows.filter((row) => row.now.outcome === outcome).length;
    const parts = [HOLDS, OPEN, FAILS, OUTSIDE].filter(number).map((outcome) => `${number(outcome)} ${verbs[outcome]}`);
    return `Of ${rows.length} recomputed claims, ${parts.join(", ")}.`;
  }

  function curveButton(page, claim) {
    return make("button", {
      type: "button",
      "aria-label": `Show the curve of ${claim}`,
      "aria-pressed": String(claim === page.state.claim),
      "data-claim": claim,
      click: () => {
        chooseClaim(page, claim);
        page.lead(CURVE);
      },
    }, "curve");
  }

  /** Another claim changes no result, only the curve. */
  function chooseClaim(page, claim) {
    page.state.claim = claim;
    for (const button of document.querySelectorAll(`#${CLAIMS} [data-claim]`))
      button.setAttribute("aria-pressed", String(button.dataset.claim === claim));
    page.redrawOnly(CURVE);
  }

  function claimRow(page, { claim, now, verdict }) {
    const { data } = page.model;
    return [
      make("span", {}, make("a", { href: `claims-of-${claim.source}.html#${claim.claim}` }, claim.asserts)),
      make("td", { class: "outcome" }, data.outcomes[now.outcome]),
      make("td", { class: "count" }, claim.study ? `${span(now.low, now.high)} of ${now.total}` : `${now.low}`),
      make("td", { class: "over" }, verdictSign(data, verdict)),
      curveButton(page, claim.claim),
    ];
  }

  explorerViews[CLAIMS] = (page) => {
    const { data } = page.model;
    // What stands above is not redrawn: a field would lose what is being typed.
    const tally = make("p", { role: "status" });
    const onlyTurned = checkbox("only those that the reading turns", false, () => page.drawView(CLAIMS));
    const search = make("input", { type: "search", input: searched, compositionend: searched });
    function searched(event) {
      if (!event.isComposing) page.drawView(CLAIMS); // half a letter finds nothing
    }
    const isAskedFor = ({ claim, changed }) => (changed || !onlyTurned.control.checked) &&
      `${claim.asserts} ${claim.claim}`.toLowerCase().includes(search.value.toLowerCase());
    function draw() {
      const rows = page.claims();
      say(tally, tallied(page.model, rows));
      return [
        table("The claims", ["claim", "this reading", "count", "all readings", "curve"],
          rows.filter(isAskedFor).map((row) => claimRow(page, row)), true),
        make("p", { class: "download" }, csvButton(page, "claims", "Claims as CSV", () => [
          ["claim", "outcome", "low", "high", "total", "verdict"],
          ...rows.map(({ claim, now, verdict }) =>
            [claim.claim, data.outcomes[now.outcome], now.low, now.high, now.total, verdict])])),
      ];
    }
    const lasting = [tally, make("div", { class: "choices" }, onlyTurned,
      make("label", {}, make("span", {}, "Claims with the words"), search))];
    return { lasting, draw };
  };

  // ---------------------------------------------------------------- one claim

  const LEFT = 4, WIDTH = 352, TOP = 70, ROW = 26;
  /** The curve of a claim as SVG: blocks of equal results above, the choices behind them below. */
  function curveDrawing(model, { axes, rows }, summary) {
    const step = WIDTH / rows.length;
    const choices = axes.flatMap((axis) => model.data.choices[axis].answers.map((answer, value) => ({ axis, value, answer })));
    const height = TOP + 30 + ROW * choices.length;
    const svg = make("svg", { class: "curve", role: "img", "aria-label": summary, viewBox: `0 0 360 ${height}`, width: 360, height, xmlns: SVG });
    const block = (kind, x, y, width, high, opacity = 1) =>
      svg.append(make("rect", { class: kind, x: x.toFixed(1), y: y.toFixed(1), width: width.toFixed(1), height: high.toFixed(1), opacity }));
    choices.forEach(({ axis, answer }, i) => svg.append(make("text", { x: LEFT, y: TOP + 38 + ROW * i, style: "text-anchor: start" },
      `${model.data.choices[axis].question} ${answer}`)));
    const kinds = { [model.HOLDS]: "holds", [model.OPEN]: "open", [model.FAILS]: "fails" };
    for (let begin = 0, end; begin < rows.length; begin = end) {
      for (end = begin + 1; end < rows.length && model.same(rows[end], rows[begin]); end++);
      const { outcome, low, high, total } = rows[begin];
      const [least, most] = [low, high].map((bound) => Math.min(bound / Math.max(total, 1), 1));
      block(kinds[outcome], LEFT + step * begin, 12 + TOP * (1 - most) - 2, step * (end - begin), TOP * (most - least) + 4);
      choices.forEach(({ axis, value }, i) => {
        const share = rows.slice(begin, end).filter((row) => row.place[axis] === value).length / (end - begin);
        if (share) block("has", LEFT + step * begin, TOP + 42 + ROW * i, step * (end - begin), 9, share.toFixed(2));
      });
    }
    return svg;
  }

  function inNumbers({ HOLDS, OPEN, FAILS }, { rows }) {
    const [holds, open, fails] = [HOLDS, OPEN, FAILS].map((outcome) => rows.filter((one) => one.outcome === outcome).length);
    return `Holds in ${holds}, open in ${open}, fails in ${fails} of ${rows.length} readings that differ in what matters to it.`;
  }

  function figure(drawing) {
    return make("figure", { class: "chart" },
      make("div", { class: "table-scroll", role: "region", "aria-label": "Curve of this claim", tabindex: 0 }, drawing),
      make("figcaption", {}, "Each block joins readings with one result; its height spans the share of cases from the least to the greatest that silence allows. Filled: holds. Hollow: open. Dashed: fails. Below, a bar is as dark as the part of the block that has the choice."));
  }

  /** The curve as a table: the choices that matter, then what comes out. */
  function curveRows({ data }, { axes, rows }) {
    return [[...axes.map((axis) => data.choices[axis].name), "outcome", "low", "high", "total"], ...rows.map((one) =>
      [...axes.map((axis) => data.choices[axis].values[one.place[axis]]), data.outcomes[one.outcome], one.low, one.high, one.total])];
  }

  function curve(page) {
    const { model, state } = page, claims = page.claims();
    const row = claims.find((one) => one.claim.claim === state.claim);
    if (!row) return [make("p", {}, "Choose a claim.")];
    const own = model.curve(state, row.results), summary = inNumbers(model, own), name = `curve-${state.claim}`;
    const drawing = own.axes.length ? curveDrawing(model, own, summary) : null;
    return [
      select("Claim", claims.map((one) => [one.claim.claim, one.claim.asserts]), state.claim, (claim) => chooseClaim(page, claim)),
      make("p", {}, verdictSign(model.data, row.verdict), ` ${row.claim.asserts}`),
      make("p", {}, row.claim.how, " ", summary, own.axes.length ? "" : " No choice matters."),
      drawing ? figure(drawing) : null,
      make("p", { class: "download" }, csvButton(page, name, "Curve as CSV", () => curveRows(model, own)),
        drawing ? svgButton(page, name, "Curve as SVG", drawing) : null),
    ];
  }

  explorerViews[CURVE] = (page) => ({ draw: () => curve(page), key: "claim" });
})();
