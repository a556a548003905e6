"""The canary of a sweep: one fixed question to models that others host, whose answers show when a model drifts.

Answers stand in the sweep's log, as orders of the action `canary`. No run reads them; none is a message of an agent.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal, get_args

from sociarium.records.steering import SteeringOrder

CanaryMoment = Literal["start", "middle", "end"]
"""By how many runs are finished: none yet, half of them, all."""
MOMENTS: tuple[CanaryMoment, ...] = get_args(CanaryMoment)


@dataclass(frozen=True, slots=True)
class CanaryAnswer:
    """What a model answered to the canary.

    Attributes:
        model: its name in the experiment file.
        finished, planned: runs of the sweep, when it was asked.
        text: the answer; `hash` is its SHA-256.
        prompt: SHA-256 of what was asked.
        sent: options as really sent; at a temperature other than 0 answers differ by themselves.
        served_model, fingerprint: what the server says it was.
        cost: US dollars; None where no price was known.
        by, at: who played, and when, UTC, ISO 8601.
    """

    model: str
    moment: CanaryMoment
    finished: int
    planned: int
    text: str
    hash: str
    prompt: str
    sent: Mapping[str, Any]
    served_model: str | None
    fingerprint: str | None
    prompt_tokens: int
    completion_tokens: int
    cost: float | None
    by: str
    at: str

    @property
    def is_sampled(self) -> bool:
        """Whether the model may have drawn its words, so that the same model answers otherwise the next time."""
        return self.sent.get("temperature") != 0


@dataclass(frozen=True, slots=True)
class CanaryChange:
    """Two answers of a model, one after the other, that differ.

    Attributes:
        what: of `answer`, `served model` and `fingerprint`, those that differ.
    """

    before: CanaryAnswer
    after: CanaryAnswer
    what: tuple[str, ...]


def canary_value(answer: CanaryAnswer) -> dict[str, Any]:
    """What an order of the action `canary` says of an answer; who, when and which model stands with the order."""
    names = ("moment", "finished", "planned", "text", "hash", "prompt", "served_model", "fingerprint",
             "prompt_tokens", "completion_tokens", "cost")  # fmt: skip
    return {**{name: getattr(answer, name) for name in names}, "sent": dict(answer.sent)}


def canary_answers(orders: Iterable[SteeringOrder]) -> list[CanaryAnswer]:
    """The answers in the log of a sweep, in their order; what a later version wrote in another form is left out."""
    answers = []
    for order in orders:
        if order.action == "canary" and order.target is not None:
            try:
                answers.append(CanaryAnswer(**order.value, model=order.target["model"], by=order.by, at=order.at))
            except (TypeError, KeyError):
                continue
    return answers


def canary_changes(answers: Iterable[CanaryAnswer]) -> list[CanaryChange]:
    """Where answers of one model to the same question changed."""
    latest: dict[tuple[str, str], CanaryAnswer] = {}
    changes = []
    for answer in answers:
        before = latest.get((answer.model, answer.prompt))
        latest[answer.model, answer.prompt] = answer
        if before is not None and (what := _differences(before, answer)):
            changes.append(CanaryChange(before, answer, what))
    return changes


def hash_of_answer(text: str) -> str:
    """SHA-256 of an answer."""
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()


def _differences(before: CanaryAnswer, after: CanaryAnswer) -> tuple[str, ...]:
    pairs = {
        "answer": (before.hash, after.hash),
        "served model": (before.served_model, after.served_model),
        "fingerprint": (before.fingerprint, after.fingerprint),
    }
    return tuple(what for what, (one, other) in pairs.items() if one != other and None not in (one, other))
