"""Anchor passages to a text by the fingerprint of their letters.

The letters of a passage (Unicode NFKC, letters only, case-folded) do not change with line
breaks, hyphenation, bullets, emphasis or footnote digits. Their number and SHA-256 are
stored; anybody who has the document can slide a window of that many letters over it.
"""

import hashlib
import unicodedata
from collections.abc import Iterator

import pandas as pd


def letters(text: str) -> str:
    """The letter stream of `text`."""
    normal = unicodedata.normalize("NFKC", text)
    return "".join(character for character in normal if character.isalpha()).casefold()


def fingerprint(text: str) -> tuple[int, str]:
    """Number of letters of `text` and the SHA-256 of its letter stream (UTF-8, hex)."""
    stream = letters(text)
    return len(stream), hashlib.sha256(stream.encode()).hexdigest()


def count_matches(stream: str, passages: pd.DataFrame) -> pd.Series:
    """How often each passage occurs in a letter stream: a Series of counts by passage."""
    counts = pd.Series(0, index=pd.Index(passages["passage"], name="passage"))
    for name, _, _ in matches(stream, passages):
        counts[name] += 1
    return counts


def matches(stream: str, passages: pd.DataFrame) -> Iterator[tuple[str, int, int]]:
    """Where passages occur in a letter stream: passage, first letter, letter after the last.

    `passages` has the columns passage, letters (int) and sha256. Windows of one length are
    hashed once for all passages of that length.
    """
    offsets = _byte_offsets(stream)
    content, digest = stream.encode(), hashlib.sha256
    for length, group in passages.groupby("letters"):
        wanted = {bytes.fromhex(sha): name for name, sha in zip(group["passage"], group["sha256"])}
        windows = [digest(content[begin:end]).digest() for begin, end in zip(offsets, offsets[length:])]
        if wanted.keys().isdisjoint(windows):
            continue
        for start, window in enumerate(windows):
            if window in wanted:
                yield wanted[window], start, start + length


def _byte_offsets(stream: str) -> list[int]:
    """Where each letter starts in the UTF-8 form of `stream`, and where the last one ends."""
    offsets = [0]
    for character in stream:
        offsets.append(offsets[-1] + len(character.encode()))
    return offsets
