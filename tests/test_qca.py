"""Necessity and sufficiency: published examples to the printed digits."""

import math

import numpy as np
import pandas as pd
import pytest
from qca_examples import CRISP, FUZZY, KROOK_SETS, PARLIAMENTS, SETS

from compendium.errors import DataError
from compendium.methods import qca
from compendium.methods.qca import minimisation
from compendium.readings.matrices import ABSENT, PRESENT, UNKNOWN


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
