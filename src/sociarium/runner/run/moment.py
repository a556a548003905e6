"""A run as it stood at a moment, rebuilt by replaying it up to there; nothing is asked or written."""

from __future__ import annotations

from dataclasses import dataclass

from sociarium.environments.interviews import Moment
from sociarium.environments.registry import stand_at
from sociarium.errors import BadInput
from sociarium.experiment.feed.run_content import PopulationContent
from sociarium.experiment.stored_content import RunContent
from sociarium.ports.store import Store
from sociarium.records.runs import Run
from sociarium.runner.run.replay_recorder import JournalEnds, ReplayRecorder
from sociarium.runner.run.replayable import read_replayable
from sociarium.runner.run.stage import RunStage


@dataclass(frozen=True, slots=True)
class RebuiltRun:
    """A run at a moment.

    Attributes:
        moment: what its environment holds then.
        stage: on which it was replayed; its seeds are the run's.
        recorder: what was asked, answered and emitted until then.
    """

    run: Run
    content: RunContent
    moment: Moment
    stage: RunStage
    recorder: ReplayRecorder


def replayable_run(store: Store, run_id: str) -> tuple[Run, RunContent]:
    """A run that can be stood in again, and its content.

    Raises:
        NotFound, NoJournal, OtherRules: as `read_replayable`.
        BadInput: it is no conversation and no feed.
    """
    run, _, content = read_replayable(store, run_id)
    if isinstance(content, PopulationContent):
        raise BadInput(f"run {run_id[:12]} is a population; only runs of conversations and feeds have moments")
    return run, content


async def rebuild(store: Store, run: Run, content: RunContent, at: int | None) -> RebuiltRun:
    """Replay a run until so many messages, or days of a feed, and before what follows them.

    Args:
        run, content: of `replayable_run`.
        at: None: to its end; it has to have come there.

    Raises:
        BadInput: it has not come so far.
        Divergence: what is stored is not what the run does.
    """
    journal = {entry.key: entry for entry in store.journal(run.id)}
    recorder = ReplayRecorder(run.id, journal, {event.key: event.digest for event in store.events(run.id)})
    stage = RunStage(run, content.streams, recorder)
    try:
        moment = await stand_at(content, stage, at)
    except (JournalEnds, ValueError) as error:
        reached = "its end" if at is None else f"{'day' if content.environment == 'feed' else 'message'} {at}"
        raise BadInput(f"run {run.id[:12]} has not come to {reached}: {error}") from None
    return RebuiltRun(run, content, moment, stage, recorder)
