"""Lists of experiments and runs: their criteria, and what a line of them says."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from sociarium.experiment.canonical import ID_LENGTH
from sociarium.experiment.level import Level
from sociarium.experiment.listing_tags import model_tag, role_tag
from sociarium.records.plans import Experiment
from sociarium.records.runs import RunState, SweepSlot

SHORTEST_ID = 8
"""Digits of an id that a list shows at least."""
_NAMED = 12
NULL = "null"
"""A level that leaves an option out, as files write it."""
_NO_LEVEL = "None"
"""The same among the levels that stores hold."""


def short_ids(ids: Sequence[str], *, least: int = SHORTEST_ID) -> list[str]:
    """Ids no longer than what tells them apart, and no shorter than `least` digits."""
    length, several = least, set(ids)
    while length < max(map(len, several), default=0) and len({id_[:length] for id_ in several}) < len(several):
        length += 1
    return [id_[:length] for id_ in ids]


def id_name(id_: str) -> str:
    """An id as a message or a command names it alone: the beginning of one of ours, which no other one has.

    One that another program made is whole: those that it made at one moment begin alike.
    """
    return id_[:_NAMED] if len(id_) == ID_LENGTH else id_


@dataclass(frozen=True, slots=True)
class ExperimentQuery:
    """Criteria of experiments; None is any.

    Attributes:
        role, model: of the latest version of its creator; a model by its name in the file or by that of its server.
    """

    creator: str | None = None
    favourite: bool = False
    role: str | None = None
    model: str | None = None


@dataclass(frozen=True, slots=True)
class RunQuery:
    """Criteria of runs; None is any.

    Attributes:
        creator: of the experiment.
        favourite: of runs that are marked themselves.
        role, model: that take part in the run.
        where: factor -> label of its level.
        experiment, sweep: ids.
    """

    creator: str | None = None
    favourite: bool = False
    role: str | None = None
    model: str | None = None
    where: Mapping[str, str] = field(default_factory=dict)
    state: RunState | None = None
    experiment: str | None = None
    sweep: str | None = None

    @property
    def tags(self) -> list[str]:
        """Roles and models as a run's digest has them."""
        return [*([role_tag(self.role)] if self.role else ()), *([model_tag(self.model)] if self.model else ())]

    @property
    def levels(self) -> list[str]:
        """`where` as `levels_of` spells it."""
        return [level_tag(factor, _NO_LEVEL if label == NULL else label) for factor, label in self.where.items()]


@dataclass(frozen=True, slots=True)
class ListedExperiment:
    """An experiment with what its line in a list says.

    Attributes:
        versions, sweeps: how many it has, colleagues' included.
        roles, models: of the latest version.
        origin: id of the experiment that it is a duplicate of, while that one stands.
    """

    experiment: Experiment
    versions: int
    sweeps: int
    roles: tuple[str, ...]
    models: tuple[str, ...]
    origin: str | None = None


@dataclass(frozen=True, slots=True)
class ListedRun:
    """A run in one of its slots."""

    sweep: str
    experiment: str
    place: SweepSlot


_FAMILIES = ("section.", "option.", "event.", "feed.")
_LONGEST_HEAD = 16


def bare_factor(factor: str) -> str:
    """A factor without the family that begins its name."""
    return next((factor.removeprefix(family) for family in _FAMILIES if factor.startswith(family)), factor)


def head_of_factor(factor: str) -> str:
    """A factor as it stands above a column: bare, and cut where it is long."""
    bare = bare_factor(factor)
    return f"{bare[: _LONGEST_HEAD - 1]}…" if len(bare) > _LONGEST_HEAD else bare


def factors_by_name(name: str, factors: Iterable[str]) -> list[str]:
    """The factors that somebody may mean: the one of that name, else all that a list shows so, in any case."""
    names, typed = list(factors), name.casefold()
    if name in names:
        return [name]
    forms = {each: {each.casefold(), bare_factor(each).casefold(), head_of_factor(each).casefold()} for each in names}
    return [each for each in names if typed in forms[each]]


def level_tag(factor: str, label: str) -> str:
    """A factor and its level as one text."""
    return f"{factor}={label}"


def label_of(level: Level | None) -> str:
    """A level as people write it in a file or a filter; `null` leaves an option out."""
    if level is None:
        return NULL
    return str(level).lower() if isinstance(level, bool) else str(level)


def levels_of(condition: Mapping[str, Level | None]) -> list[str]:
    """The levels of a condition, each as one text."""
    return [level_tag(factor, _NO_LEVEL if level is None else label_of(level)) for factor, level in condition.items()]


def dollars_text(amount: float) -> str:
    """US dollars for people, such as `$0.0123`; a little is not shown as nothing."""
    if 0 < amount < 0.00005:
        return "< $0.0001"
    return f"${amount:.4f}" if amount else "$0"
