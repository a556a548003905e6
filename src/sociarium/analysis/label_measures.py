"""Labels as a measure of runs: what people agree on, or what was settled, of each message or run that was drawn.

`consensus` has the rule by which people agree. Units that were chosen for what they are stand for nothing else
and are left out, and so is what nobody agrees on: it counts as missing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sociarium.analysis.consensus import agreed_value
from sociarium.errors import Ambiguous, BadInput
from sociarium.exchange.tables.read import Cells
from sociarium.experiment.problems import did_you_mean
from sociarium.ports.store import Store
from sociarium.records.judgements import is_codebook
from sociarium.records.labels import ADJUDICATED, Codebook

PREFIX = "label:"


@dataclass(frozen=True, slots=True)
class LabelMeasure:
    """An item of a codebook as a measure.

    Attributes:
        name: as it is asked for and shown, `label:tone`.
        codebooks: ids of the codebook's versions in which the item has the same values; the latest is the last.
        choices: its categories; empty for a scale.
    """

    name: str
    item: str
    codebooks: tuple[str, ...]
    choices: tuple[str, ...]


def find_label_measure(store: Store, experiment: str, name: str) -> LabelMeasure:
    """A measure by `label:ITEM`, or `label:CODEBOOK/ITEM` where several codebooks have such an item.

    Raises:
        BadInput: there is none.
        Ambiguous: several codebooks have it.
    """
    if not name.startswith(PREFIX):
        raise BadInput(f"there is no measure {name!r}; labels are measures: label:ITEM")
    asked = name.removeprefix(PREFIX)
    books = [one for one in store.codebooks(experiment) if is_codebook(one)]
    items = {(book.title, item["name"]) for book in books for item in book.document.get("items", ())}
    matches = sorted(pair for pair in items if asked in {pair[1], "/".join(pair)})
    if not matches:
        known = [item for _, item in sorted(items)]
        raise BadInput(f"no codebook has an item {asked!r}; {did_you_mean(asked, known) or 'there is no codebook'}")
    if len(matches) > 1:
        names = ", ".join(f"label:{title}/{item}" for title, item in matches)
        raise Ambiguous(f"several codebooks have an item {asked!r}; write one of {names}")
    title, item = matches[0]
    versions = sorted((one for one in books if one.title == title), key=lambda one: one.number)
    return _measure(name, item, [one for one in versions if _item(one, item)])


def unit_values(labels: Iterable[Cells], measure: LabelMeasure) -> list[tuple[str, float | str | None]]:
    """The units of a run with what counts of each; None where people disagree.

    Args:
        labels: rows of the table of labels.
    """
    by_unit: dict[tuple[str, str], dict[str, Cells]] = defaultdict(dict)
    for row in labels:
        is_meant = row["item"] == measure.item and row["codebook"] in measure.codebooks
        if is_meant and row["kind"] == "person" and row["probability"] is not None:
            by_unit[row["codebook"], row["subject"]][row["annotator"]] = row
    return [(subject, _value(rows, bool(measure.choices))) for (_, subject), rows in by_unit.items()]


def _value(rows: Mapping[str, Cells], is_category: bool) -> float | str | None:
    counting = [rows[ADJUDICATED]] if ADJUDICATED in rows else list(rows.values())
    return agreed_value([str(row["value"]) if is_category else float(row["number"]) for row in counting])


def _measure(name: str, item: str, versions: Sequence[Codebook]) -> LabelMeasure:
    latest = _item(versions[-1], item)
    same = tuple(one.id for one in versions if _values(_item(one, item)) == _values(latest))
    return LabelMeasure(name, item, same, _categories(latest))


def _values(item: Mapping[str, Any]) -> tuple[object, ...]:
    """What tells whether two versions of an item can be pooled: its categories, or the ends of its scale."""
    scale = item.get("scale") or {}
    return (_categories(item), scale.get("from"), scale.get("to"))


def _categories(item: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(str(one["name"]) for one in item.get("categories", ()))


def _item(book: Codebook, name: str) -> Mapping[str, Any]:
    """An item of a version; empty where it has none of that name."""
    return next((one for one in book.document.get("items", ()) if one["name"] == name), {})
