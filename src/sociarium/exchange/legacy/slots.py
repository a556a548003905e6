"""Which slot of which sweep each imported conversation has; importing again finds the same ones."""

from __future__ import annotations

from dataclasses import dataclass

from sociarium.exchange.legacy.records import LegacyConversation
from sociarium.experiment.canonical import short_id
from sociarium.ports.store import Store
from sociarium.records.plans import SweepRecord

SWEEP = "earlier"
"""Names the sweeps of imported conversations; those that a later import adds are `earlier 2` and so on."""


@dataclass(frozen=True, slots=True)
class Slot:
    """Where the run of a conversation belongs: a position in a sweep of an experiment."""

    experiment: str
    sweep: str
    position: int
    replicate: int


class SlotAllocation:
    """The slots of imported runs: one that stands keeps its slot, others take what sweeps have left, or a new one.

    Call `assign` for every conversation of an experiment, then `new_sweeps` once; then `slots` has them all.

    Attributes:
        slots: run -> its slot.
    """

    def __init__(self, store: Store, experiment: str, version: str, creator: str) -> None:
        """Look up which slots the experiment's imported sweeps have.

        Args:
            experiment, version: ids, as they are here.
        """
        self.slots: dict[str, Slot] = {}
        self._experiment, self._version, self._creator = experiment, version, creator
        self._free: list[tuple[str, int]] = []
        self._new: list[tuple[LegacyConversation, str, int]] = []
        self._sweeps = 0
        for sweep in reversed(store.sweeps(experiment)):
            if sweep.name != SWEEP and not sweep.name.startswith(f"{SWEEP} "):
                continue
            self._sweeps += 1
            standing = {slot.position: slot for slot in store.slots(sweep.id)}
            for position, slot in standing.items():
                self.slots[slot.status.run] = Slot(experiment, sweep.id, position, slot.replicate)
            self._free += [(sweep.id, position) for position in range(sweep.runs) if position not in standing]

    def assign(self, conversation: LegacyConversation, condition: str, replicate: int) -> None:
        """Give a conversation its slot, or note that it needs one of a new sweep."""
        if conversation.run in self.slots:
            return
        if self._free:
            sweep, position = self._free.pop(0)
            self.slots[conversation.run] = Slot(self._experiment, sweep, position, replicate)
        else:
            self._new.append((conversation, condition, replicate))

    def new_sweeps(self) -> tuple[SweepRecord, ...]:
        """A sweep for those that no sweep has a slot for; they have theirs in it now. Empty when there are none."""
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
            created=max(conversation.created for conversation, _, _ in self._new),
        )
        for position, (conversation, _, replicate) in enumerate(self._new):
            self.slots[conversation.run] = Slot(self._experiment, sweep.id, position, replicate)
        self._new.clear()
        return (sweep,)
