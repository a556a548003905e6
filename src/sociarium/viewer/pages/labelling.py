"""One message or run after the other, to be labelled; and what people disagree on, to be settled."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sociarium.analysis.annotation.codebook import CodebookText, Item, text_of
from sociarium.analysis.annotation.labelling import (
    StandingLabels,
    disagreements,
    read_labels,
    refuse_reserved_name,
)
from sociarium.analysis.annotation.samples import Sample, Unit, annotator_order, find_sample, unit_token, units_of
from sociarium.analysis.annotation.unit_view import UnitView, unit_view
from sociarium.errors import NotFound
from sociarium.ports.store import Store
from sociarium.records.labels import ADJUDICATED, Codebook
from sociarium.records.plans import Experiment
from sociarium.viewer.pages.codebooks import blind_words, noun_of, sample_words

MOST_TEXT = 40_000
"""Characters of a message that are shown; nobody reads more."""
MOST_LINES = 400
"""Messages of a run that are shown."""
_KEYS = "123456789"


@dataclass(frozen=True, slots=True)
class Option:
    """A value of an item.

    Attributes:
        key: the digit that chooses it; empty where there is none.
        people: who chose it, where that is shown.
    """

    value: str
    description: str
    key: str
    is_chosen: bool
    people: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ItemChoice:
    """An item with its values."""

    number: int
    item: Item
    options: tuple[Option, ...]
    is_disputed: bool = False


@dataclass(frozen=True, slots=True)
class LabelledUnit:
    """A unit on its page.

    Attributes:
        at: its position in the order of the page, from 1.
        view: None where it is no longer there.
    """

    token: str
    at: int
    total: int
    view: UnitView | None
    items: tuple[ItemChoice, ...]
    note: str
    is_done: bool


@dataclass(frozen=True, slots=True)
class Place:
    """Where one labels.

    Attributes:
        words, blind_words: what the sample is; the latter for who labels it.
    """

    experiment: Experiment
    codebook: Codebook
    sample: Sample
    text: CodebookText
    noun: str
    words: str
    blind_words: str

    @property
    def path(self) -> str:
        """Of the page where this sample is labelled."""
        return f"/codebooks/{self.codebook.id}/samples/{self.sample.number}"


@dataclass(frozen=True, slots=True)
class LabellingPage:
    """A unit to be labelled.

    Attributes:
        done: how many units are labelled.
        unit: None where nothing is left, or nothing was drawn.
        last: position of the unit that was labelled last, which undo takes back.
    """

    place: Place
    done: int
    total: int
    unit: LabelledUnit | None
    last: int | None


@dataclass(slots=True)
class Work:
    """What one annotator works on.

    Attributes:
        order: of the units, the annotator's own.
    """

    place: Place
    order: list[Unit]
    marks: StandingLabels
    me: str

    @property
    def is_whole(self) -> bool:
        """Whether the annotator has labelled all that is there."""
        return all(map(self.is_done, range(len(self.order))))

    def undone_after(self, at: int) -> int | None:
        """The position of the next unit that is not labelled, from 0, first behind one and then from the beginning."""
        places = [*range(at + 1, len(self.order)), *range(min(at + 1, len(self.order)))]
        return next((one for one in places if not self.is_done(one)), None)

    def is_done(self, at: int) -> bool:
        """Whether the annotator has labelled the unit at a position."""
        return self.marks.is_done(self.order[at], self.me, self.place.text)

    def position(self, token: str) -> int:
        """Of the unit with a token. Raises `NotFound`."""
        for at, unit in enumerate(self.order):
            if unit_token(self.place.sample, unit) == token:
                return at
        raise NotFound("this is no longer in the sample: its run was deleted meanwhile; go on with the next one")


def work_of(store: Store, codebook: str, number: int, *, me: str) -> Work:
    """What an annotator works on.

    Raises:
        NotFound: there is no such codebook or sample.
        BadInput: nobody labels under this name.
    """
    refuse_reserved_name(me)
    place = place_of(store, codebook, number)
    units = units_of(store, place.sample)
    return Work(place, annotator_order(units, place.sample, me), read_labels(store, place.codebook, units), me)


def place_of(store: Store, codebook: str, number: int) -> Place:
    """A sample of a codebook. Raises `NotFound`."""
    record = store.codebook(codebook)
    text, sample = text_of(record), find_sample(store, record, number)
    noun, words = noun_of(text), sample_words(sample, text)
    return Place(store.experiment(record.experiment), record, sample, text, noun, words, blind_words(sample, text))


def labelling_page(store: Store, work: Work, at: int | None = None) -> LabellingPage:
    """The unit at a position, from 1; by default the first that is not labelled yet. Raises `NotFound`."""
    done = sum(map(work.is_done, range(len(work.order))))
    position = work.undone_after(-1) if at is None else at - 1
    unit = None
    if position is not None:
        if not 0 <= position < len(work.order):
            raise NotFound(f"there are {len(work.order)} to label, and no number {at}")
        unit = _labelled_unit(store, work, position)
    last = work.marks.last.get(work.me)
    return LabellingPage(
        work.place, done, len(work.order), unit, work.order.index(last) + 1 if last in work.order else None
    )


def settling_page(store: Store, work: Work, at: int) -> LabellingPage:
    """A unit that people disagree on, with who said what; its position is that among such units, from 1."""
    disputes = settled_order(work)
    done = sum(_is_settled(work.marks, unit, items) for unit, items in disputes)
    if not disputes:
        return LabellingPage(work.place, 0, 0, None, None)
    if not 1 <= at <= len(disputes):
        raise NotFound(f"people disagree on {len(disputes)}, and there is no number {at}")
    unit, items = disputes[at - 1]
    choices = tuple(
        ItemChoice(number, item, _options_of_people(item, work.marks, unit), item.name in items)
        for number, item in enumerate(work.place.text.items)
    )
    shown = LabelledUnit(
        unit_token(work.place.sample, unit), at, len(disputes), _view(store, work.place.text, unit, work.me),
        choices, "", _is_settled(work.marks, unit, items),
    )  # fmt: skip
    return LabellingPage(work.place, done, len(disputes), shown, None)


def settled_order(work: Work) -> list[tuple[Unit, tuple[str, ...]]]:
    """Units that people disagree on with the items, in the order of whoever settles them."""
    return disagreements(work.marks, work.order, work.place.text)


def _is_settled(marks: StandingLabels, unit: Unit, items: Sequence[str]) -> bool:
    return set(items) <= marks.of(unit, ADJUDICATED).keys()


def _labelled_unit(store: Store, work: Work, at: int) -> LabelledUnit:
    unit, text = work.order[at], work.place.text
    labels = work.marks.of(unit, work.me)
    items = tuple(
        ItemChoice(
            number,
            item,
            tuple(
                Option(str(value), words, key, item.name in labels and labels[item.name].value == value)
                for value, words, key in _options(item)
            ),
        )
        for number, item in enumerate(text.items)
    )
    note = next((one.note for one in labels.values() if one.note), "")
    view = _view(store, text, unit, work.me)
    return LabelledUnit(
        unit_token(work.place.sample, unit), at + 1, len(work.order), view, items, note, work.is_done(at)
    )


def _options_of_people(item: Item, marks: StandingLabels, unit: Unit) -> tuple[Option, ...]:
    by_person = {name: labels[item.name].value for name, labels in marks.by_unit[unit].items() if item.name in labels}
    settled = by_person.pop(ADJUDICATED, None)
    return tuple(
        Option(str(value), words, key, settled == value, tuple(name for name, own in by_person.items() if own == value))
        for value, words, key in _options(item)
    )


def _options(item: Item) -> list[tuple[str | int, str, str]]:
    """Values with their descriptions and digits: categories by their place, numbers of a scale by themselves."""
    if item.scale is None:
        return [
            (one.name, one.description, _KEYS[at] if at < len(_KEYS) else "") for at, one in enumerate(item.categories)
        ]
    ends = {item.scale.low: item.scale.low_words, item.scale.high: item.scale.high_words}
    return [(one, ends.get(int(one), ""), str(one) if 0 <= int(one) <= 9 else "") for one in item.values]


def _view(store: Store, text: CodebookText, unit: Unit, me: str) -> UnitView | None:
    try:
        return unit_view(store, text, unit, me)
    except NotFound:
        return None
