"""What stands in a cell is parsed in one way, and what cannot be parsed is refused in one way."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compendium.codings.formulas import (
    SIGNS,
    Filter,
    Literal,
    parse_comparison,
    parse_filter,
    parse_formula,
    parse_set,
)
from compendium.errors import DataError

NAMES = st.sampled_from(["one", "two", "three"])
LITERALS = st.lists(
    st.builds(Literal, NAMES, st.sampled_from(["", "yes"]), st.booleans()), min_size=1, max_size=4
)


def written(literal: Literal) -> str:
    return f"{'!' * literal.negated}{literal.code}{'=' * bool(literal.value)}{literal.value}"


@given(LITERALS)
def test_a_formula_says_its_literals_or_is_refused(literals):
    """Refused are a cell that is named twice, and a code of which something is said that is also denied whole."""
    text = " + ".join(map(written, literals))
    denied = {literal.code for literal in literals if literal.negated and not literal.value}
    cells = [literal.cell for literal in literals]
    others = [literal.code for literal in literals]
    if len(set(cells)) < len(cells) or any(others.count(code) > 1 for code in denied):
        with pytest.raises(DataError, match="each once"):
            parse_formula(text)
    else:
        assert parse_formula(text) == tuple(literals)


@given(st.sampled_from(list(SIGNS)), st.integers(min_value=0, max_value=10**6))
def test_a_comparison_is_a_sign_and_a_number(sign, number):
    assert parse_comparison(f"{sign}{number}") == (sign, number)


def test_the_definition_of_a_set_is_a_formula_or_a_filter_on_any_column():
    columns = ("kind", "founded")
    assert parse_set("case:founded=2001|2002", columns) == Filter("founded", False, ("2001", "2002"))
    assert parse_set("case:kind!=model", columns) == Filter("kind", True, ("model",))
    assert parse_set("one+!two", columns) == parse_formula("one+!two")
    assert parse_set("", columns) is None


@pytest.mark.parametrize(
    ("parse", "texts"),
    [
        (parse_formula, ["", "+", "one+", "!", "=yes", "one+one", "one+!one"]),
        (parse_filter, ["", "kind", "kind=", "kind=a|", "kind==a", "founded=2001", "a;b"]),
        (parse_comparison, ["", "3", "=", "=>3", "= 3", ">=-1", ">=1.5", ">=2 "]),
        (lambda text: parse_set(text, ("kind",)), ["case:", "case:kind", "case:level=local", "one+one"]),
    ],
)
def test_what_cannot_be_parsed_is_quoted_and_told_how_to_be_written(parse, texts):
    for text in texts:
        with pytest.raises(DataError) as refused:
            parse(text)
        message = str(refused.value)
        assert message.startswith(f"{text.removeprefix('case:')!r} is no ") and "; write " in message
