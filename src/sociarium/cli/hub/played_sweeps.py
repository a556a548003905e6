"""The sweeps of an experiment that were begun: one is chosen, gone on with, or looked at."""

from __future__ import annotations

from collections.abc import Sequence

from sociarium.cli.hub.editor import Editor
from sociarium.cli.hub.runs import read_command
from sociarium.cli.hub.what_next import Continuation, continuations, go_on
from sociarium.cli.questions.answers import Back, TypedAnswer
from sociarium.count_text import count_text
from sociarium.ports.store import Store
from sociarium.records.minute_text import minute_text
from sociarium.records.plans import SweepRecord
from sociarium.records.runs import Worker
from sociarium.runner.library.older_protocols import protocol_of_sweep
from sociarium.runner.library.status import sweep_status
from sociarium.runner.workers.process import this_worker


def is_left(store: Store, sweep: SweepRecord, me: Worker) -> bool:
    """Whether something of a sweep can be gone on with."""
    status = sweep_status(store, sweep, me=me, protocol=protocol_of_sweep(store, sweep))
    counts = status.counts
    return bool(counts.pending or counts.running or counts.failed or status.old)


def choose_sweep(editor: Editor, sweeps: Sequence[SweepRecord], question: str) -> SweepRecord | None:
    """One of several sweeps, the latest first; the only one at once."""
    if len(sweeps) == 1:
        return sweeps[0]
    me = this_worker()
    with editor.context.store() as store:
        entries = [TypedAnswer(_sweep_words(store, one, me), one) for one in sweeps]
    chosen = editor.prompts.choose(question, entries)
    return None if isinstance(chosen, Back) else chosen


def _sweep_words(store: Store, sweep: SweepRecord, me: Worker) -> str:
    counts = sweep_status(store, sweep, me=me).counts
    begun = minute_text(sweep.created)
    return f"{sweep.label} · {sweep.creator} · {begun} · {counts.done:,} of {count_text(counts.total, 'run')} done"


def go_on_with(editor: Editor, sweeps: Sequence[SweepRecord]) -> None:
    """Go on with one of several sweeps."""
    if sweep := choose_sweep(editor, sweeps, "Which runs?"):
        ways = continuations(editor.context, sweep)
        chosen: Continuation | Back = ways[0]
        if len(ways) > 1:
            chosen = editor.prompts.choose("How?", [TypedAnswer(way.words, way) for way in ways])
        if not isinstance(chosen, Back):
            go_on(editor.context, sweep, chosen)


def show_results(editor: Editor, sweeps: Sequence[SweepRecord]) -> None:
    """Show the results of one of several sweeps."""
    if sweep := choose_sweep(editor, sweeps, "Results of which runs?"):
        read_command(editor.context, "results", sweep.id[:12])
