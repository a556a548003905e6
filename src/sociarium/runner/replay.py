"""Replay: a run played again from its journal, without a model; every prompt is rebuilt word for word."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sociarium.environments.registry import ENVIRONMENTS
from sociarium.errors import BadInput, Divergence, NoJournal
from sociarium.experiment.content import Content
from sociarium.ports.model import ModelRequest
from sociarium.ports.store import Store
from sociarium.records.events import Event
from sociarium.records.runs import WITHOUT_JOURNAL, RunState
from sociarium.runner.recording import JournalEnds, ReplayRecorder
from sociarium.runner.stage import RunStage


@dataclass(frozen=True, slots=True)
class Replayed:
    """What a replay found.

    Attributes:
        requests: every request by key; the last one is unanswered when the run is unfinished.
        events: every event up to there.
        ended: how the run ended; None when it is unfinished.
    """

    requests: Mapping[str, ModelRequest]
    events: Sequence[Event]
    ended: str | None


async def replay(store: Store, run_id: str) -> Replayed:
    """Replay a run and verify it against what is stored: every request, every event, and how it ended.

    Raises:
        NotFound: there is no such run.
        NoJournal: it was imported with its words alone.
        BadInput: it began under other rules than this version has.
        Divergence: the journal or an event says something else.
    """
    run, status = store.run(run_id), store.status([run_id])[0]
    content = Content.model_validate_json(run.content)
    if status.protocol == WITHOUT_JOURNAL:
        raise NoJournal(
            f"run {run_id} was imported from a program that kept no journal: its words are here (`sociarium show "
            f"{run_id[:12]}`), and there is nothing to replay"
        )
    environment = ENVIRONMENTS[content.environment]
    if status.protocol not in {0, environment.PROTOCOL}:
        raise BadInput(
            f"run {run_id} began under protocol {status.protocol} of {content.environment}, this version has "
            f"{environment.PROTOCOL}; replay it with the version that made it"
        )
    stored = {event.key: event.digest for event in store.events(run_id)}
    journal = {entry.key: entry for entry in store.journal(run_id)}
    recorder = ReplayRecorder(run_id, journal, stored)
    ended: str | None = None
    try:
        ended = await environment.play(content, RunStage(run, content.streams, recorder))
    except JournalEnds:
        if status.state is RunState.DONE:
            raise Divergence(run_id, next(reversed(recorder.requests)), "the journal lacks this answer") from None
    if status.state is RunState.DONE:
        _complete(run_id, stored, recorder.events)
        if ended != status.ended:
            raise Divergence(run_id, "end", f"it ended {status.ended}, the replay {ended}")
    return Replayed(recorder.requests, recorder.events, ended)


def _complete(run: str, stored: Mapping[str, str], events: Sequence[Event]) -> None:
    replayed = {event.key for event in events}
    if missing := sorted(replayed - set(stored)):
        raise Divergence(run, missing[0], "the store lacks this event")
    if extra := sorted(set(stored) - replayed):
        raise Divergence(run, extra[0], "the store holds an event that does not happen")
