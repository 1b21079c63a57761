"""The property spaces of the page on ideal types: which dimensions are crossed, and what makes a case a member.

The spaces and the memberships of values are the compendium's own reconstruction. The leadership brief says
that it used ideal types; it names none, and no case's type is in its text.
"""

from collections.abc import Sequence

import pandas as pd

from compendium.codings.package import Package
from compendium.errors import DataError
from compendium.methods import ideal_types
from compendium.methods.ideal_types import Space
from compendium.readings.specifications import Specification
from smart_cities.comparisons import SPHERES

LABEL = "helix-label"  # the code of the helix that the authors name

# Roles, from directing an initiative to being reached by it. The order follows the definitions in the
# codebook; the numbers are the compendium's own: working in it from inside is full membership, working
# with it from outside is more in than out, being served by it is more out than in.
ROLES = {
    **dict.fromkeys(("lead", "founder", "owner", "member", "developer"), 1.0),
    **dict.fromkeys(("partner", "contributor"), 0.67),
    "addressee": 0.33,
}


def _role(dimension: str, code: str) -> list[tuple[str, str, str, float]]:
    return [(dimension, code, value, membership) for value, membership in ROLES.items()]


def _each(
    dimension: str, code: str, membership: float, values: Sequence[str]
) -> list[tuple[str, str, str, float]]:
    return [(dimension, code, value, membership) for value in values]


# The rules say which values of which codes make a case a member of a dimension, and how far.
SPACES = {
    "gain": Space(
        "leadership",
        "commercial and social gain",
        {"commercial": "commercial gain", "social": "social gain"},
        "The axis on which the abstract of the study's published follow-up concludes (Nicholds, Gibney, "
        "Mabey and Hart 2017); the four corners are the compendium's own.",
        [
            ("commercial", "business-benefit", "yes", 1.0),
            ("commercial", "beneficiary", "businesses", 1.0),
            ("social", "community-benefit", "yes", 1.0),
            *_each("social", "beneficiary", 1.0, ["service-users", "public", "residents"]),
        ],
    ),
    "orientation": Space(
        "leadership",
        "orientation to business and to community",
        {"business": "business orientation", "community": "community orientation"},
        "The brief's own suggestion that smart leadership balances business and community needs; the "
        "corners are the compendium's own.",
        [
            ("business", "business-benefit", "yes", 1.0),
            ("business", "beneficiary", "businesses", 1.0),
            ("business", "driver", "market-opportunity", 1.0),
            ("business", "domain", "green-business", 1.0),
            *_each("business", "domain", 0.67, ["innovation", "skills"]),
            ("community", "community-benefit", "yes", 1.0),
            *_each("community", "beneficiary", 1.0, ["service-users", "public", "residents"]),
            ("community", "driver", "service-demand", 1.0),
            *_each("community", "domain", 1.0, ["health", "social-care", "community-services"]),
            *_each("community", "domain", 0.67, ["engagement", "housing", "education", "regeneration"]),
        ],
    ),
    "actors": Space(
        "leadership",
        "actors named in the initiative",
        {
            "public": "local authority",
            "private": "private sector",
            "third": "third sector",
            "residents": "residents",
        },
        "The four holders of resources that the brief's conclusion lists; the corners are the compendium's own.",
        [
            *_role("public", "local-authority"),
            *_role("private", "private-sector"),
            *_role("third", "third-sector"),
            *_role("residents", "residents"),
        ],
    ),
    "helix": Space(
        "clusters",
        "the four spheres of the helix models",
        {sphere: sphere for sphere in SPHERES},
        "The spheres of the triple and the quadruple helix as the research note defines them.",
        [rule for sphere in SPHERES for rule in _role(sphere, sphere)],
    ),
    "aims": Space(
        "clusters",
        "commercial and social aims",
        {"commercial": "commercial aims", "social": "social aims"},
        "The axis of the space of gain, read from the stated aims; the corners are the compendium's own.",
        [
            *_each("commercial", "aims", 1.0, ["business-innovation", "export", "market-position"]),
            *_each("commercial", "aims", 1.0, ["competitiveness", "growth"]),
            *_each("commercial", "aims", 0.67, ["jobs-and-wealth", "product-testing", "deployment"]),
            *_each("social", "aims", 1.0, ["community-services", "public-space", "sustainable-city"]),
            *_each("social", "aims", 0.67, ["jobs-and-wealth", "education", "ict-skills", "co-creation"]),
        ],
    ),
}

# The helix that a label names, as a corner of the space of spheres. The note sets the quadruple helix
# apart from the triple one by the citizens, so a triple helix is read as one without them.
HELIX_CORNERS = {
    "triple": dict.fromkeys(SPHERES, True) | {"citizens": False},
    "quadruple": dict.fromkeys(SPHERES, True),
}


def chosen_space(package: Package, space: str) -> str:
    """`space`, or the first declared one that has cases where it is empty; ValueError for any other."""
    studies = set(package.cases["study"])
    found = [name for name, declared in SPACES.items() if declared.study in studies]
    if not space and found:
        return found[0]
    if space not in SPACES:
        raise ValueError(f"space={space!r} is not declared; use one of {', '.join(SPACES)}.")
    if space not in found:
        raise DataError(f"space={space!r}: the data has no case of the study {SPACES[space].study!r}.")
    return space


def side_by_side(package: Package, cases: pd.DataFrame, study: str, spec: Specification) -> pd.DataFrame:
    """Every declared space of a study, as `ideal_types.across_spaces` gives it."""
    spaces = [space for space in SPACES.values() if space.study == study]
    return ideal_types.across_spaces(package, cases, spaces, spec)


def helix_distances(package: Package, memberships: pd.DataFrame, spec: Specification) -> pd.DataFrame:
    """Distance of the helix that the authors name to the spheres they describe, in the space of spheres."""
    return ideal_types.label_distances(package, memberships, spec, LABEL, HELIX_CORNERS)
