"""What agents answered to private questions, one value a moment."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from math import fsum

from sociarium.analysis.result_rows import Answer
from sociarium.exchange.tables.read import Cells


def asked_answers(rows: Sequence[Cells]) -> tuple[Answer, ...]:
    """One answer of an agent a moment."""
    repeats: dict[tuple[object, ...], list[Answer]] = defaultdict(list)
    for row in rows:
        one = _answer(row)
        # A run that was extended ends again, on another day.
        repeats[(one.probe, one.role, one.agent, one.moment, row["day"])].append(one)
    return tuple(replace(group[0], value=_joint_value(group)) for group in repeats.values())


def _joint_value(repeats: Sequence[Answer]) -> float | str | None:
    """The mean of numbers; of texts the most frequent one, in a tie the one that came first; of what fits alone."""
    values = [one.value for one in repeats if one.value is not None]
    numbers = [value for value in values if isinstance(value, float)]
    if numbers and len(numbers) == len(values):
        return fsum(numbers) / len(numbers)
    # `max` takes the first of those that are as frequent.
    return max(values, key=values.count) if values else None


def _answer(row: Cells) -> Answer:
    number: float | None = row["number"]
    moment = f"day {row['day']}" if row["at"] == "each_day" else row["at"]
    return Answer(row["name"], row["role"], row["agent"], moment, row["answer"] if number is None else number)
