"""The beginning of a run: what was asked and answered until a moment, found by replaying the run up to there.

It is copied into the runs that go on from it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from sociarium.errors import BadInput, NotFound
from sociarium.experiment.feed.run_content import PopulationContent
from sociarium.experiment.forks import last_fork
from sociarium.experiment.stored_content import read_content
from sociarium.ports.store import Store
from sociarium.records.events import Event
from sociarium.records.inputs import Input
from sociarium.records.journal import COPIED, JournalEntry
from sociarium.records.runs import Run
from sociarium.runner.run import journal_codec
from sociarium.runner.run.copied import copied_mark
from sociarium.runner.run.event_loop import finish
from sociarium.runner.run.moment import rebuild, replayable_run

ACTS_LEFT_BEHIND = "acts_left_behind"
"""What that entry calls the number of acts from outside that its origin took up after the moment; left out for none."""
_AT_ONCE = 200
_DAY = re.compile(r"day(\d+)")


@dataclass(frozen=True, slots=True)
class Prefix:
    """What a run left until a moment.

    Attributes:
        journal: every answer that was wanted, by ordinal.
        inputs: what was put in from outside and read.
        events: what happened.
    """

    journal: Sequence[JournalEntry]
    inputs: Sequence[Input]
    events: Sequence[Event]


async def read_prefix(store: Store, run_id: str, at: int | None) -> Prefix:
    """What a run left until so many messages, or days of a feed, and before what follows them.

    Args:
        at: None: all of it; the run has to have come to its end.

    Raises:
        NotFound: there is no such run.
        NoJournal: it was imported with its words alone.
        OtherRules: it began under other rules than this version has.
        BadInput: it has not come so far.
        Divergence: what is stored is not what the run does.
    """
    run, content = replayable_run(store, run_id)
    recorder = (await rebuild(store, run, content, at)).recorder
    boxes = [entry for entry in recorder.used if entry.source == "inputs"]
    last = max((post.number for entry in boxes for post in journal_codec.read_posts(entry.answer)), default=0)
    return Prefix(
        sorted(recorder.used, key=lambda entry: entry.ordinal),
        [one for one in store.inputs(run_id) if one.number <= last],
        recorder.events,
    )


def acts_after(store: Store, run_id: str, moment: str) -> int:
    """How many acts from outside a feed took up after a day: a fork of it at that moment has none of them.

    Args:
        moment: by its name, as it is stored.
    """
    until = _DAY.match(moment)
    if until is None or not store.inputs(run_id):
        return 0
    boxes = [entry for entry in store.journal(run_id) if entry.source == "inputs"]
    later = [entry for entry in boxes if (day := _DAY.match(entry.key)) and int(day[1]) > int(until[1])]
    return sum(len(journal_codec.read_posts(entry.answer)) for entry in later)


def acts_left_behind(journal: Iterable[JournalEntry]) -> int:
    """How many acts the origin of a fork took up after the moment, as it stood when its beginning was copied."""
    copied = copied_mark(journal)
    return int(copied.answer.get(ACTS_LEFT_BEHIND, 0)) if copied else 0


def copy_prefix(store: Store, run: Run, token: int) -> list[JournalEntry]:
    """Give a fork or an extension the beginning that it shares with its origin, unless it has it; returns its journal.

    Called again after it was stopped half-way, it completes what it began.

    Args:
        run: whose origin is known.
        token: of the claim under which it is played.

    Raises:
        BadInput: the origin is not there any more.
        Divergence: what is stored of the origin is not what it does.
    """
    assert run.origin is not None
    journal = store.journal(run.id)
    if copied_mark(journal) is not None:
        return journal
    content = read_content(run.content)
    fork = None if isinstance(content, PopulationContent) else last_fork(content)
    assert fork is not None, "only forks and extensions have an origin"
    try:
        prefix = finish(read_prefix(store, fork.origin, fork.at))
    except NotFound:
        raise BadInput(
            f"run {fork.origin[:12]} was deleted before this run had copied its beginning; nothing can go on from it"
        ) from None
    copies = [replace(entry, run=run.id, token=token) for entry in prefix.journal]
    for start in range(0, len(copies), _AT_ONCE):
        store.append(copies[start : start + _AT_ONCE])
    for one in prefix.inputs:
        store.put_input(replace(one, run=run.id))
    last = max((entry.ordinal for entry in copies), default=0)
    store.append([_mark(run, token, last, prefix, acts_after(store, fork.origin, run.origin.at))])
    return store.journal(run.id)


def _mark(run: Run, token: int, last: int, prefix: Prefix, acts: int) -> JournalEntry:
    """The entry that says that a beginning is there to its last word; nothing asks for it."""
    assert run.origin is not None
    return JournalEntry(
        run=run.id,
        key=COPIED,
        ordinal=last + 1,
        token=token,
        fingerprint=journal_codec.RECORDED,
        source="record",
        answer={
            "origin": run.origin.run,
            "entries": len(prefix.journal),
            "events": len(prefix.events),
            **({ACTS_LEFT_BEHIND: acts} if acts else {}),
        },
        at=prefix.journal[-1].at if prefix.journal else run.created,
    )
