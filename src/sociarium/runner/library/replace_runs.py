"""Finished runs of older rules that are played anew: which, whose they are, and taking away what they left behind.

They keep their places in all sweeps, their contents, notes and labels, and are pending afterwards.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from sociarium.errors import NotYours
from sociarium.ports.clock import Clock
from sociarium.ports.store import Store
from sociarium.records.plans import SweepRecord
from sociarium.records.runs import Claim, Outcome, RunState, Worker, has_other_rules
from sociarium.runner.library.clear_run import clear
from sociarium.runner.library.older_protocols import doubts, protocol_of_sweep, run_names
from sociarium.runner.library.status import sweep_status

Which = Literal["doubtful", "older"]
"""doubtful: conversations in which one agent spoke twice running. older: all of older rules."""


@dataclass(frozen=True, slots=True)
class Replaceable:
    """Finished runs that would be played anew.

    Attributes:
        runs: their ids.
        messages: that they hold.
        elsewhere: how many of them stand in other sweeps too.
        protocol: by which they would be played.
    """

    runs: tuple[str, ...]
    messages: int
    elsewhere: int
    protocol: int


def replaceable(store: Store, sweep: SweepRecord, which: Which, *, me: Worker, creator: str) -> Replaceable:
    """Look for them; nothing is changed.

    Args:
        creator: who asks.

    Raises:
        NotYours: one belongs to somebody else: its experiment, and a sweep in which it stands.
    """
    protocol = protocol_of_sweep(store, sweep)
    old = sweep_status(store, sweep, me=me, protocol=protocol).old
    runs = list(doubts(store, sweep, old, most=None).messages) if which == "doubtful" else [one.run for one in old]
    foreign: dict[str, str] = {}
    elsewhere = 0
    begun_by = {one.id: one.creator for one in store.sweeps(sweep.experiment)}
    for run in store.runs(runs):
        sweeps = {member.sweep for member in store.members_of_run(run.id)}
        elsewhere += len(sweeps) > 1
        owners = {begun_by.get(one, run.creator) for one in sweeps}
        if creator != run.creator and owners != {creator}:
            foreign[run.id] = run.creator
    if foreign:
        owner = next(iter(foreign.values()))
        raise NotYours(
            f"{len(foreign)} of these runs are {owner}'s ({run_names(foreign)}), and you are {creator}: only who owns "
            "a run may have it played anew; ask them"
        )
    messages = sum(status.counters.messages for status in store.run_statuses(runs))
    return Replaceable(tuple(runs), messages, elsewhere, protocol)


def take_away(
    store: Store,
    replaced: Replaceable,
    *,
    me: Worker,
    clock: Clock,
    progress: Callable[[int], None] = lambda _done: None,
) -> int:
    """Take away what these runs left behind, one by one; afterwards they are pending, wherever they stand.

    A run that somebody else took up meanwhile is left alone. Stopped in the middle, the rest stand as they stood.

    Returns:
        How many it were.
    """
    store.record_heartbeat(me)
    count = 0
    for done, run in enumerate(replaced.runs, start=1):
        [status] = store.run_statuses([run])
        if status.state is RunState.DONE and has_other_rules(status, replaced.protocol):
            cleared = clear(store, status, me=me, at=clock.now())
            if cleared is not None:
                outcome = Outcome(RunState.PENDING)
                let_go = Claim(run, cleared.token + 1, me.id, clock.now(), outcome=outcome, by=me.by)
                store.claim(let_go)
                count += 1
        progress(done)
    return count
