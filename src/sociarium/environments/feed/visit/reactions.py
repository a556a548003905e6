"""What people make of the posts they see: probabilities of reactions, read from answers and drawn against."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal, NamedTuple

from sociarium.environments.answer_schema import PERCENT, object_schema, string
from sociarium.environments.feed.timeline import Exposure
from sociarium.environments.stage import Stage
from sociarium.environments.structured_output import has_words, share_in
from sociarium.experiment.rng import Draws

Reaction = Literal["like", "reply", "repost", "quote"]
REACTIONS: tuple[Reaction, ...] = ("like", "reply", "repost", "quote")
SENTIMENTS = ("positive", "neutral", "negative")

_MOST_CHARACTERS = 300
"""Of the few words about a post."""
_STEPS = 1_000_000
"""Draws have six digits, so that they are short where they are stored and printed."""
_ANSWER = object_schema(
    {
        **dict.fromkeys(REACTIONS, PERCENT),
        "sentiment": {"type": "string", "enum": list(SENTIMENTS)},
        "words": string(_MOST_CHARACTERS),
    }
)
_NAMED = {"answer": _ANSWER}
_REFERENCE = {"$ref": "#/$defs/answer"}

HOW = (
    "Answer with a JSON object `posts` that holds, under the id of each post above, an object with `like`, `reply`, "
    "`repost`, `quote` (each a whole percent from 0, never, to 100, certainly), `sentiment` (positive, neutral or "
    "negative) and `words` (a few)."
)


class Judgement(NamedTuple):
    """What somebody makes of a post.

    Attributes:
        probabilities: shares from 0 to 1.
        repaired: kinds whose probability was not given as a whole percent.
        sentiment: empty for those who act by a rule.
        cut: whether the words were longer than allowed.
        draw: the number drawn for each kind; below the probability, the reaction happens.
        drawn: kinds that happen.
    """

    exposure: Exposure
    probabilities: Mapping[Reaction, float]
    sentiment: str
    words: str
    repaired: tuple[Reaction, ...]
    cut: bool
    draw: Mapping[Reaction, float]
    drawn: tuple[Reaction, ...]

    def as_dict(self) -> dict[str, Any]:
        """As the visit's event holds it; `repaired` stands where there is any."""
        return ({"repaired": list(self.repaired)} if self.repaired else {}) | {
            "post": self.exposure.post.id,
            "probabilities": dict(self.probabilities),
            "draw": dict(self.draw),
            "drawn": list(self.drawn),
            "sentiment": self.sentiment or None,
            "words": self.words,
        }


def schema_of(exposures: Sequence[Exposure]) -> dict[str, Any]:
    """The JSON Schema of `posts`: each post's id is a key, so that none can be left out or answered twice."""
    return object_schema(dict.fromkeys((one.post.id for one in exposures), _REFERENCE))


def object_of(properties: Mapping[str, Any]) -> dict[str, Any]:
    """The schema of an object that must have all of these properties and no others."""
    schema = object_schema(properties)
    return {**schema, "$defs": _NAMED} if "posts" in properties else schema


Answers = Mapping[str, Mapping[str, Any]]
"""Post id -> probabilities (shares), sentiment and words, which of them were repaired, and whether words were cut."""


def read_answers(answer: Mapping[str, Any] | None, exposures: Sequence[Exposure]) -> Answers | None:
    """The answer to each post; None unless every one has a valid answer."""
    posts = answer.get("posts") if answer is not None else None
    if not isinstance(posts, dict):
        return None
    answers: dict[str, Mapping[str, Any]] = {}
    for one in exposures:
        valid = _valid_answer(posts.get(one.post.id))
        if valid is None:
            return None
        answers[one.post.id] = valid
    return answers


def _valid_answer(answer: Any) -> Mapping[str, Any] | None:
    if not isinstance(answer, dict):
        return None
    sentiment = str(answer.get("sentiment", "")).strip().casefold()
    if sentiment not in SENTIMENTS:
        return None
    words = str(answer.get("words", ""))
    excerpt = words[:_MOST_CHARACTERS].strip()
    read: dict[str, Any] = {
        "sentiment": sentiment,
        "words": excerpt if has_words(excerpt) else "",
        # A server's grammar ends words at the bound, wherever they are.
        "cut": len(words) >= _MOST_CHARACTERS,
    }
    repaired: list[Reaction] = []
    for kind in REACTIONS:
        share = share_in(answer.get(kind))
        if share is None:
            return None
        read[kind], mended = share
        if mended:
            repaired.append(kind)
    read["repaired"] = tuple(repaired)
    return read


def judge(one: Exposure, answer: Mapping[str, Any], stage: Stage, key: str) -> Judgement:
    """Draw against the probabilities of an answer.

    Args:
        key: of the visit; the post's id completes the name of the draws.
    """
    draws: Draws = stage.rng(f"{key}/react/{one.post.id}")
    probabilities: dict[Reaction, float] = {kind: answer[kind] for kind in REACTIONS}
    draw: dict[Reaction, float] = {kind: int(draws.random() * _STEPS) / _STEPS for kind in REACTIONS}
    drawn = tuple(kind for kind in REACTIONS if draw[kind] < probabilities[kind])
    return Judgement(
        one, probabilities, answer["sentiment"], answer["words"], answer["repaired"], answer["cut"], draw, drawn
    )


def judgements_of(exposures: Sequence[Exposure], answers: Answers, stage: Stage, key: str) -> list[Judgement]:
    """Draw for every post that has an answer, in the order in which they were shown.

    Args:
        key: of the visit.
    """
    return [judge(one, answers[one.post.id], stage, key) for one in exposures if one.post.id in answers]
