"""The explorer in a real browser: it shows what its model says (see `test_explorer_model`), and can be used by everyone."""

import csv
import io
import re

import explorer_expected as expected
import pytest
from explorer_expected import SPECIFICATIONS, address

from compendium import paths
from compendium.claims import verdicts
from compendium.claims.evaluation import evaluate
from compendium.codings import package
from compendium.codings.package import codes_of
from compendium.codings.vocabulary import MARKS
from compendium.pages import explorer
from compendium.readings import matrices
from compendium.readings.specifications import ENGINE, Specification

pytestmark = pytest.mark.browser
PAGE = "studies/explorer.html"


@pytest.fixture(scope="module")
def tab(browser, site):
    page = browser.new_page()
    page.set_default_timeout(15_000)
    yield page
    page.close()


def at(tab, place: str):
    """The page, newly opened at a view or a heading: what follows the # in the address, with it."""
    tab.goto("about:blank")
    tab.goto((paths.HTML / PAGE).as_uri() + place)
    return tab


def opened(tab, study: str, spec: Specification | None = None, **more: str):
    return at(tab, address(study, spec, **more))


def chosen_claim(tab) -> str:
    return tab.locator("#one-claim-under-every-reading select").input_value()


def shown_claims(tab) -> dict[str, list[str]]:
    """Outcome, count and verdict of each claim on the page."""
    return dict(
        tab.eval_on_selector_all(
            "#the-claims .live tbody tr",
            """rows => rows.map(row => [row.querySelector('a').hash.slice(1), [
                row.querySelector('.outcome').textContent, row.querySelector('.count').textContent,
                row.querySelector('.verdict').className.split('verdict-')[1]]])""",
        )
    )


def span(low: int, high: int) -> str:
    return f"{low}" if low == high else f"{low} to {high}"


def test_claims_stand_on_the_page_as_the_library_has_them(tab, data):
    items = set(data.claims.loc[data.claims["assessment"] == "items", "claim"])
    spec = SPECIFICATIONS[1]
    wanted = {}
    for row in expected.claims(data, evaluate(data), "clusters", spec):
        count = span(row["low"], row["high"]) + ("" if row["claim"] in items else f" of {row['total']}")
        wanted[row["claim"]] = [row["outcome"], count, row["verdict"]]
    assert shown_claims(opened(tab, "clusters", spec)) == wanted


def test_cells_counts_and_signs_stand_on_the_page_as_the_library_has_them(tab, data):
    """Also where silence is read as absence: the signs still say how a cell is known."""
    spec = SPECIFICATIONS[1]
    page = opened(tab, "clusters", spec, theme="all")
    states = expected.states(data, "clusters", spec)
    cells = page.eval_on_selector_all(
        "#the-matrix .live tbody tr",
        """rows => rows.map(row => [...row.querySelectorAll('td')].map(cell =>
            [cell.className.split('state-')[1], cell.querySelector('.sign').textContent]))""",
    )
    assert [[state for state, _ in row] for row in cells] == states.replace(
        expected.WORDS
    ).T.to_numpy().tolist()
    signs = {status: sign for status, (sign, _) in MARKS.items()}
    marks = matrices.marks(data, codes_of(data.codebook, "clusters")["code"], states.index)
    assert [[sign for _, sign in row] for row in cells] == marks.replace(signs).T.to_numpy().tolist()
    counts = page.eval_on_selector_all(
        "#counts .live tbody tr",
        "rows => rows.map(row => [...row.querySelectorAll('td')].slice(0, 2).map(cell => cell.textContent))",
    )
    for (count, interval), (_, low, high, total, *ends) in zip(counts, expected.counts(states), strict=True):
        assert count == f"{span(low, high)} of {total}"
        shown = [float(end.removesuffix(" %")) / 100 for end in interval.split(" to ")]
        assert shown == pytest.approx(ends, abs=0.0051)


def test_the_curve_can_be_had_as_a_table_whose_view_leads_back_to_it(tab, data):
    evaluation = evaluate(data)
    claim = next(
        claim
        for number, claim in enumerate(evaluation.claims)
        if verdicts.verdict(evaluation.outcome[number]) == "depends"
    )
    page = opened(tab, data.entry("claims", claim)["study"], claim=claim)
    with page.expect_download() as waiting:
        page.get_by_role("button", name="Curve as CSV").click()
    rows = list(csv.DictReader(io.StringIO(waiting.value.path().read_text("utf-8"))))
    (view,) = {row.pop("view") for row in rows}
    wanted = [{name: str(value) for name, value in row.items()} for row in expected.curve(evaluation, claim)]
    assert rows == wanted
    assert page.locator("#one-claim-under-every-reading svg.curve").get_attribute("aria-label")
    assert chosen_claim(at(tab, view)) == claim


def test_a_study_is_offered_its_own_scopes_only(tab):
    page = opened(tab, "clusters")
    questions = page.locator("[data-fold=reading] label > span")
    scopes = {"Living labs", "European initiatives"}
    offered = questions.all_inner_texts()
    assert scopes < set(offered)
    page.locator("#explorer select").first.select_option("leadership")
    assert questions.all_inner_texts() == [question for question in offered if question not in scopes]


def test_the_address_holds_the_view(tab, data):
    page = opened(tab, "clusters")
    page.get_by_label("If the text is silent").select_option("absent")
    page.get_by_label("Codes about").select_option("direction")
    page.locator("[data-fold=cases] summary").click()
    page.get_by_role("checkbox", name=data.entry("cases", "vip-latvia")["name"]).uncheck()
    held = page.evaluate("location.hash")
    assert "silence=absent" in held and "theme=direction" in held and "vip-latvia" not in held
    rows = page.locator("#the-matrix .live tbody tr").all_inner_texts()
    at(page, held)
    assert page.locator("#the-matrix .live tbody tr").all_inner_texts() == rows
    assert page.get_by_label("If the text is silent").input_value() == "absent"
    assert page.evaluate("location.hash") == held


def test_what_is_copied_is_the_view_also_after_a_heading_s_link_was_followed(tab):
    page = opened(tab, "clusters", Specification(silence="absent"))
    view = page.evaluate("location.href")
    page.locator("#the-claims > h2 > a").evaluate("link => link.click()")
    page.wait_for_url("**#the-claims")
    clipboard = "{ value: { writeText: async (text) => { window.copied = text; } } }"
    page.evaluate(f"Object.defineProperty(navigator, 'clipboard', {clipboard})")
    page.get_by_role("button", name="Copy the address").click()
    page.get_by_text("Copied.").wait_for()
    assert page.evaluate("copied") == view and "silence=absent" in view


def in_view(tab, part: str) -> bool:
    """Whether a part of the page begins where the reader looks."""
    return 0 <= tab.locator(f"#{part}").bounding_box()["y"] < tab.viewport_size["height"] / 2


def test_a_heading_s_own_link_leads_to_the_heading(tab):
    page = at(tab, "#the-claims")
    assert page.locator("#the-claims .live table").count() == 1
    assert page.evaluate("location.hash") == "#the-claims"
    assert in_view(page, "the-claims")


def shows_claim(tab, claim: str) -> bool:
    """Whether a claim is chosen, and stands where the reader looks."""
    return in_view(tab, "one-claim-under-every-reading") and chosen_claim(tab) == claim


def test_the_link_below_a_claim_leads_to_it(tab):
    wanted = "brief-four-active-by-label"
    tab.goto((paths.HTML / "studies" / "claims-of-brief.html").as_uri())
    link = tab.locator(f"a[href='explorer.html#study=leadership&claim={wanted}']")
    link.evaluate("(link) => link.click()")
    tab.wait_for_url("**/explorer.html*")
    assert shows_claim(tab, wanted)


def kept(tab, chosen: str):
    """A question to be asked later: whether the chosen elements are still the same ones."""
    find = f"[...document.querySelectorAll({chosen!r})]"
    before = tab.evaluate_handle(find)
    return lambda: tab.evaluate(
        f"before => before.length > 0 && {find}.every((e, i) => e === before[i])", before
    )


@pytest.mark.parametrize("correction", ["Start again", "All cases"])
def test_what_an_address_asks_for_in_vain_is_told_until_the_next_choice(tab, correction):
    """Live regions stay in their place all the while, or they would not be heard."""
    page = opened(tab, "clusters", cases="atlantis,vip-latvia")
    assert "cases=atlantis" in page.locator("#explorer [role=alert]").inner_text()
    assert page.locator("#the-matrix .live thead th").count() == 2
    same_regions = kept(page, "article :is([role=alert], [role=status])")
    page.locator("[data-fold=cases] summary").click()
    page.get_by_role("button", name=correction).click()
    assert page.locator("#explorer [role=alert]").inner_text() == ""
    assert same_regions()


def test_the_buttons_that_tick_all_or_none_say_of_what(tab):
    page = opened(tab, "clusters")
    for part in ("cases", "codes"):
        page.locator(f"[data-fold={part}] summary").click()
        page.get_by_role("button", name=f"None of the {part}").click()
        assert page.locator(f"[data-fold={part}] :checked").count() == 0
        page.get_by_role("button", name=f"All {part}").click()
        assert page.locator(f"[data-fold={part}] input:not(:checked)").count() == 0


def test_typing_with_dead_keys_finds_claims_and_redraws_nothing_else(tab, data):
    page = opened(tab, "clusters")
    every = shown_claims(page)
    same = kept(page, "#the-matrix table, #counts table, #the-claims input, .live select")
    page.get_by_label("Claims with the words").focus()
    keys = page.context.new_cdp_session(page)
    keys.send("Input.imeSetComposition", {"text": "´", "selectionStart": 1, "selectionEnd": 1})
    assert shown_claims(page) == every
    keys.send("Input.insertText", {"text": "é"})
    assert page.get_by_label("Claims with the words").input_value() == "é"
    assert not shown_claims(page)
    page.keyboard.press("Backspace")
    page.keyboard.type("LIVING")
    found = shown_claims(page)
    words = data.claims.set_index("claim")["asserts"]
    assert found and all("living" in f"{words[claim]} {claim}".lower() for claim in found)
    page.get_by_label("only those that the reading turns").check()
    assert not shown_claims(page)  # the default reading turns none
    assert same()


def test_the_button_of_a_curve_leads_to_it_and_redraws_nothing_else(tab):
    page = opened(tab, "clusters")
    same = kept(page, "#the-matrix table, #counts table, #the-claims table, #explorer select")
    button = page.get_by_role("button", name="Show the curve of").nth(3)
    claim = button.get_attribute("aria-label").removeprefix("Show the curve of ")
    button.focus()
    page.keyboard.press("Enter")
    assert shows_claim(page, claim) and f"claim={claim}" in page.evaluate("location.hash")
    assert page.locator("#one-claim-under-every-reading > h2:focus").count() == 1
    assert page.locator("#the-claims [aria-pressed=true]").get_attribute("aria-label") == (
        f"Show the curve of {claim}"
    )
    assert same()


def test_a_curve_is_saved_with_dark_type_under_the_name_of_its_table(tab):
    page = opened(tab, "clusters")
    page.evaluate("document.documentElement.dataset.theme = 'dark'")
    saved = {}
    for kind in ("SVG", "CSV"):
        with page.expect_download() as waiting:
            page.get_by_role("button", name=f"Curve as {kind}").click()
        saved[kind] = waiting.value
    svg = saved["SVG"].path().read_text("utf-8")
    assert set(re.findall(r'<text [^>]*fill="([^"]*)"', svg)) == {"rgb(0, 0, 0)"}
    assert [name.suggested_filename.rsplit(".")[0] for name in saved.values()] == [
        f"clusters-curve-{chosen_claim(page)}"
    ] * 2


def test_a_cell_answers_how_it_is_known_and_escape_brings_back_the_focus(tab, data):
    page = opened(tab, "leadership", theme="all", cases="bristol")
    cell = page.get_by_role("button", name="Bristol, Residents: shown").first
    cell.focus()
    page.keyboard.press("Enter")
    card = page.get_by_role("dialog", name="How do we know?")
    passage = data.codings[(data.codings["case"] == "bristol") & (data.codings["code"] == "residents")].iloc[
        0
    ]
    assert data.entry("passages", passage["passage"])["paraphrase"] in card.inner_text()
    page.keyboard.press("Escape")
    assert card.count() == 0
    assert cell.evaluate("button => button === document.activeElement")


def test_a_reading_can_be_changed_by_keyboard_alone_and_the_focus_stays(tab):
    page = opened(tab, "clusters")
    page.get_by_label("Which statements count?").focus()
    page.keyboard.press("ArrowDown")
    assert page.evaluate("document.activeElement.value") == ENGINE["evidence"].values[2]
    assert "evidence=residual" in page.evaluate("location.hash")


def test_without_javascript_the_default_reading_stands_in_plain_tables(browser, site, data):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto((paths.HTML / PAGE).as_uri())
    for study in explorer.study_names(data):
        for part in explorer.PLAIN:
            caption = f"{data.entry('studies', study)['title']}: {explorer.PLAIN[part][1]}"
            assert page.get_by_role("region", name=caption).is_visible()
    evaluation = evaluate(package.read())
    rows = page.get_by_role("region", name="The claims under the default reading").locator("tbody tr")
    assert rows.count() == len(evaluation.claims)
    assert page.locator("#explorer select").count() == 0
    context.close()
