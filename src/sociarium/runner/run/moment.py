"""A run as it stood at a moment, rebuilt by replaying it up to there; nothing is asked or written."""

from __future__ import annotations

from dataclasses import dataclass

from sociarium.environments.interviews import Moment
from sociarium.environments.registry import protocol_of, stand_at
from sociarium.errors import BadInput, NoJournal, OtherRules
from sociarium.experiment.feed.run_content import PopulationContent
from sociarium.experiment.stored_content import RunContent, read_content
from sociarium.ports.store import Store
from sociarium.records.runs import WITHOUT_JOURNAL, Run, has_other_rules
from sociarium.runner.run.replay_recorder import JournalEnds, ReplayRecorder
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
        NotFound: there is no such run.
        BadInput: it is no conversation and no feed.
        NoJournal: it was imported with its words alone.
        OtherRules: it began under other rules than this version has.
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
