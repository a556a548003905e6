"""What a command is about: a run, the runs of a sweep, or the runs of an experiment."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from sociarium.errors import Ambiguous, NotFound
from sociarium.ports.store import Store
from sociarium.records.runs import Place, RunState
from sociarium.runner import lookup
from sociarium.runner.tally import distinct


def runs_of(store: Store, target: str, *, creator: str, begun_only: bool = True) -> Iterator[str]:
    """The ids of the runs that a text names: a run, a sweep, or an experiment's latest sweep of each name.

    Args:
        begun_only: leave out runs that nobody took up yet.

    Raises:
        NotFound: it names nothing.
        Ambiguous: it names things of two kinds.
    """
    kinds = [kind for kind in ("run", "sweep") if lookup.exists(store, kind, target)]
    if len(kinds) > 1:
        raise Ambiguous(f"{target!r} is the beginning of a run and of a sweep; write more of it")
    if kinds == ["run"]:
        return iter([lookup.run_id(store, target)])
    if kinds == ["sweep"]:
        return _runs(distinct(store.places(lookup.sweep(store, target).id)), begun_only=begun_only)
    try:
        found = lookup.experiment(store, target, creator=creator)
    except NotFound:
        raise NotFound(
            f"no run, sweep or experiment {target!r} is in {store.url}; `sociarium list runs` shows runs"
        ) from None
    latest = {sweep.name: sweep for sweep in reversed(store.sweeps(found.id))}
    places = (place for sweep in latest.values() for place in store.places(sweep.id))
    return _runs(distinct(places), begun_only=begun_only)


def _runs(places: Iterable[Place], *, begun_only: bool) -> Iterator[str]:
    return (place.status.run for place in places if not begun_only or place.status.state is not RunState.PENDING)
