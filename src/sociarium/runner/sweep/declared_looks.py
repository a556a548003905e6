"""Looks that a sweep declares: a start plays up to the next of them, where the hypotheses are tested."""

from __future__ import annotations

from dataclasses import dataclass

from sociarium.count_text import count_text
from sociarium.experiment.sequential import SequentialDesign
from sociarium.records.plans import SweepRecord
from sociarium.runner.sweep.save import StartedSweep
from sociarium.runner.workers.shutdown import StopSwitch


@dataclass(slots=True)
class DeclaredLooks:
    """The looks of a sweep, for one start of it."""

    design: SequentialDesign
    sweep: SweepRecord
    _next: int | None = None

    def end(self, first: int) -> int:
        """The position before which this start ends; the same for all of it.

        Args:
            first: the first position at which something is left to do; negative where nothing is.
        """
        if self._next is None and first >= 0:
            self._next = self.design.next_look(first // self.sweep.conditions)
        return (self._next or self.sweep.replicates) * self.sweep.conditions

    def tell_due(self, stop: StopSwitch) -> None:
        """All runs of the look are played: end the work, unless it was the last one, where the sweep is whole."""
        if self._next is None or self._next >= self.sweep.replicates:
            return
        number, sweep = self.design.looks.index(self._next) + 1, self.sweep.id[:8]
        stop.drain(
            "look",
            f"look {number} of {len(self.design.looks)} is due, at "
            f"{count_text(self._next, 'whole replicate')}: `sociarium analyze "
            f"{sweep}` tests the hypotheses at the level of this look; where they are decided, `sociarium cancel "
            f"{sweep} --all` ends the sweep",
        )


def declared_looks(begun: StartedSweep) -> DeclaredLooks | None:
    """The looks of a sweep; None where none are declared, and for forks and extensions, which are as they are."""
    design = None if begun.sweep.origin else begun.definition.all_sweeps[begun.sweep.name].sequential
    return None if design is None else DeclaredLooks(design, begun.sweep)
