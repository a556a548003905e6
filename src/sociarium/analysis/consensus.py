"""What several people say of one text."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from math import fsum

from sociarium.records.labels import ADJUDICATED, Label

Value = float | str


def consensus(labels: Iterable[Label]) -> tuple[Value | None, str]:
    """What people say of one text, or why they do not: what was adjudicated, else the majority or the mean.

    Args:
        labels: of one item about one text, the latest of each person.
    """
    every = list(labels)
    settled = [one.value for one in every if one.annotator == ADJUDICATED]
    values = settled or [one.value for one in every if one.kind == "person"]
    if not values:
        return None, "labelled by no person"
    if all(isinstance(one, int | float) and not isinstance(one, bool) for one in values):
        return fsum(values) / len(values), ""
    (first, most), *others = Counter(map(str, values)).most_common(2)
    if others and others[0][1] == most:
        return None, "people disagree, and nobody settled it"
    return first, ""
