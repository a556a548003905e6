"""Labels of an annotator: given, changed, taken back; and how far everybody is."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from sociarium.analysis.annotation.codebook import CodebookText, Value, text_of
from sociarium.analysis.annotation.samples import Unit
from sociarium.errors import BadInput
from sociarium.ports.clock import Clock
from sociarium.ports.store import Store
from sociarium.records.labels import ADJUDICATED, Codebook, Label
from sociarium.runner.library.consent import refuse_without_consent

Answers = Mapping[str, Value | None]
"""Item -> value; None takes a label back."""
_MOST_ATTEMPTS = 20


@dataclass(frozen=True, slots=True)
class StandingLabels:
    """The labels of a codebook as they stand, of one reading of the store.

    Attributes:
        by_unit: unit -> annotator -> item -> label, without what was taken back.
        last: annotator -> the unit that they labelled last, of those that have labels.
    """

    by_unit: Mapping[Unit, Mapping[str, Mapping[str, Label]]]
    last: Mapping[str, Unit]

    def of(self, unit: Unit, annotator: str) -> Mapping[str, Label]:
        """An annotator's labels of a unit, by item."""
        return self.by_unit.get(unit, {}).get(annotator, {})

    def annotators(self, units: Iterable[Unit]) -> list[str]:
        """Who has labelled some of the units; not who settled what they disagree on."""
        names = {name for unit in units for name in self.by_unit.get(unit, {})}
        return sorted(names - {ADJUDICATED})

    def is_done(self, unit: Unit, annotator: str, text: CodebookText) -> bool:
        """Whether an annotator has labelled every item of a unit."""
        return {one.name for one in text.items} <= self.of(unit, annotator).keys()


def read_labels(store: Store, codebook: Codebook, units: Iterable[Unit]) -> StandingLabels:
    """The labels of some units by a codebook."""
    chosen = set(units)
    by_unit: dict[Unit, dict[str, dict[str, Label]]] = {}
    last: dict[str, tuple[str, Unit]] = {}
    for label in store.labels(codebook.id, sorted({one.run for one in chosen})):
        unit = Unit(label.run, label.subject)
        if unit not in chosen or label.value is None:
            continue
        by_unit.setdefault(unit, {}).setdefault(label.annotator, {})[label.item] = label
        last[label.annotator] = max(last.get(label.annotator, ("", unit)), (label.at, unit), key=lambda one: one[0])
    return StandingLabels(by_unit, {name: unit for name, (_, unit) in last.items()})


def save_labels(
    store: Store,
    codebook: Codebook,
    unit: Unit,
    answers: Answers,
    *,
    annotator: str,
    clock: Clock,
    note: str | None = None,
) -> int:
    """Keep an annotator's labels of a unit; those that say what they said before stay as they are.

    Args:
        note: in the annotator's words; None leaves the one that stands.

    Returns:
        How many labels were given, changed or taken back.

    Raises:
        BadInput: an item or value is not the codebook's.
        NotYours: the codebook asks for consent, and the annotator has not given it.
    """
    text = text_of(codebook)
    if annotator != ADJUDICATED:
        refuse_without_consent(store, codebook.experiment, text.consent, person=annotator)
    for name, value in answers.items():
        item = text.item(name)
        if value is not None and value not in item.values:
            item.value(str(value))
    standing = {
        label.item: label
        for label in store.labels(codebook.id, [unit.run])
        if (label.subject, label.annotator) == (unit.subject, annotator)
    }
    changed, at = 0, clock.now()
    for name, value in answers.items():
        before = standing.get(name)
        words = note if note is not None else before.note if before else ""
        if before is None and value is None:
            continue
        if before is not None and (before.value, before.note) == (value, words):
            continue
        revision = before.revision + 1 if before else 1
        _append(store, Label(codebook.id, name, unit.run, unit.subject, annotator, revision, value, at, note=words))
        changed += 1
    return changed


def take_back(store: Store, codebook: Codebook, unit: Unit, *, annotator: str, clock: Clock) -> int:
    """Take an annotator's labels of a unit back; the store keeps that they were given."""
    answers = {one.name: None for one in text_of(codebook).items}
    return save_labels(store, codebook, unit, answers, annotator=annotator, clock=clock)


def settle(store: Store, codebook: Codebook, unit: Unit, answers: Answers, *, me: str, clock: Clock) -> int:
    """Settle what annotators disagree on; the note of each label says who did."""
    return save_labels(store, codebook, unit, answers, annotator=ADJUDICATED, clock=clock, note=f"by {me}")


def refuse_reserved_name(me: str) -> None:
    """Refuse an annotator who is called like what settles disagreements. Raises `BadInput`."""
    if me == ADJUDICATED:
        raise BadInput(f"nobody can label as {me!r}: it names what settles disagreements; set SOCIARIUM_USER")


def disagreements(
    marks: StandingLabels, units: Sequence[Unit], text: CodebookText
) -> list[tuple[Unit, tuple[str, ...]]]:
    """Units on which annotators disagree, each with the items, in the order of the units."""
    result = []
    for unit in units:
        people = [labels for name, labels in marks.by_unit.get(unit, {}).items() if name != ADJUDICATED]
        items = tuple(
            item.name
            for item in text.items
            if len({labels[item.name].value for labels in people if item.name in labels}) > 1
        )
        if items:
            result.append((unit, items))
    return result


def _append(store: Store, label: Label) -> None:
    """Add a revision; where another window of the same annotator was first, the one after it."""
    for _ in range(_MOST_ATTEMPTS):
        standing = store.add_label(label)
        if standing == label or (standing.value, standing.note) == (label.value, label.note):
            return
        label = replace(label, revision=label.revision + 1)
    raise BadInput("somebody labels this under the same name at the same moment; try again")
