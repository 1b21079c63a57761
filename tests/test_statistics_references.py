"""Published worked examples, to their printed digits, for the statistics that the compendium leans on."""

from fractions import Fraction
from math import comb

import krippendorff
import numpy as np
import pytest
from scipy.stats import barnard_exact, boschloo_exact, fisher_exact

# Krippendorff 2011, Computing Krippendorff's Alpha-Reliability: his three examples of nominal data.
MEG = [0, 1, 0, 0, 0, 0, 0, 0, 1, 0]
OWEN = [1, 1, 1, 0, 0, 1, 0, 0, 0, 0]
BEN = list("aabbdcccedda")
GERRY = list("babbbccceddd")
NONE = np.nan
FOUR_OBSERVERS = [
    [1, 2, 3, 3, 2, 1, 4, 1, 2, NONE, NONE, NONE],
    [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, NONE, 3],
    [NONE, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, NONE],
    [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, NONE],
]


def test_krippendorff_two_observers_binary():
    """Krippendorff 2011, section A: alpha = .095."""
    assert f"{krippendorff.alpha([MEG, OWEN], level_of_measurement='nominal'):.3f}" == "0.095"


def test_krippendorff_two_observers_nominal():
    """Krippendorff 2011, section B: alpha = .692."""
    coded = [[ord(value) for value in observer] for observer in (BEN, GERRY)]
    assert f"{krippendorff.alpha(coded, level_of_measurement='nominal'):.3f}" == "0.692"


@pytest.mark.parametrize(
    ("level", "printed"),
    [("nominal", "0.743"), ("ordinal", "0.815"), ("interval", "0.849"), ("ratio", "0.797")],
)
def test_krippendorff_four_observers_with_missing_values(level, printed):
    """Krippendorff 2011, sections C and D: four observers, twelve units, values missing."""
    assert f"{krippendorff.alpha(FOUR_OBSERVERS, level_of_measurement=level):.3f}" == printed


def test_fisher_tea_tasting():
    """Fisher 1935, The Design of Experiments, chapter II: eight cups, four of each kind. All right: 1 in
    70; three of four right or better: 17 in 70."""
    assert comb(8, 4) == 70
    for right, odds in ((4, Fraction(1, 70)), (3, Fraction(17, 70))):
        table = [[right, 4 - right], [4 - right, right]]
        assert fisher_exact(table, alternative="greater").pvalue == pytest.approx(float(odds), rel=1e-12)


VACCINE = [[7, 12], [8, 3]]


def test_barnard_and_fisher_vaccine_trial():
    """Mehta and Senchaudhuri 2003, Conditional versus Unconditional Exact Tests for Comparing Two
    Binomials, on a trial reported by Chan 1998: 7 of 15 and 12 of 15 infected; one-sided p by Fisher
    0.0641, by Barnard 0.0341."""
    assert f"{fisher_exact(VACCINE, alternative='less').pvalue:.4f}" == "0.0641"
    assert f"{barnard_exact(VACCINE, alternative='less').pvalue:.4f}" == "0.0341"


def test_barnard_three_against_three():
    """The test of Barnard 1945 (Nature 156) on two samples of three, all and none. The p-value is
    derived here by hand, not read there: only the observed table is as extreme in its direction, its
    probability is largest at one half, so p is 1/64, against 1/20 for Fisher's test."""
    table = [[3, 0], [0, 3]]
    assert fisher_exact(table, alternative="greater").pvalue == pytest.approx(1 / 20)
    assert barnard_exact(table, alternative="greater").pvalue == pytest.approx(1 / 64)


@pytest.mark.parametrize("table", [VACCINE, [[3, 0], [0, 3]], [[2, 7], [8, 2]], [[1, 7], [33, 27]]])
@pytest.mark.parametrize("alternative", ["less", "greater"])
def test_boschloo_is_never_above_fisher(table, alternative):
    """Boschloo 1970 raises the level of Fisher's conditional test: with one margin fixed his p-value is at
    most Fisher's, whatever the table. No printed example of his was at hand, so the property is tested."""
    found = boschloo_exact(table, alternative=alternative)
    fisher = fisher_exact(table, alternative=alternative).pvalue
    assert found.statistic == pytest.approx(fisher)
    assert found.pvalue <= fisher + 1e-9


def test_boschloo_by_its_definition():
    """Boschloo's p-value is the largest chance, over the common probability, of a table whose Fisher
    p-value is no larger than the observed one: enumerated here for two samples of five."""
    table = [[5, 2], [0, 3]]
    observed = fisher_exact(table, alternative="greater").pvalue
    extreme = [
        (x, y)
        for x in range(6)
        for y in range(6)
        if fisher_exact([[x, y], [5 - x, 5 - y]], alternative="greater").pvalue <= observed * (1 + 1e-9)
    ]
    common = np.linspace(0, 1, 20001)
    chance = sum(
        comb(5, x) * comb(5, y) * common ** (x + y) * (1 - common) ** (10 - x - y) for x, y in extreme
    )
    assert boschloo_exact(table, alternative="greater", n=256).pvalue == pytest.approx(chance.max(), abs=1e-5)
