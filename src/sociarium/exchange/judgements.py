"""What judges answered about a run, as rows: one a text, of all answers about it, and one an answer."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sociarium.records.judgements import (
    JUDGE,
    NOT_VALIDATED,
    VALIDATION,
    Verdict,
    is_judgement,
    judge_entry,
    shown_version,
    verdict,
)
from sociarium.records.labels import MISSING, Codebook, Measure


@dataclass(frozen=True, slots=True)
class TextVerdict:
    """What the answers about a text come to.

    Attributes:
        judges: who gave them: models with their options.
        at: when the last of them was given.
    """

    result: Verdict
    judges: frozenset[str]
    at: str


def verdicts(measures: Iterable[Measure]) -> dict[tuple[str, str, str], TextVerdict]:
    """What the answers of judges among some measures of a run come to: (name, rubric's version, subject) -> verdict."""
    groups: dict[tuple[str, str, str], list[Measure]] = {}
    for one in filter(is_judgement, measures):
        groups.setdefault((one.name, shown_version(one), one.subject), []).append(one)
    return {
        key: TextVerdict(
            verdict(one.value for one in some),
            frozenset(judge_entry(one.version) for one in some),
            max(one.at for one in some),
        )
        for key, some in groups.items()
    }


def mark_of(name: str, version: str, judges: Collection[str], validated: Mapping[str, Codebook]) -> str:
    """What is to be said of a measure's numbers; empty where nothing is.

    Args:
        judges: who gave them.
        validated: latest validations by the rubrics' versions; one of other judges says nothing of these.
    """
    if not name.startswith(JUDGE):
        return ""
    record = validated.get(version)
    if record is None or not set(judges) <= set(record.document[VALIDATION]["judges"]):
        return NOT_VALIDATED
    return f"a judge's; {record.document[VALIDATION]['words']}"


def answer_cells(measure: Measure) -> dict[str, Any]:
    """An answer of a judge, as the table has it."""
    value: Mapping[str, Any] = measure.value
    reply: Mapping[str, Any] = value.get("reply", {})
    return {
        "name": measure.name, "version": shown_version(measure), "judge": value.get("judge"),
        "model": value.get("model"), "repeat": value.get("repeat"), "answer": value.get("answer"),
        "missing": value.get(MISSING), "flags": value.get("flags") or (), "text": reply.get("text", ""),
        "thinking": reply.get("thinking", ""), "options": value.get("sent"),
        "served_model": value.get("served_model"), "digest": value.get("digest"),
        "request": value.get("request"), "prompt_tokens": reply.get("prompt_tokens"),
        "completion_tokens": reply.get("completion_tokens"), "cost": value.get("cost"),
        "seconds": value.get("seconds"), "attempts": value.get("attempts"), "by": value.get("by"), "at": measure.at,
    }  # fmt: skip
