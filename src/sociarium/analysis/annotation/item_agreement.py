"""How far the annotators of a codebook agree, item by item."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

# Before the libraries, since it names the extra where one is absent.
from sociarium.analysis.agreement import Agreement, agreement

# isort: split
import pandas as pd

from sociarium.analysis.annotation.codebook import CodebookText, Item
from sociarium.analysis.annotation.labelling import StandingLabels
from sociarium.analysis.annotation.samples import Unit
from sociarium.errors import NotEstimable
from sociarium.records.labels import ADJUDICATED

SEED = 0
"""Of the bootstrap, so that the same labels give the same interval everywhere."""


@dataclass(frozen=True, slots=True)
class ItemAgreement:
    """Agreement on an item.

    Attributes:
        result: None where it cannot be estimated, for `reason`.
    """

    item: str
    measurement: str
    result: Agreement | None
    reason: str = ""


def codebook_agreement(text: CodebookText, marks: StandingLabels, units: Sequence[Unit]) -> list[ItemAgreement]:
    """Agreement on every item over some units; what settled disagreements does not count as an annotator."""
    return [_item_agreement(item, marks, units) for item in text.items]


def _item_agreement(item: Item, marks: StandingLabels, units: Sequence[Unit]) -> ItemAgreement:
    rows = [
        {"unit": at, "run": unit.run, "annotator": name, "label": labels[item.name].value}
        for at, unit in enumerate(units)
        for name, labels in marks.by_unit.get(unit, {}).items()
        if name != ADJUDICATED and item.name in labels
    ]
    frame = pd.DataFrame(rows, columns=["unit", "run", "annotator", "label"])
    if not frame.duplicated("unit").any():
        return ItemAgreement(item.name, item.measurement, None, "no two people have labelled the same yet")
    try:
        result = agreement(
            frame,
            scale=item.measurement,
            order=[str(one) for one in item.values] if item.scale is None and item.measurement == "ordinal" else None,
            weights="none" if item.measurement == "nominal" else "quadratic",
            seed=SEED,
        )
    except NotEstimable as error:
        return ItemAgreement(item.name, item.measurement, None, error.what)
    return ItemAgreement(item.name, item.measurement, result)
