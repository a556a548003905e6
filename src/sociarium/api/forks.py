"""Forks and extensions from Python: runs that go on from a moment, or after the end, of others."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Unpack
from warnings import warn

from sociarium.api.keywords import PlayKeywords
from sociarium.api.own_code import code_of_changes
from sociarium.api.play import play_plan
from sociarium.api.results import SweepResult
from sociarium.api.stores import StoreAddress
from sociarium.api.targets import RunOrSweep, id_text
from sociarium.errors import NotFound
from sociarium.experiment.sweep import Level
from sociarium.ports.clock import SystemClock
from sociarium.ports.store import Store
from sociarium.records.lists import label_of
from sociarium.runner.library import lookup
from sociarium.runner.run.event_loop import finish
from sociarium.runner.sweep.derive import ExtensionRequest, ForkRequest
from sociarium.runner.sweep.fork_warnings import fork_warnings
from sociarium.runner.sweep.forks import (
    DerivedPlan,
    Origin,
    origin_of_run,
    origin_of_sweep,
    plan_extensions,
    plan_forks,
)


def fork(
    origin: RunOrSweep,
    *,
    at: str | int,
    changes: Mapping[str, Level],
    replicates: int = 1,
    sham: bool | None = None,
    store: StoreAddress = None,
    **options: Unpack[PlayKeywords],
) -> SweepResult:
    """Play a run, or all finished runs of a sweep, again from a moment on, with something changed.

    What comes before is copied; what follows shares the random draws of the origin. What models sample differs all the
    same: an effect is the changed forks less the sham ones. A `UserWarning` says where others read what gives away that
    something was changed.

    Args:
        origin: a run or sweep, or the beginning of its id.
        at: `day2/turn7` or a number of messages in a conversation, `day3` or a number of days in a feed.
        changes: level by factor, or by anything else that a factor could set.
        replicates: forks of each run; further ones have draws of their own after the moment.
        sham: whether each run gets a fork with nothing changed, too; by default those of a sweep do.
        options: as of `run`.

    Raises:
        BadInput: there is no such moment, factor or level, or the change would alter what came before.
        NotFound: there is no such run or sweep.
        SetupError, StoreUnavailable, TypeError: as of `run`.
    """

    def make_plan(opened: Store, creator: str) -> DerivedPlan:
        where = find_origin(opened, id_text(origin))
        levels = {name: label_of(level) for name, level in changes.items()}
        request = ForkRequest(
            at=str(at),
            changes=levels,
            code=code_of_changes(levels, allow=options.get("allow_code", False)),
            branches=replicates,
            sham=where.run is None if sham is None else sham,
        )
        plan = plan_forks(opened, where, request, creator=creator, clock=SystemClock())
        for warning in fork_warnings(plan):
            warn(warning, stacklevel=2)
        return plan

    return _play(make_plan, store, options)


def extend(
    origin: RunOrSweep,
    *,
    days: int | None = None,
    messages: int | None = None,
    store: StoreAddress = None,
    **options: Unpack[PlayKeywords],
) -> SweepResult:
    """Go on with a run, or with all finished runs of a sweep, after the end; the old ones stay as they are.

    Args:
        origin: a run or sweep, or the beginning of its id.
        days: in all, those before among them.
        messages: of a conversation in all; by default each further day has as many as the last one.
        options: as of `run`.

    Raises:
        BadInput: nothing is added, or no run came to its end.
        NotFound: there is no such run or sweep.
        SetupError, StoreUnavailable, TypeError: as of `run`.
    """
    request = ExtensionRequest(days=days, messages=messages)

    def make_plan(opened: Store, creator: str) -> DerivedPlan:
        return plan_extensions(
            opened, find_origin(opened, id_text(origin)), request, creator=creator, clock=SystemClock()
        )

    return _play(make_plan, store, options)


def find_origin(store: Store, text: str) -> Origin:
    """The run or sweep whose id begins so.

    Raises:
        NotFound, Ambiguous, BeingDeleted, BadInput: it is none that anything can go on from.
    """
    kind = lookup.kind_of(store, text)
    if kind == "run":
        return origin_of_run(store, lookup.find_run_id(store, text))
    if kind == "sweep":
        return origin_of_sweep(store, lookup.find_sweep(store, text))
    raise NotFound(f"there is no run and no sweep {text!r} in {store.url}; `sociarium list runs` shows those there are")


def _play(make_plan: Callable[[Store, str], DerivedPlan], store: StoreAddress, options: PlayKeywords) -> SweepResult:
    return finish(play_plan(make_plan, store, options))
