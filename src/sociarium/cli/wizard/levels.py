"""Levels of a factor: those that it had, and those that are typed."""

from __future__ import annotations

from typing import Any

from sociarium.cli.wizard.flow import QuestionFlow
from sociarium.cli.wizard.lists import typed_text, wholes, wholes_fault

_LEVELS = "One number, or several to compare them: 2, 4 or 1-3. Every combination with the other settings is tried."


def levels(former: dict[str, Any], name: str, otherwise: list[Any]) -> list[Any]:
    """The levels that a factor had in a sweep, spelled out."""
    raw = (former.get("factors") or {}).get(name)
    if raw is None:
        return otherwise
    if not isinstance(raw, dict):
        return list(raw) if isinstance(raw, list) else [raw]
    step = raw.get("by", 1)
    return [raw["from"] + step * place for place in range(int((raw["to"] - raw["from"]) / step) + 1)]


def numbers(
    asking: QuestionFlow,
    name: str,
    question: str,
    former: dict[str, Any],
    usual: list[int],
    *,
    least: int,
    hint: str = "",
) -> list[int]:
    """Whole numbers, with those of a former sweep as proposal."""
    line = asking.text(
        name,
        question,
        hint=hint or _LEVELS,
        default=typed_text(levels(former, name, usual)),
        check=lambda text: wholes_fault(text, least),
    )
    return wholes(line)
