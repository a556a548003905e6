"""The number that a run has for an outcome: of its answers at a moment, or of their change between two."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from math import fsum

from sociarium.analysis.result_rows import Answer, Change

CHANGE = " → "
"""Stands between the moments of a change."""

ANOTHER = "another answer"
"""In place of an option, of a change: that the second answer is not the first, whichever they are."""

Value = Callable[[float | str | None], float | None]


def value_of(option: str | None) -> Value:
    """What an answer counts as: itself, or whether it is an option."""
    if option is None:
        return lambda answer: answer if isinstance(answer, float) else None
    return lambda answer: None if answer is None else float(_label(answer) == option)


def values_of(answers: Sequence[Answer], value: Value) -> tuple[list[float], int]:
    """The values of a run's answers, and how many have none that fits; a free text is not counted as missing."""
    values = [value(one.value) for one in answers]
    return [one for one in values if one is not None], sum(one.value is None for one in answers)


def differences_of(answers: Sequence[Answer], change: Change, value: Value) -> tuple[list[float], int]:
    """The second moment less the first, of each agent who answered at both; and how many did not."""
    by_agent: dict[str, dict[str, float | None]] = defaultdict(dict)
    for one in answers:
        if one.moment in change and (one.value is None or value(one.value) is not None):
            by_agent[one.agent][one.moment] = value(one.value)
    differences = []
    for moments in by_agent.values():
        first, second = (moments.get(moment) for moment in change)
        if first is not None and second is not None:
            differences.append(second - first)
    return differences, len(by_agent) - len(differences)


def changed_of(answers: Sequence[Answer], change: Change) -> list[float]:
    """Of each agent who answered at both moments: 1 where the second answer is not the first, otherwise 0."""
    by_agent: dict[str, dict[str, float | str | None]] = defaultdict(dict)
    for one in answers:
        by_agent[one.agent][one.moment] = one.value
    pairs = [[moments.get(moment) for moment in change] for moments in by_agent.values()]
    return [float(first != second) for first, second in pairs if first is not None and second is not None]


def run_mean(answers: Sequence[Answer], moment: str, option: str | None = None) -> float | None:
    """The mean over the agents of a run, as results take it; None where nobody has a value.

    Args:
        answers: of one probe and role.
        moment: or two of them, as results name a change.
        option: whose share it is; of two moments also `ANOTHER`.
    """
    first, arrow, second = moment.partition(CHANGE)
    if arrow and option == ANOTHER:
        changed = changed_of(answers, (first, second))
        return fsum(changed) / len(changed) if changed else None
    value = value_of(option)
    at_moment = [one for one in answers if one.moment == moment]
    values = differences_of(answers, (first, second), value)[0] if arrow else values_of(at_moment, value)[0]
    return fsum(values) / len(values) if values else None


def moment_order(moment: str) -> tuple[int, int, str]:
    """Sorts moments as they come in a run: the start, days or turns by their numbers, the end."""
    for kind in ("day ", "turn "):
        if moment.startswith(kind) and moment[len(kind) :].isdecimal():
            return (1, int(moment[len(kind) :]), "")
    return ({"start": 0, "end": 2}.get(moment, 3), 0, moment)


def _label(answer: float | str) -> str:
    return answer if isinstance(answer, str) else f"{answer:g}"
