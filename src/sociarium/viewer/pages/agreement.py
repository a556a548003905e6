"""How far the annotators of a sample agree, and where they do not."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sociarium.errors import MissingExtra
from sociarium.viewer.pages.labelling import Place, Work, settled_order
from sociarium.viewer.words import percent

if TYPE_CHECKING:
    from sociarium.analysis.agreement import Coefficient
    from sociarium.analysis.annotation.item_agreement import ItemAgreement


@dataclass(frozen=True, slots=True)
class Number:
    """A coefficient as it is written, with its interval or why it has none."""

    text: str
    interval: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class PairLine:
    """Two annotators."""

    first: str
    second: str
    units: int
    percent: str
    kappa: Number


@dataclass(frozen=True, slots=True)
class ItemLine:
    """An item.

    Attributes:
        reason: why there are no numbers; empty where there are.
    """

    name: str
    measurement: str
    units: int
    percent: str
    alpha: Number
    pairs: tuple[PairLine, ...]
    reason: str = ""


@dataclass(frozen=True, slots=True)
class AgreementPage:
    """Agreement on a sample.

    Attributes:
        words: what the sample is; by what it was chosen stands there only for who has labelled it.
        missing: why nothing can be computed here; empty where it can.
        disputes: units on which somebody disagrees; `settled` of them are adjudicated.
    """

    place: Place
    words: str
    annotators: tuple[str, ...]
    items: tuple[ItemLine, ...]
    missing: str
    disputes: int
    settled: int


Compute = Callable[[Work], Sequence["ItemAgreement"]]


def agreement_page(work: Work, compute: Compute) -> AgreementPage:
    """Agreement as the labels stand now.

    Args:
        compute: needs libraries that may not be here.
    """
    missing = ""
    items: tuple[ItemLine, ...] = ()
    try:
        items = tuple(map(_item_line, compute(work)))
    except MissingExtra as error:
        missing = str(error)
    disputes = settled_order(work)
    settled = sum(set(names) <= work.marks.of(unit, "adjudicated").keys() for unit, names in disputes)
    annotators = tuple(work.marks.annotators(work.order))
    words = work.place.words if work.is_whole else work.place.blind_words
    return AgreementPage(work.place, words, annotators, items, missing, len(disputes), settled)


def _item_line(one: ItemAgreement) -> ItemLine:
    if one.result is None:
        return ItemLine(one.item, one.measurement, 0, "", Number("", ""), (), one.reason)
    result = one.result
    pairs = tuple(
        PairLine(pair.first, pair.second, pair.units, _share(pair.percent.share), _coefficient(pair.kappa))
        for pair in result.kappas
    )
    return ItemLine(one.item, one.measurement, result.units, _share(result.percent), _coefficient(result.alpha), pairs)


def _share(value: float) -> str:
    return percent(value, 1.0)


def _coefficient(one: Coefficient) -> Number:
    text = "not estimable" if one.value != one.value else f"{one.value:.2f}".replace("-", "\N{MINUS SIGN}")
    if one.low is None or one.high is None:
        return Number(text, "", one.note)
    low, high = (f"{end:.2f}".replace("-", "\N{MINUS SIGN}") for end in (one.low, one.high))
    return Number(text, f"{low} to {high}")
