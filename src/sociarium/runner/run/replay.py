"""Replay: a run played again from its journal, without a model; every prompt is rebuilt word for word."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sociarium.environments.feed import population
from sociarium.environments.registry import play
from sociarium.environments.stage import Stage
from sociarium.errors import Divergence
from sociarium.experiment.feed.run_content import PopulationContent
from sociarium.experiment.stored_content import AnyContent
from sociarium.ports.model import ModelRequest
from sociarium.ports.store import Store
from sociarium.records.events import Event
from sociarium.records.runs import RunState
from sociarium.runner.run.replay_recorder import JournalEnds, ReplayRecorder
from sociarium.runner.run.replayable import read_replayable
from sociarium.runner.run.stage import RunStage


@dataclass(frozen=True, slots=True)
class ReplayResult:
    """What a replay found.

    Attributes:
        requests: every request by key; the last one is unanswered when the run is unfinished.
        events: every event up to there.
        ended: how the run ended; None when it is unfinished.
        forms: key -> part of a request -> how it went out, of those that a server did not take as they are.
    """

    requests: Mapping[str, ModelRequest]
    events: Sequence[Event]
    ended: str | None
    forms: Mapping[str, Mapping[str, str]]


async def replay(store: Store, run_id: str) -> ReplayResult:
    """Replay a run and verify it against what is stored: every request, every event, and how it ended.

    Raises:
        NotFound, NoJournal, OtherRules: as `read_replayable`.
        Divergence: the journal or an event says something else.
    """
    run, status, content = read_replayable(store, run_id)
    stored = {event.key: event.digest for event in store.events(run_id)}
    journal = {entry.key: entry for entry in store.journal(run_id)}
    recorder = ReplayRecorder(run_id, journal, stored)
    ended: str | None = None
    try:
        ended = await _play(content, RunStage(run, content.streams, recorder), people=len(stored))
    except JournalEnds as end:
        if status.state is RunState.DONE:
            raise Divergence(run_id, end.key, "the journal lacks this answer") from None
    if status.state is RunState.DONE:
        _complete(run_id, stored, recorder.events)
        if ended != status.ended:
            raise Divergence(run_id, "end", f"it ended {status.ended}, the replay {ended}")
    forms = {key: entry.call.sent["form"] for key, entry in journal.items() if entry.call and "form" in entry.call.sent}
    return ReplayResult(recorder.requests, recorder.events, ended, forms)


async def _play(content: AnyContent, stage: Stage, *, people: int) -> str:
    if isinstance(content, PopulationContent):
        await population.write(content, people, stage)
        return "completed"
    return await play(content, stage)


def _complete(run: str, stored: Mapping[str, str], events: Sequence[Event]) -> None:
    replayed = {event.key for event in events}
    if missing := sorted(replayed - set(stored)):
        raise Divergence(run, missing[0], "the store lacks this event")
    if extra := sorted(set(stored) - replayed):
        raise Divergence(run, extra[0], "the store holds an event that does not happen")
