"""What a creator alone may do with an experiment or a run: edit its note, mark it as a favourite, delete it.

A sweep is deleted by who began it, and nothing is deleted that somebody else's sweep uses, or goes on from and has not
copied yet.

Creators are self-declared: this prevents accidents, not malice.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from loguru import logger

from sociarium.count_text import count_text
from sociarium.errors import AtWork, BadInput, InUse, NotYours
from sociarium.ports.clock import Clock
from sociarium.ports.store import Store
from sociarium.records.lists import id_name
from sociarium.records.plans import Deletion, Edit, Subject, SweepRecord
from sociarium.records.runs import Worker
from sociarium.runner.library.lookup import Target
from sociarium.runner.library.waiting_forks import sweeps_that_wait
from sociarium.runner.workers.liveness import BEATS_PER_LEASE, Liveness, has_left
from sociarium.runner.workers.process import is_here

_AT_ONCE = 50
"""Runs that go in one step."""
_MOST_LISTED = 5
_LONGEST_LOGGED = 500


@dataclass(frozen=True, slots=True)
class EditResult:
    """What an edit came to.

    Attributes:
        standing: the edit that stands; another's, when somebody edited the same revision first.
        requested: ours; nothing of it is kept unless it is the standing one.
    """

    standing: Edit
    requested: Edit

    @property
    def is_kept(self) -> bool:
        """Whether ours stands."""
        return self.standing == self.requested


def _refuse_others(target: Target, me: str, what: str) -> None:
    """Raise `NotYours` unless an experiment, sweep or run is mine.

    Args:
        what: edit or delete.
    """
    if target.creator != me:
        mend = f"`sociarium duplicate {id_name(target.id)}` makes one of your own"
        whose = f"{_description(target)} is {target.creator}'s, and you are {me}"
        who = "who began it" if target.kind == "sweep" else "its creator"
        raise NotYours(f"{whose}: only {who} may {what} it; {mend if target.kind == 'experiment' else 'ask them'}")


def refuse_delete(store: Store, target: Target, me: str) -> None:
    """Refuse what is not mine to delete, or is in use.

    An experiment is its creator's, a sweep theirs who began it, a run theirs who began the sweeps that it stands in.
    Who began a deletion may complete it.

    Raises:
        NotYours: it is somebody else's.
        InUse: somebody else's sweep uses it, or is still to go on from it.
    """
    mark = _mark_of(store, target)
    sweeps = _sweeps_with(store, target)
    others = [sweep for sweep in sweeps if sweep.creator != me]
    if mark is not None and mark.by == me:
        pass
    elif target.kind != "run" or not sweeps:
        _refuse_others(target, me, "delete")
    elif len(others) == len(sweeps):
        whose = f"{_description(target)} is {_names(others)}'s, and you are {me}"
        raise NotYours(f"{whose}: only its creator may delete it; ask them")
    if others:
        raise InUse(
            f"{_description(target)} is used by sweeps of {_names(others)}: {_list_text(others)}; nothing was deleted. "
            "It can be deleted when they have deleted theirs with `sociarium delete SWEEP`"
        )
    if waiting := sweeps_that_wait(store, target, me=me):
        raise InUse(
            f"{_description(target)} is what runs of {_names(waiting)} have still to begin with: "
            f"{_list_text(waiting)}; nothing was deleted. It can be deleted when `sociarium resume SWEEP` has begun "
            "these runs, or when that sweep is deleted"
        )


def _list_text(sweeps: Sequence[SweepRecord]) -> str:
    listed = ", ".join(f"{sweep.creator}'s {sweep.label!r} ({sweep.id[:12]})" for sweep in sweeps[:_MOST_LISTED])
    return f"{listed} and {len(sweeps) - _MOST_LISTED} more" if len(sweeps) > _MOST_LISTED else listed


def _sweeps_with(store: Store, target: Target) -> list[SweepRecord]:
    """The sweeps that go with something, or would lose it."""
    if target.kind == "experiment":
        return store.sweeps(target.id)
    if target.kind == "run":
        return [store.sweep(id_) for id_ in dict.fromkeys(member.sweep for member in store.members_of_run(target.id))]
    return []


def _names(sweeps: Sequence[SweepRecord]) -> str:
    return " and ".join(sorted({sweep.creator for sweep in sweeps}))


def _mark_of(store: Store, target: Target) -> Deletion | None:
    return next((mark for mark in store.deletions() if (mark.kind, mark.of) == (target.kind, target.id)), None)


def edit(
    store: Store,
    target: Target,
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
    _refuse_others(target, me, "edit")
    kind: Subject = "run" if target.kind == "run" else "experiment"
    latest = store.latest_edits(kind, [target.id]).get(target.id)
    # The copy in the experiment may be behind its log, where a writer was killed in between.
    current = max(target.revision, latest.revision if latest else 1)
    if revision is not None and not 1 <= revision <= current:
        raise BadInput(f"there is no revision {revision} of {_description(target)}; the latest is {current}")
    before_note, before_favourite = target.note, target.favourite
    if latest and latest.revision >= target.revision:
        before_note, before_favourite = latest.note, latest.favourite
    requested = Edit(
        kind,
        target.id,
        (current if revision is None else revision) + 1,
        me,
        clock.now(),
        before_note if note is None else note,
        before_favourite if favourite is None else favourite,
    )
    standing = store.append_edit(requested)
    if standing == requested:
        logger.info("{} edited {}: revision {}, {}, note: {}", me, _log_name(target), requested.revision,
                    "a favourite" if requested.favourite else "no favourite", _note_text(requested.note))  # fmt: skip
    if standing != requested and latest is not None and latest.revision > standing.revision:
        standing = latest
    return EditResult(standing, requested)


def _note_text(note: str) -> str:
    """A note as a log has it; the store has all of it."""
    return note if len(note) <= _LONGEST_LOGGED else f"{note[:_LONGEST_LOGGED]}... ({len(note):,} letters)"


def delete(
    store: Store,
    target: Target,
    *,
    creator: str,
    liveness: Liveness,
    progress: Callable[[int], None] = lambda _gone: None,
    pause: Callable[[float], None] = time.sleep,
) -> int:
    """Delete an experiment, a sweep or a run with all that was kept of it, in steps; made again it goes on where it
    stopped. Of a sweep the runs stay that stand in another one.

    Args:
        creator: who deletes.
        liveness: tells whether others are at work; runs that this process played itself hinder nothing.
        progress: told how many runs are gone.
        pause: waits for so many seconds, for the beat of a worker that cannot be seen from here.

    Returns:
        How many runs went.

    Raises:
        NotYours: it is somebody else's.
        InUse: somebody else's sweep uses it; nothing was deleted.
        AtWork: a live worker plays runs of the experiment; nothing was deleted.
    """
    earlier = _mark_of(store, target)
    try:
        refuse_delete(store, target, creator)
    except InUse:
        # A deletion that was killed before it looked a second time: of what others use nothing ever goes.
        if earlier is not None:
            store.unmark_deletion(earlier)
        raise
    deletion = Deletion(target.kind, target.id, target.experiment, target.title, creator, liveness.clock.now())
    mark = store.mark_deletion(deletion) if earlier else _mark_unused(store, target, deletion, liveness, pause)
    gone = 0
    while step := store.delete_part(mark, most=_AT_ONCE):
        gone += step
        progress(gone)
    logger.info("{} deleted {}: {}", creator, _log_name(target), count_text(gone, "run"))
    return gone


def _mark_unused(
    store: Store, target: Target, deletion: Deletion, liveness: Liveness, pause: Callable[[float], None]
) -> Deletion:
    """Mark a deletion, unless somebody is at work; returns the mark that stands.

    Who took up a run or began a sweep between the first look and the mark is seen by the second look; who comes later
    sees the mark.
    """
    _refuse_at_work(store, target, liveness, pause)
    mark = store.mark_deletion(deletion)
    try:
        refuse_delete(store, target, deletion.by)
        _refuse_at_work(store, target, liveness, pause)
    except (InUse, AtWork):
        if mark == deletion:
            store.unmark_deletion(deletion)
        raise
    return mark


def _description(target: Target) -> str:
    title = repr(target.title) if target.kind == "experiment" else f"of {target.title!r}"
    return f"the {target.kind} {id_name(target.id) if target.kind == 'run' else target.id[:8]} {title}"


def _log_name(target: Target) -> str:
    experiment = f"the experiment {target.experiment} {target.title!r}"
    return experiment if target.kind == "experiment" else f"the {target.kind} {target.id} of {experiment}"


def _refuse_at_work(store: Store, target: Target, liveness: Liveness, pause: Callable[[float], None]) -> None:
    """Raise `AtWork` when a live worker holds a run of the experiment."""
    holders = {status.worker or "" for status in store.claimed_runs(target.experiment)} - {liveness.me.id}
    workers = store.workers(sorted(holders))
    unseen = set()
    for id_ in sorted(holders):
        worker = workers.get(id_)
        if worker is not None and has_left(worker, liveness.me):
            continue
        if worker is None or not is_here(worker, liveness.me):
            unseen.add(id_)
        else:
            raise AtWork(_at_work(target, worker))
    while unseen:
        for id_, verdict in liveness.verdicts(unseen).items():
            if verdict == "alive":
                raise AtWork(_at_work(target, workers.get(id_)))
            if verdict == "gone":
                unseen.discard(id_)
        if unseen:
            pause(liveness.lease / BEATS_PER_LEASE)


def _at_work(target: Target, worker: Worker | None) -> str:
    where = f"{worker.host} (process {worker.pid})" if worker else "another machine"
    who = f"{worker.by} on {where}" if worker and worker.by else where
    return (
        f"{who} plays runs of {target.title!r} just now; nothing was deleted. Stop it there with Ctrl-C, and delete "
        "again"
    )
