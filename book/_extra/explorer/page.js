// The explorer on its page: what is chosen, its address, and all views brought up to date with it.
(() => {
  const { make } = explorerElements;
  const model = explorerModel(window.compendiumData);

  let evaluation = null; // of the claims, over the chosen cases
  /** What the views are given: the model, what is chosen, and how to have what they change drawn. */
  const page = {
    model,
    state: null, // see `fresh` in the model
    claims: () => evaluation ??= model.evaluated(page.state),
    redraw,
    redrawOnly,
    drawView,
    lead,
  };
  const choices = explorerChoices(page);
  const views = Object.fromEntries(Object.entries(explorerViews).map(([id, view]) => [id, view(page)]));

  const liveParts = {};
  // Views nobody has come near yet. The plain tables in their place show the default reading, so they may
  // wait as long as that is what is asked for; drawing all at once would hold up a phone.
  const waiting = new Set();
  const choosers = make("div");
  document.getElementById("explorer").replaceChildren(choices.warning, choosers, choices.actions);

  /** A part for a view under its heading, where the plain tables give way to what is live. */
  function livePart(id) {
    const section = document.getElementById(id);
    for (const child of section.querySelectorAll(":scope > .cell")) child.hidden = true;
    const part = make("div");
    section.append(make("div", { class: "live" }, views[id].lasting || [], part));
    return part;
  }

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
    fill(liveParts[id] ??= livePart(id), views[id].draw());
  }

  function draw(problems) {
    choices.warn(problems);
    fill(choosers, choices.controls());
    for (const id of Object.keys(views)) if (!waiting.has(id)) drawView(id);
  }

  /** What was chosen has changed, so no plain table is right any more. */
  function redraw(problems = []) {
    waiting.clear();
    evaluation = null;
    draw(problems);
    writeAddress();
  }

  /** What was chosen has changed for one view alone. */
  function redrawOnly(id) {
    choices.warn([]);
    drawView(id);
    writeAddress();
  }

  function writeAddress() {
    choices.forgetCopied(); // it was the view before
    const address = model.toAddress(page.state);
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
    const { state, problems } = model.fromAddress(given);
    page.state = state;
    render(problems);
    const keys = new URLSearchParams(given.slice(1));
    const wanted = Object.keys(views).find((id) => views[id].key && keys.has(views[id].key));
    if (wanted) lead(wanted);
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
