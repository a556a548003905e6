"""Replies and recorded values as journal answers, and back."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import fields
from typing import Any

from sociarium.errors import Divergence
from sociarium.experiment.canonical import fingerprint
from sociarium.experiment.feed.run_content import PopulationContent
from sociarium.ports.model import ModelReply, ServedReply
from sociarium.ports.person import Question
from sociarium.records.inputs import Input, OutsidePost, added_fields
from sociarium.records.journal import Call, JournalEntry

RECORDED = fingerprint("recorded")
"""The fingerprint of entries that answer no request: values computed once."""


INBOX = fingerprint("inputs")
"""The fingerprint of entries that hold what was posted from outside."""


def people_fingerprint(population: PopulationContent, first: int, last: int) -> str:
    """The fingerprint of a wish for people of a population."""
    return fingerprint(["people", population.digest, first, last])


def posts_as_json(inputs: Iterable[Input]) -> list[dict[str, Any]]:
    """Inputs as a JSON value; what says nothing beyond a post is left out."""
    return [
        {"number": one.number, "author": one.author, "content": one.content} | added_fields(one.seen) for one in inputs
    ]


def read_posts(answer: Any) -> Sequence[OutsidePost]:
    """The inputs that `posts_as_json` wrote."""
    return [OutsidePost(**one) for one in answer]


def question_fingerprint(question: Question) -> str:
    """The fingerprint of a question to a person: what is asked and may be answered."""
    return fingerprint(["person", question.text, question.context, question.choices])


_PARTS = tuple(part.name for part in fields(ModelReply))


def call_of(model: str, served: ServedReply, attempts: int) -> Call:
    """The facts of a call.

    Args:
        model: its name in the experiment file.
    """
    return Call(
        model,
        served.sent,
        served.seconds,
        attempts,
        served.served_model,
        served.digest,
        served.fingerprint,
        served.endpoint,
        served.cached_tokens,
        served.hardware,
    )


def reply_as_json(reply: ModelReply) -> dict[str, Any]:
    """A reply as a JSON value; parts that say nothing are left out."""
    parts = {name: getattr(reply, name) for name in _PARTS}
    return {name: value for name, value in parts.items() if not (value is None or value is False or value == "")}


def read_reply(answer: Any) -> ModelReply:
    """The reply that `reply_as_json` wrote."""
    return ModelReply(**{"text": "", **answer})


def verify(entry: JournalEntry, expected: str) -> None:
    """Raise `Divergence` unless an entry answers the request with this fingerprint."""
    if entry.fingerprint != expected:
        raise Divergence(
            entry.run,
            entry.key,
            f"asked for {expected[:12]}, answered was {entry.fingerprint[:12]} (request fingerprints)",
        )
