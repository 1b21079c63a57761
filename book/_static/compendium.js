// Cards that say what a link leads to or how a value is known, figures as PNG, and copying a citation.
// Nothing here is needed to read: without JavaScript links lead where they lead, and folds open.
(() => {
  const root = new URL(document.documentElement.dataset.content_root || "./", location.href).href;
  const main = () => document.querySelector("main") || document.body;

  const paragraph = (text) => Object.assign(document.createElement("p"), { textContent: text });

  // ------------------------------------------------------------ one card at a time

  let card = null, owner = null, timer = null;
  const answering = () => card?.getAttribute("role") === "dialog";

  function closeCard(refocus) {
    if (!card) return;
    const last = owner;
    card.remove();
    owner.removeAttribute("aria-describedby");
    if (owner.hasAttribute("aria-expanded")) owner.setAttribute("aria-expanded", "false");
    card = owner = null;
    if (refocus) last.focus();
  }

  /** Show a card beside an element, in place of the one that is open. */
  function show(element, role, content) {
    closeCard();
    owner = element;
    card = document.createElement("div");
    card.className = "card-open";
    card.id = "card";
    card.setAttribute("role", role);
    card.append(...content);
    main().append(card);
    place();
  }

  /** Put the card below its owner, or above where there is more room. */
  function place() {
    const at = owner.getClientRects()[0] || owner.getBoundingClientRect();
    const left = Math.max(8, Math.min(at.left, document.documentElement.clientWidth - card.offsetWidth - 8));
    const room = { below: innerHeight - at.bottom - 14, above: at.top - 14 };
    const below = card.offsetHeight <= room.below || room.below >= room.above;
    card.style.maxHeight = `${Math.max(140, below ? room.below : room.above)}px`;
    card.style.left = `${left + scrollX}px`;
    card.style.top = `${(below ? at.bottom + 6 : at.top - card.offsetHeight - 6) + scrollY}px`;
  }

  /** A hint describes a link. It is text alone, since no key reaches into it. */
  function openHint(link, text) {
    show(link, "tooltip", [paragraph(text)]);
    link.setAttribute("aria-describedby", "card");
    card.addEventListener("pointerenter", () => clearTimeout(timer));
    card.addEventListener("pointerleave", closeSoon);
  }

  /** Only a hint closes by itself: an answer holds the focus. */
  function closeSoon() {
    clearTimeout(timer);
    timer = setTimeout(() => answering() || closeCard(), 250);
  }

  /** An answer takes the focus and gives it back; the second click on its button closes it. */
  function openCard(button, content) {
    if (button === owner) return closeCard(true);
    const close = Object.assign(document.createElement("button"), { type: "button", className: "card-close", textContent: "Close" });
    close.addEventListener("click", () => closeCard(true));
    show(button, "dialog", [...content, close]);
    card.setAttribute("aria-label", "How do we know?");
    card.tabIndex = -1;
    card.addEventListener("keydown", leaveByTab);
    button.setAttribute("aria-expanded", "true");
    card.focus({ preventScroll: true });
  }

  /** The card stands at the end of the page, but Tab goes on from its button, as if it stood there. */
  function leaveByTab(event) {
    const stops = [...card.querySelectorAll("a[href], button")], here = stops.indexOf(document.activeElement);
    if (event.key !== "Tab" || (event.shiftKey ? here > 0 : here < stops.length - 1)) return;
    if (event.shiftKey) event.preventDefault(); // back is the button itself
    closeCard(true);
  }

  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !card) return;
    closeCard(card.contains(document.activeElement));
    event.stopPropagation();
  });
  document.addEventListener("pointerdown", (event) => {
    if (card && !card.contains(event.target) && !owner.contains(event.target)) closeCard();
  });
  document.addEventListener("focusin", (event) => {
    if (card && !card.contains(event.target) && event.target !== owner) closeCard();
  });

  // ------------------------------------------------------------ tables that are cards on a phone

  const ROLES = {
    table: "table", thead: "rowgroup", tbody: "rowgroup", tr: "row", td: "cell",
    "th[scope=col]": "columnheader", "th[scope=row]": "rowheader",
  };
  const narrow = matchMedia("(max-width: 600px)");
  /** Say what the parts of a table are where the style sheet makes cards of it: some browsers forget. */
  function sayRoles(table) {
    if (!narrow.matches || !table.matches(".wide")) return;
    table.setAttribute("role", ROLES.table);
    for (const [part, role] of Object.entries(ROLES))
      table.querySelectorAll(part).forEach((element) => element.setAttribute("role", role));
  }
  const sayAllRoles = () => document.querySelectorAll("table.wide").forEach(sayRoles);
  (window.requestIdleCallback || setTimeout)(sayAllRoles);
  narrow.addEventListener("change", sayAllRoles);

  window.compendium = { openCard, sayRoles };

  // ------------------------------------------------------------ cards of links

  let loading = null;
  /** The cards of the site, loaded as a script because a page on disk may not fetch data. */
  function cards() {
    loading ??= new Promise((resolve) => {
      const script = document.createElement("script");
      script.src = `${root}cards.js`;
      script.onload = () => resolve(window.compendiumCards);
      script.onerror = () => resolve({});
      document.head.append(script);
    });
    return loading;
  }

  /** What a link's card says: where a number comes from, or what stands at the link's end. */
  async function textOf(link) {
    const number = link.closest("[data-number]")?.dataset.number;
    const entry = number && document.querySelector(`li[data-number="${CSS.escape(number)}"]`);
    if (entry && !entry.contains(link)) return entry.textContent;
    const place = link.href.startsWith(root) ? link.href.slice(root.length).replace(/\.html(?=#|$)/, "") : "";
    const all = place ? await cards() : {};
    return all[place] || all[place.split("#")[0]];
  }

  const article = document.querySelector(".bd-article");
  const pointed = (event) => {
    const link = event.target.closest?.("a[href]");
    return link && article?.contains(link) && !link.matches(".headerlink, [download]") ? link : null;
  };
  function hint(link, delay) {
    clearTimeout(timer);
    if (link === owner) return;
    timer = setTimeout(async () => {
      const text = await textOf(link);
      const wanted = link.matches(":hover") || link === document.activeElement;
      if (text && wanted && !answering()) openHint(link, text);
    }, delay);
  }
  document.addEventListener("pointerover", (event) => {
    const link = event.pointerType === "mouse" && pointed(event);
    if (link) hint(link, 200);
  });
  document.addEventListener("pointerout", (event) => {
    if (event.pointerType === "mouse" && pointed(event)) closeSoon();
  });
  document.addEventListener("focusin", (event) => {
    const link = pointed(event);
    if (link && link.matches(":focus-visible")) hint(link, 0);
  });

  // A finger cannot point: the first tap on a number, a term, a citation or a passage shows its card,
  // a second one follows the link.
  const SMALL = ".result a, a:has(> .std-term), a[href*='glossary.html#'], a[href*='references.html#'], a[href*='evidence-register.html#']";
  let touched = false;
  document.addEventListener("pointerdown", (event) => { touched = event.pointerType !== "mouse"; }, true);
  document.addEventListener("click", async (event) => {
    const link = pointed(event);
    if (!touched || !link || !link.matches(SMALL) || link === owner) return;
    event.preventDefault();
    const text = await textOf(link);
    if (text) openHint(link, text);
    else location.href = link.href;
  });

  // ------------------------------------------------------------ figures as PNG

  /** Draw an inline SVG at twice its size on the page's ground, and offer it as a file. */
  function savePng(svg, name) {
    const box = svg.viewBox.baseVal, style = getComputedStyle(document.body);
    const copy = svg.cloneNode(true);
    copy.setAttribute("width", box.width * 2);
    copy.setAttribute("height", box.height * 2);
    copy.setAttribute("color", style.color);
    copy.setAttribute("font-family", "DejaVu Sans, Verdana, sans-serif");
    const image = new Image();
    image.onload = () => {
      const canvas = document.createElement("canvas");
      canvas.width = box.width * 2;
      canvas.height = box.height * 2;
      const pen = canvas.getContext("2d");
      pen.fillStyle = style.backgroundColor;
      pen.fillRect(0, 0, canvas.width, canvas.height);
      pen.drawImage(image, 0, 0);
      const link = Object.assign(document.createElement("a"), { href: canvas.toDataURL("image/png"), download: name });
      link.click();
    };
    image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(new XMLSerializer().serializeToString(copy))}`;
  }

  const button = (words, click) => {
    const made = Object.assign(document.createElement("button"), { type: "button", textContent: words, className: "small" });
    made.addEventListener("click", () => click(made));
    return made;
  };
  for (const link of document.querySelectorAll(".download a[href$='.svg']")) {
    const svg = link.closest(".download").previousElementSibling?.querySelector("svg");
    if (!svg) continue;
    const name = link.getAttribute("href").split("/").pop().replace(/svg$/, "png");
    const save = button("PNG", () => savePng(svg, name));
    save.setAttribute("aria-label", link.getAttribute("aria-label").replace(/SVG$/, "PNG"));
    link.after(", ", save);
  }

  // ------------------------------------------------------------ copying a citation

  for (const text of document.querySelectorAll(".cite pre")) {
    text.after(button("Copy BibTeX", async (made) => {
      try {
        await navigator.clipboard.writeText(text.textContent);
        made.textContent = "Copied";
      } catch {
        getSelection().selectAllChildren(text);
        made.textContent = "Selected: copy it now";
      }
    }));
  }
})();
