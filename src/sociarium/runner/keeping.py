"""What a creator alone may do with an experiment or a run: edit its note, mark it as a favourite, delete it.

Creators are self-declared: this prevents accidents, not malice.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

from sociarium.errors import AtWork, BadInput, NotYours
from sociarium.ports.clock import Clock
from sociarium.ports.store import Store
from sociarium.records.plans import Deletion, Edit
from sociarium.records.runs import Worker
from sociarium.runner.liveness import BEATS_PER_LEASE, Liveness
from sociarium.runner.lookup import Owned
from sociarium.runner.process import is_gone, is_here

_AT_ONCE = 50
"""Runs that go in one step."""


@dataclass(frozen=True, slots=True)
class Edited:
    """What an edit came to.

    Attributes:
        standing: the edit that stands; another's, when somebody edited the same revision first.
        wanted: ours; nothing of it is kept unless it is the standing one.
    """

    standing: Edit
    wanted: Edit

    @property
    def kept(self) -> bool:
        """Whether ours stands."""
        return self.standing == self.wanted


def refuse_others(owned: Owned, me: str, what: str) -> None:
    """Raise `NotYours` unless an experiment or run is mine.

    Args:
        what: edit or delete.
    """
    if owned.creator != me:
        mend = f"`sociarium duplicate {owned.id[:12]}` makes one of your own"
        whose = f"{_named(owned)} is {owned.creator}'s, and you are {me}"
        raise NotYours(f"{whose}: only its creator may {what} it; {mend if owned.kind == 'experiment' else 'ask them'}")


def edit(
    store: Store,
    owned: Owned,
    *,
    me: str,
    clock: Clock,
    note: str | None = None,
    favourite: bool | None = None,
    revision: int | None = None,
) -> Edited:
    """Change the note of an experiment or run, or whether it is a favourite.

    Args:
        note, favourite: None leaves it as it is.
        revision: the one that the editor saw; the latest by default.

    Returns:
        What stands: of two who edit the same revision the later one gets the other's edit.

    Raises:
        NotYours: somebody else created it.
        BadInput: there is no such revision.
    """
    refuse_others(owned, me, "edit")
    latest = store.edits(owned.kind, [owned.id]).get(owned.id)
    # The copy in the experiment may be behind its log, where a writer was killed in between.
    current = max(owned.revision, latest.revision if latest else 1)
    if revision is not None and not 1 <= revision <= current:
        raise BadInput(f"there is no revision {revision} of {_named(owned)}; the latest is {current}")
    before_note, before_favourite = owned.note, owned.favourite
    if latest and latest.revision >= owned.revision:
        before_note, before_favourite = latest.note, latest.favourite
    wanted = Edit(
        owned.kind,
        owned.id,
        (current if revision is None else revision) + 1,
        me,
        clock.now(),
        before_note if note is None else note,
        before_favourite if favourite is None else favourite,
    )
    standing = store.edit(wanted)
    if standing != wanted and latest is not None and latest.revision > standing.revision:
        standing = latest
    return Edited(standing, wanted)


def delete(
    store: Store,
    owned: Owned,
    *,
    me: Worker,
    creator: str,
    clock: Clock,
    lease: float,
    progress: Callable[[int], None] = lambda _gone: None,
    pause: Callable[[float], None] = time.sleep,
) -> int:
    """Delete an experiment or a run with all that was kept of it, in steps; made again it goes on where it stopped.

    Args:
        me: this process; runs that it played itself hinder nothing.
        creator: who deletes.
        lease: seconds after which a worker whose counter stands still is taken for dead.
        progress: told how many runs are gone.
        pause: waits for so many seconds, for the beat of a worker that cannot be seen from here.

    Returns:
        How many runs went.

    Raises:
        NotYours: somebody else created it.
        AtWork: a live worker plays runs of the experiment; nothing was deleted.
    """
    refuse_others(owned, creator, "delete")
    liveness = Liveness(store, me, clock, lease=lease)
    marked = any((mark.kind, mark.of) == (owned.kind, owned.id) for mark in store.deletions())
    if not marked:
        _refuse_at_work(store, owned, me, liveness, lease, pause)
    deletion = Deletion(owned.kind, owned.id, owned.experiment, owned.title, creator, clock.now())
    standing = store.mark(deletion)
    if not marked:
        # Who took up a run between the first look and the mark is seen now; who comes later sees the mark.
        try:
            _refuse_at_work(store, owned, me, liveness, lease, pause)
        except AtWork:
            if standing == deletion:
                store.unmark(deletion)
            raise
    gone = 0
    while step := store.discard(standing, most=_AT_ONCE):
        gone += step
        progress(gone)
    return gone


def _named(owned: Owned) -> str:
    told = repr(owned.title) if owned.kind == "experiment" else f"of {owned.title!r}"
    return f"the {owned.kind} {owned.id[:8]} {told}"


def _refuse_at_work(
    store: Store, owned: Owned, me: Worker, liveness: Liveness, lease: float, pause: Callable[[float], None]
) -> None:
    """Raise `AtWork` when a live worker holds a run of the experiment."""
    holders = {status.worker or "" for status in store.held(owned.experiment)} - {me.id}
    known = store.workers(sorted(holders))
    unseen = set()
    for id_ in sorted(holders):
        worker = known.get(id_)
        if worker is None or not is_here(worker, me):
            unseen.add(id_)
        elif not is_gone(worker):
            raise AtWork(_at_work(owned, worker))
    while unseen:
        for id_, verdict in liveness.verdicts(unseen).items():
            if verdict == "alive":
                raise AtWork(_at_work(owned, known.get(id_)))
            if verdict == "gone":
                unseen.discard(id_)
        if unseen:
            pause(lease / BEATS_PER_LEASE)


def _at_work(owned: Owned, worker: Worker | None) -> str:
    where = f"{worker.host} (process {worker.pid})" if worker else "another machine"
    return (
        f"{where} plays runs of {owned.title!r} just now; nothing was deleted. Stop it there with Ctrl-C, and delete "
        "again"
    )
