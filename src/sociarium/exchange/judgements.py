"""What judges answered about a run, as rows: one a text, of all answers about it, and one an answer."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from sociarium.records.judgements import JUDGE, NOT_VALIDATED, Verdict, is_judgement, shown_version, verdict
from sociarium.records.labels import MISSING, Measure

Verdicts = dict[tuple[str, str, str], tuple[Verdict, str]]
"""(name, version of the rubric, subject) -> what the answers come to, and when the last of them was given."""


def verdicts(measures: Iterable[Measure]) -> Verdicts:
    """What the answers of judges among some measures of a run come to, text by text."""
    groups: dict[tuple[str, str, str], list[Measure]] = {}
    for one in filter(is_judgement, measures):
        groups.setdefault((one.name, shown_version(one), one.subject), []).append(one)
    return {key: (verdict(one.value for one in some), max(one.at for one in some)) for key, some in groups.items()}


def mark_of(name: str, version: str, validated: Iterable[str]) -> str:
    """What is to be said of a measure's numbers; empty where nothing is.

    Args:
        validated: versions of rubrics that were compared with people.
    """
    return NOT_VALIDATED if name.startswith(JUDGE) and version not in set(validated) else ""


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
