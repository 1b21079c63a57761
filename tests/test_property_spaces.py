"""The declared property spaces: their rules fit the codebook, and placements follow what is counted."""

import numpy as np
import pytest

from compendium.codings.package import DataError, Package
from compendium.methods import ideal_types
from compendium.readings import matrices
from compendium.readings.specifications import Specification
from smart_cities import property_spaces
from smart_cities.property_spaces import SPACES


@pytest.mark.parametrize("space", SPACES)
def test_declared_rules_fit_the_codebook_and_the_dimensions(data, space):
    table = SPACES[space].rule_table
    ideal_types.check_rules(data, table)
    assert list(dict.fromkeys(table["dimension"])) == list(SPACES[space].dimensions)
    assert not table.duplicated(["dimension", "code", "value"]).any()


@pytest.mark.parametrize("space", SPACES)
@pytest.mark.parametrize("evidence", ["explicit", "group", "residual", "inferred"])
def test_more_evidence_never_takes_a_statement_back(data, space, evidence):
    """Each level adds statuses: what is certain stays certain, and what was open can only narrow.

    One thing may lift an upper bound: a statement that the case takes part outranks one that it does
    not, as in every matrix of the compendium (one cluster is absent by a residual sentence, and an addressee).
    """
    order = ["explicit", "group", "residual", "inferred", "all"]
    study, table = SPACES[space].study, SPACES[space].rule_table
    cases = matrices.select_cases(data, study, Specification())
    less = ideal_types.memberships(data, cases, table, Specification(evidence))
    more = ideal_types.memberships(data, cases, table, Specification(order[order.index(evidence) + 1]))
    assert (more["lower"] >= less["lower"]).all()
    assert (more["upper"] <= np.maximum(less["upper"], more["lower"])).all()


def test_label_distance_is_the_distance_to_the_labelled_corner(data):
    spec = Specification()
    cases = matrices.select_cases(data, "clusters", spec)
    table = ideal_types.memberships(data, cases, SPACES["helix"].rule_table, spec)
    found = property_spaces.helix_distances(data, table, spec)
    corners = ideal_types.corners(table).set_index(["case", "type"])
    spheres = list(SPACES["helix"].dimensions)
    for row in found.itertuples():
        corner = ideal_types.corner_name(spheres, [True, True, True, row.label == "quadruple"])
        assert row.lower == pytest.approx(1 - corners.loc[(row.case, corner), "upper"])
        assert row.upper == pytest.approx(1 - corners.loc[(row.case, corner), "lower"])
        assert (row.reading == "differs") == (row.lower > 0.5)


def test_silence_read_as_absence_places_every_case(data):
    table = ideal_types.across_evidence(data, "leadership", SPACES["gain"].rule_table, Specification())
    closed = table[table["silence"] == "absent"]
    assert (closed["placed"] == closed["cases"]).all()
    assert len(table) == 10 and table["cases"].eq(4).all()


def test_the_summary_of_spaces_agrees_with_each(data):
    spec = Specification()
    cases = matrices.select_cases(data, "clusters", spec)
    found = property_spaces.side_by_side(data, cases, "clusters", spec).set_index("space")
    assert len(found) == 2
    for name in ("helix", "aims"):
        table = ideal_types.memberships(data, cases, SPACES[name].rule_table, spec)
        own = found.loc[SPACES[name].title]
        assert own["placed"] == (ideal_types.placements(table)["type"] != "").sum()
        assert own["apart"] == (ideal_types.pairs(table)["apart"] != "").sum()
        assert own["types"] == ideal_types.corners(table)["type"].nunique()


def test_a_space_is_chosen_by_the_data(data):
    assert property_spaces.chosen_space(data, "") == "gain"
    only = Package(None, {}, {"cases": data.cases[data.cases["study"] == "clusters"]})
    assert property_spaces.chosen_space(only, "") == "helix"
    with pytest.raises(ValueError, match="space='colour' is not declared"):
        property_spaces.chosen_space(data, "colour")
    with pytest.raises(DataError, match="no case of the study 'leadership'"):
        property_spaces.chosen_space(only, "gain")


def test_one_case_cannot_be_compared(data):
    cases = matrices.select_cases(data, "leadership", Specification()).head(1)
    with pytest.raises(DataError, match="1 case given"):
        ideal_types.memberships(data, cases, SPACES["gain"].rule_table, Specification())
