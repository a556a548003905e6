"""The store port: experiments, sweeps and runs, and what runs leave behind.

Concurrency: every method may be called from any thread, and many processes and machines may use one store at once.
Only unique inserts are relied on to be atomic; whatever else a method writes is a copy for reading, which the next
writer mends. Losing a race is a result: methods that insert return what stands.
Ordering: `append` keeps the order of its records; what it has returned is on disk.
Repeating: every method may be called again after an error; on a store without transactions that completes what stopped
half-way.
Ownership: who opens a store closes it. Records go in and come out as values; none is changed later.
Errors: `StoreUnavailable` when the store cannot be reached for now, `StoreError` for what it can never do.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Literal, Protocol

from sociarium.records.events import Event, Happening
from sociarium.records.health import HealthCheck
from sociarium.records.inputs import Input
from sociarium.records.journal import JournalEntry
from sociarium.records.lists import ExperimentQuery, ListedExperiment, ListedRun, RunQuery
from sociarium.records.plans import Deletion, Edit, Experiment, Member, ModelVersion, Subject, SweepRecord, Version
from sociarium.records.runs import Claim, Run, RunStatus, SweepSlot, Worker

Kind = Literal["experiment", "sweep", "run"]

Record = JournalEntry | Event


class Store(Protocol):
    """Where experiments and runs are kept."""

    @property
    def url(self) -> str:
        """Where it is, without any password."""
        ...

    # What is planned

    def save_experiment(self, experiment: Experiment, version: Version) -> tuple[Experiment, Version]:
        """Keep an experiment and a version of its document, unless they stand already.

        Args:
            experiment: note and favourite count only when it is new.
            version: its number is given by the store: the last one plus one.

        Returns:
            Both as they stand.
        """
        ...

    def add_version(self, version: Version) -> Version:
        """`save` for an experiment that stands, which is not kept anew: somebody may be deleting it."""
        ...

    def experiments(self) -> Iterator[Experiment]:
        """All experiments, the latest first."""
        ...

    def experiment(self, experiment: str) -> Experiment:
        """An experiment by its id. Raises `NotFound`."""
        ...

    def version(self, version: str) -> Version:
        """A version by its id. Raises `NotFound`."""
        ...

    def versions(self, experiment: str) -> list[Version]:
        """The versions of an experiment by number, the last one last; `latest_version` tells which one it is now."""
        ...

    def save_sweep(self, sweep: SweepRecord) -> SweepRecord:
        """Keep a sweep, unless it stands already; returns it as it stands."""
        ...

    def sweeps(self, experiment: str | None = None) -> list[SweepRecord]:
        """Sweeps that were begun, the latest first."""
        ...

    def sweep(self, sweep: str) -> SweepRecord:
        """A sweep by its id. Raises `NotFound`."""
        ...

    def model_versions(self, sweep: str) -> list[ModelVersion]:
        """What served the models of a sweep, by model and number."""
        ...

    def add_model_version(self, model_version: ModelVersion) -> ModelVersion:
        """Keep a model version, unless one of its sweep, model and number stands; returns the one that stands."""
        ...

    def ids_with_prefix(self, kind: Kind, prefix: str) -> list[str]:
        """At most ten ids that begin so, in order."""
        ...

    # Lists

    def list_experiments(self, criteria: ExperimentQuery) -> Iterator[ListedExperiment]:
        """Experiments that are wanted, the latest first, without those that are being deleted.

        No document is read for it. Whoever stops reading early saves what comes later.
        """
        ...

    def list_runs(self, criteria: RunQuery) -> Iterator[ListedRun]:
        """Runs that are wanted, at each of their places: the latest sweep first, then by position.

        Neither contents nor transcripts are read for it, nor what stands behind where the caller stops.
        """
        ...

    # A sweep's runs

    def place_runs(self, members: Sequence[Member], runs: Sequence[Run]) -> list[RunStatus]:
        """Keep runs and their places in sweeps, unless they stand already.

        Args:
            runs: those that may be new; a run of a member that is not among them stands already.

        Returns:
            For each member how the run stands that has its place: the given run, or another one where the place was
            taken before under other contents, which then is the one to be played.
        """
        ...

    def slots(self, sweep: str) -> Iterator[SweepSlot]:
        """The places of a sweep that were reached so far, by position."""
        ...

    def members_of_run(self, run: str) -> list[Member]:
        """The places that a run has, in sweeps of its experiment; the latest sweep first."""
        ...

    def run(self, run: str) -> Run:
        """A run by its id. Raises `NotFound`."""
        ...

    def runs(self, ids: Sequence[str]) -> list[Run]:
        """Runs by their ids, in the order asked for. Raises `NotFound`."""
        ...

    def run_statuses(self, runs: Sequence[str]) -> list[RunStatus]:
        """How runs stand, in the order asked for. Raises `NotFound`."""
        ...

    def claimed_runs(self, experiment: str) -> list[RunStatus]:
        """The runs of an experiment that a worker holds, alive or not."""
        ...

    def size_of(self, experiment: str) -> tuple[int, int]:
        """How many runs an experiment has, and how many messages they have."""
        ...

    # Who works on a run

    def claim(self, claim: Claim) -> Claim:
        """Insert an entry of a run's claim log and bring the run's status up to it.

        A claim without an outcome takes the run up; one with an outcome lets go of it.

        Returns:
            The entry that stands under that run and token: the given one, or another's that was first. When it is
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

    def record_heartbeat(self, worker: Worker) -> None:
        """Keep a worker's counter and what it says of itself; the first beat makes it known."""
        ...

    def workers(self, ids: Sequence[str]) -> Mapping[str, Worker]:
        """Those of the workers that are known, by id."""
        ...

    # What is put into a run from outside

    def put_input(self, input_: Input) -> Input:
        """Keep an input, unless one of its run and number stands; returns the one that stands."""
        ...

    def inputs(self, run: str, *, after: int = 0) -> list[Input]:
        """The inputs of a run whose number is above `after`, by number."""
        ...

    # What a run leaves behind

    def append(self, records: Sequence[Record]) -> list[Record]:
        """Keep journal entries and events.

        A record that cannot be spelled or is too large keeps none of its batch. When a store without transactions fails
        in the middle it may have kept some; appending again is safe, and returns what stands.

        Returns:
            For each the record that stands under its run and key: the given one, or an earlier one.
        """
        ...

    def journal(self, run: str) -> list[JournalEntry]:
        """A run's journal by ordinal."""
        ...

    def events(self, run: str) -> list[Event]:
        """A run's events by number."""
        ...

    def outline(self, runs: Sequence[str]) -> Iterator[tuple[str, Happening]]:
        """Messages and the researcher's events of runs without their contents: run by run, in each by number."""
        ...

    def erase(self, run: str, *, before: int) -> None:
        """Forget a run's events, then what was journaled under claims before a token, so that it starts anew.

        Its claim log goes on. Who erases holds the claim of that token, so that of several one does.
        """
        ...

    # What people change

    def append_edit(self, edit: Edit) -> Edit:
        """Insert an entry of an edit log and, for an experiment, bring its note and favourite up to it.

        Who may edit what is for the caller to know.

        Returns:
            The entry that stands under that kind, id and revision: the given one, or another's that was first. When it
            is another's, the experiment is brought up to it, in case its writer was killed in between.
        """
        ...

    def latest_edits(self, kind: Subject, ids: Sequence[str]) -> Mapping[str, Edit]:
        """The latest edit of each of these that was ever edited, by id."""
        ...

    def mark_deletion(self, deletion: Deletion) -> Deletion:
        """Mark an experiment, a sweep or a run as being deleted; returns the mark that stands.

        Nothing else changes: a mark tells everybody to keep away, and `discard` to go on.
        """
        ...

    def unmark_deletion(self, deletion: Deletion) -> None:
        """Take a mark back of which nothing was discarded yet."""
        ...

    def deletions(self) -> list[Deletion]:
        """What is being deleted, the earliest first."""
        ...

    def delete_part(self, deletion: Deletion, *, most: int) -> int:
        """Delete a part of what is marked, with all that was kept of it: at most so many runs.

        Of each run its places go first, so that one of which a part is gone is in no sweep. After the last run of an
        experiment the rest of it goes, and its mark at last. Of a sweep those runs go that stand in no other; of the
        others only their places in it. A call that stopped half-way is made again.

        Returns:
            How many runs went; 0 when nothing is left, the mark neither.
        """
        ...

    # Whether it is ready

    def check_health(self) -> list[HealthCheck]:
        """Look at everything that could stop work on it: a real write among others, which is taken back.

        What stands on the way is a finding's problem, not an exception.
        """
        ...

    def close(self) -> None:
        """Let go of it; closing twice is allowed."""
        ...
