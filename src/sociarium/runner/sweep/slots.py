"""Places of a sweep: what stands at a position is played as it was stored; only where nothing does, it is resolved.

So a run keeps its texts whatever the program's own texts become: a changed default makes new runs where nothing was
placed, and alters none that was. Conditions that share a run go on sharing the one that was placed first.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass

from sociarium.errors import NotFound
from sociarium.ports.store import Store
from sociarium.records.plans import Member, SweepRecord
from sociarium.records.runs import Run, RunState, RunStatus, SweepSlot
from sociarium.runner.sweep.order import RunOrder


@dataclass(slots=True)
class Candidate:
    """A run at its place in the sweep; with a claim of ours its status has the claim's token."""

    member: Member
    run: Run
    status: RunStatus


class SweepSlots:
    """The positions of a sweep, in a store.

    Nothing is kept in memory of finished runs but a mark, nor anything of positions that were not reached.
    """

    def __init__(self, store: Store, sweep: SweepRecord, schedule: RunOrder) -> None:
        self._store = store
        self._sweep = sweep
        self._schedule = schedule
        self._unfinished: dict[int, SweepSlot] = {}
        self._twins: dict[Hashable, str] = {}

    def finished_positions(self, *, retry_failed: bool) -> bytearray:
        """Look at what was placed so far, and mark the positions at which nothing is left to do."""
        marks = bytearray(len(self._schedule))
        self._unfinished.clear()
        for place in self._store.slots(self._sweep.id):
            state = place.status.state
            if state in {RunState.DONE, RunState.CANCELLED} or (state is RunState.FAILED and not retry_failed):
                marks[place.position] = 1
            else:
                self._unfinished[place.position] = place
            self._note(place.position, place.status.run)
        return marks

    def positions_of(self, runs: Sequence[str]) -> list[int]:
        """Where some runs stand at which something is left to do, in their order; those left out that stand nowhere."""
        if not runs:
            return []
        places = {place.status.run: place.position for place in reversed(self._unfinished.values())}
        return [places[run] for run in runs if run in places]

    def candidates(self, positions: Sequence[int]) -> list[Candidate]:
        """What stands at some positions, in their order; where nothing does, what belongs there is placed."""
        placed = self._still_standing([(at, self._unfinished[at]) for at in positions if at in self._unfinished])
        stands = {at: (self._member(place), place.status) for at, place in placed.items()}
        belonging = {at: self._belonging(at) for at in positions if at not in stands}
        resolved = {run.id: run for _, run in belonging.values() if run is not None}
        members = [member for member, _ in belonging.values()]
        statuses = self._store.place_runs(members, list(resolved.values())) if members else []
        for member, status in zip(members, statuses, strict=True):
            # Another worker, maybe of another version of the program, may have placed something there meanwhile.
            stands[member.position] = (self._schedule.member(member.position, status.run), status)
            self._note(member.position, status.run)
        unread = list({status.run: None for _, status in stands.values() if status.run not in resolved})
        runs = resolved | {run.id: run for run in self._store.runs(unread)}
        # Until here all of it can be done again, when the store was away.
        for at in positions:
            self._unfinished.pop(at, None)
        return [Candidate(stands[at][0], runs[stands[at][1].run], stands[at][1]) for at in positions]

    def _belonging(self, position: int) -> tuple[Member, Run | None]:
        """What belongs at a position where nothing stands; no run where one is placed that it shares."""
        twins = self._schedule.twins(position)
        if twins is not None and twins in self._twins:
            return self._schedule.member(position, self._twins[twins]), None
        return self._schedule.at(position)

    def _note(self, position: int, run: str) -> None:
        twins = self._schedule.twins(position)
        if twins is not None:
            self._twins.setdefault(twins, run)

    def _still_standing(self, places: Sequence[tuple[int, SweepSlot]]) -> dict[int, SweepSlot]:
        """Places as they stand now, without those whose run was deleted meanwhile."""
        statuses = self._statuses([place.status.run for _, place in places])
        if gone := {place.status.run for _, place in places} - statuses.keys():
            self._twins = {twins: run for twins, run in self._twins.items() if run not in gone}
        return {
            at: SweepSlot(at, place.replicate, place.condition, statuses[place.status.run])
            for at, place in places
            if place.status.run in statuses
        }

    def _statuses(self, runs: Sequence[str]) -> dict[str, RunStatus]:
        try:
            return {status.run: status for status in self._store.run_statuses(runs)}
        except NotFound:
            if len(runs) == 1:
                return {}
            half = len(runs) // 2
            return self._statuses(runs[:half]) | self._statuses(runs[half:])

    def _member(self, place: SweepSlot) -> Member:
        return Member(self._sweep.id, place.position, place.status.run, place.replicate, place.condition)
