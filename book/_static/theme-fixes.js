// What the theme leaves open: words that were searched for are marked on the page that was found, the search
// index is fetched once it is needed, dialogs close by Esc and give the focus back, one can go back to the top.
"use strict";
(() => {
  const root = document.documentElement.dataset.content_root || "./";
  const local = location.protocol === "file:";
  const wanted = "sphinx_highlight_terms";

  // Extracts of the pages found cannot be fetched from files; the list of pages stands without them.
  if (local) DOCUMENTATION_OPTIONS.SHOW_SEARCH_SUMMARY = false;

  // Extracts come from the article alone, without what stands around it.
  const extract = (html, anchor) => {
    const article = new DOMParser().parseFromString(html, "text/html").querySelector("article");
    article?.querySelectorAll(".headerlink, script, style, svg, .visually-hidden").forEach((e) => e.remove());
    const part = anchor && article?.querySelector(`[id="${CSS.escape(anchor.slice(1))}"]`);
    return (part || article)?.textContent || "";
  };

  const fetchIndex = () => {
    if (typeof Search === "undefined" || Search.hasIndex() || document.getElementById("search-index")) return;
    Search.loadIndex(`${root}searchindex.js`);
    document.body.lastElementChild.id = "search-index";
  };

  const mark = () => {
    let words = [];
    try {
      words = (localStorage.getItem(wanted) || "").split(/\s+/).filter(Boolean);
      localStorage.removeItem(wanted);
    } catch { /* storage may be forbidden */ }
    const article = document.querySelector("article.bd-article");
    if (!words.length || !article || DOCUMENTATION_OPTIONS.pagename === "search") return;
    words.forEach((word) => _highlightText(article, word, "highlighted"));
    const first = article.querySelector(".highlighted");
    if (!first) return;
    for (let fold = first.closest("details"); fold; fold = fold.parentElement.closest("details")) fold.open = true;
    if (!location.hash) first.scrollIntoView({ block: "center" });
    const undo = document.createElement("button");
    undo.type = "button";
    undo.className = "btn btn-sm unmark";
    undo.textContent = "Remove the marks of your search";
    undo.addEventListener("click", () => {
      article.querySelectorAll(".highlighted").forEach((e) => e.classList.remove("highlighted"));
      undo.remove();
    });
    article.before(undo);
  };

  // Whoever leaves by something else than a result of the search does not want marks there.
  const forget = (event) => {
    const link = event.target.closest?.("a[href]");
    if (link && !link.closest("#search-results")) try { localStorage.removeItem(wanted); } catch { /* as above */ }
  };

  const dialogs = () => {
    addEventListener("keydown", (event) => {
      const open = event.key === "Escape" && document.querySelector("dialog[open]");
      if (!open) return;
      event.preventDefault();
      event.stopImmediatePropagation();
      open.close();
    }, true);
    // The focus goes back by itself, but for the sidebars: the theme has taken it from their buttons before.
    for (const side of ["primary", "secondary"]) {
      const sidebar = document.getElementById(`pst-${side}-sidebar-modal`);
      sidebar?.addEventListener("close", () => setTimeout(() => document.querySelector(`.${side}-toggle`)?.focus()));
    }
  };

  const backToTop = () => {
    const button = document.getElementById("pst-back-to-top");
    if (!button) return;
    let before = scrollY;
    addEventListener("scroll", () => {
      button.style.display = scrollY < before && scrollY > 200 ? "block" : "none";
      before = scrollY;
    }, { passive: true });
    button.addEventListener("click", () => scrollTo(0, 0));
  };

  addEventListener("DOMContentLoaded", () => {
    if (typeof Search !== "undefined") Search.htmlToText = extract;
    const dialog = document.getElementById("pst-search-dialog");
    dialog?.addEventListener("focusin", fetchIndex);
    addEventListener("click", forget, true);
    mark();
    dialogs();
    backToTop();
  });
})();
