"""Exact two-level minimisation of truth tables, with every tied minimal model.

A configuration is an integer: bit i is the value of condition i. A term (product of literals) is
a pair of masks `(care, values)`: the conditions it names, and their values. A model is a tuple of
terms, read as their disjunction.

Quine (1952, 1955) and McCluskey (1956) for prime implicants; Petrick (1956) for the exact cover;
Berge (1989, ch. 2) for minimal hitting sets. Prime implicants over the logical remainders are found
as minimal hitting sets of what tells a positive row from each negative one, so that the remainders
are never listed (the idea of Duşa 2018, "Consistency Cubes", with another algorithm).
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import islice, product
from math import prod

Term = tuple[int, int]
Model = tuple[Term, ...]

TRUE: Term = (0, 0)  # the term without literals, which covers everything
LIMIT = 100_000


class TooManyModels(ValueError):
    """More tied models than the limit that was asked for; nothing is cut off silently."""


@dataclass(frozen=True)
class Minimum:
    """What a minimisation found.

    `models` are sorted: fewer literals first. `primes` are the prime implicants that cover a
    positive row. `number` is how many models there are: exact where `complete`, else at least that.
    """

    models: tuple[Model, ...]
    primes: tuple[Term, ...]
    number: int
    complete: bool = True


def covers(term: Term, row: int) -> bool:
    """Whether a term covers a configuration."""
    care, values = term
    return row & care == values


def contains(larger: Term, smaller: Term) -> bool:
    """Whether every configuration that `smaller` covers is covered by `larger`."""
    return larger[0] & ~smaller[0] == 0 and smaller[1] & larger[0] == larger[1]


def literals(model: Iterable[Term]) -> int:
    """Number of literals of a model."""
    return sum(care.bit_count() for care, _ in model)


def minimal_hitting_sets(sets: Iterable[int]) -> list[int]:
    """All inclusion-minimal masks that meet every given mask (Berge's sequential method).

    One mask, the empty one, where no sets are given; none where one of them is empty.
    """
    kept = _minimal(sets)
    found = [0]
    for wanted in sorted(kept, key=int.bit_count):
        hitting = [mask for mask in found if mask & wanted]
        missing = [mask for mask in found if not mask & wanted]
        bits = [1 << i for i in range(wanted.bit_length()) if wanted >> i & 1]
        # An extension by a bit is minimal unless a mask that already hits lies within it.
        by_bit = {bit: [mask for mask in hitting if mask & bit] for bit in bits}
        extended = [
            mask | bit
            for mask in missing
            for bit in bits
            if not any(other & ~(mask | bit) == 0 for other in by_bit[bit])
        ]
        found = hitting + extended
    return found


def _minimal(masks: Iterable[int]) -> list[int]:
    kept: list[int] = []
    for mask in sorted(set(masks), key=int.bit_count):
        if not any(other & ~mask == 0 for other in kept):
            kept.append(mask)
    return kept


def maximal_cubes(positives: Iterable[int], negatives: Iterable[int], conditions: int) -> list[Term]:
    """Prime implicants that cover a positive row, all rows but the negative ones being allowed.

    ValueError where a row is both positive and negative.
    """
    positives, negatives = _checked(positives, negatives, conditions)
    found = {
        (care, row & care)
        for row in positives
        for care in minimal_hitting_sets(row ^ negative for negative in negatives)
    }
    return sorted(found)


def observed_cubes(positives: Iterable[int], conditions: int) -> list[Term]:
    """Prime implicants of the positive rows alone, no other row being allowed (Quine-McCluskey)."""
    positives, _ = _checked(positives, (), conditions)
    full = (1 << conditions) - 1
    level: set[Term] = {(full, row) for row in positives}
    primes: set[Term] = set()
    while level:
        merged, above = set(), set()
        for care, values in level:
            for i in range(conditions):
                bit = 1 << i
                if care & bit and (care, values ^ bit) in level:
                    merged.add((care, values))
                    above.add((care & ~bit, values & ~bit))
        primes |= level - merged
        level = above
    return sorted(primes)


def closure(cubes: Iterable[Term]) -> list[Term]:
    """Prime implicants of a disjunction of cubes, by iterated consensus (Quine 1955)."""
    found = _absorbed(set(cubes))
    while True:
        new = {
            joint
            for position, one in enumerate(found)
            for other in found[:position]
            if (joint := _consensus(one, other)) and not any(contains(known, joint) for known in found)
        }
        if not new:
            return sorted(found)
        found = _absorbed(new | set(found))


def _consensus(one: Term, other: Term) -> Term | None:
    opposed = one[0] & other[0] & (one[1] ^ other[1])
    if opposed.bit_count() != 1:
        return None
    return (one[0] | other[0]) & ~opposed, (one[1] | other[1]) & ~opposed


def _absorbed(cubes: Iterable[Term]) -> list[Term]:
    kept: list[Term] = []
    for cube in sorted(set(cubes), key=lambda cube: cube[0].bit_count()):
        if not any(contains(known, cube) for known in kept):
            kept.append(cube)
    return kept


def cover(
    primes: Sequence[Term],
    positives: Iterable[int],
    scope: str = "fewest",
    limit: int = LIMIT,
    partial: bool = False,
) -> Minimum:
    """All models made of `primes` that cover every positive row.

    `scope` "fewest": all with the fewest terms, the usual meaning of minimal in QCA (Duşa 2019,
    ch. 8); "irredundant": all from which no term can be dropped (Baumgartner and Thiem 2017).
    Where there are more than `limit`, TooManyModels is raised, or with `partial` the first `limit`
    are returned and the result says that it is not complete.
    """
    if scope not in ("fewest", "irredundant"):
        raise ValueError(f"scope={scope!r}: use 'fewest' or 'irredundant'.")
    if limit < 1:
        raise ValueError(f"limit={limit}: must be 1 or more.")
    rows = sorted(set(positives))
    alike: dict[int, list[Term]] = defaultdict(list)  # terms that cover the same positive rows
    for prime in primes:
        mask = sum(1 << i for i, row in enumerate(rows) if covers(prime, row))
        if mask:
            alike[mask].append(prime)
    everything = (1 << len(rows)) - 1
    if not rows:
        return Minimum((), (), 0)
    used = tuple(sorted(prime for group in alike.values() for prime in group))
    size = _fewest(list(alike), everything) if scope == "fewest" else len(rows)
    found = _covers(list(alike), everything, size, len(rows))
    kept = (masks for masks in found if scope == "fewest" or _irredundant(masks))
    models, number, complete = _listed(([alike[mask] for mask in masks] for masks in kept), limit)
    if not complete and not partial:
        raise TooManyModels(
            f"more than {limit} models are tied: raise limit, or ask for a partial list, which says so"
        )
    ordered = sorted((tuple(sorted(model)) for model in models), key=lambda model: (literals(model), model))
    return Minimum(tuple(ordered), used, number, complete)


def _listed(covers: Iterable[list[list[Term]]], limit: int) -> tuple[list[Model], int, bool]:
    """Up to `limit` models, how many there are, and whether that is all: counting ends beyond the limit.

    A cover is given as groups of terms that cover the same rows; a model takes one of each.
    """
    models: list[Model] = []
    number = 0
    for groups in covers:
        number += prod(map(len, groups))
        models += islice(product(*groups), max(0, limit - len(models)))
        if number > limit:
            return models, number, False
    return models, number, True


def _fewest(masks: list[int], everything: int) -> int:
    """Size of a smallest cover: dominated masks cannot make it smaller, so they are left out."""
    kept: list[int] = []
    for mask in sorted(masks, key=int.bit_count, reverse=True):
        if not any(mask & ~other == 0 for other in kept):
            kept.append(mask)
    rows = everything.bit_length()
    size = max(1, -(-rows // max(map(int.bit_count, kept))))
    while next(_covers(kept, everything, size, rows), None) is None:
        size += 1
    return size


def _covers(masks: list[int], everything: int, size: int, rows: int):
    """Every set of at most `size` masks that covers everything, each once, as tuples.

    Branch on the uncovered row with the fewest candidates; a candidate tried is banned in the
    branches after it, which makes every cover come up once.
    """
    ordered = sorted(masks, key=int.bit_count, reverse=True)
    by_row = [[mask for mask in ordered if mask >> row & 1] for row in range(rows)]

    def search(uncovered: int, chosen: tuple[int, ...], banned: frozenset[int]):
        if not uncovered:
            yield chosen
            return
        slots = size - len(chosen)
        if slots == 0:
            return
        candidates = _candidates(by_row, uncovered, banned)
        if slots == 1:
            for mask in candidates:
                if not uncovered & ~mask:
                    yield (*chosen, mask)
            return
        total, largest = uncovered.bit_count(), _largest(ordered, uncovered, banned)
        if total > slots * largest:
            return
        tried = set()
        for mask in candidates:
            if total - (mask & uncovered).bit_count() <= (slots - 1) * largest:
                yield from search(uncovered & ~mask, (*chosen, mask), banned | tried)
            tried.add(mask)

    yield from search(everything, (), frozenset())


def _candidates(by_row: list[list[int]], uncovered: int, banned: frozenset[int]) -> list[int]:
    """The masks that are left for the uncovered row that has the fewest of them."""
    fewest: list[int] | None = None
    for row, masks in enumerate(by_row):
        if uncovered >> row & 1:
            free = [mask for mask in masks if mask not in banned]
            if fewest is None or len(free) < len(fewest):
                fewest = free
                if len(fewest) <= 1:
                    break
    return fewest or []


def _largest(ordered: list[int], uncovered: int, banned: frozenset[int]) -> int:
    """How many uncovered rows one mask can cover at most; `ordered` by size, so the loop can stop early."""
    largest = 0
    for mask in ordered:
        if mask.bit_count() <= largest:
            break
        if mask not in banned:
            largest = max(largest, (mask & uncovered).bit_count())
    return largest


def _irredundant(masks: Sequence[int]) -> bool:
    """Whether each mask covers something that no other does."""
    once = twice = 0
    for mask in masks:
        twice |= once & mask
        once |= mask
    return all(mask & ~twice for mask in masks)


def conservative(positives, conditions: int, **options) -> Minimum:
    """All minimal models without any assumption on logical remainders (the complex solution).

    `positives`: configurations with the outcome. Options as in `cover`.
    """
    positives = set(positives)
    return cover(observed_cubes(positives, conditions), positives, **options)


def parsimonious(positives, negatives, conditions: int, **options) -> Minimum:
    """All minimal models when every logical remainder may be used (Ragin 1987, ch. 7).

    Without negative rows the one model is the term without literals: true of every case.
    """
    positives = set(positives)
    return cover(maximal_cubes(positives, negatives, conditions), positives, **options)


def easy_cubes(complex_model: Model, simple_model: Model, present: int, absent: int) -> list[Term]:
    """What a complex model becomes when easy counterfactuals alone are granted.

    For each complex term and each parsimonious one that contains it, a literal that the latter
    does without is dropped where a directional expectation says that the opposite value should
    contribute to the outcome: the assumption is easy then, and difficult otherwise (Ragin and
    Sonnett 2005; Ragin 2008, ch. 9). `present`, `absent`: masks of conditions expected to
    contribute when present, or when absent; a condition in neither has no expectation.
    """
    cubes = set(complex_model)
    for care, values in complex_model:
        for simple in simple_model:
            if contains(simple, (care, values)):
                droppable = care & ~simple[0] & (present & ~values | absent & values)
                cubes.add((care & ~droppable, values & ~droppable))
    return sorted(cubes)


def intermediate(positives, negatives, conditions: int, present: int, absent: int, **options) -> Minimum:
    """All minimal models for every pair of a conservative and a parsimonious model.

    The models of all pairs are joined, each once; `easy_cubes` says what may be assumed.
    """
    if present & absent:
        raise ValueError("a condition cannot be expected to contribute both when present and when absent")
    positives, negatives = set(positives), set(negatives)
    models: set[Model] = set()
    primes: set[Term] = set()
    limit = options.get("limit", LIMIT)
    pairs = product(
        conservative(positives, conditions, **options).models,
        parsimonious(positives, negatives, conditions, **options).models,
    )
    done: dict[tuple[Term, ...], Minimum] = {}
    for complex_model, simple_model in pairs:
        cubes = tuple(easy_cubes(complex_model, simple_model, present, absent))
        if cubes not in done:
            done[cubes] = cover(closure(cubes), positives, **options)
        models.update(done[cubes].models)
        primes.update(done[cubes].primes)
        if len(models) > limit and not options.get("partial"):
            raise TooManyModels(f"more than {limit} intermediate models: raise limit")
    ordered = sorted(models, key=lambda model: (len(model), literals(model), model))
    complete = all(found.complete for found in done.values())
    return Minimum(tuple(ordered), tuple(sorted(primes)), len(ordered), complete)


def _checked(positives, negatives, conditions: int) -> tuple[list[int], list[int]]:
    positives, negatives = sorted(set(positives)), sorted(set(negatives))
    beyond = [row for row in (*positives, *negatives) if row < 0 or row >> conditions]
    if beyond:
        raise ValueError(f"row {beyond[0]} does not exist with {conditions} conditions.")
    both = sorted(set(positives) & set(negatives))
    if both:
        raise ValueError(f"row {both[0]} is both positive and negative: a row has one outcome.")
    return positives, negatives
