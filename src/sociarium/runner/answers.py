"""Replies and recorded values as journal answers, and back."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

from sociarium.errors import Divergence
from sociarium.experiment.canonical import fingerprint
from sociarium.ports.model import ModelReply
from sociarium.ports.person import Question
from sociarium.records.journal import JournalEntry

RECORDED = fingerprint("recorded")
"""The fingerprint of entries that answer no request: values computed once."""


def question_fingerprint(question: Question) -> str:
    """The fingerprint of a question to a person: what is asked and may be answered."""
    return fingerprint(["person", question.text, question.context, question.choices])


_PARTS = tuple(part.name for part in fields(ModelReply))


def spelled(reply: ModelReply) -> dict[str, Any]:
    """A reply as a JSON value; parts that say nothing are left out."""
    told = {name: getattr(reply, name) for name in _PARTS}
    return {name: value for name, value in told.items() if not (value is None or value is False or value == "")}


def read(answer: Any) -> ModelReply:
    """The reply that `spelled` wrote."""
    return ModelReply(**{"text": "", **answer})


def verify(entry: JournalEntry, asked: str) -> None:
    """Raise `Divergence` unless an entry answers the request with this fingerprint."""
    if entry.fingerprint != asked:
        raise Divergence(
            entry.run,
            entry.key,
            f"asked for {asked[:12]}, answered was {entry.fingerprint[:12]} (request fingerprints)",
        )
