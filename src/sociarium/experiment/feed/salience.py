"""Which of a person's activities tell most about them, within a budget of tokens.

An activity is worth more the more it is the person's own words, the longer and the later it is, and the more it echoed;
what is like something chosen already is worth less (maximal marginal relevance: Carbonell and Goldstein, SIGIR 1998).
A quarter of the budget is kept for what the person liked and reposted, which tells of interests.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence

from sociarium.experiment.feed.archive import PastActivity

_OWN_WORDS = {"post": 1.0, "quote": 1.0, "reply": 0.8, "repost": 0.6, "like": 0.5}
_OTHERS = ("repost", "like")
_SHARE_OF_OTHERS = 0.25
_LONG = 25
"""Words from which on an activity is not worth more for its length."""
_LIKENESS = 0.6
_MOST_COMPARED = 1500

_CHARACTERS_PER_TOKEN = 4
_FRAME = 8
"""Tokens around each activity in a prompt: its kind, of whom, when."""

WeightedActivity = tuple[PastActivity, float]


def tokens(activity: PastActivity) -> int:
    """Tokens of an activity in a prompt, about."""
    return _FRAME + math.ceil(len(activity.text) / _CHARACTERS_PER_TOKEN)


def most_salient(activities: Sequence[PastActivity], budget: int) -> list[WeightedActivity]:
    """The activities that fit the budget, in their order, with their weights."""
    weights = _weights(activities)
    own = [place for place, activity in enumerate(activities) if activity.kind not in _OTHERS]
    others = [place for place, activity in enumerate(activities) if activity.kind in _OTHERS]
    first, room = _choose(activities, weights, others, math.floor(budget * _SHARE_OF_OTHERS))
    second, room = _choose(activities, weights, own, budget - math.floor(budget * _SHARE_OF_OTHERS) + room)
    rest = [place for place in others if place not in first]
    last, _ = _choose(activities, weights, rest, room, first)
    return [(activities[place], round(weights[place], 3)) for place in sorted({*first, *second, *last})]


def _weights(activities: Sequence[PastActivity]) -> list[float]:
    loudest = max((activity.echo for activity in activities), default=0)
    weights = []
    for place, activity in enumerate(activities):
        length = min(len(activity.text.split()), _LONG) / _LONG
        late = (place + 1) / len(activities)
        echo = math.log1p(activity.echo) / math.log1p(loudest) if loudest else 0.0
        weights.append(_OWN_WORDS[activity.kind] * (0.5 * length + 0.3 * late + 0.2 * echo))
    return weights


def _choose(
    activities: Sequence[PastActivity],
    weights: Sequence[float],
    places: Sequence[int],
    budget: int,
    before: Sequence[int] = (),
) -> tuple[list[int], int]:
    """Places chosen within a budget, and what is left of it."""
    words = {place: _words(activities[place]) for place in before}
    best = sorted(places, key=lambda place: -weights[place])[:_MOST_COMPARED]
    candidates = {place: _words(activities[place]) for place in best}
    likeness = {
        place: max((_alike(own, other) for other in words.values()), default=0.0) for place, own in candidates.items()
    }
    chosen: list[int] = []
    while candidates:
        place = max(candidates, key=lambda index: (weights[index] - _LIKENESS * likeness[index], index))
        best_words = candidates.pop(place)
        if (cost := tokens(activities[place])) > budget or likeness[place] == 1:
            continue
        budget -= cost
        chosen.append(place)
        for other, own in candidates.items():
            likeness[other] = max(likeness[other], _alike(own, best_words))
    return chosen, budget


def _words(activity: PastActivity) -> frozenset[str]:
    return frozenset(re.findall(r"\w+", activity.text.lower()))


def _alike(first: frozenset[str], second: frozenset[str]) -> float:
    together = len(first | second)
    return len(first & second) / together if together else 1.0
