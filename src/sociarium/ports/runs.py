"""The port of a store for runs: their slots in sweeps, how they stand, and who works on them.

`ports/store.py` says what all ports of a store promise.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Protocol

from sociarium.records.plans import Member
from sociarium.records.runs import Claim, DerivedRun, Run, RunStatus, SweepSlot, Worker


class Runs(Protocol):
    """Runs, and claims on them.

    Concurrency: of several workers that claim a run under one token one is first; all are shown its claim.
    Ordering: a run's claims stand by token; its status is a copy of the last one, and may lag behind it.
    Ownership: a run belongs to the worker of its last claim until that worker lets go of it or is held for dead.
    """

    def place_runs(self, members: Sequence[Member], runs: Sequence[Run]) -> list[RunStatus]:
        """Keep runs and their slots in sweeps, unless they stand already.

        Args:
            members: the slots, each with its run.
            runs: those that may be new; a run of `members` that is not among them stands already.

        Returns:
            For each of `members` how the run stands that has its slot: its own run, or another one where the slot was
            filled before under other contents, which then is the one to be played.
        """
        ...

    def slots(self, sweep: str, *, start: int = 0, most: int | None = None) -> Iterator[SweepSlot]:
        """The slots of a sweep that were reached so far, by position; not all, where work on the sweep goes on.

        Args:
            start: the first position that is of interest.
            most: at most so many, and no more are read; None: all.
        """
        ...

    def members_of_run(self, run: str) -> list[Member]:
        """The slots that a run has in sweeps of its experiment; the latest sweep first."""
        ...

    def members_of(self, runs: Sequence[str]) -> Iterator[Member]:
        """The slots of runs, read in batches: run by run in the order of their ids, each run once."""
        ...

    def run(self, run: str) -> Run:
        """A run by its id. Raises `NotFound`."""
        ...

    def runs(self, ids: Sequence[str]) -> list[Run]:
        """Runs by their ids, in the order asked for. Raises `NotFound`."""
        ...

    def derived_runs(self, run: str) -> list[DerivedRun]:
        """The runs that were made from a run, once for each sweep in which they stand.

        The latest sweep first, then by id; empty also where the run itself is not there, for forks outlive their
        origin.
        """
        ...

    def derived_runs_of(self, runs: Sequence[str]) -> Iterator[tuple[str, DerivedRun]]:
        """What was made from runs, read in batches, each after the run that it was made from.

        Run by run in the order of their ids, each run once; of each as `derived_runs` has it.
        """
        ...

    def run_statuses(self, runs: Sequence[str]) -> list[RunStatus]:
        """How runs stand, in the order asked for. Raises `NotFound`."""
        ...

    def claimed_runs(self, experiment: str) -> list[RunStatus]:
        """The runs of an experiment that a worker holds, alive or not."""
        ...

    def size_of(self, experiment: str) -> tuple[int, int]:
        """How many runs of an experiment stand in sweeps, and how many messages were counted when they ended.

        The writing of a feed's people stands in none, and is no run that somebody counts.
        """
        ...

    def claim(self, claim: Claim) -> Claim:
        """Insert an entry of a run's claim log and bring the run's status up to it.

        A claim without an outcome takes the run up; one with an outcome lets go of it.

        Returns:
            The entry that stands under that run and token: `claim`, or another's that was first. When it is
            another's, the run's status is brought up to it, in case its writer was killed in between.
        """
        ...

    def claim_all(self, claims: Sequence[Claim]) -> list[Claim]:
        """`claim` for several runs at once; a store that can keeps them in one commit.

        Args:
            claims: of different runs; the order says nothing.

        Returns:
            For each the entry that stands.
        """
        ...

    def claims(self, run: str) -> list[Claim]:
        """A run's claim log by token; empty when nobody took it up."""
        ...

    def claims_of(self, runs: Sequence[str]) -> Iterator[Claim]:
        """The claim logs of runs, read in batches: run by run in the order of their ids, each run once."""
        ...

    def record_heartbeat(self, worker: Worker) -> None:
        """Keep a worker's counter and what it says of itself; the first beat makes it known."""
        ...

    def workers(self, ids: Sequence[str]) -> Mapping[str, Worker]:
        """Those of the workers that are known, by id."""
        ...
