"""People whose texts are much alike: near-duplicates among those whom a model wrote."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from sociarium.experiment.tree_texts import tree_texts

ALIKE = 0.5
"""The similarity from which on two people are said to be much alike."""
MEASURE = "Jaccard similarity of three-word sequences in bio, persona and background"
MOST_COMPARED = 3000
"""People of a population whose texts are compared, the first ones."""
_MOST_EXAMPLES = 5
_MOST_SHARED = 200
"""People who share a sequence of words; one that more share is a common phrase and brings nobody together."""
_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class AlikePair:
    """Two people who are much alike."""

    replicates: tuple[int, int]
    handles: tuple[str, str]
    similarity: float


@dataclass(frozen=True, slots=True)
class Likeness:
    """How many people are much alike.

    Attributes:
        compared: people whose texts were compared.
        within, across: pairs of one replicate, and of two.
        people: who stand in one of these pairs.
        examples: the most similar pairs.
    """

    measure: str
    threshold: float
    compared: int
    within: int
    across: int
    people: int
    examples: tuple[AlikePair, ...]


def likeness(people: Sequence[tuple[int, Mapping[str, Any]]]) -> Likeness:
    """Who is much alike, among people with the replicate that they belong to."""
    some = people[:MOST_COMPARED]
    sequences = [_sequences(person) for _, person in some]
    holders: dict[tuple[str, ...], list[int]] = defaultdict(list)
    for place, words in enumerate(sequences):
        for sequence in words:
            holders[sequence].append(place)
    candidates = {
        (first, second)
        for places in holders.values()
        if 1 < len(places) <= _MOST_SHARED
        for at, first in enumerate(places)
        for second in places[at + 1 :]
    }
    pairs = [
        (similarity, first, second)
        for first, second in candidates
        if (similarity := _jaccard(sequences[first], sequences[second])) >= ALIKE
    ]
    within = sum(some[first][0] == some[second][0] for _, first, second in pairs)
    pairs.sort(key=lambda pair: (-pair[0], pair[1], pair[2]))
    return Likeness(
        measure=MEASURE,
        threshold=ALIKE,
        compared=len(some),
        within=within,
        across=len(pairs) - within,
        people=len({place for _, first, second in pairs for place in (first, second)}),
        examples=tuple(
            AlikePair(
                (some[first][0], some[second][0]),
                (some[first][1]["handle"], some[second][1]["handle"]),
                round(similarity, 3),
            )
            for similarity, first, second in pairs[:_MOST_EXAMPLES]
        ),
    )


def _sequences(person: Mapping[str, Any]) -> frozenset[tuple[str, ...]]:
    """Three words that follow each other; a text of fewer words is one sequence."""
    sequences: set[tuple[str, ...]] = set()
    for text in (*(person.get(name) or "" for name in ("bio", "background")), *tree_texts(person.get("persona"))):
        words = [word.casefold() for word in _WORD.findall(text)]
        triples = [(*first, second[1]) for first, second in pairwise(pairwise(words))]
        sequences.update(triples or ([tuple(words)] if words else []))
    return frozenset(sequences)


def _jaccard(one: frozenset[Any], other: frozenset[Any]) -> float:
    common = len(one & other)
    return common / (len(one) + len(other) - common) if common else 0.0
