"""The collections of the shared store and their indexes. Every document carries the schema number it was written under.

Each index serves a query of the port, fields compared first, then those it sorts by. What has an identity of its own
has it as `_id`, which every server indexes and keeps unique.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from pymongo import ASCENDING, DESCENDING, IndexModel

SCHEMA = 3

META = "sociarium"
"""The collection that marks a database as ours; it holds one document."""

EXPERIMENTS = "experiments"
VERSIONS = "versions"
SWEEPS = "sweeps"
EPOCHS = "epochs"
MEMBERS = "members"
RUNS = "runs"
STATUSES = "statuses"
CLAIMS = "claims"
EDITS = "edits"
DELETIONS = "deletions"
WORKERS = "workers"
JOURNAL = "journal"
INPUTS = "inputs"
EVENTS = "events"
STEERING = "steering"
INTERVIEWS = "interviews"
CODEBOOKS = "codebooks"
LABELS = "labels"
MEASURES = "measures"


class Index(NamedTuple):
    """An index: its fields in order, each with its direction."""

    name: str
    fields: tuple[tuple[str, int], ...]
    unique: bool = False

    @property
    def model(self) -> IndexModel:
        """The index as the driver takes it."""
        if self.unique:
            return IndexModel(list(self.fields), name=self.name, unique=True)
        return IndexModel(list(self.fields), name=self.name)


_LATEST_FIRST = (("created", DESCENDING), ("_id", ASCENDING))

COLLECTIONS: Mapping[str, tuple[Index, ...]] = {
    EXPERIMENTS: (
        Index("experiments_latest", _LATEST_FIRST),
        Index("experiments_creator", (("creator", ASCENDING), *_LATEST_FIRST)),
        Index("experiments_favourite", (("favourite", ASCENDING), *_LATEST_FIRST)),
        Index("experiments_own", (("creator", ASCENDING), ("favourite", ASCENDING), *_LATEST_FIRST)),
    ),
    VERSIONS: (Index("versions_number", (("experiment", ASCENDING), ("number", ASCENDING)), unique=True),),
    SWEEPS: (
        Index("sweeps_latest", _LATEST_FIRST),
        Index("sweeps_experiment", (("experiment", ASCENDING), *_LATEST_FIRST)),
    ),
    EPOCHS: (Index("epochs_sweep", (("sweep", ASCENDING), ("model", ASCENDING), ("number", ASCENDING))),),
    MEMBERS: (
        Index("members_sweep", (("sweep", ASCENDING), ("position", ASCENDING))),
        Index("members_run", (("run", ASCENDING),)),
        Index("members_levels", (("levels", ASCENDING), ("sweep", ASCENDING), ("position", ASCENDING))),
    ),
    RUNS: (Index("runs_experiment", (("experiment", ASCENDING),)), Index("runs_origin", (("origin", ASCENDING),))),
    STATUSES: (
        Index("statuses_experiment", (("experiment", ASCENDING), ("state", ASCENDING), ("tags", ASCENDING))),
        Index("statuses_state", (("state", ASCENDING), ("experiment", ASCENDING))),
        Index("statuses_tags", (("tags", ASCENDING), ("state", ASCENDING), ("experiment", ASCENDING))),
    ),
    CLAIMS: (Index("claims_run", (("run", ASCENDING),)),),
    EDITS: (Index("edits_of", (("kind", ASCENDING), ("of", ASCENDING), ("revision", ASCENDING))),),
    DELETIONS: (Index("deletions_experiment", (("kind", ASCENDING), ("experiment", ASCENDING))),),
    WORKERS: (),
    JOURNAL: (Index("journal_run", (("run", ASCENDING), ("ordinal", ASCENDING), ("_id", ASCENDING))),),
    INPUTS: (Index("inputs_run", (("run", ASCENDING), ("number", ASCENDING))),),
    EVENTS: (Index("events_run", (("run", ASCENDING), ("seq", ASCENDING), ("_id", ASCENDING))),),
    STEERING: (Index("steering_sweep", (("sweep", ASCENDING), ("number", ASCENDING))),),
    INTERVIEWS: (Index("interviews_run", (("run", ASCENDING),)),),
    CODEBOOKS: (Index("codebooks_experiment", (("experiment", ASCENDING),)),),
    LABELS: (
        Index("labels_codebook", (("codebook", ASCENDING), ("run", ASCENDING))),
        Index("labels_run", (("run", ASCENDING),)),
    ),
    MEASURES: (Index("measures_run", (("run", ASCENDING), ("name", ASCENDING), ("version", ASCENDING))),),
}
"""Collections by name, with their indexes beside `_id`.

A run's status stands apart from the run: it changes and is read by the thousand, while the run, which holds all its
texts, is large and never changes.
"""

INDEXES = frozenset(index.name for indexes in COLLECTIONS.values() for index in indexes)
