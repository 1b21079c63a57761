"""The explorer's model in Node, held against the library: cells, counts, claims, curves and addresses.

Nothing is built and no browser runs; what the page makes of the model is tested in `test_explorer`.
"""

import copy
import json
import subprocess
from dataclasses import replace
from pathlib import Path

import browsing
import explorer_expected as expected
import pandas as pd
import pytest
from explorer_expected import SPECIFICATIONS, address
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from packages import EMPTY

from compendium.checks import register as register_checks
from compendium.claims.evaluation import evaluate
from compendium.claims.functions import FUNCTIONS, Function
from compendium.claims.rules import DIFFERENCE, Rule
from compendium.codings.package import Package
from compendium.codings.vocabulary import ABSENT, NOT_APPLICABLE, STATUSES
from compendium.pages import explorer
from compendium.readings import matrices
from compendium.readings.specifications import Grid, Specification

RUNNER = Path(__file__).with_name("explorer_model.mjs")
DRAWN = [Phase.reuse, Phase.generate]  # an example takes too long to look for a smaller one


@pytest.fixture(scope="module")
def model():
    """The model in a Node that stays: called with the content of a page and addresses, it gives a view for each."""
    command = [browsing.program("node", "nodejs"), RUNNER]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, encoding="utf-8") as node:

        def views(content: dict, *addresses: str) -> list[dict]:
            print(json.dumps({"data": content, "addresses": addresses}), file=node.stdin, flush=True)
            line = node.stdout.readline()
            assert line, "the model failed; Node has said above why"
            return json.loads(line)

        yield views


# ---------------------------------------------------------------- this project's package


@pytest.fixture(scope="module")
def content(data):
    return explorer.content(data)


@pytest.fixture(scope="module")
def evaluation(data):
    return evaluate(data)


def check_cells(view: dict, found: pd.DataFrame) -> None:
    """A view of all codes against the cells that the library has."""
    assert view["cases"] == list(found.index)
    assert view["states"] == found.replace(expected.WORDS).T.to_numpy().tolist()
    rows = expected.counts(found)
    assert [row[:4] for row in view["counts"]] == [list(row[:4]) for row in rows]
    for shown, row in zip(view["counts"], rows):
        assert shown[4:] == pytest.approx(row[4:], abs=0.0001)
    order = (matrices.PRESENT, ABSENT, matrices.UNKNOWN)
    assert view["compared"] == [
        [int((cells == state).sum()) for state in order] for _, cells in found.iterrows()
    ]
    assert view["agreement"] == expected.agreement(found)


def check_curves(model, content: dict, evaluation, study: str, claims: list[str], **chosen: str) -> None:
    """The curves of some claims of a study, whatever the reading, against the library's."""
    views = model(content, *(address(study, claim=claim, **chosen) for claim in claims))
    for claim, view in zip(claims, views):
        assert view["curve"] == expected.curve(evaluation, claim), claim


def test_cells_and_claims_are_the_library_s(model, content, data, evaluation):
    for study in explorer.study_names(data):
        views = model(content, *(address(study, spec, theme="all") for spec in SPECIFICATIONS))
        for spec, view in zip(SPECIFICATIONS, views):
            assert view["problems"] == []
            check_cells(view, expected.states(data, study, spec))
            assert view["claims"] == expected.claims(data, evaluation, study, spec)


def test_curves_are_the_library_s(model, content, data, evaluation):
    claims = data.claims[data.claims["claim"].isin(evaluation.claims)]
    for study in explorer.study_names(data):
        some = list(claims.loc[claims["study"] == study, "claim"])[::15]
        check_curves(model, content, evaluation, study, some)


def test_with_cases_left_out_all_comes_out_as_if_those_had_never_been_coded(model, content, data):
    dropped = set(data.cases["case"][::2])
    less = expected.without_cases(data, dropped)
    evaluation = evaluate(less)
    for study in explorer.study_names(data):
        asked = {"theme": "all", "cases": ",".join(expected.cases_of(less, study))}
        views = model(content, *(address(study, spec, **asked) for spec in SPECIFICATIONS[:2]))
        for spec, view in zip(SPECIFICATIONS, views):
            check_cells(view, expected.states(less, study, spec))
            assert view["claims"] == expected.claims(less, evaluation, study, spec)


def test_a_claim_on_lists_has_an_address_in_every_study(model, content, data):
    wanted = data.claims["claim"][data.claims["assessment"] == "items"].iloc[0]
    for view in model(content, *(address(study, claim=wanted) for study in explorer.study_names(data))):
        assert view["state"]["claim"] == wanted and view["problems"] == []


# ---------------------------------------------------------------- small packages, made up for these tests

# In the first study, scopes leave out one case, another, and a third both; the last study has no codes.
CASES = pd.DataFrame(
    [
        ("a", "first", "cluster", "local"),
        ("b", "first", "living-lab", "local"),
        ("c", "first", "cluster", "european"),
        ("d", "first", "living-lab", "european"),
        ("e", "second", "city", "local"),
        ("f", "second", "city", "local"),
        ("g", "third", "city", "local"),
    ],
    columns=["case", "study", "kind", "level"],
).assign(name=lambda cases: cases["case"].str.upper())
CODES = pd.DataFrame(
    [("one", "form"), ("two", "form"), ("three", "aims"), ("four", "aims"), ("named", "aims")],
    columns=["code", "theme"],
).assign(
    studies="first;second",
    label=lambda codes: codes["code"],
    definition="",
    type="text",
    multiple=True,
    **{"asked-of": ["", "kind!=living-lab", "", "", ""]},
)
SCOPES = pd.DataFrame(
    [
        ("living-labs", "first", 1, "kind!=living-lab", "Living labs"),
        ("european", "first", 2, "level!=european", "European ones"),
    ],
    columns=["scope", "study", "rank", "filter", "label"],
)
SAYING = [status for status in STATUSES if status != NOT_APPLICABLE]
CELL = st.lists(st.tuples(st.sampled_from(["yes", "no"]), st.sampled_from(SAYING)), max_size=2)
CELLS = st.fixed_dictionaries(
    {(case, code): CELL for case in CASES["case"][:6] for code in CODES["code"] if code != "named"}
)
CLAIMS = [
    *(
        ("first", assessment, "", formula, second, value)
        for formula in ("one", "!two+three=yes")
        for assessment, second, value in [
            ("count", "", ">=2"),
            ("count", "", "=1"),
            ("share", "", "most"),
            ("all", "", ""),
            ("none", "", ""),
            ("only", "a;c", ""),
            ("more", "two", ""),
        ]
    ),
    ("first", "stated", "a;d", "four", "", ""),
    ("first", "share", "kind!=living-lab", "four", "", "few"),
    ("first", "cases", "", "", "", "=4"),
    ("second", "count", "", "one+!two", "", "<2"),
    ("second", "more", "", "one+two", "two", ""),
    ("third", "cases", "", "", "", "=1"),
    ("", "items", "", "list", "", "=1"),
]
IN_SECOND = f"claim-{[claim[0] for claim in CLAIMS].index('second')}"


def made(cells: dict) -> Package:
    """A package of one document that speaks of all cases, with the given cells; made up for these tests."""
    rows = [(case, code, *row) for (case, code), cell in cells.items() for row in cell]
    rows += [(case, "named", "yes", "explicit") for case in CASES["case"]]
    claims = pd.DataFrame(CLAIMS, columns=["study", "assessment", "cases", "first", "second", "value"])
    studies = [(study, rank, study, "cases") for rank, study in enumerate(CASES["study"].unique())]
    return Package(
        None,
        {"resources": []},
        EMPTY
        | {
            "cases": CASES,
            "codebook": CODES,
            "codings": pd.DataFrame(rows, columns=["case", "code", "value", "status"]).assign(
                passage="all", note=""
            ),
            "claims": claims.assign(
                claim=[f"claim-{number}" for number in claims.index], source="text", asserts="It is so."
            ),
            "passages": pd.DataFrame(
                [["all", "text", "", ""]], columns=["passage", "source", "paraphrase", "section"]
            ),
            "sources": pd.DataFrame([["text", "A text"]], columns=["source", "title"]),
            "studies": pd.DataFrame(studies, columns=["study", "rank", "title", "cases"]),
            "corpus": pd.DataFrame(
                {"study": [study[0] for study in studies], "source": "text", "role": "base"}
            ),
            "looked": pd.DataFrame(
                {
                    "source": "text",
                    "study": [study[0] for study in studies],
                    "coder": "a",
                    "themes": "",
                    "cases": "",
                }
            ),
            "scopes": SCOPES,
            "kinds": pd.DataFrame([["living-lab", "living lab"]], columns=["kind", "label"]),
            "frameworks": pd.DataFrame(
                [["list", "item", "explicit"]], columns=["framework", "item", "status"]
            ),
        },
    )


SMALL = made({("a", "one"): [("yes", "explicit")], ("b", "three"): [("no", "group")]})


@settings(max_examples=8, phases=DRAWN)
@given(
    CELLS,
    st.lists(st.sampled_from(Grid(SMALL).specifications), min_size=2, max_size=2),
    st.sets(st.sampled_from("abcdef")),
)
def test_any_small_package_comes_out_as_the_library_has_it(model, cells, specs, dropped):
    package = made(cells)
    content = explorer.content(package)
    less = expected.without_cases(package, dropped)
    evaluation = evaluate(less)
    for study in ("first", "second"):
        left = ",".join(case for case in expected.cases_of(package, study) if case not in dropped)
        views = model(content, *(address(study, spec, theme="all", cases=left) for spec in specs))
        for spec, view in zip(specs, views):
            check_cells(view, expected.states(less, study, spec))
            assert view["claims"] == expected.claims(less, evaluation, study, spec)
        own = [row["claim"] for row in views[0]["claims"]]
        check_curves(model, content, evaluation, study, own[::5], cases=left)


def test_a_new_function_is_one_object(model, monkeypatch):
    """It is checked, evaluated and said as it says itself, and the explorer judges by its rule."""
    more = FUNCTIONS["more"]
    as_many = Function(
        "Asks whether as many of {cases} have {first} as have {second}.",
        more.columns,
        lambda value: Rule(DIFFERENCE, {"": ("=", 0)}),
        more.cells,
    )
    monkeypatch.setitem(FUNCTIONS, "as-many", as_many)
    cells = {("a", "one"): [("yes", "explicit")], ("b", "three"): [("yes", "group")]}
    package = made(cells | {(case, "four"): [("no", "explicit")] for case in "abcd"})
    package = package.replaced(codebook=CODES.assign(values=""))
    claims = package.claims.iloc[:2].assign(
        assessment="as-many", first="one+!four", second=["three", "weather"], passages="", value=""
    )
    wrong = [(p.row, p.column) for p in register_checks.claims(package.replaced(claims=claims))]
    assert wrong == [(3, "second")]
    package = package.replaced(claims=claims.iloc[:1])
    content, evaluation = explorer.content(package), evaluate(package)
    assert (
        content["claims"][0]["how"] == "Asks whether as many of the cases have one and no four as have three."
    )
    outcomes = set()
    for spec in Grid(package).specifications[::7]:
        (view,) = model(content, address("first", spec))
        assert view["claims"] == expected.claims(package, evaluation, "first", spec)
        outcomes.add(view["claims"][0]["outcome"])
    assert outcomes == {"holds", "open", "fails"}


def declared(content: dict, names: dict[str, str]) -> dict:
    """The content with scopes of other names, which stand before all other choices."""
    other = copy.deepcopy(content)
    other["choices"].sort(key=lambda choice: not choice["scope"])
    for choice in other["choices"]:
        choice["name"] = names.get(choice["name"], choice["name"])
    for case in (case for study in other["studies"] for case in study["cases"]):
        case["outside"] = [names[scope] for scope in case["outside"]]
    return other


def test_scopes_and_what_makes_a_reading_are_told_by_the_data(model):
    """Neither the names of choices nor their places say what they are."""
    content = explorer.content(SMALL)
    names = {"living-labs": "workshops", "european": "far"}
    for spec in Grid(SMALL).specifications[::37]:
        asked = address("first", spec, theme="all")
        (view,) = model(content, asked)
        for old, new in names.items():
            asked = asked.replace(old, new)
        (other,) = model(declared(content, names), asked)
        assert other["problems"] == []
        for part in ("cases", "states", "counts"):
            assert view[part] == other[part]
        assert view["claims"] == other["claims"]
        renamed = [{names.get(name, name): value for name, value in row.items()} for row in view["curve"]]
        assert rows(renamed) == rows(other["curve"])


def rows(curve: list[dict]) -> set[frozenset]:
    """The rows of a curve, whatever the order of its choices."""
    return {frozenset(row.items()) for row in curve}


def test_a_new_scope_leaves_out_what_names_it_and_is_offered_to_its_study_alone(model):
    content = explorer.content(SMALL)
    choice = {"name": "coast", "question": "", "values": ["with", "without"], "answers": ["", ""]}
    content["choices"].append({**choice, "initial": "with", "reading": False, "scope": True})
    for case in (case for study in content["studies"] for case in study["cases"]):
        case["outside"] += ["coast"] * (case["case"] in "ef")
    asked = (
        address(study, theme="all", coast=value)
        for study in ("first", "second")
        for value in choice["values"]
    )
    first, other, second, left = model(content, *asked)
    assert first["claims"] == other["claims"] and first["cases"] == other["cases"] == list("abcd")
    assert second["cases"] == ["e", "f"] and left["cases"] == []
    assert {row["outcome"] for row in left["claims"]} == {"does not apply", "holds"}  # a list holds its item
    offered = {"living-labs", "european", "coast"}
    assert offered.intersection(first["choices"]) == {"living-labs", "european"}
    assert offered.intersection(second["choices"]) == {"coast"}
    assert all("coast" in row for row in second["curve"])


# ---------------------------------------------------------------- addresses


@pytest.fixture(scope="module")
def small():
    return explorer.content(SMALL)


def full(spec: Specification) -> dict[str, str]:
    """All choices of a specification by name."""
    return {name: spec.value(name) for name in Grid(SMALL).choices}


@settings(max_examples=40)
@given(
    st.sampled_from(["first", "second", "third"]),
    st.sampled_from(Grid(SMALL).specifications),
    st.sets(st.sampled_from(list(CASES["case"]))),
    st.sets(st.sampled_from(list(CODES["code"]))),
    st.data(),
)
def test_an_address_holds_the_view(model, small, study, spec, cases, codes, more):
    """What is asked for is what is chosen, and the address of that leads to the same."""
    cases = sorted(cases.intersection(expected.cases_of(SMALL, study)))
    codes = sorted(codes) if study != "third" else []
    own = [row["claim"] for row in small["claims"] if row["study"] in (study, "")]
    claim = more.draw(st.sampled_from(own))
    asked = address(study, spec, cases=",".join(cases), codes=",".join(codes), claim=claim)
    (view,) = model(small, asked)
    assert view["problems"] == []
    chosen = {"study": study, "cases": cases, "codes": codes, "place": full(spec), "claim": claim}
    assert view["state"] == chosen
    (again,) = model(small, view["address"])
    for state in (view["state"], again["state"]):
        state["codes"].sort()
    assert again == view


def test_without_an_address_the_first_study_stands_as_it_is_by_default(model, small):
    (view,) = model(small, "")
    assert view["state"] == {
        "study": "first",
        "cases": list("abcd"),
        "codes": ["three", "four", "named"],  # the theme of which most is shown
        "place": full(Specification()),
        "claim": "claim-0",
    }
    assert view["address"] == "#study=first&theme=aims"
    assert not any(row["changed"] for row in view["claims"])


def test_what_is_as_by_default_is_not_in_an_address(model, small):
    spec = replace(Specification(), silence="absent", ties="hold")
    asked = address("second", spec, cases="f", theme="all", claim=IN_SECOND)
    (view,) = model(small, asked)
    assert view["address"] == "#study=second&cases=f&theme=all&silence=absent&ties=hold"


@pytest.mark.parametrize(
    ("asked", "problems"),
    [
        ("#study=atlantis", ["study=atlantis"]),
        ("#study=constructor", ["study=constructor"]),
        ("#study=__proto__&claim=__proto__", ["study=__proto__", "claim=__proto__"]),
        ("#silence=loud&evidence=toString", ["evidence=toString", "silence=loud"]),
        ("#theme=weather", ["theme=weather"]),
        (f"#claim={IN_SECOND}", [f"claim={IN_SECOND}"]),  # of another study
        ("#cases=a,b,atlantis,c,d,e", ["cases=atlantis", "cases=e"]),
        ("#codes=three,four,named,weather", ["codes=weather"]),
        ("#study=first&study=atlantis", []),
        ("#weather=fine&=&&==", []),
        ("#study=&silence=&claim=&theme=", []),
        ("#%E0%A4%A", []),
        ("#the-claims", []),
    ],
)
def test_what_an_address_asks_for_in_vain_is_named_and_left_aside(model, small, asked, problems):
    start, view = model(small, "", asked)
    assert view["problems"] == problems
    assert view["state"] == start["state"]
    assert view["claims"] == start["claims"]


def test_nothing_chosen_is_a_view_too(model, small):
    (view,) = model(small, address("first", cases="", codes=""))
    assert view["state"]["cases"] == view["state"]["codes"] == view["counts"] == []
    assert "cases=" in view["address"] and "codes=" in view["address"]
    held = {row["outcome"] for row in view["claims"]}
    assert held == {"does not apply", "holds", "fails"}  # numbers of cases and of items can be said of none


def test_a_study_without_codes_is_a_view_too(model, small):
    (view,) = model(small, "#study=third")
    assert view["address"] == "#study=third&theme=all"
    assert view["compared"] == [[0, 0, 0]] and view["cases"] == ["g"]
