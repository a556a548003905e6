"""The catalogue port of a store: experiments, versions and sweeps, and lists of what there is.

`ports/store.py` says what all ports of a store promise.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal, Protocol

from sociarium.records.lists import ExperimentQuery, ListedExperiment, ListedRun, RunQuery
from sociarium.records.plans import Experiment, ModelVersion, SweepRecord, Version

Kind = Literal["experiment", "sweep", "run"]


class Catalogue(Protocol):
    """What is planned, and lists of it.

    Concurrency: no two versions of an experiment get one number, whoever saves them at once; of model versions with one
    number the first stands.
    Ordering: each method names its order. What is written while a list is read may be in it or not.
    Ownership: an iterator may be left unread at any point.
    """

    def save_experiment(self, experiment: Experiment, version: Version) -> tuple[Experiment, Version]:
        """Keep an experiment and a version of its document, unless they stand already.

        Args:
            experiment: note and favourite count only when it is new.
            version: its number does not count: the store numbers it, the last one plus one.

        Returns:
            Both as they stand.
        """
        ...

    def add_version(self, version: Version) -> Version:
        """`save_experiment` for one that stands, which is not kept anew: somebody may be deleting it."""
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
        """The versions of an experiment by number, the last one last; `latest_version` says which one it is now."""
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

    def list_experiments(self, criteria: ExperimentQuery) -> Iterator[ListedExperiment]:
        """Experiments that meet the criteria, the latest first, without those that are being deleted.

        No document is read for it. Whoever stops reading early saves what comes later.
        """
        ...

    def list_runs(self, criteria: RunQuery) -> Iterator[ListedRun]:
        """Runs that meet the criteria, in each of their slots: the latest sweep first, then by position.

        Neither contents nor transcripts are read for it, nor what stands behind where the caller stops.
        """
        ...
