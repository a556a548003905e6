"""What a command is about: a run, the runs of a sweep, or the runs of an experiment."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import get_close_matches
from typing import Literal

from sociarium.errors import BadInput, NotFound
from sociarium.exchange.selection import RunFilter, Selection
from sociarium.ports.store import Store
from sociarium.records.lists import ExperimentQuery
from sociarium.records.plans import SweepRecord
from sociarium.runner.library import lookup
from sociarium.runner.library.duplicate import latest


def selection(store: Store, target: str, *, creator: str, every_sweep: bool = False) -> Selection:
    """What a text names: a run, a sweep, or an experiment.

    Args:
        every_sweep: of an experiment; by default those of each name that are of the version begun last, whoever began
            them, and none of what colleagues changed for themselves.

    Raises:
        NotFound: it names nothing.
        Ambiguous: it names things of two kinds.
    """
    kind = lookup.kind_of(store, target)
    if kind == "run":
        run = lookup.find_run_id(store, target)
        return _of_sweeps(store, _sweeps_of(store, run), run)
    if kind == "sweep":
        return _of_sweeps(store, (lookup.find_sweep(store, target),))
    try:
        experiment = lookup.find_experiment(store, target, creator=creator)
    except NotFound:
        titles = [listed.experiment.title for listed in store.list_experiments(ExperimentQuery())]
        near = get_close_matches(target, titles, n=1)
        if target.endswith(".zip"):
            raise NotFound(
                f"no run, sweep or experiment is called {target!r}; an archive is a store to read: `--store {target}`, "
                "and TARGET names what is in it"
            ) from None
        mend = f"did you mean {near[0]!r}?" if near else "`sociarium list runs` shows runs"
        raise NotFound(f"no run, sweep or experiment {target!r} is in {store.url}; {mend}") from None
    version, _ = latest(store, experiment)
    sweeps = tuple(store.sweeps(experiment.id))
    if every_sweep:
        return Selection(experiment, version, sweeps)
    changed = {one.id for one in store.versions(experiment.id) if one.by is not None}
    own = [sweep for sweep in sweeps if sweep.version not in changed]
    versions = {sweep.name: sweep.version for sweep in reversed(own)}
    chosen = tuple(sweep for sweep in own if versions[sweep.name] == sweep.version)
    earlier = tuple(sweep for sweep in own if versions[sweep.name] != sweep.version)
    left_out = tuple(sweep for sweep in sweeps if sweep.version in changed)
    return Selection(experiment, version, chosen, left_out=left_out, earlier=earlier)


def _sweeps_of(store: Store, run: str) -> tuple[SweepRecord, ...]:
    ids = {member.sweep for member in store.members_of_run(run)}
    return tuple(sweep for sweep in store.sweeps(store.run(run).experiment) if sweep.id in ids)


def _of_sweeps(store: Store, sweeps: tuple[SweepRecord, ...], run: str | None = None) -> Selection:
    if run is not None and not sweeps:
        raise BadInput(
            f"run {run[:12]} stands in no sweep: it wrote people for other runs; `sociarium show {run[:12]}` has them, "
            "and an archive of the experiment holds them"
        )
    experiment = store.experiment(sweeps[0].experiment)
    kind: Literal["run", "sweep"] = "sweep" if run is None else "run"
    return Selection(experiment, store.version(sweeps[0].version), sweeps, run, kind=kind)


def runs_of(store: Store, target: str, *, creator: str) -> Iterator[str]:
    """The ids of the runs that a text names, those left out that nobody took up yet. Raises as `selection`."""
    if lookup.kind_of(store, target) == "run":
        return iter([lookup.find_run_id(store, target)])
    chosen = selection(store, target, creator=creator)
    return (place.status.run for _, place in chosen.runs(store, RunFilter()))
