"""Fingerprints: what they ignore, what they find, and that every stored one matches exactly once."""

import hashlib

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from compendium.cli import main as cli
from compendium.errors import DataError
from compendium.passages import anchors, texts

WORDS = st.lists(st.text(st.characters(categories=["L"]), min_size=1, max_size=8), min_size=1, max_size=30)


@given(WORDS, st.data())
def test_furniture_does_not_change_the_fingerprint(words, data):
    """Line breaks, bullets, digits and punctuation between words leave the letters as they are."""
    gaps = st.text(" \n\t-–•�*_#0123456789.,;()", min_size=1, max_size=5)
    decorated = "".join(word + data.draw(gaps) for word in words)
    assert anchors.fingerprint(decorated) == anchors.fingerprint(" ".join(words))


@given(st.lists(st.text("abcxyzäöéß", min_size=1, max_size=8), min_size=1))
def test_case_does_not_change_the_fingerprint(words):
    text = " ".join(words)
    assert anchors.fingerprint(text.upper()) == anchors.fingerprint(text)


def test_a_known_fingerprint():
    """Letters and digest by hand, for anybody who writes a verifier of their own."""
    assert anchors.letters("Ca-\nfé № 1!") == "caféno"
    assert anchors.fingerprint("Ca-\nfé № 1!") == (6, hashlib.sha256("caféno".encode()).hexdigest())


@given(st.text("abé", min_size=1, max_size=40), st.integers(0, 39), st.integers(1, 10))
def test_every_window_is_counted_as_often_as_it_occurs(stream, start, length):
    start = min(start, len(stream) - 1)
    window = stream[start : start + length]
    passages = pd.DataFrame([["one", *anchors.fingerprint(window)]], columns=["passage", "letters", "sha256"])
    expected = sum(stream.startswith(window, i) for i in range(len(stream)))
    assert anchors.count_matches(stream, passages)["one"] == expected


def test_every_passage_stands_exactly_once_and_together_they_hold_every_letter(texts, monkeypatch):
    """`verify` finds each, and nothing is passed over: each letter stands in evidence or in what is called prose.

    Both are asked in one walk over the texts, which takes seconds.
    """
    walk, left = anchors.matches, []

    def watched(stream, passages):
        covered = bytearray(len(stream))
        for name, start, end in walk(stream, passages):
            covered[start:end] = b"\1" * (end - start)
            yield name, start, end
        left.append(covered.count(0))

    monkeypatch.setattr(anchors, "matches", watched)
    assert cli.main(["verify", "--texts", str(texts)]) == 0
    assert left == [0, 0, 0]


def test_a_lost_passage_is_named_with_its_codings(data, texts):
    source = data.sources.iloc[0]
    from compendium.passages.texts import find, read

    stream = anchors.letters(read(find(texts, source["source"], source["file"])))
    own = data.passages[data.passages["source"] == source["source"]]
    damaged = own.assign(sha256=own["sha256"].where(own["passage"] != "brief-bristol", "0" * 64))
    lines = cli.anchor_failures(data, damaged, stream, "brief.txt")
    assert len(lines) == 1
    assert all(
        part in lines[0] for part in ("brief.txt", "'brief-bristol' not found", "bristol × private-sector")
    )


def test_a_passage_that_occurs_twice_is_an_error(data):
    own = pd.DataFrame([["twice", *anchors.fingerprint("again")]], columns=["passage", "letters", "sha256"])
    assert "found 2 times" in cli.anchor_failures(data, own, "againandagain", "x.txt")[0]


def test_html_and_plain_text_give_the_same_letters(tmp_path):
    (tmp_path / "a.html").write_text(
        "<p>One <em>smart</em> city<sup>3</sup>.</p><script>x()</script>", "utf-8"
    )
    (tmp_path / "b.txt").write_text("One smart ci-\nty.", "utf-8")
    read = [anchors.letters(texts.read(tmp_path / name)) for name in ("a.html", "b.txt")]
    assert read[0] == read[1]


def test_pdf_and_plain_text_give_the_same_letters(tmp_path):
    import matplotlib

    matplotlib.use("svg")
    import matplotlib.pyplot as plt

    figure = plt.figure()
    figure.text(0.1, 0.5, "One smart city")
    figure.savefig(tmp_path / "note.pdf")
    plt.close(figure)
    assert anchors.letters(texts.read(tmp_path / "note.pdf")) == "onesmartcity"


def test_texts_that_cannot_be_used_are_named(tmp_path):
    (tmp_path / "brief.docx").write_text("x")
    with pytest.raises(DataError, match="cannot read .docx; use .txt"):
        texts.read(tmp_path / "brief.docx")
    (tmp_path / "brief.txt").write_text("x")
    with pytest.raises(DataError, match="all copies of source 'brief'; keep one"):
        texts.find(tmp_path, "brief", "000.txt")
