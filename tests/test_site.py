"""The pages of the built site: what they weigh, who can use them, whether they are valid, how fast they are.

One page of each kind and the heaviest are looked at in every window, by keyboard and by Lighthouse; every
page where PAGES=all, and every page from disk and for valid HTML. `make test` looks at a few pages only, see
test_browser.py.
"""

import json
import os
import statistics
import subprocess

import browsing
import page_checks
import pytest

from compendium import paths
from compendium.publishing.browser import FLAGS

pytestmark = [pytest.mark.site, pytest.mark.usefixtures("site")]
PAGES = browsing.looked_at()
MARKS = {"mobile": 90, "desktop": 99}  # for performance; all other categories must be at 100
RUNS_MORE = 2


@pytest.fixture(scope="module")
def tabs(browser):
    """A tab for each window and colour scheme that readers have."""
    opened = {
        f"{size[0]} {scheme}": page_checks.Tab(browser, size, scheme) for size, scheme in page_checks.WINDOWS
    }
    yield opened
    for tab in opened.values():
        tab.context.close()


@pytest.mark.parametrize("page", PAGES)
def test_page_in_every_window(tabs, host, page):
    """Nothing from elsewhere, no error, light, accessible with everything open, and never too wide."""
    first = next(iter(tabs))
    found = {name: page_checks.examine(tab, host, page, name == first) for name, tab in tabs.items()}
    assert {name: wrong for name, wrong in found.items() if wrong} == {}


@pytest.mark.parametrize("page", PAGES)
def test_page_by_keyboard(tabs, host, page):
    assert page_checks.walk(tabs["1366 light"], host, page) == []


@pytest.mark.parametrize("page", browsing.pages())
def test_page_from_disk(tabs, site, page):
    assert page_checks.from_disk(tabs["1366 light"], site, page) == []


def test_html_is_valid(site):
    java = browsing.program("java", "default-jre-headless")
    checker = browsing.tool("vnu-jar/build/dist/vnu.jar")
    run = subprocess.run(
        [java, "-Xss8m", "-jar", checker, "--errors-only", "--skip-non-html", "--format", "json", site],
        capture_output=True,
        text=True,
    )
    found = json.loads(run.stderr)["messages"]
    assert [f"{error['url']}:{error.get('lastLine')}: {error['message']}" for error in found] == []


def lighthouse(runs: list[tuple[str, str]]) -> list[dict]:
    """Run Lighthouse on pages, each an address and a form; gives what tests/lighthouse.mjs prints, in order."""
    node = browsing.program("node", "nodejs npm")
    browsing.tool("lighthouse")
    run = subprocess.run(
        [node, "lighthouse.mjs"],
        cwd=paths.ROOT / "tests",
        env=os.environ | {"CHROME_PATH": browsing.chromium()},
        input=json.dumps({"flags": FLAGS, "runs": runs}),
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    return [json.loads(line) for line in run.stdout.splitlines()]


def forms(page: str) -> list[str]:
    """The forms in which a page is measured."""
    return list(MARKS) if os.environ.get("PAGES") or page in browsing.heaviest() else ["mobile"]


def below(result: dict, performance: float | None = None) -> dict[str, float]:
    """The categories of a result that miss their mark; `performance` stands for the one measured."""
    scores = result["scores"] | ({} if performance is None else {"performance": performance})
    marks = dict.fromkeys(scores, 100) | {"performance": MARKS[result["form"]]}
    return {name: score for name, score in scores.items() if score < marks[name]}


def test_lighthouse(host):
    """A page that misses its mark for performance is measured again, and the median counts: machines vary.

    A desk is asked for the heaviest pages only, unless all are wanted: what a phone shows fast, a desk does.
    """
    runs = [(host + page, form) for page in PAGES for form in forms(page)]
    results = lighthouse(runs)
    assert [result["failed"] for result in results if result["failed"]] == []
    slow = [result for result in results if "performance" in below(result)]
    again = lighthouse([(r["address"], r["form"]) for r in slow for _ in range(RUNS_MORE)]) if slow else []
    missed = {}
    for result in results:
        key = result["address"], result["form"]
        measured = [r["scores"]["performance"] for r in [result, *again] if (r["address"], r["form"]) == key]
        if wrong := below(result, statistics.median(measured)):
            missed[f"{result['address'].removeprefix(host)} {result['form']}"] = wrong, result["lost"]
    assert missed == {}
