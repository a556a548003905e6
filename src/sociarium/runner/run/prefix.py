"""The beginning of a run: what was asked and answered until a moment, found by replaying the run up to there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sociarium.environments.registry import protocol_of, stand_at
from sociarium.errors import BadInput, NoJournal, OtherRules
from sociarium.experiment.feed.run_content import PopulationContent
from sociarium.experiment.stored_content import read_content
from sociarium.ports.store import Store
from sociarium.records.events import Event
from sociarium.records.inputs import Input
from sociarium.records.journal import JournalEntry
from sociarium.records.runs import WITHOUT_JOURNAL, has_other_rules
from sociarium.runner.run import journal_codec
from sociarium.runner.run.replay_recorder import JournalEnds, ReplayRecorder
from sociarium.runner.run.stage import RunStage


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
    run, status = store.run(run_id), store.run_statuses([run_id])[0]
    content = read_content(run.content)
    if isinstance(content, PopulationContent):
        raise BadInput(f"run {run_id[:12]} is a population; only runs of conversations and feeds have moments")
    if status.protocol == WITHOUT_JOURNAL:
        raise NoJournal(f"run {run_id[:12]} was imported with its words alone: nothing can be built on its journal")
    if has_other_rules(status, protocol_of(content)):
        raise OtherRules(
            f"run {run_id[:12]} was played under protocol {status.protocol} of a {content.environment}, and this "
            f"version plays by protocol {protocol_of(content)}; play it anew with `sociarium resume --replace older`"
        )
    journal = {entry.key: entry for entry in store.journal(run_id)}
    recorder = ReplayRecorder(run_id, journal, {event.key: event.digest for event in store.events(run_id)})
    try:
        await stand_at(content, RunStage(run, content.streams, recorder), at)
    except (JournalEnds, ValueError) as error:
        reached = "its end" if at is None else f"{'day' if content.environment == 'feed' else 'message'} {at}"
        raise BadInput(f"run {run_id[:12]} has not come to {reached}: {error}") from None
    boxes = [entry for entry in recorder.used if entry.source == "inputs"]
    last = max((post.number for entry in boxes for post in journal_codec.read_posts(entry.answer)), default=0)
    return Prefix(
        sorted(recorder.used, key=lambda entry: entry.ordinal),
        [one for one in store.inputs(run_id) if one.number <= last],
        recorder.events,
    )
