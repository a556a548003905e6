"""A whole database of the earlier simulator in parts: each experiment, then its conversations one by one."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from pydantic import ValidationError

from sociarium.exchange.legacy.conversations import Spot, run_data
from sociarium.exchange.legacy.definitions import MappedExperiment, lasting_name, map_experiment
from sociarium.exchange.legacy.documents import (
    LegacyConversation,
    LegacyExperiment,
    conversation,
    experiment,
    message,
)
from sociarium.exchange.legacy.notes import Notes
from sociarium.exchange.transfer import Missing, Part, PlanData
from sociarium.experiment.canonical import short_id
from sociarium.experiment.document import to_json
from sociarium.experiment.identity import experiment_id, version_id
from sociarium.ports.legacy import LegacyDatabase
from sociarium.ports.store import Store
from sociarium.records.plans import Experiment, SweepRecord, Version

SWEEP = "earlier"
"""Names the sweeps of imported conversations; those that a later import adds are `earlier 2` and so on."""


def parts(database: LegacyDatabase, store: Store, notes: Notes, *, only: str = "") -> Iterator[Part]:
    """The database in parts, as `merge` takes them, in bounded memory.

    Args:
        store: into which they go; what stands there keeps its place.
        only: the beginning of an experiment's id; all without one.
    """
    reading = _Reading(database, store, notes)
    for document in database.experiments():
        if not str(document["_id"]).startswith(only):
            continue
        found = experiment(document, notes)
        try:
            yield from reading.experiment(found, map_experiment(found, notes))
        except ValidationError as error:
            cause = error.errors(include_url=False)[0]["msg"]
            yield Missing(f"experiment {found.id} cannot be read ({cause}), and was not imported")
    if not only:
        yield from reading.left_over()


@dataclass(slots=True)
class _Reading:
    database: LegacyDatabase
    store: Store
    notes: Notes
    seen: set[str] = field(default_factory=set)
    messages: int = 0

    def experiment(self, found: LegacyExperiment, as_ours: MappedExperiment) -> Iterator[Part]:
        definition = as_ours.definition
        id_ = experiment_id(found.creator, lasting_name(found))
        version = Version(version_id(id_, definition), id_, 0, to_json(definition), found.created)
        ours = Experiment(id_, found.creator, definition.title, found.note, found.favourite, found.created)
        places = _Places(self.store, id_, version.id, found.creator)
        ids = [id_ for text, id_ in {str(one): one for one in found.conversations}.items() if text not in self.seen]
        replicates: Counter[str] = Counter()
        there = 0
        for one in self._conversations(ids, Notes()):
            there += 1
            condition = _condition(one)
            replicates[condition] += 1
            places.want(one, condition, replicates[condition])
        if there < len(ids):
            self.notes.add(f"experiment {found.id}", f"{len(ids) - there} of its conversations are not in the database")
        yield PlanData(ours, (version,), places.new_sweeps(), ())
        for one in self._conversations(ids, self.notes):
            self.seen.add(one.id)
            where = f"conversation {one.id}"
            wanted = list({str(id_): id_ for id_ in one.messages}.values())
            spoken = [message(document, self.notes, where=where) for document in self.database.messages(wanted)]
            self.messages += len(spoken)
            if len(spoken) < len(wanted):
                self.notes.add(where, f"{len(wanted) - len(spoken)} of its messages are not in the database")
            if (spot := places.spots.get(one.run)) is not None:
                yield run_data(one, spoken, as_ours, spot, self.notes)

    def left_over(self) -> Iterator[Part]:
        """What belongs to nothing that was imported."""
        for id_ in self.database.conversation_ids():
            if str(id_) not in self.seen:
                yield Missing(f"conversation {id_} belongs to no experiment, and was not imported")
        left = self.database.message_count() - self.messages
        if left > 0:
            yield Missing(f"{left} messages belong to no conversation that was imported, and were not imported")

    def _conversations(self, ids: Sequence[object], notes: Notes) -> Iterator[LegacyConversation]:
        return (conversation(document, notes) for document in self.database.conversations(ids))


def _condition(found: LegacyConversation) -> str:
    """Equal for conversations of one condition, as far as their documents say."""
    model = [found.llm.model, {key: str(value) for key, value in found.llm.options.items()}]
    agents = sorted((found.agents or {}).items())
    return json.dumps([model, found.n_messages, found.days, found.speaker_selection, agents], sort_keys=True)


class _Places:
    """Where runs stand: those that do already keep their place, others take what sweeps have left, or a new one."""

    def __init__(self, store: Store, experiment: str, version: str, creator: str) -> None:
        self.spots: dict[str, Spot] = {}
        self._experiment, self._version, self._creator = experiment, version, creator
        self._free: list[tuple[str, int]] = []
        self._new: list[tuple[LegacyConversation, str, int]] = []
        self._sweeps = 0
        for sweep in reversed(store.sweeps(experiment)):
            if sweep.name != SWEEP and not sweep.name.startswith(f"{SWEEP} "):
                continue
            self._sweeps += 1
            taken = {place.position: place for place in store.slots(sweep.id)}
            for position, place in taken.items():
                self.spots[place.status.run] = Spot(experiment, sweep.id, position, place.replicate)
            self._free += [(sweep.id, position) for position in range(sweep.runs) if position not in taken]

    def want(self, found: LegacyConversation, condition: str, replicate: int) -> None:
        """Find a place for a conversation."""
        if found.run in self.spots:
            return
        if self._free:
            sweep, position = self._free.pop(0)
            self.spots[found.run] = Spot(self._experiment, sweep, position, replicate)
        else:
            self._new.append((found, condition, replicate))

    def new_sweeps(self) -> tuple[SweepRecord, ...]:
        """A sweep for those that found none; their places are in it now."""
        if not self._new:
            return ()
        number = self._sweeps + 1
        sweep = SweepRecord(
            id=short_id("sweep", SWEEP, self._experiment, number),
            experiment=self._experiment,
            version=self._version,
            name=SWEEP if number == 1 else f"{SWEEP} {number}",
            creator=self._creator,
            conditions=len({condition for _, condition, _ in self._new}),
            replicates=max(replicate for _, _, replicate in self._new),
            seed=0,
            runs=len(self._new),
            created=max(found.created for found, _, _ in self._new),
        )
        for position, (found, _, replicate) in enumerate(self._new):
            self.spots[found.run] = Spot(self._experiment, sweep.id, position, replicate)
        self._new.clear()
        return (sweep,)
