"""Necessity and sufficiency: published examples to the printed digits, and an oracle that lists everything."""

import math
from itertools import chain, combinations, product

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from compendium.errors import DataError
from compendium.methods import minimisation, qca
from compendium.readings.matrices import ABSENT, PRESENT, UNKNOWN
from compendium.readings.specifications import Specification, grid

# Lipset's data on democracies between the wars, fuzzy (Ragin 2009, in Rihoux and Ragin, eds., Configurational
# Comparative Methods, p. 95; LF in the R package QCA). The crisp version (Rihoux and De Meur 2009; LC) is
# the same above 0.5 in every cell.
SETS = ["DEV", "URB", "LIT", "IND", "STB"]
LIPSET = """
AU .81 .12 .99 .73 .43 .05
BE .99 .89 .98 1 .98 .95
CZ .58 .98 .98 .90 .91 .89
EE .16 .07 .98 .01 .91 .12
FI .58 .03 .99 .08 .58 .77
FR .98 .03 .99 .81 .95 .95
DE .89 .79 .99 .96 .31 .05
GR .04 .09 .13 .36 .43 .06
HU .07 .16 .88 .07 .13 .42
IE .72 .05 .98 .01 .95 .92
IT .34 .10 .41 .47 .58 .05
NL .98 1 .99 .94 .99 .95
PL .02 .17 .59 0 0 .12
PT .01 .02 .01 .11 .01 .05
RO .01 .03 .17 0 .84 .21
ES .03 .30 .09 .21 .20 .06
SE .95 .13 .99 .67 .91 .95
UK .98 .99 .99 1 .98 .95
"""
ROWS = [line.split() for line in LIPSET.split("\n") if line]
FUZZY = pd.DataFrame(
    [list(map(float, row[1:])) for row in ROWS], columns=[*SETS, "SURV"], index=[row[0] for row in ROWS]
)
CRISP = (FUZZY > 0.5).astype(float)

# Women in parliament in 22 democracies (Krook 2010, Political Studies 58; d.represent in the R package QCA),
# rebuilt from the truth table that the package's own tests print: quota etc. by row, outcome, cases.
KROOK_SETS = ["ES", "QU", "WS", "WM", "LP"]
KROOK = """
00010 0 CA US
00011 1 NZ
01000 0 IT
01010 0 AU GB FR IE
01011 1 DE
10001 0 LU
10100 1 FI
10111 1 DK
11000 0 CH PT GR
11001 1 AT
11010 1 ES
11011 1 NL BE
11100 1 SE
11111 1 NO IS
"""
PARLIAMENTS = pd.DataFrame(
    {
        case: [*map(float, bits), float(out)]
        for bits, out, *cases in (line.split() for line in KROOK.split("\n") if line)
        for case in cases
    },
    index=[*KROOK_SETS, "WNP"],
).T


def shown(value: float) -> str:
    """As the R package prints it."""
    return f"{value:.3f}"


def printed(frame: pd.DataFrame) -> list[str]:
    """Rows of a fit: name and figures with three decimals, without cases; a dash where R prints one."""
    figures = frame.drop(columns="cases", errors="ignore")
    return [
        " ".join([row[0], *("-" if math.isnan(value) else shown(value) for value in row[1:])])
        for row in figures.itertuples(index=False)
    ]


def solved(data, outcome, kind, expectations=None, conditions=SETS, **cuts) -> list[str]:
    table = qca.truth_table(data, outcome, conditions, **cuts)
    return qca.models(qca.solve(table, kind, expectations), conditions)


def negated(data: pd.DataFrame, outcome: str) -> pd.DataFrame:
    return data.assign(**{outcome: 1 - data[outcome]})


# Calibration


def test_calibration_as_r_computes_it():
    """QCA 3.25 under R 4.5.1, thresholds 20, 50, 80: values kept in the validation folder of setqca-python."""
    values = [0, 10, 20, 25, 30, 40, 50, 60, 70, 75, 80, 90, 100]
    expected = [
        *(0.00733745807066141, 0.01934249769983508, 0.05, 0.07916845804317633, 0.1231471380298757),
        *(0.2725982855090026, 0.5, 0.7274017144909974, 0.8768528619701244, 0.9208315419568237),
        *(0.95, 0.9806575023001649, 0.9926625419293386),
    ]
    assert qca.calibrate(values, 20, 50, 80) == pytest.approx(expected, abs=1e-12)
    assert qca.calibrate(values, 80, 50, 20) == pytest.approx(expected[::-1], abs=1e-12)


def test_calibration_gives_the_published_memberships_in_development():
    """Ragin 2009, p. 95: national product per head, anchors 400, 550, 900, log-odds rounded to 3."""
    dollars = [
        *(720, 1098, 586, 468, 590, 983, 795, 390, 424, 662, 517, 1008, 350, 320, 331, 367, 897, 1038),
    ]
    found = qca.calibrate(dollars, 400, 550, 900, log_odds=3)
    assert [round(x, 2) for x in found] == list(FUZZY["DEV"])


@pytest.mark.parametrize("anchors", [(1, 1, 2), (1, 3, 2), (3, 1, 2)])
def test_anchors_out_of_order_are_refused(anchors):
    with pytest.raises(ValueError, match="rise or fall"):
        qca.calibrate([1, 2], *anchors)


def test_a_missing_value_is_not_calibrated():
    with pytest.raises(DataError, match="missing"):
        qca.calibrate([1, math.nan], 0, 1, 2)
    with pytest.raises(DataError, match="missing"):
        qca.crisp([1, math.nan], 1)
    assert list(qca.crisp([1, 2, 3], 2)) == [0, 1, 1]


# Truth tables


def test_truth_table_of_the_crisp_example():
    """LC in the R package QCA (test snapshot of truthTable): row, outcome, cases, who they are."""
    table = qca.truth_table(CRISP, "SURV", SETS)
    assert [(row, r.out, r.n, r.cases.replace(", ", ",")) for row, r in table.iterrows()] == [
        (1, "0", 3, "GR,PT,ES"),
        (2, "0", 2, "IT,RO"),
        (5, "0", 2, "HU,PL"),
        (6, "0", 1, "EE"),
        (22, "1", 2, "FI,IE"),
        (23, "0", 1, "AU"),
        (24, "1", 2, "FR,SE"),
        (31, "0", 1, "DE"),
        (32, "1", 4, "BE,CZ,NL,UK"),
    ]
    assert qca.diversity(table, SETS) == {
        "possible": 32,
        "observed": 9,
        "contradictory": 0,
        "remainders": 23,
    }
    complete = qca.truth_table(CRISP, "SURV", SETS, complete=True)
    assert len(complete) == 32
    assert qca.diversity(complete, SETS) == qca.diversity(table, SETS)


def test_truth_table_of_the_fuzzy_example():
    """LF, inclusion cut-off 0.8: QCA 3.25, values kept in the validation folder of setqca-python."""
    published = {
        1: (3, 0.215976331360947, 0, "0"),
        2: (2, 0.278026905829596, 0, "0"),
        5: (2, 0.520900321543409, 0.113095238095238, "0"),
        6: (1, 0.528571428571429, 0.228070175438597, "0"),
        22: (2, 0.804270462633452, 0.719387755102041, "1"),
        23: (1, 0.378205128205128, 0.0396039603960395, "0"),
        24: (2, 0.7087719298245621, 0.634361233480176, "0"),
        31: (1, 0.445255474452555, 0.0499999999999999, "0"),
        32: (4, 0.904205607476635, 0.885793871866295, "1"),
    }
    table = qca.truth_table(FUZZY, "SURV", SETS, incl_cut=0.8)
    assert list(table.index) == list(published)
    for row, (n, incl, pri, out) in published.items():
        found = table.loc[row]
        assert (found["n"], found["out"]) == (n, out)
        assert (found["incl"], found["pri"]) == pytest.approx((incl, pri), abs=1e-9)


def test_cut_offs_make_contradictions_and_remainders():
    table = qca.truth_table(FUZZY, "SURV", SETS, incl_cut=0.8, incl_cut0=0.7, n_cut=2)
    assert dict(table["out"]) == {1: "0", 2: "0", 5: "0", 6: "?", 22: "1", 23: "?", 24: "C", 31: "?", 32: "1"}
    # The contradictory row is excluded; were it a remainder, DEV*STB alone would do.
    excluded = solved(FUZZY, "SURV", "parsimonious", incl_cut=0.8, incl_cut0=0.7)
    assert excluded == ["DEV*~IND + URB*STB"]
    with_rows = CRISP.copy()
    with_rows.loc["PT", "SURV"] = 1.0
    found = qca.truth_table(with_rows, "SURV", SETS)
    assert list(found.index[found["contradictory"]]) == [1]
    assert found.loc[1, "out"] == "0"
    assert found.loc[1, "incl"] == pytest.approx(1 / 3)


# Solutions


def test_solutions_of_the_crisp_example():
    """LC: Rihoux and De Meur 2009, formulas 1, 3, 4, 5 (pp. 57-61), and the printed output of the R package."""
    assert solved(CRISP, "SURV", "conservative") == ["DEV*~URB*LIT*STB + DEV*LIT*IND*STB"]
    assert solved(CRISP, "SURV", "parsimonious") == ["DEV*STB"]
    without = negated(CRISP, "SURV")
    assert solved(without, "SURV", "conservative") == ["~DEV*~URB*~IND + DEV*LIT*IND*~STB"]
    assert solved(without, "SURV", "parsimonious") == ["~DEV + ~STB"]
    assert printed(qca.solution_fit(CRISP, "SURV", "DEV*~URB*LIT*STB + DEV*LIT*IND*STB")) == [
        "DEV*~URB*LIT*STB 1.000 1.000 0.500 0.250",
        "DEV*LIT*IND*STB 1.000 1.000 0.750 0.500",
        "the model 1.000 1.000 1.000 -",
    ]
    assert printed(qca.solution_fit(without, "SURV", "~DEV + ~STB")) == [
        "~DEV 1.000 1.000 0.800 0.300",
        "~STB 1.000 1.000 0.700 0.200",
        "the model 1.000 1.000 1.000 -",
    ]


def test_solutions_of_the_fuzzy_example():
    """LF, inclusion cut-off 0.7: the R package's printed output (test snapshot of minimize)."""
    cuts = {"incl_cut": 0.7}
    assert solved(FUZZY, "SURV", "conservative", **cuts) == ["DEV*~URB*LIT*STB + DEV*LIT*IND*STB"]
    assert solved(FUZZY, "SURV", "parsimonious", **cuts) == ["DEV*STB"]
    expected = dict.fromkeys(SETS, 1)
    assert solved(FUZZY, "SURV", "intermediate", expected, **cuts) == ["DEV*LIT*STB"]
    assert printed(qca.solution_fit(FUZZY, "SURV", "DEV*~URB*LIT*STB + DEV*LIT*IND*STB")) == [
        "DEV*~URB*LIT*STB 0.809 0.761 0.433 0.196",
        "DEV*LIT*IND*STB 0.843 0.821 0.622 0.385",
        "the model 0.871 0.851 0.818 -",
    ]
    for model in ("DEV*STB", "DEV*LIT*STB"):
        assert printed(qca.solution_fit(FUZZY, "SURV", model))[-1] == "the model 0.869 0.848 0.824 -"


@pytest.mark.parametrize("industry", [0, 1])
def test_intermediate_solution_with_easy_and_difficult_counterfactuals(industry):
    """LF, cut-off 0.8, industry expected absent or present: QCA 3.25 gives the same, with one easy row (30)."""
    expected = {**dict.fromkeys(SETS, 1), "IND": industry}
    found = solved(FUZZY, "SURV", "intermediate", expected, incl_cut=0.8)
    assert found == ["DEV*URB*LIT*STB + DEV*LIT*~IND*STB"]
    assert solved(FUZZY, "SURV", "parsimonious", incl_cut=0.8) == ["DEV*~IND + URB*STB"]
    assert solved(FUZZY, "SURV", "conservative", incl_cut=0.8) == [
        "DEV*URB*LIT*IND*STB + DEV*~URB*LIT*~IND*STB"
    ]


def test_fit_of_terms_in_full_precision():
    """LF, cut-off 0.8: QCA 3.25, values kept in the validation folder of setqca-python."""
    fit = qca.solution_fit(FUZZY, "SURV", "DEV*~IND + URB*STB").set_index("term")
    found = fit[["inclusion", "pri", "coverage", "unique"]]
    assert list(found.loc["DEV*~IND"]) == pytest.approx(
        [0.8148148148148149, 0.7208121827411167, 0.2840375586854459, 0.1936619718309858], abs=1e-9
    )
    assert list(found.loc["URB*STB"]) == pytest.approx(
        [0.8737672583826429, 0.8454106280193235, 0.5199530516431925, 0.4295774647887324], abs=1e-9
    )
    assert fit.loc["DEV*~IND", "cases"] == "FI, IE"


def test_both_tied_models_of_the_parliaments():
    """Krook 2010 in the R package QCA (test snapshot of minimize): two parsimonious models, with their fit."""
    assert len(PARLIAMENTS) == 22
    found = solved(PARLIAMENTS, "WNP", "parsimonious", conditions=KROOK_SETS)
    assert len(found) == 2
    assert {frozenset(model.split(" + ")) for model in found} == {
        frozenset({"WS", "ES*WM", "QU*LP", "~ES*LP"}),
        frozenset({"WS", "ES*WM", "QU*LP", "WM*LP"}),
    }
    (conservative,) = solved(PARLIAMENTS, "WNP", "conservative", conditions=KROOK_SETS)
    assert set(conservative.split(" + ")) == {
        *("~ES*~WS*WM*LP", "ES*QU*~WS*WM", "ES*QU*~WS*LP", "ES*WS*~WM*~LP", "ES*WS*WM*LP")
    }
    first = qca.solution_fit(PARLIAMENTS, "WNP", "WS + ~ES*LP + ES*WM + QU*LP")
    assert printed(first) == [
        "WS 1.000 1.000 0.455 0.182",
        "~ES*LP 1.000 1.000 0.182 0.091",
        "ES*WM 1.000 1.000 0.545 0.091",
        "QU*LP 1.000 1.000 0.545 0.091",
        "the model 1.000 1.000 1.000 -",
    ]


def test_all_four_tied_models_of_ethnic_protest():
    """Cebotari and Vink 2013, CVF in the R package QCA: its printed truth table (cut-off 0.8) and four models."""
    names = ["DEMOC", "ETHFRACT", "GEOCON", "POLDIS", "NATPRIDE"]
    positives = [row - 1 for row in (31, 29, 27, 15, 30, 24, 32, 5, 16)]
    negatives = [row - 1 for row in (28, 8, 10, 6, 22, 20, 14, 2)]
    found = minimisation.parsimonious(positives, negatives, 5)
    common = {"~NATPRIDE", "DEMOC*GEOCON*POLDIS"}
    models = {frozenset(qca.model_text(model, names).split(" + ")) for model in found.models}
    assert models == {
        frozenset(common | {"~DEMOC*ETHFRACT*POLDIS", "DEMOC*ETHFRACT*GEOCON"}),
        frozenset(common | {"~DEMOC*ETHFRACT*POLDIS", "DEMOC*ETHFRACT*~POLDIS"}),
        frozenset(common | {"DEMOC*ETHFRACT*GEOCON", "ETHFRACT*GEOCON*POLDIS"}),
        frozenset(common | {"DEMOC*ETHFRACT*~POLDIS", "ETHFRACT*GEOCON*POLDIS"}),
    }
    assert len(found.models) == found.number == 4


def test_tied_and_intermediate_models_of_job_security():
    """Emmenegger 2011, d.jobsecurity in the R package QCA: printed truth table (cut-off 0.9) and models."""
    names = list("SCLRPV")
    outs = dict.fromkeys((27, 37, 47, 48, 56, 64), "1") | dict.fromkeys((2, 5, 10, 20, 25, 33, 57), "0")
    table = pd.DataFrame([map(int, f"{row - 1:06b}") for row in outs], columns=names, index=list(outs))
    table["out"] = list(outs.values())
    found = qca.models(qca.solve(table), names)
    assert len(found) == 2
    assert {frozenset(model.split(" + ")) for model in found} == {
        frozenset({"S*R", "L*P"}),
        frozenset({"S*R", "P*~V"}),
    }
    expected = {**dict.fromkeys("SCLRP", 1), "V": 0}
    (model,) = qca.models(qca.solve(table, "intermediate", expected), names)
    assert set(model.split(" + ")) == {"S*R*~V", "S*C*R*P", "S*L*R*P", "C*L*P*~V"}


# Necessity


def test_necessity_of_conditions_and_disjunctions_of_the_fuzzy_example():
    """LF: QCA 3.25, values kept in the validation folder of setqca-python."""
    published = {
        "DEV": (0.8309859154929577, 0.8113553113553114, 0.7746170678336981),
        "LIT": (0.9906103286384976, 0.5094142259414226, 0.6428027418126427),
        "STB": (0.9201877934272301, 0.6801181102362206, 0.7069431920649235),
        "~DEV": (0.2852112676056338, 0.5870263326910725, 0.2742663656884876),
        "~URB": (0.5680751173708919, 0.452127659574468, 0.4016597510373444),
        "DEV + URB": (0.8990610328638499, 0.7582205029013538, 0.7539370078740159),
        "LIT + STB": (0.995305164319249, 0.3802521008403361, 0.5897079276773296),
        "~DEV + ~URB": (0.6185446009389671, 0.387274155538099, 0.4032134659525631),
    }
    found = qca.necessity(FUZZY, "SURV", SETS).set_index("set")
    for name, figures in published.items():
        assert tuple(found.loc[name]) == pytest.approx(figures, abs=1e-9)
    assert len(found) == 10 + 40  # each set and negation, and each pair of these but a set with its negation


def test_necessity_in_crisp_sets():
    """LC and Krook 2010: printed by the R package (test snapshots of superSubset and pof)."""
    crisp = qca.necessity(CRISP, "SURV", SETS).set_index("set").map(shown)
    assert tuple(crisp.loc["DEV"]) == ("1.000", "0.800", "0.800")
    assert tuple(crisp.loc["LIT"]) == ("1.000", "0.500", "0.615")
    assert tuple(crisp.loc["IND + ~URB"]) == ("1.000", "0.000", "0.444")
    krook = qca.necessity(PARLIAMENTS, "WNP", KROOK_SETS).set_index("set").map(shown)
    assert tuple(krook.loc["ES"]) == ("0.818", "0.692", "0.692")
    assert tuple(krook.loc["~LP"]) == ("0.273", "0.474", "0.231")
    assert tuple(krook.loc["ES + LP"]) == ("1.000", "0.636", "0.733")
    assert tuple(krook.loc["WS + LP"]) == ("0.909", "0.917", "0.909")
    assert tuple(krook.loc["LP + ~WM"]) == ("0.909", "0.583", "0.667")


def test_a_set_that_holds_every_case_is_necessary_but_of_no_relevance():
    fit = qca.necessity_fit(np.ones(4), np.array([1, 1, 0, 0]))
    assert (fit["inclusion"], fit["relevance"]) == (1, 0)
    assert math.isnan(qca.necessity_fit(np.ones(4), np.zeros(4))["inclusion"])


# The minimiser against an oracle that lists every model


def cubes(conditions: int) -> list[tuple[int, int]]:
    """Every term over some conditions."""
    return [
        (care, values)
        for care in range(1 << conditions)
        for values in range(1 << conditions)
        if values & ~care == 0
    ]


def oracle(positives, allowed, conditions: int) -> set[frozenset]:
    """All sums of prime implicants with the fewest terms, by trying every set of terms."""
    if not positives:
        return set()  # nothing to explain
    rows = range(1 << conditions)
    terms = {
        term: {row for row in rows if row & term[0] == term[1]}
        for term in cubes(conditions)
        if all(row in allowed for row in rows if row & term[0] == term[1])
    }
    primes = [t for t, held in terms.items() if not any(held < other for other in terms.values())]
    for size in range(1, len(primes) + 1):
        found = {
            frozenset(chosen)
            for chosen in combinations(primes, size)
            if positives <= set(chain.from_iterable(terms[term] for term in chosen))
        }
        if found:
            return found
    return set()


def as_sets(found: minimisation.Minimum) -> set[frozenset]:
    assert len(set(found.models)) == len(found.models) == found.number
    return {frozenset(model) for model in found.models}


@pytest.mark.parametrize("conditions", [1, 2, 3])
def test_every_truth_table_of_up_to_three_conditions(conditions):
    """All tables with rows that have the outcome, have it not, or are remainders: every tied model, no other."""
    rows = 1 << conditions
    seen: dict[frozenset, set] = {}
    for table in product("10?", repeat=rows):
        positives = {row for row in range(rows) if table[row] == "1"}
        negatives = {row for row in range(rows) if table[row] == "0"}
        simple = minimisation.parsimonious(positives, negatives, conditions)
        assert as_sets(simple) == oracle(positives, set(range(rows)) - negatives, conditions)
        key = frozenset(positives)
        if key not in seen:
            seen[key] = oracle(positives, positives, conditions)
            assert as_sets(minimisation.conservative(positives, conditions)) == seen[key]


@settings(max_examples=25)
@given(st.lists(st.sampled_from("1100?"), min_size=16, max_size=16))
def test_random_truth_tables_of_four_conditions(table):
    positives = {row for row in range(16) if table[row] == "1"}
    negatives = {row for row in range(16) if table[row] == "0"}
    found = minimisation.parsimonious(positives, negatives, 4)
    assert as_sets(found) == oracle(positives, set(range(16)) - negatives, 4)


@st.composite
def problems(draw):
    conditions = draw(st.integers(3, 7))
    rows = draw(st.lists(st.integers(0, 2**conditions - 1), min_size=2, max_size=12, unique=True))
    cut = draw(st.integers(1, len(rows) - 1))
    expected = draw(st.tuples(st.integers(0, 2**conditions - 1), st.integers(0, 2**conditions - 1)))
    return conditions, set(rows[:cut]), set(rows[cut:]), expected[0], expected[1] & ~expected[0]


@settings(max_examples=60)
@given(problems())
def test_every_model_covers_all_that_has_the_outcome_and_nothing_that_has_not(problem):
    conditions, positives, negatives, present, absent = problem
    everything = set(range(1 << conditions))
    found = {
        "conservative": minimisation.conservative(positives, conditions),
        "parsimonious": minimisation.parsimonious(positives, negatives, conditions),
        "intermediate": minimisation.intermediate(positives, negatives, conditions, present, absent),
        "irredundant": minimisation.parsimonious(positives, negatives, conditions, scope="irredundant"),
    }
    for kind, solution in found.items():
        assert solution.models
        for model in solution.models:
            held = [{row for row in everything if minimisation.covers(term, row)} for term in model]
            assert positives <= set().union(*held)
            assert not negatives & set().union(*held)
            if kind == "conservative":
                assert set().union(*held) == positives
            for left_out in range(len(model)):  # no term can be dropped
                assert not positives <= set().union(*held[:left_out], *held[left_out + 1 :])
    assert set(found["parsimonious"].models) <= set(found["irredundant"].models)


@settings(max_examples=40)
@given(problems())
def test_an_intermediate_solution_lies_between_the_two_others(problem):
    """Each intermediate term lies within a parsimonious prime implicant, and holds only granted rows."""
    conditions, positives, negatives, present, absent = problem
    simple = minimisation.maximal_cubes(positives, negatives, conditions)
    for model in minimisation.intermediate(positives, negatives, conditions, present, absent).models:
        for term in model:
            assert any(minimisation.contains(prime, term) for prime in simple)
    bare = minimisation.intermediate(positives, negatives, conditions, 0, 0)
    assert set(bare.models) == set(minimisation.conservative(positives, conditions).models)


@settings(max_examples=60)
@given(st.lists(st.integers(1, 63), max_size=6))
def test_minimal_hitting_sets_against_all_masks(sets):
    hitting = [mask for mask in range(64) if all(mask & wanted for wanted in sets)]
    minimal = {mask for mask in hitting if not any(other != mask and other & ~mask == 0 for other in hitting)}
    found = minimisation.minimal_hitting_sets(sets)
    assert set(found) == minimal
    assert len(found) == len(minimal)


def ties(pairs: int) -> tuple[set[int], set[int], int]:
    """A constructed problem with 2**pairs models, derivable by hand.

    A negative row is all zeros. Positive row i has ones in conditions 2i and 2i+1 only. So each row
    needs a term, no positive row shares a one with another, and only the two literals of its pair,
    alone, tell it from the negative row: two terms to choose from, in each of the pairs.
    """
    return {3 << 2 * i for i in range(pairs)}, {0}, 2 * pairs


def test_constructed_ties_and_the_limit_on_them():
    """Independent of the code: two interchangeable conditions per row make two to the power of the rows."""
    positives, negatives, conditions = ties(4)
    found = minimisation.parsimonious(positives, negatives, conditions)
    assert found.number == len(found.models) == 2**4
    assert {frozenset(model) for model in found.models} == {
        frozenset((1 << 2 * i + choice, 1 << 2 * i + choice) for i, choice in enumerate(choices))
        for choices in product((0, 1), repeat=4)
    }
    with pytest.raises(minimisation.TooManyModels, match="more than 15"):
        minimisation.parsimonious(positives, negatives, conditions, limit=15)
    part = minimisation.parsimonious(positives, negatives, conditions, limit=15, partial=True)
    assert not part.complete
    assert len(part.models) == 15
    assert part.number > 15


@pytest.mark.parametrize(("cases", "conditions"), [(40, 10), (11, 15)])
def test_large_simulated_problems_are_solved_with_all_ties(cases, conditions):
    """Simulated: the cover is checked against a mixed-integer solver that knows nothing of this code."""
    from scipy.optimize import Bounds, LinearConstraint, milp

    data = qca.random_problem(cases, conditions, seed=7)
    assert data.attrs["simulated"]
    names = list(data.columns[:-1])
    table = qca.truth_table(data, "OUT", names)
    positives = [row - 1 for row in table.index[table["out"] == "1"]]
    found = qca.solve(table)
    assert found.complete
    assert found.number == len(set(found.models)) > 1
    chart = np.array([[minimisation.covers(prime, row) for prime in found.primes] for row in positives])
    best = milp(
        np.ones(len(found.primes)),
        constraints=LinearConstraint(chart.astype(float), 1),
        integrality=np.ones(len(found.primes)),
        bounds=Bounds(0, 1),
    )
    assert {len(model) for model in found.models} == {round(best.fun)}
    assert qca.random_problem(cases, conditions, seed=7).equals(data)
    assert not qca.random_problem(cases, conditions, seed=8).equals(data)


def test_degenerate_tables():
    assert qca.models(minimisation.parsimonious([1], [], 2), ["A", "B"]) == [qca.TAUTOLOGY]
    assert qca.models(minimisation.parsimonious([], [1], 2), ["A", "B"]) == [qca.NO_OUTCOME]
    assert list(qca.membership(CRISP, qca.TAUTOLOGY)) == [1] * 18
    with pytest.raises(ValueError, match="both positive and negative"):
        minimisation.parsimonious([1], [1], 2)
    with pytest.raises(ValueError, match="does not exist"):
        minimisation.conservative([4], 2)
    with pytest.raises(ValueError, match="no model to fit"):
        qca.solution_fit(CRISP, "SURV", qca.NO_OUTCOME)


# Robustness


def test_robustness_names_what_changes_the_models():
    found = qca.robustness(
        FUZZY, "SURV", SETS, incl_cuts=(0.7, 0.8), n_cuts=(1, 2), recalibrated={"crisp": CRISP}
    )
    settings_ = found.set_index(["change", "setting"])
    assert settings_.loc[("reference", "inclusion 0.7, cases 1"), "models"] == "DEV*STB"
    assert settings_.loc[("inclusion cut-off", "0.8"), "models"] == "DEV*~IND + URB*STB"
    assert settings_.loc[("calibration", "crisp"), "same"]
    # Estonia alone shows a stable, literate, undeveloped democracy that broke down: without it, literacy ties.
    assert set(settings_.loc[("without a case", "EE"), "models"].split(" | ")) == {"DEV*STB", "LIT*STB"}
    # Germany is not alone in showing a developed, unstable one: Austria does too.
    assert settings_.loc[("without a case", "DE"), "same"]
    assert len(found) == 4 + len(FUZZY)


# What silence leaves open


STATES = st.sampled_from([PRESENT, ABSENT, UNKNOWN])


@st.composite
def open_states(draw):
    cases = draw(st.integers(2, 5))
    cells = draw(st.lists(st.tuples(STATES, STATES, STATES), min_size=cases, max_size=cases))
    return pd.DataFrame(cells, columns=["A", "B", "Y"], index=[f"c{i}" for i in range(cases)])


def completions(states: pd.DataFrame):
    """Every filling of the open cells, one after the other."""
    cells = [
        {PRESENT: (1.0,), ABSENT: (0.0,), UNKNOWN: (0.0, 1.0)}[state] for state in states.to_numpy().ravel()
    ]
    for filled in product(*cells):
        yield pd.DataFrame(np.reshape(filled, states.shape), columns=states.columns, index=states.index)


def tables_by_listing(states, incl_cut, n_cut):
    counts: dict = {}
    for data in completions(states):
        rows = (2 * data["A"] + data["B"]).astype(int)
        grouped = data["Y"].groupby(rows).agg(["size", "mean"])
        kept = grouped[grouped["size"] >= n_cut]
        yes = frozenset(kept.index[kept["mean"] >= incl_cut - 1e-9])
        key = (yes, frozenset(kept.index) - yes)
        counts[key] = counts.get(key, 0) + 1
    return counts


@settings(max_examples=40)
@given(open_states(), st.sampled_from([(1.0, 1), (1.0, 2), (0.5, 1)]))
def test_tables_are_those_of_all_completions(states, cuts):
    found = qca.tables_of(states, "Y", ["A", "B"], *cuts)
    assert found.exact
    assert found.weights == tables_by_listing(states, *cuts)


def test_beyond_the_limit_a_seeded_sample_says_that_it_is_one():
    states = pd.DataFrame(UNKNOWN, index=list("abcdef"), columns=["A", "B", "Y"])
    exact = qca.tables_of(states, "Y", ["A", "B"])
    sampled = qca.tables_of(states, "Y", ["A", "B"], limit=5, sample=4000)
    assert (exact.exact, exact.completions) == (True, 2**18)
    assert (sampled.exact, sampled.completions) == (False, 4000)
    assert sampled == qca.tables_of(states, "Y", ["A", "B"], limit=5, sample=4000)
    assert sampled.weights.keys() <= exact.weights.keys()
    for key, ways in exact.weights.items():  # within five standard errors
        share = ways / exact.completions
        error = math.sqrt(share * (1 - share) / 4000)
        assert abs(sampled.weights.get(key, 0) / 4000 - share) < 5 * error + 1e-3
    asked = [qca.Setting("s", states)], "Y", ["A", "B"]
    assert qca.survival(*asked).attrs["exact"] == 1
    assert qca.survival(*asked, table_limit=5).attrs["exact"] == 0


@settings(max_examples=20)
@given(open_states())
def test_bounds_of_fit_are_the_extremes_over_all_completions(states):
    found = qca.fit_bounds(states, "A", "Y").set_index("measure")
    filled = list(completions(states[["A", "Y"]]))
    for relation, fit, names in (
        ("necessity", qca.necessity_fit, ("inclusion", "relevance", "coverage")),
        ("sufficiency", qca.sufficiency_fit, ("inclusion", "coverage")),
    ):
        for name in names:
            figures = [fit(data["A"].to_numpy(), data["Y"].to_numpy())[name] for data in filled]
            given_ = [value for value in figures if not math.isnan(value)]
            row = found.loc[f"{relation}: {name}"]
            assert row["undefined"] == pytest.approx(1 - len(given_) / len(figures))
            if given_:
                assert (row["low"], row["high"]) == pytest.approx((min(given_), max(given_)))
            else:
                assert math.isnan(row["low"])


@settings(max_examples=20)
@given(open_states(), st.sampled_from(qca.KINDS))
def test_survival_is_the_share_of_completions_in_which_a_model_comes_out(states, kind):
    found = qca.survival([qca.Setting("s", states)], "Y", ["A", "B"], kind, {"A": 1}).set_index("model")
    counts: dict[str, int] = {}
    for (positives, negatives), ways in tables_by_listing(states, 1.0, 1).items():
        call = {
            "conservative": lambda p, n: minimisation.conservative(p, 2),
            "parsimonious": lambda p, n: minimisation.parsimonious(p, n, 2),
            "intermediate": lambda p, n: minimisation.intermediate(p, n, 2, 0b10, 0),
        }[kind]
        for model in qca.models(call(positives, negatives), ["A", "B"]):
            counts[model] = counts.get(model, 0) + ways
    total = 2 ** int((states == UNKNOWN).sum().sum())
    assert dict(found["share"]) == pytest.approx({model: ways / total for model, ways in counts.items()})


def test_survival_over_settings_weighs_them_alike():
    known = pd.DataFrame({"A": [PRESENT, ABSENT], "Y": [PRESENT, ABSENT]}, index=["a", "b"])
    opened = known.assign(Y=[PRESENT, UNKNOWN])
    found = qca.survival([qca.Setting("known", known), qca.Setting("open", opened)], "Y", ["A"])
    first = found.set_index("model").loc["A"]
    assert (first["share"], first["reference"], first["low"], first["high"]) == (0.75, 1, 0.5, 1)
    assert (first["settings"], first["always"]) == (2, 1)
    assert found.set_index("model").loc[qca.TAUTOLOGY, "share"] == 0.25
    assert found.attrs["settings"] == 2
    each = qca.by_setting(
        [qca.Setting("known", known), *qca.without_each(qca.Setting("x", opened))], "Y", ["A"], "A"
    )
    assert list(each["setting"]) == ["known", "without a", "without b"]
    assert list(each["share"]) == [1, 0, 0]


def test_possible_rows_say_who_is_sure_and_who_may_be_in_them():
    states = pd.DataFrame(
        {"A": [PRESENT, UNKNOWN, ABSENT], "B": [PRESENT, PRESENT, UNKNOWN], "Y": [PRESENT, ABSENT, UNKNOWN]},
        index=["a", "b", "c"],
    )
    rows = qca.possible_rows(states, "Y", ["A", "B"])
    assert list(rows["sure"]) == ["", "", "", "a (+)"]
    assert list(rows["possible"]) == [1, 2, 0, 1]
    assert list(rows["remainder"]) == ["depends", "depends", "always", "never"]


def test_negation_leaves_open_cells_open():
    states = pd.DataFrame({"A": [PRESENT, ABSENT, UNKNOWN]}, index=list("abc"))
    assert list(qca.negated(states, "A")["~A"]) == [ABSENT, PRESENT, UNKNOWN]


def test_readers_see_a_dash_where_a_measure_has_no_value():
    frame = pd.DataFrame({"x": [0.126, math.nan, 0.001, 0], "n": [1, 2, 3, 4], "b": [True, False] * 2})
    assert qca.for_readers(frame).to_dict("list") == {
        "x": ["0.13", "–", "<0.01", "0.00"],
        "n": [1, 2, 3, 4],
        "b": ["yes", "no"] * 2,
    }


# Bad input


@pytest.mark.parametrize(
    ("change", "outcome", "conditions", "words"),
    [
        ({}, "SURV", ["DEV", "WEALTH"], "'WEALTH' is not a column"),
        ({}, "DEATH", ["DEV"], "'DEATH' is not a column"),
        ({}, "SURV", ["DEV", "SURV"], "'SURV' is among the conditions"),
        ({}, "SURV", ["DEV", "URB", "DEV"], "'DEV' is named twice"),
        ({}, "SURV", [], "no conditions"),
        ({"DEV": 1.2}, "SURV", ["DEV", "URB"], "'DEV', case 'AU'.*not between 0 and 1"),
        ({"SURV": -0.1}, "SURV", ["DEV", "URB"], "'SURV', case 'AU'.*not between 0 and 1"),
        ({"DEV": math.nan}, "SURV", ["DEV", "URB"], "'DEV', case 'AU'.*not between 0 and 1"),
        ({"DEV": "much"}, "SURV", ["DEV", "URB"], "'DEV', case 'AU': 'much' is not between 0 and 1"),
        ({"URB": 0.3}, "SURV", ["DEV", "URB"], "'URB' has the same membership in every case"),
    ],
)
def test_sets_that_cannot_be_analysed_are_named(change, outcome, conditions, words):
    data = FUZZY.assign(**change)
    for call in (qca.truth_table, qca.necessity):
        with pytest.raises(DataError, match=words):
            call(data, outcome, conditions)


def test_other_bad_input_is_named():
    with pytest.raises(DataError, match="1 case"):
        qca.truth_table(FUZZY.head(1), "SURV", SETS)
    with pytest.raises(DataError, match="'AU' stands twice"):
        qca.truth_table(FUZZY.iloc[[0, 0, 1]], "SURV", SETS)
    with pytest.raises(DataError, match="'DEV', case 'AU'.*not 0 or 1"):
        qca.check(FUZZY, "SURV", SETS, only_crisp=True)
    qca.check(CRISP, "SURV", SETS, only_crisp=True)
    half = FUZZY.copy()
    half.loc["FI", "STB"] = 0.5
    with pytest.raises(DataError, match="'STB', case 'FI': 0.5"):
        qca.truth_table(half, "SURV", SETS)
    for cuts in ({"incl_cut": 0}, {"incl_cut": 1.1}, {"n_cut": 0}, {"incl_cut": 0.8, "incl_cut0": 0.9}):
        with pytest.raises(ValueError, match="incl_cut"):
            qca.truth_table(FUZZY, "SURV", SETS, **cuts)
    table = qca.truth_table(CRISP, "SURV", SETS)
    for expectations, words in (({"RAIN": 1}, "'RAIN'"), ({"DEV": 2}, "DEV=2")):
        with pytest.raises(ValueError, match=words):
            qca.solve(table, "intermediate", expectations)
    with pytest.raises(ValueError, match="kind='best'"):
        qca.solve(table, "best")
    with pytest.raises(ValueError, match="scope='some'"):
        qca.solve(table, scope="some")
    with pytest.raises(ValueError, match="do not fit"):
        qca.random_problem(5, 2, 0)
    with pytest.raises(DataError, match="'RAIN' is not a column"):
        qca.membership(FUZZY, "DEV*~RAIN")
    states = pd.DataFrame({"A": [PRESENT, UNKNOWN], "Y": [PRESENT, ABSENT]}, index=["a", "b"])
    with pytest.raises(DataError, match="set 'A', case 'b': open"):
        qca.completed(states)
    with pytest.raises(DataError, match="'Y' is among"):
        qca.tables_of(states, "Y", ["A", "Y"])
    with pytest.raises(DataError, match="'B' is not a column"):
        qca.tables_of(states, "Y", ["B"])


# The study


def test_the_question_of_the_note_cannot_be_answered_from_its_cases(data):
    """Every case is an innovative ecosystem by selection, and no code says whether a city became smart."""
    sets = {"ECO": "case:kind=cluster|living-lab", "SMART": ""}
    states = qca.set_states(data, "clusters", sets, Specification())
    counts = qca.state_counts(states).set_index("set")
    assert counts.loc["ECO", PRESENT] == len(states) == 11
    assert counts.loc["SMART", UNKNOWN] == 11
    cross = qca.cross_counts(states, "ECO", "SMART")
    assert cross.loc[PRESENT, UNKNOWN] == 11
    assert cross.to_numpy().sum() == 11
    bounds = qca.fit_bounds(states, "ECO", "SMART").set_index("measure")
    assert tuple(bounds.loc["sufficiency: inclusion", ["low", "high"]]) == (0, 1)
    assert tuple(bounds.loc["necessity: inclusion", ["low", "high"]]) == (1, 1)
    assert tuple(bounds.loc["necessity: relevance", ["low", "high"]]) == (0, 0)


def test_sets_of_a_study_are_read_under_a_specification(data):
    sets = {"LAB": "case:kind=living-lab", "GOV": "government", "CIT": "citizens"}
    found = qca.specifications_of(data, "clusters", sets, grid())
    assert len(found) == 5 * 2 * 3 * 2 * 2
    assert found[0].states.equals(qca.set_states(data, "clusters", sets, Specification(evidence="explicit")))
    labs = qca.set_states(data, "clusters", sets, Specification())
    assert (labs.loc[labs["LAB"] == PRESENT, "CIT"] == PRESENT).all()
    for bad, words in (
        ({"A": "case:colour=red"}, "no column 'colour'"),
        ({"A": "colour"}, "'colour' is not in the codebook"),
    ):
        with pytest.raises(DataError, match=words):
            qca.set_states(data, "clusters", bad, Specification())
    with pytest.raises(ValueError, match="both rest on 'citizens'"):
        qca.set_states(data, "clusters", {"A": "citizens", "B": "science+citizens"}, Specification())
