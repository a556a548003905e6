"""What people make of the posts they see: probabilities of reactions, read from answers and drawn against."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal, NamedTuple

from sociarium.environments.feed.lists import Shown
from sociarium.environments.stage import Stage
from sociarium.experiment.chance import Draws

Reaction = Literal["like", "reply", "repost", "quote"]
REACTIONS: tuple[Reaction, ...] = ("like", "reply", "repost", "quote")
SENTIMENTS = ("positive", "neutral", "negative")

_MOST_WORDS = 300
_STEPS = 1_000_000
"""Draws have six digits, so that they are short where they are stored and printed."""
_PROBABILITY = {"type": "number", "minimum": 0, "maximum": 1}
_PROPERTIES: dict[str, Any] = {
    **dict.fromkeys(REACTIONS, _PROBABILITY),
    "sentiment": {"type": "string", "enum": list(SENTIMENTS)},
    "words": {"type": "string"},
}
_ANSWER = {
    "type": "object",
    "properties": _PROPERTIES,
    "required": list(_PROPERTIES),
    "additionalProperties": False,
}
_REFERENCE = {"$ref": "#/$defs/answer"}

HOW = (
    "Answer with a JSON object `posts` that holds, under the id of each post above, an object with `like`, `reply`, "
    "`repost`, `quote` (probabilities from 0 to 1), `sentiment` (positive, neutral or negative) and `words`."
)


class Judged(NamedTuple):
    """What somebody makes of a post.

    Attributes:
        draw: the number drawn for each kind; below the probability, the reaction happens.
        drawn: kinds that happen.
    """

    shown: Shown
    probabilities: Mapping[Reaction, float]
    sentiment: str
    words: str
    draw: Mapping[Reaction, float]
    drawn: tuple[Reaction, ...]

    def told(self) -> dict[str, Any]:
        """As the session's event holds it."""
        return {
            "post": self.shown.post.id,
            "probabilities": dict(self.probabilities),
            "draw": dict(self.draw),
            "drawn": list(self.drawn),
            "sentiment": self.sentiment,
            "words": self.words,
        }


def schema_of(shown: Sequence[Shown]) -> dict[str, Any]:
    """The JSON Schema of `posts`: each post's id is a key, so that none can be left out or answered twice."""
    ids = [one.post.id for one in shown]
    return {
        "type": "object",
        "properties": dict.fromkeys(ids, _REFERENCE),
        "required": ids,
        "additionalProperties": False,
    }


def wrapped(properties: Mapping[str, Any]) -> dict[str, Any]:
    """The schema of an object that must have all of these properties and no others."""
    found = {
        "type": "object",
        "properties": dict(properties),
        "required": list(properties),
        "additionalProperties": False,
    }
    return {**found, "$defs": {"answer": _ANSWER}} if "posts" in properties else found


Answers = Mapping[str, Mapping[str, Any]]
"""Post id -> probabilities, sentiment and words."""


def read_answers(given: Mapping[str, Any] | None, shown: Sequence[Shown]) -> Answers | None:
    """The answer to each post; None unless every one has a valid answer."""
    posts = given.get("posts") if given is not None else None
    if not isinstance(posts, dict):
        return None
    found: dict[str, Mapping[str, Any]] = {}
    for one in shown:
        answer = _valid(posts.get(one.post.id))
        if answer is None:
            return None
        found[one.post.id] = answer
    return found


def _valid(answer: Any) -> Mapping[str, Any] | None:
    if not isinstance(answer, dict):
        return None
    sentiment = str(answer.get("sentiment", "")).strip().casefold()
    if sentiment not in SENTIMENTS:
        return None
    read: dict[str, Any] = {"sentiment": sentiment, "words": str(answer.get("words", "")).strip()[:_MOST_WORDS]}
    for kind in REACTIONS:
        value = answer.get(kind)
        if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= 1:
            return None
        read[kind] = float(value)
    return read


def judged(one: Shown, answer: Mapping[str, Any], stage: Stage, key: str) -> Judged:
    """Draw against the probabilities of an answer.

    Args:
        key: of the session; the post's id completes the name of the draws.
    """
    draws: Draws = stage.rng(f"{key}/react/{one.post.id}")
    probabilities: dict[Reaction, float] = {kind: answer[kind] for kind in REACTIONS}
    draw: dict[Reaction, float] = {kind: int(draws.random() * _STEPS) / _STEPS for kind in REACTIONS}
    drawn = tuple(kind for kind in REACTIONS if draw[kind] < probabilities[kind])
    return Judged(one, probabilities, answer["sentiment"], answer["words"], draw, drawn)
