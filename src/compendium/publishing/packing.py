"""A PDF made small and lasting: the objects a browser leaves open are packed, dates and id given.

A tagged PDF describes every word of the book in objects of a few bytes each, and Chromium writes all of
them uncompressed. They become object streams and a cross-reference stream here (PDF 1.5). Nothing of the
objects themselves is changed, so tags, outline and links stay as they were.
"""

import hashlib
import zlib

IN_ONE_STREAM = 200


def pack(pdf: bytes, info: dict[str, str]) -> bytes:
    """The PDF with its open objects packed and `info` as what it says of itself; the same for the same.

    ValueError where it has no plain cross-reference table, as what Chromium writes has.
    """
    objects, root, old_info = read(pdf)
    objects[old_info] = dictionary(info)
    whole = {number: body for number, body in objects.items() if body.endswith(b"endstream")}
    small = [(number, body) for number, body in objects.items() if number not in whole]
    number = max(objects) + 1
    place: dict[int, tuple[int, int, int]] = {0: (0, 0, 65535)}  # kind, offset or stream, generation or index
    written = [b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"]
    length = len(written[0])
    for first in range(0, len(small), IN_ONE_STREAM):
        share = small[first : first + IN_ONE_STREAM]
        place |= {packed: (2, number, index) for index, (packed, _) in enumerate(share)}
        whole[number] = object_stream(share)
        number += 1
    for own, body in whole.items():
        place[own] = (1, length, 0)
        written.append(b"%d 0 obj\n%b\nendobj\n" % (own, body))
        length += len(written[-1])
    place[number] = (1, length, 0)
    digest = hashlib.sha256(b"".join(written)).hexdigest()[:32].encode()
    extra = b"/Type /XRef /W [1 4 2] /Size %d /Root %d 0 R /Info %d 0 R /ID [<%b> <%b>]"
    entries = b"".join(entry(*place.get(own, (0, 0, 65535))) for own in range(number + 1))
    table = stream(extra % (number + 1, root, old_info, digest, digest), entries)
    written.append(b"%d 0 obj\n%b\nendobj\nstartxref\n%d\n%%%%EOF\n" % (number, table, length))
    return b"".join(written)


def read(pdf: bytes) -> tuple[dict[int, bytes], int, int]:
    """The bodies of all objects by number, and the numbers of catalogue and information dictionary."""
    start = int(pdf[pdf.rindex(b"startxref") + 9 :].split()[0])
    table, _, trailer = pdf[start:].partition(b"trailer")
    kind, first, count, *cells = table.split()
    if kind != b"xref" or first != b"0" or len(cells) != 3 * int(count):
        raise ValueError("the PDF has no plain cross-reference table")
    offsets = {
        number: int(cells[3 * number]) for number in range(int(count)) if cells[3 * number + 2] == b"n"
    }
    ends = sorted([*offsets.values(), start])
    following = dict(zip(ends, ends[1:]))
    bodies = {}
    for number, offset in offsets.items():
        _, _, body = pdf[offset : following[offset]].partition(b"obj")
        bodies[number] = body.strip().removesuffix(b"endobj").strip()
    words = trailer.replace(b"/", b" /").replace(b">>", b" ").split()
    return bodies, int(words[words.index(b"/Root") + 1]), int(words[words.index(b"/Info") + 1])


def object_stream(share: list[tuple[int, bytes]]) -> bytes:
    """Objects in one compressed stream, after the list of their numbers and offsets."""
    heads, offset = [], 0
    for number, body in share:
        heads.append(b"%d %d" % (number, offset))
        offset += len(body) + 1
    head = b" ".join(heads) + b"\n"
    content = head + b"\n".join(body for _, body in share)
    return stream(b"/Type /ObjStm /N %d /First %d" % (len(share), len(head)), content)


def stream(extra: bytes, content: bytes) -> bytes:
    """A compressed stream with further entries in its dictionary."""
    packed = zlib.compress(content, 9)
    return b"<<%b /Filter /FlateDecode /Length %d>>\nstream\n%b\nendstream" % (extra, len(packed), packed)


def entry(kind: int, place: int, index: int) -> bytes:
    """A line of the cross-reference stream, in the widths that its dictionary gives."""
    return kind.to_bytes(1, "big") + place.to_bytes(4, "big") + index.to_bytes(2, "big")


def dictionary(info: dict[str, str]) -> bytes:
    """A dictionary of text strings; those with other letters than ASCII are given as UTF-16."""

    def encoded(value: str) -> bytes:
        return value.encode() if value.isascii() else b"\xfe\xff" + value.encode("utf-16-be")

    entries = (b"/%b <%b>" % (name.encode(), encoded(value).hex().encode()) for name, value in info.items())
    return b"<<%b>>" % b" ".join(entries)
