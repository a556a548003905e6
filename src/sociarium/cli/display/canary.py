"""What hosted models answered to the canary of a sweep, on a screen and as JSON."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from rich.console import Console

from sociarium.cli.display.output import words
from sociarium.exchange.canary_text import answer_text, change_texts, same_texts
from sociarium.exchange.sanitize import one_line
from sociarium.records.canary import CanaryAnswer, canary_answers, canary_changes
from sociarium.records.steering import SteeringOrder

_MOST_WORDS = 600


def canary_as_dict(orders: Sequence[SteeringOrder]) -> dict[str, Any]:
    """As `--json` prints it: the answers in their order, and where those of a model changed."""
    answers = canary_answers(orders)
    return {
        "answers": [asdict(answer) for answer in answers],
        "changes": [
            {"model": one.after.model, "what": list(one.what), "from": _when(one.before), "to": _when(one.after)}
            for one in canary_changes(answers)
        ],
    }


def canary_warnings(orders: Sequence[SteeringOrder]) -> list[str]:
    """Where answers of a model changed."""
    return [f"{text[:1].upper()}{text[1:]}." for text in change_texts(canary_answers(orders))]


def canary_lines(orders: Sequence[SteeringOrder]) -> list[str]:
    """Which models answered alike."""
    return [f"{text[:1].upper()}{text[1:]}." for text in same_texts(canary_answers(orders))]


def show_canary(screen: Console, orders: Sequence[SteeringOrder]) -> None:
    """Every answer with its words, and what changed."""
    answers = canary_answers(orders)
    if not answers:
        screen.print(words("No model has answered a canary; `canary: true` in the sweep asks hosted ones."))
    for answer in answers:
        screen.print(words(answer_text(answer), "bold"))
        screen.print(words(f"  {one_line(answer.text, most=_MOST_WORDS)}"))
    for line in canary_warnings(orders):
        screen.print(words(line, "yellow"))
    for line in canary_lines(orders):
        screen.print(words(line))


def _when(answer: CanaryAnswer) -> dict[str, str]:
    return {"moment": answer.moment, "at": answer.at}
