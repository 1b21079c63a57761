// Cards that say what a link leads to or how a value is known, figures as PNG, and copying a citation.
// Nothing here is needed to read: without JavaScript links lead where they lead, and folds open.
(() => {
  const root = new URL(document.documentElement.dataset.content_root || "./", location.href).href;
  const main = () => document.querySelector("main") || document.body;

  // ------------------------------------------------------------ one card at a time

  let card = null, owner = null, timer = null;

  function closeCard(refocus) {
    if (!card) return;
    const last = owner;
    card.remove();
    owner.removeAttribute("aria-describedby");
    if (owner.hasAttribute("aria-expanded")) owner.setAttribute("aria-expanded", "false");
    card = owner = null;
    if (refocus) last.focus();
  }

  /** Put a card beside an element. A hint describes the element; an answer takes the focus. */
  function openCard(element, content, hint = false) {
    closeCard();
    owner = element;
    card = document.createElement("div");
    card.className = "card-open";
    card.id = "card";
    if (hint) {
      card.setAttribute("role", "tooltip");
      element.setAttribute("aria-describedby", "card");
      card.append(...content);
    } else {
      card.setAttribute("role", "dialog");
      card.setAttribute("aria-label", "How do we know?");
      card.tabIndex = -1;
      element.setAttribute("aria-expanded", "true");
      const close = document.createElement("button");
      close.type = "button";
      close.className = "card-close";
      close.textContent = "Close";
      close.addEventListener("click", () => closeCard(true));
      card.append(...content, close);
    }
    main().append(card);
    const at = element.getClientRects()[0] || element.getBoundingClientRect();
    const left = Math.max(8, Math.min(at.left, document.documentElement.clientWidth - card.offsetWidth - 8));
    const room = { below: innerHeight - at.bottom - 14, above: at.top - 14 };
    const below = card.offsetHeight <= room.below || room.below >= room.above;
    card.style.maxHeight = `${Math.max(140, below ? room.below : room.above)}px`;
    card.style.left = `${left + scrollX}px`;
    card.style.top = `${(below ? at.bottom + 6 : at.top - card.offsetHeight - 6) + scrollY}px`;
    if (hint) {
      card.addEventListener("pointerenter", () => clearTimeout(timer));
      card.addEventListener("pointerleave", closeSoon);
    } else card.focus({ preventScroll: true });
  }

  function closeSoon() {
    clearTimeout(timer);
    timer = setTimeout(closeCard, 250);
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

  window.compendium = { openCard, closeCard, sayRoles };

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

  const paragraph = (text) => Object.assign(document.createElement("p"), { textContent: text });

  /** What a link's card says: where a number comes from, or what stands at the link's end. */
  async function contentOf(link) {
    const number = link.closest("[data-number]")?.dataset.number;
    const entry = number && document.querySelector(`li[data-number="${CSS.escape(number)}"]`);
    if (entry && !entry.contains(link)) return [...entry.cloneNode(true).childNodes];
    const place = link.href.startsWith(root) ? link.href.slice(root.length).replace(/\.html(?=#|$)/, "") : "";
    const all = place ? await cards() : {};
    const text = all[place] || all[place.split("#")[0]];
    return text ? [paragraph(text)] : null;
  }

  const article = document.querySelector(".bd-article");
  const pointed = (event) => {
    const link = event.target.closest?.("a[href]");
    return link && article?.contains(link) && !link.matches(".headerlink, [download]") ? link : null;
  };
  async function hint(link, delay) {
    clearTimeout(timer);
    if (link === owner) return;
    timer = setTimeout(async () => {
      const content = await contentOf(link);
      if (content && (link.matches(":hover") || link === document.activeElement)) openCard(link, content, true);
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
    const content = await contentOf(link);
    if (content) openCard(link, content, true);
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
    const svg = link.closest(".cell_output, .output")?.querySelector("figure.chart svg");
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
