"""Ids, titles, factors and levels of the store, as words that a shell can offer."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import closing
from itertools import islice
from typing import Protocol

from sociarium.bootstrap import open_store
from sociarium.cli.completion.candidates import Candidate, Position
from sociarium.config import load
from sociarium.exchange.sanitize import one_line, sanitize
from sociarium.experiment.level import Level
from sociarium.ports.store import Store
from sociarium.records.lists import ExperimentQuery, ListedExperiment, RunQuery, label_of, levels_of
from sociarium.records.minute_text import minute_text

_ID = 8
"""Letters of an id as lists show it."""
_MOST = 200
_MOST_RUNS = 60
_MOST_SLOTS = 4000
"""Slots of a sweep that are looked at for its levels."""


class _Offer(Protocol):
    def __call__(self, store: Store, position: Position) -> Iterable[Candidate]: ...


def look_up(position: Position) -> Iterator[Candidate]:
    """What of the store fits a position; each word once.

    Raises:
        SociariumError: the store cannot be read.
    """
    offers = [_OFFERS[kind] for kind in position.kinds if kind in _OFFERS]
    if not offers:
        return
    url = position.options.get("--store") or load().store_url
    values: set[str] = set()
    with closing(open_store(url, create=False, read_only=True)) as store:
        for candidate in (one for offer in offers for one in islice(offer(store, position), _MOST)):
            if candidate.value not in values and _can_be_typed(candidate.value):
                values.add(candidate.value)
                yield Candidate(candidate.value, one_line(candidate.help, most=60))


def _can_be_typed(text: str) -> bool:
    """Whether a text is what it looks like on one line, whoever wrote it."""
    return bool(text) and text.isprintable() and sanitize(text) == text and not text.startswith("-")


def _experiments(store: Store, position: Position) -> Iterator[Candidate]:
    listed = [one.experiment for one in islice(store.list_experiments(ExperimentQuery()), _MOST)]
    for one in listed:
        yield Candidate(one.title, f"{one.id[:_ID]}, by {one.creator}")
    # An id that nobody begins to type would stand there twice: as itself, and as its title.
    for one in listed if position.typed else ():
        yield Candidate(one.id if len(position.typed) > _ID else one.id[:_ID], one.title)


def _sweeps(store: Store, position: Position) -> Iterator[Candidate]:
    titles = {one.id: one.title for one in store.experiments()}
    for sweep in store.sweeps():
        title = titles.get(sweep.experiment, "")
        id_ = sweep.id if len(position.typed) > _ID else sweep.id[:_ID]
        yield Candidate(id_, f"{title} · {sweep.label}, {minute_text(sweep.created)}")


def _runs(store: Store, position: Position) -> Iterator[Candidate]:
    if position.typed:
        for id_ in store.ids_with_prefix("run", position.typed):
            yield Candidate(id_ if len(position.typed) > _ID else id_[:_ID], "run")
        return
    for listed in islice(store.list_runs(RunQuery()), _MOST_RUNS):
        place = listed.place
        where = " · ".join([*map(label_of, place.condition.values()), str(place.replicate)])
        yield Candidate(place.status.run[:_ID], f"{place.status.state}, {where}")


def _levels(store: Store, position: Position) -> Iterator[Candidate]:
    factor, equals, _ = position.typed.partition("=")
    for condition in _conditions(store, position):
        for level in levels_of(condition):
            name = level.partition("=")[0]
            # First the factor, then its levels: all at once are too many to read.
            if not equals:
                yield Candidate(f"{name}=", "factor")
            elif name == factor:
                yield Candidate(level, "level")


def _factors(store: Store, position: Position) -> Iterator[Candidate]:
    """Factors, after those that stand there already."""
    before = position.typed.rpartition(",")[0]
    for condition in _conditions(store, position):
        for name in condition:
            if name not in before.split(","):
                yield Candidate(f"{before},{name}" if before else name, "factor")


def _conditions(store: Store, position: Position) -> Iterator[Mapping[str, Level]]:
    """The conditions of the experiment or sweep that is named, else of all sweeps that were begun last."""
    names = {*position.arguments, position.options.get("--sweep", "")} - {""}
    titles = {one.id: one.title for one in store.experiments()}
    sweeps = store.sweeps()
    about = [
        one
        for one in sweeps
        if any(
            one.id.startswith(name) or one.experiment.startswith(name) or titles.get(one.experiment) == name
            for name in names
        )
    ]
    slots = (slot for sweep in (about or sweeps)[:20] for slot in store.slots(sweep.id))
    seen: set[tuple[object, ...]] = set()
    for slot in islice(slots, _MOST_SLOTS):
        if (key := tuple(slot.condition.items())) not in seen:
            seen.add(key)
            yield slot.condition


def _of_experiments(what: Callable[[ListedExperiment], Iterable[str]]) -> _Offer:
    def offer(store: Store, position: Position) -> Iterator[Candidate]:
        for listed in islice(store.list_experiments(ExperimentQuery()), _MOST):
            yield from map(Candidate, what(listed))

    return offer


_OFFERS: Mapping[str, _Offer] = {
    "EXPERIMENT": _experiments,
    "SWEEP": _sweeps,
    "RUN": _runs,
    "FACTOR=LEVEL": _levels,
    "PATH=VALUE": _levels,
    "FACTOR,...": _factors,
    "ROLE": _of_experiments(lambda listed: listed.roles),
    "MODEL": _of_experiments(lambda listed: listed.models),
    "CREATOR": _of_experiments(lambda listed: [listed.experiment.creator]),
}
