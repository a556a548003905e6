"""One run of a sweep that is claimed: played to its end, or to whatever it is given back or fails for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from loguru import logger

from sociarium.environments.registry import play
from sociarium.errors import (
    EndpointUnavailable,
    Misconfigured,
    ModelPaused,
    PersonGone,
    RateLimited,
    SociariumError,
    StoreUnavailable,
)
from sociarium.experiment.address import public_text
from sociarium.experiment.feed.run_content import PopulationContent
from sociarium.experiment.forks import length_of
from sociarium.experiment.run_length import BEGINNING, Reached
from sociarium.experiment.stored_content import RunContent, models_in, read_content
from sociarium.ports.observer import RunStarted
from sociarium.ports.store import Store
from sociarium.records.events import SPOKEN, Event
from sociarium.records.journal import JournalEntry
from sociarium.records.runs import Outcome, Run, RunState
from sociarium.runner.models.orders import ModelHeld, RunEnded
from sociarium.runner.run.copied import copied_beginning
from sociarium.runner.run.prefix import copy_prefix
from sociarium.runner.run.recorder import LiveRecorder
from sociarium.runner.run.services import RunServices
from sociarium.runner.run.stage import RunStage
from sociarium.runner.sweep.slots import Candidate
from sociarium.runner.workers.shutdown import WorkStopped
from sociarium.runner.workers.store_retry import StoreRetry

_LONGEST_ERROR = 2000


@dataclass(frozen=True, slots=True)
class RunPlayer:
    """Plays single runs.

    Attributes:
        refused: runs that gave themselves back because a model refused them, and why.
        steered: runs that gave themselves back because of an order, and the model that is paused, if one is.
    """

    store: Store
    services: RunServices
    store_retry: StoreRetry
    refused: dict[str, str] = field(default_factory=dict)
    steered: dict[str, str | None] = field(default_factory=dict)

    async def outcome(self, candidate: Candidate, *, is_shared: bool) -> Outcome:
        """How a run ends here.

        Args:
            candidate: claimed.
            is_shared: whether other conditions of the sweep may share the run.

        Raises:
            StoreUnavailable: the store went away, so that nothing can be said of it.
        """
        run, stop = candidate.run.id, self.services.stop
        try:
            return await self._play(candidate, is_shared=is_shared)
        except RunEnded:
            return Outcome(RunState.CANCELLED)
        except ModelHeld as error:
            self.steered[run] = error.model
            return Outcome(RunState.PENDING)
        except WorkStopped:
            if not stop.draining.is_set():
                self.steered[run] = None
            return Outcome(RunState.PENDING)
        except StoreUnavailable:
            raise
        except ModelPaused as error:
            logger.warning("run {} waits: {}", run, error)
            return Outcome(RunState.PENDING)
        except PersonGone as error:
            stop.drain("interrupted", str(error))
            return Outcome(RunState.PENDING)
        except (EndpointUnavailable, RateLimited) as error:
            # Not the run's fault: it waits, with the rest of the queue, for `resume`.
            stop.drain("endpoint", str(error))
            return Outcome(RunState.PENDING)
        except Misconfigured as error:
            # A matter of setup: nothing is wrong with the run, and it waits until that is mended.
            logger.warning("run {} is given back: {}", run, error)
            self.refused[run] = str(error)[:_LONGEST_ERROR]
            return Outcome(RunState.PENDING)
        except SociariumError as error:
            return Outcome(RunState.FAILED, error=str(error)[:_LONGEST_ERROR])
        except Exception as error:  # noqa: BLE001  # one run's failure is kept with its cause; the others go on
            logger.opt(exception=error).error("run {} failed", run)
            cause = (
                f"{type(error).__name__}: {public_text(str(error))} (a fault of Sociarium; the log has the traceback)"
            )
            return Outcome(RunState.FAILED, error=cause[:_LONGEST_ERROR])

    async def _play(self, candidate: Candidate, *, is_shared: bool) -> Outcome:
        run, token, services = candidate.run, candidate.status.token, self.services
        in_thread = self.store_retry.in_thread
        resumed = token > 1
        journal = await in_thread(lambda: self._journal(run, token)) if resumed or run.origin else []
        events = await in_thread(lambda: self.store.events(run.id)) if resumed else []
        content = read_content(run.content)
        assert not isinstance(content, PopulationContent), "a population has no place in a sweep"
        services.orders.begin(run.id, {} if is_shared else candidate.member.condition, models_in(content))
        services.observer.notice(_news_of_start(candidate, content, journal, events))
        recorder = LiveRecorder(run, token, services, journal, events)
        ended = await play(content, RunStage(run, content.streams, recorder, services.rankers))
        await services.writer.flush(run.id)
        return Outcome(RunState.DONE, ended=ended, counters=recorder.tally.counters(services.spending.prices))

    def _journal(self, run: Run, token: int) -> list[JournalEntry]:
        """What a run has in its journal; of one that begins as another did, that one's beginning first."""
        return self.store.journal(run.id) if run.origin is None else copy_prefix(self.store, run, token)


def _news_of_start(
    candidate: Candidate, content: RunContent, journal: Sequence[JournalEntry], events: Sequence[Event]
) -> RunStarted:
    """That a run is taken up, and how far it had come; what was copied from its origin is no work of this sweep."""
    length, copied = length_of(content), copied_beginning(candidate.run, journal)
    own = [event.happening for event in events if event.happening.kind in SPOKEN and not copied.has_event(event)]
    return RunStarted(
        candidate.run.id,
        candidate.member.condition,
        candidate.run.replicate,
        resumed=bool(journal),
        messages=length.messages - length.begins if length.messages else 0,
        spoken=len(own),
        length=length if length.days else None,
        reached=Reached(len(own), own[-1].day, own[-1].minute) if own else BEGINNING,
    )
