"""Records of what is planned: experiments, their versions, sweeps, and the slots of runs in sweeps."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from sociarium.experiment.level import Level

Subject = Literal["experiment", "run"]
"""What has a note and a mark as favourite, which its creator alone may edit."""
Deletable = Literal["experiment", "sweep", "run"]
"""What can be deleted."""


@dataclass(frozen=True, slots=True)
class Experiment:
    """An experiment: one a creator and title. Note and favourite are as last edited.

    Attributes:
        origin: id of the version that it is a duplicate of.
        revision: 1 as created; one more with each edit.
    """

    id: str
    creator: str
    title: str
    note: str
    favourite: bool
    created: str
    origin: str | None = None
    revision: int = 1


@dataclass(frozen=True, slots=True)
class Version:
    """A version of an experiment's document.

    Attributes:
        number: 1 is the first; 0 before a store has numbered it.
        document: JSON of the definition, files inlined.
        by: whose it is, where a colleague ran the experiment with changes of their own: never the experiment's latest.
            None: the creator's.
    """

    id: str
    experiment: str
    number: int
    document: str
    created: str
    by: str | None = None


def environment_of(document: str) -> str:
    """What runs of a version's document unfold in: `conversation` or `feed`."""
    return str(json.loads(document).get("environment", "conversation"))


def latest_version(versions: Sequence[Version]) -> Version | None:
    """What an experiment is now: the last of its creator's versions, whatever colleagues ran it as; None without one.

    Args:
        versions: of one experiment, by number.
    """
    return next((version for version in reversed(versions) if version.by is None), None)


OriginKind = Literal["fork", "extension"]
"""fork: what follows a moment is played again. extension: what has ended goes on."""


@dataclass(frozen=True, slots=True)
class SweepOrigin:
    """What a sweep was made from: of its runs each goes on where another one stood.

    All slots of such a sweep are placed when it is made, with contents of their own, so that whoever resumes it plays
    what stands and expands no definition. The store keeps this record and does nothing by it.

    Attributes:
        of: id of a run, or of a sweep where each of its runs was taken; it may have been deleted since.
        at: the moment up to which all is as it was, such as `day2/turn7`, `day3` or `end`.
        changes: what was asked for. Of a fork `set` (level by factor, as written), `branches` and `sham`; of an
            extension `days` or `messages`. What goes on from forks has `before`, a list of `[factor, level]` that those
            set, the first fork first. `code` is the SHA-256 by module of rankers that only they name, not the file.
    """

    kind: OriginKind
    of: str
    at: str
    changes: Mapping[str, Any]

    def as_json(self) -> dict[str, Any]:
        """As commands print it."""
        return {"kind": self.kind, "of": self.of, "at": self.at, "changes": dict(self.changes)}


@dataclass(frozen=True, slots=True)
class SweepRecord:
    """A sweep of a version that was begun.

    Attributes:
        creator: who began it; not always the experiment's creator.
        conditions: how many it has.
        runs: how many different runs; fewer than conditions x replicates when conditions share content.
        origin: what it was made from; None for one that is expanded from the version's own definition.
    """

    id: str
    experiment: str
    version: str
    name: str
    creator: str
    conditions: int
    replicates: int
    seed: int
    runs: int
    created: str
    origin: SweepOrigin | None = None

    @property
    def label(self) -> str:
        """Its name, and for forks and extensions what they are: `demo, fork at day2/turn7`."""
        if self.origin is None:
            return self.name
        kind = self.origin.kind
        return f"{self.name}, {kind}" + (f" at {self.origin.at}" if kind == "fork" else "")


@dataclass(frozen=True, slots=True)
class ModelVersion:
    """What served a model in a sweep from some moment on: the digest of its weights, or the version it answers as.

    Attributes:
        model: its name in the experiment file.
        number: 1 is the first; each further one was accepted by a person.
        creator: who opened it.
    """

    sweep: str
    model: str
    number: int
    version: str
    creator: str
    at: str


@dataclass(frozen=True, slots=True)
class Member:
    """A run in a slot of a sweep.

    Attributes:
        position: of the slot in the sweep's order, from 0; with the sweep it is the identity of this record.
        condition: factor -> its level.
    """

    sweep: str
    position: int
    run: str
    replicate: int
    condition: Mapping[str, Level]


@dataclass(frozen=True, slots=True)
class Edit:
    """An entry of an edit log: what note and favourite are from a revision on.

    Kind, id and revision are its identity, so that of two who edit the same revision one is first.

    Attributes:
        revision: 2 is the first edit; 1 is as created.
    """

    kind: Subject
    of: str
    revision: int
    editor: str
    at: str
    note: str
    favourite: bool


@dataclass(frozen=True, slots=True)
class Deletion:
    """The mark of what is being deleted; it stands from before anything goes until everything is gone.

    Attributes:
        experiment: id of the experiment, of which a sweep or run is.
        title: of the experiment, to tell people of it.
        by: who deletes.
    """

    kind: Deletable
    of: str
    experiment: str
    title: str
    by: str
    at: str
