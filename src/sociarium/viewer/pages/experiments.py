"""The list of experiments: what did the night leave?"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sociarium.exchange.sanitize import one_line
from sociarium.experiment.identity import fold_title
from sociarium.ports.store import Store
from sociarium.records.lists import ExperimentQuery, ListedExperiment
from sociarium.records.plans import SweepRecord, environment_of, latest_version
from sociarium.viewer.labels import RoleLabel, roles
from sociarium.viewer.sweep_digest import SweepDigest
from sociarium.viewer.words import local

SHOWN = 25
_LOOKED_AT = 20
"""Sweeps that the lede speaks of, at most: the latest ones."""
_NIGHT = timedelta(hours=24)
ORDERS = {"activity": "last activity", "title": "title", "runs": "runs"}
KINDS = {"": "both", "conversation": "conversations", "feed": "feeds"}


@dataclass(frozen=True, slots=True)
class ExperimentFilter:
    """Which experiments are shown, and how; an empty text is any.

    Attributes:
        text: in title, note, names, or any text of the file.
        order: a name of `ORDERS`.
        page: from 1.
    """

    text: str = ""
    person: str = ""
    role: str = ""
    model: str = ""
    kind: str = ""
    starred: bool = False
    order: str = "activity"
    page: int = 1

    @property
    def is_open(self) -> bool:
        """Whether it leaves nothing out."""
        return not (self.text or self.person or self.role or self.model or self.kind or self.starred)


@dataclass(frozen=True, slots=True)
class SweepLine:
    """The latest sweep of an experiment."""

    id: str
    name: str
    digest: SweepDigest


@dataclass(frozen=True, slots=True)
class ExperimentRow:
    """A line of the list.

    Attributes:
        is_mine: whether who looks may change its note and star.
        sweep: the latest one; None before the first.
        active: its last activity that a list can know.
    """

    id: str
    title: str
    note: str
    creator: str
    kind: str
    roles: tuple[RoleLabel, ...]
    models: tuple[str, ...]
    is_starred: bool
    is_mine: bool
    revision: int
    sweep: SweepLine | None
    sweeps: int
    active: str


@dataclass(frozen=True, slots=True)
class Night:
    """What the last day left: the sweeps that were worked on, of the latest ones.

    Attributes:
        hollow: runs of theirs that are done and mostly empty.
    """

    running: int
    ended: int
    stopped: int
    failed: int
    causes: int
    hollow: int
    last: str | None


@dataclass(frozen=True, slots=True)
class ExperimentsPage:
    """The list.

    Attributes:
        total: experiments in the store; matching: those that the filter leaves.
        close: titles near to the text, where nothing matches.
        people, all_roles, models: to choose from.
    """

    rows: tuple[ExperimentRow, ...]
    query: ExperimentFilter
    total: int
    matching: int
    starred: int
    night: Night
    close: tuple[ExperimentRow, ...]
    people: tuple[str, ...]
    all_roles: tuple[str, ...]
    models: tuple[str, ...]

    @property
    def first(self) -> int:
        """Number of the first row, from 1."""
        return (self.query.page - 1) * SHOWN + 1

    @property
    def pages(self) -> int:
        """How many pages there are; at least one."""
        return max(1, -(-self.matching // SHOWN))


def experiments_page(
    store: Store,
    query: ExperimentFilter,
    *,
    me: str,
    now: datetime,
    digest_of: Callable[[SweepRecord], SweepDigest],
) -> ExperimentsPage:
    """The list of experiments.

    Args:
        me: who looks.
        now: with its zone.
        digest_of: how a sweep stands.
    """
    listed = list(store.list_experiments(ExperimentQuery()))
    sweeps = store.sweeps()
    latest: dict[str, SweepRecord] = {}
    for sweep in sweeps:
        latest.setdefault(sweep.experiment, sweep)
    matches = _in_order([one for one in listed if _matches(store, one, query)], query, latest)
    page = min(max(query.page, 1), max(1, -(-len(matches) // SHOWN)))
    on_page = matches[(page - 1) * SHOWN : page * SHOWN]

    def row(one: ListedExperiment) -> ExperimentRow:
        return _row(store, one, latest.get(one.experiment.id), me=me, digest_of=digest_of)

    listed_ids = {one.experiment.id for one in listed}
    recent = [sweep for sweep in sweeps if sweep.experiment in listed_ids][:_LOOKED_AT]
    return ExperimentsPage(
        rows=tuple(map(row, on_page)),
        query=ExperimentFilter(query.text, query.person, query.role, query.model, query.kind, query.starred,
                               query.order, page),
        total=len(listed),
        matching=len(matches),
        starred=sum(one.experiment.favourite for one in listed),
        night=_night([digest_of(sweep) for sweep in recent], now),
        close=tuple(map(row, _close(listed, query.text))) if not matches and query.text else (),
        people=_each(one.experiment.creator for one in listed),
        all_roles=_each(role for one in listed for role in one.roles),
        models=_each(model for one in listed for model in one.models),
    )  # fmt: skip


def _each(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(set(names), key=str.casefold))


def _matches(store: Store, one: ListedExperiment, query: ExperimentFilter) -> bool:
    experiment = one.experiment
    if query.person not in {"", experiment.creator} or (query.starred and not experiment.favourite):
        return False
    if (query.role and query.role not in one.roles) or (query.model and query.model not in one.models):
        return False
    if not query.kind and not query.text:
        return True
    text = query.text.casefold()
    heads = (experiment.title, experiment.note, experiment.creator, experiment.id, *one.roles, *one.models)
    in_heads = any(text in head.casefold() for head in heads)
    if in_heads and not query.kind:
        return True
    document = _document(store, experiment.id)
    if query.kind and environment_of(document) != query.kind:
        return False
    return in_heads or text in json.dumps(json.loads(document), ensure_ascii=False).casefold()


def _document(store: Store, experiment: str) -> str:
    version = latest_version(store.versions(experiment))
    return version.document if version else "{}"


def _activity(one: ListedExperiment, latest: dict[str, SweepRecord]) -> str:
    sweep = latest.get(one.experiment.id)
    return max(one.experiment.created, sweep.created if sweep else "")


def _in_order(
    matches: list[ListedExperiment], query: ExperimentFilter, latest: dict[str, SweepRecord]
) -> list[ListedExperiment]:
    if query.order == "title":
        return sorted(matches, key=lambda one: fold_title(one.experiment.title))
    if query.order == "runs":
        return sorted(matches, key=lambda one: -(latest[one.experiment.id].runs if one.experiment.id in latest else 0))
    return sorted(matches, key=lambda one: _activity(one, latest), reverse=True)


def _row(
    store: Store,
    one: ListedExperiment,
    sweep: SweepRecord | None,
    *,
    me: str,
    digest_of: Callable[[SweepRecord], SweepDigest],
) -> ExperimentRow:
    experiment = one.experiment
    line = SweepLine(sweep.id, sweep.label, digest_of(sweep)) if sweep else None
    times = (experiment.created, *((sweep.created, line.digest.finished or "") if sweep and line else ()))
    return ExperimentRow(
        id=experiment.id,
        title=experiment.title,
        note=experiment.note,
        creator=experiment.creator,
        kind=environment_of(_document(store, experiment.id)),
        roles=tuple(roles(one.roles)),
        models=one.models,
        is_starred=experiment.favourite,
        is_mine=experiment.creator == me,
        revision=experiment.revision,
        sweep=line,
        sweeps=one.sweeps,
        active=max(times),
    )


def _night(digests: Sequence[SweepDigest], now: datetime) -> Night:
    lately = [one for one in digests if one.is_live or _is_lately(one.finished or one.started, now)]
    failed = [cause for one in lately for cause in one.causes]
    return Night(
        running=sum(one.is_live for one in lately),
        ended=sum(not one.is_live and one.counts.pending + one.counts.running == 0 for one in lately),
        stopped=sum(not one.is_live and one.counts.pending + one.counts.running > 0 for one in lately),
        failed=sum(cause.count for cause in failed),
        causes=len({cause.error for cause in failed}),
        hollow=sum(one.hollow for one in lately),
        last=max((one.finished for one in digests if one.finished), default=None),
    )


def _is_lately(moment: str | None, now: datetime) -> bool:
    return moment is not None and now - local(moment) < _NIGHT


def _close(listed: Sequence[ListedExperiment], text: str) -> list[ListedExperiment]:
    """Titles that share the beginning of a word with a text, for who misspelt one."""
    stems = {word[:4] for word in fold_title(one_line(text)).split() if len(word) >= 4}
    return [one for one in listed if any(stem in fold_title(one.experiment.title) for stem in stems)][:3]
