"""What a creator alone may do with an experiment or a run: edit its note, mark it as a favourite, delete it.

A sweep is deleted by who began it, and nothing is deleted that somebody else's sweep uses.

Creators are self-declared: this prevents accidents, not malice.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from loguru import logger

from sociarium.errors import AtWork, BadInput, InUse, NotYours
from sociarium.ports.clock import Clock
from sociarium.ports.store import Store
from sociarium.records.plans import Deletion, Edit, Subject, SweepRecord
from sociarium.records.runs import Worker
from sociarium.runner.library.lookup import Owned
from sociarium.runner.workers.heartbeat import BEATS_PER_LEASE, Liveness
from sociarium.runner.workers.process import is_gone, is_here

_AT_ONCE = 50
"""Runs that go in one step."""
_MOST_LISTED = 5


@dataclass(frozen=True, slots=True)
class EditResult:
    """What an edit came to.

    Attributes:
        standing: the edit that stands; another's, when somebody edited the same revision first.
        wanted: ours; nothing of it is kept unless it is the standing one.
    """

    standing: Edit
    wanted: Edit

    @property
    def is_kept(self) -> bool:
        """Whether ours stands."""
        return self.standing == self.wanted


def _refuse_others(owned: Owned, me: str, what: str) -> None:
    """Raise `NotYours` unless an experiment, sweep or run is mine.

    Args:
        what: edit or delete.
    """
    if owned.creator != me:
        mend = f"`sociarium duplicate {owned.id[:12]}` makes one of your own"
        whose = f"{_description(owned)} is {owned.creator}'s, and you are {me}"
        who = "who began it" if owned.kind == "sweep" else "its creator"
        raise NotYours(f"{whose}: only {who} may {what} it; {mend if owned.kind == 'experiment' else 'ask them'}")


def refuse_delete(store: Store, owned: Owned, me: str) -> None:
    """Refuse what is not mine to delete, or is in use.

    An experiment is its creator's, a sweep theirs who began it, a run theirs who began the sweeps that it stands in.
    Who began a deletion may complete it.

    Raises:
        NotYours: it is somebody else's.
        InUse: somebody else's sweep uses it.
    """
    mark = _mark_of(store, owned)
    sweeps = _sweeps_with(store, owned)
    others = [sweep for sweep in sweeps if sweep.creator != me]
    if mark is not None and mark.by == me:
        pass
    elif owned.kind != "run" or not sweeps:
        _refuse_others(owned, me, "delete")
    elif len(others) == len(sweeps):
        whose = f"{_description(owned)} is {_names(others)}'s, and you are {me}"
        raise NotYours(f"{whose}: only its creator may delete it; ask them")
    if others:
        listed = ", ".join(f"{sweep.creator}'s {sweep.name!r} ({sweep.id[:12]})" for sweep in others[:_MOST_LISTED])
        more = f" and {len(others) - _MOST_LISTED} more" if len(others) > _MOST_LISTED else ""
        raise InUse(
            f"{_description(owned)} is used by sweeps of {_names(others)}: {listed}{more}; nothing was deleted. It can "
            "be deleted when they have deleted theirs with `sociarium delete SWEEP`"
        )


def _sweeps_with(store: Store, owned: Owned) -> list[SweepRecord]:
    """The sweeps that go with something, or would lose it."""
    if owned.kind == "experiment":
        return store.sweeps(owned.id)
    if owned.kind == "run":
        return [store.sweep(id_) for id_ in dict.fromkeys(member.sweep for member in store.members_of_run(owned.id))]
    return []


def _names(sweeps: Sequence[SweepRecord]) -> str:
    return " and ".join(sorted({sweep.creator for sweep in sweeps}))


def _mark_of(store: Store, owned: Owned) -> Deletion | None:
    return next((mark for mark in store.deletions() if (mark.kind, mark.of) == (owned.kind, owned.id)), None)


def edit(
    store: Store,
    owned: Owned,
    *,
    me: str,
    clock: Clock,
    note: str | None = None,
    favourite: bool | None = None,
    revision: int | None = None,
) -> EditResult:
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
    _refuse_others(owned, me, "edit")
    kind: Subject = "run" if owned.kind == "run" else "experiment"
    latest = store.latest_edits(kind, [owned.id]).get(owned.id)
    # The copy in the experiment may be behind its log, where a writer was killed in between.
    current = max(owned.revision, latest.revision if latest else 1)
    if revision is not None and not 1 <= revision <= current:
        raise BadInput(f"there is no revision {revision} of {_description(owned)}; the latest is {current}")
    before_note, before_favourite = owned.note, owned.favourite
    if latest and latest.revision >= owned.revision:
        before_note, before_favourite = latest.note, latest.favourite
    wanted = Edit(
        kind,
        owned.id,
        (current if revision is None else revision) + 1,
        me,
        clock.now(),
        before_note if note is None else note,
        before_favourite if favourite is None else favourite,
    )
    standing = store.append_edit(wanted)
    if standing == wanted:
        logger.info("{} edited the {} {}: revision {}", me, owned.kind, owned.id, wanted.revision)
    if standing != wanted and latest is not None and latest.revision > standing.revision:
        standing = latest
    return EditResult(standing, wanted)


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
    """Delete an experiment, a sweep or a run with all that was kept of it, in steps; made again it goes on where it
    stopped. Of a sweep the runs stay that stand in another one.

    Args:
        me: this process; runs that it played itself hinder nothing.
        creator: who deletes.
        lease: seconds after which a worker whose counter stands still is taken for dead.
        progress: told how many runs are gone.
        pause: waits for so many seconds, for the beat of a worker that cannot be seen from here.

    Returns:
        How many runs went.

    Raises:
        NotYours: it is somebody else's.
        InUse: somebody else's sweep uses it; nothing was deleted.
        AtWork: a live worker plays runs of the experiment; nothing was deleted.
    """
    liveness = Liveness(store, me, clock, lease=lease)
    marked = _mark_of(store, owned)
    try:
        refuse_delete(store, owned, creator)
    except InUse:
        # A deletion that was killed before it looked a second time: of what others use nothing ever goes.
        if marked is not None:
            store.unmark_deletion(marked)
        raise
    if marked is None:
        _refuse_at_work(store, owned, me, liveness, lease, pause)
    deletion = Deletion(owned.kind, owned.id, owned.experiment, owned.title, creator, clock.now())
    standing = store.mark_deletion(deletion)
    if marked is None:
        # Who took up a run or began a sweep between the first look and the mark is seen now; who comes later sees the
        # mark.
        try:
            refuse_delete(store, owned, creator)
            _refuse_at_work(store, owned, me, liveness, lease, pause)
        except (InUse, AtWork):
            if standing == deletion:
                store.unmark_deletion(deletion)
            raise
    gone = 0
    while step := store.delete_part(standing, most=_AT_ONCE):
        gone += step
        progress(gone)
    logger.info("{} deleted {}: {} runs", creator, _description(owned), gone)
    return gone


def _description(owned: Owned) -> str:
    told = repr(owned.title) if owned.kind == "experiment" else f"of {owned.title!r}"
    return f"the {owned.kind} {owned.id[:8]} {told}"


def _refuse_at_work(
    store: Store, owned: Owned, me: Worker, liveness: Liveness, lease: float, pause: Callable[[float], None]
) -> None:
    """Raise `AtWork` when a live worker holds a run of the experiment."""
    holders = {status.worker or "" for status in store.claimed_runs(owned.experiment)} - {me.id}
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
    who = f"{worker.by} on {where}" if worker and worker.by else where
    return (
        f"{who} plays runs of {owned.title!r} just now; nothing was deleted. Stop it there with Ctrl-C, and delete "
        "again"
    )
