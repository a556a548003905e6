"""What several people say of one text: one rule, for validations, corrections and labels as a measure.

Of a category more than half of them have to say the same (of two, both); of a scale the mean counts. What was settled
counts before all.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from math import fsum

from sociarium.records.labels import ADJUDICATED, Label

Value = float | str


def consensus(labels: Iterable[Label]) -> tuple[Value | None, str]:
    """What people say of one text, or why they do not: what was adjudicated, else what more than half say, or the mean.

    Args:
        labels: of one item about one text, the latest of each person.
    """
    every = list(labels)
    settled = [one.value for one in every if one.annotator == ADJUDICATED]
    values = settled or [one.value for one in every if one.kind == "person"]
    if not values:
        return None, "labelled by no person"
    agreed = agreed_value(values)
    return agreed, "" if agreed is not None else "people disagree, and nobody settled it"


def agreed_value(values: Sequence[Value]) -> Value | None:
    """The mean of numbers; of categories the one that more than half of the values are, or None.

    Args:
        values: one or more.
    """
    if all(isinstance(one, int | float) and not isinstance(one, bool) for one in values):
        return fsum(map(float, values)) / len(values)
    [(first, count)] = Counter(map(str, values)).most_common(1)
    return first if 2 * count > len(values) else None
