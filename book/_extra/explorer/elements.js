// What the views of the explorer are made of: elements, tables, bars, controls, and files to download.
globalThis.explorerElements = (() => {
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
  const capital = (text) => text.charAt(0).toUpperCase() + text.slice(1);

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

  /** A bar of a share: what is shown, what could be, and the exact interval as a line. */
  function bar({ low, high, total, ends }) {
    const x = (share) => 1 + 98 * share;
    return make("svg", { class: "share", viewBox: "0 0 100 14", width: 200, height: 28, "aria-hidden": "true", preserveAspectRatio: "none" },
      make("rect", { class: "line", x: x(ends[0]), y: 6.5, width: 98 * (ends[1] - ends[0]), height: 1 }),
      make("rect", { class: "could", x: x(low / total), y: 4, width: (98 * (high - low)) / total, height: 6 }),
      make("rect", { class: "shown", x: x(0), y: 3, width: (98 * low) / total, height: 8 }));
  }

  function checkbox(label, checked, changed) {
    return make("label", {}, make("input", { type: "checkbox", checked, change: (event) => changed(event.target.checked) }), " ", label);
  }

  function select(label, options, value, changed) {
    const list = make("select", { change: (event) => changed(event.target.value) },
      options.map(([key, words]) => make("option", { value: key, selected: key === value }, words)));
    return make("label", {}, make("span", {}, label), list);
  }

  const quoted = (cell) => (/[",\n]/.test(cell) ? `"${String(cell).replaceAll('"', '""')}"` : String(cell));

  function download(name, type, text) {
    const link = make("a", { href: URL.createObjectURL(new Blob([text], { type })), download: name });
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 1000);
  }

  /** A button that downloads rows as CSV, with the address of the view as the last column. */
  const csvButton = ({ model, state }, name, words, rows) =>
    make("button", {
      type: "button",
      click: () => {
        const [heads, ...body] = rows(), address = model.toAddress(state);
        const lines = [[...heads, "view"], ...body.map((row) => [...row, address])];
        const text = lines.map((row) => row.map(quoted).join(",")).join("\n") + "\n";
        download(`${state.study}-${name}.csv`, "text/csv", text);
      },
    }, words);

  /** A button that downloads a drawing as SVG. */
  const svgButton = ({ state }, name, words, drawing) =>
    make("button", {
      type: "button",
      click: () => download(`${state.study}-${name}.svg`, "image/svg+xml", standalone(drawing)),
    }, words);

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

  return { SVG, make, span, say, table, bar, checkbox, select, csvButton, svgButton };
})();

// Each view by the id of its part of the page: a function of the page (see page.js) that gives `draw`, which makes
// its elements anew; maybe what is `lasting` above them, and the `key` by which an address leads to it.
globalThis.explorerViews = {};
