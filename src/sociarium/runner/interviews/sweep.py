"""Asking the agents of every finished run of a sweep: a private question after the fact, resumable."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from loguru import logger

from sociarium.count_text import count_text
from sociarium.environments.interviews import Interviewed
from sociarium.errors import BadInput, EndpointUnavailable, ModelError, RateLimited, SociariumError, StoreError
from sociarium.ports.observer import RunDone, RunFailed, RunStarted, SweepStarted
from sociarium.records.interviews import Interview
from sociarium.records.plans import SweepRecord
from sociarium.records.runs import Counters, RunState, SweepSlot
from sociarium.runner.interviews.agents import choose_agents
from sociarium.runner.interviews.interviewer import Interviewer, Sitting, StandingRun, stand_in_run
from sociarium.runner.interviews.questions import AgentQuestion, asked_model, sweep_sitting
from sociarium.runner.library.status import distinct
from sociarium.runner.workers.shutdown import WorkStopped

_MOST_REASONS = 3


@dataclass(slots=True)
class SweepInterviews:
    """What asking a sweep came to.

    Attributes:
        answers: by run, in the order of the sweep: those that stood already, and those that were added.
        roles: by run, of those who answered.
        added, standing: how many of each.
        left_out: finished runs in which nobody could be asked so -> why.
        unfinished: runs that are not done, those among them that were not reached yet.
        failed: runs whose model did not answer, or whose journal says something else -> why.
        warnings: what is to be said of who answered -> in how many answers.
    """

    answers: dict[str, list[Interview]] = field(default_factory=dict)
    roles: dict[str, dict[str, str]] = field(default_factory=dict)
    added: int = 0
    standing: int = 0
    left_out: dict[str, str] = field(default_factory=dict)
    unfinished: int = 0
    failed: dict[str, str] = field(default_factory=dict)
    warnings: Counter[str] = field(default_factory=Counter)

    def keep(self, interview: Interview, role: str) -> None:
        """Take an answer, and the role of who gave it."""
        self.answers.setdefault(interview.run, []).append(interview)
        self.roles.setdefault(interview.run, {})[interview.agent] = role


async def ask_sweep(
    interviewer: Interviewer,
    sweep: SweepRecord,
    question: AgentQuestion,
    *,
    concurrency: int,
    title: str,
    offline: bool = False,
) -> SweepInterviews:
    """Ask in every finished run what was not asked so before, until all is or the switch says stop.

    Args:
        concurrency: runs that are open at once.
        title, offline: for whoever looks: what is done, and whether the answers are stand-ins.

    Raises:
        BadInput: no finished run can be asked so; the reasons are named.
        StoreUnavailable: the store stayed away.
    """
    return await _SweepAsking(interviewer, sweep, question, concurrency).work(title, offline=offline)


class _SweepAsking:
    def __init__(self, interviewer: Interviewer, sweep: SweepRecord, question: AgentQuestion, concurrency: int) -> None:
        self._interviewer = interviewer
        self._sweep = sweep
        self._question = question
        self._concurrency = concurrency
        self._result = SweepInterviews()
        self._failure: BaseException | None = None

    async def work(self, title: str, *, offline: bool) -> SweepInterviews:
        retry, store, notice = self._interviewer.store_retry, self._interviewer.store, self._interviewer.observer.notice
        slots = await retry.in_thread(lambda: list(distinct(store.slots(self._sweep.id))))
        done = [slot for slot in slots if slot.status.state is RunState.DONE]
        self._result.unfinished = max(self._sweep.runs, len(slots)) - len(done)
        if not done:
            raise BadInput(
                f"no run of the sweep {self._sweep.id[:12]} is done; only finished runs of a sweep are asked"
            )
        notice(SweepStarted(self._sweep.id, self._sweep.experiment, title, len(done), 0, 0, offline))
        await self._side_by_side(done)
        answers = self._result.answers
        self._result.answers = {
            slot.status.run: answers[slot.status.run] for slot in done if slot.status.run in answers
        }
        if self._failure is not None:
            raise self._failure
        if len(self._result.left_out) == len(done):
            raise BadInput(_reasons(self._sweep, self._result.left_out))
        return self._result

    async def _side_by_side(self, slots: Sequence[SweepSlot]) -> None:
        """So many runs at once, in their order; an end at once cancels those that are open."""
        rest = iter(slots)
        tasks = [asyncio.create_task(self._take(rest)) for _ in range(min(self._concurrency, len(slots)))]
        ending = asyncio.create_task(self._interviewer.stop.at_once.wait())
        working = asyncio.ensure_future(asyncio.gather(*tasks, return_exceptions=True))
        await asyncio.wait((working, ending), return_when=asyncio.FIRST_COMPLETED)
        ending.cancel()
        for task in tasks:
            task.cancel()
        await working

    async def _take(self, rest: Iterable[SweepSlot]) -> None:
        for slot in rest:
            if self._interviewer.stop.draining.is_set():
                return
            await self._run(slot)

    async def _run(self, slot: SweepSlot) -> None:
        run, stop, result = slot.status.run, self._interviewer.stop, self._result
        try:
            added = await self._ask_in(slot)
        except WorkStopped:
            return
        except (EndpointUnavailable, RateLimited) as error:
            stop.drain("endpoint", str(error))
            return
        except StoreError as error:
            self._failure = error
            stop.drain("store", str(error))
            return
        except ModelError as error:
            self._fail(run, str(error))
            return
        except BadInput as error:
            result.left_out[run] = str(error)
            added = 0
        except SociariumError as error:
            self._fail(run, str(error))
            return
        except Exception as error:  # noqa: BLE001  # raised when the others have ended
            self._failure = error
            stop.drain("store", str(error))
            return
        finally:
            self._interviewer.router.forget(run)
        self._interviewer.observer.notice(RunDone(run, "asked", Counters(), elsewhere=not added))

    def _fail(self, run: str, error: str) -> None:
        logger.warning("run {} could not be asked: {}", run, error)
        self._result.failed[run] = error
        self._interviewer.observer.notice(RunFailed(run, error))

    async def _ask_in(self, slot: SweepSlot) -> int:
        """Ask everybody in a run who lacks an answer; how many were asked."""
        interviewer, question, run = self._interviewer, self._question, slot.status.run
        retry, store = interviewer.store_retry, interviewer.store
        interviewer.observer.notice(RunStarted(run, slot.condition, slot.replicate, resumed=False))
        standing = await retry.in_thread(lambda: stand_in_run(store, run, question.at))
        agents = choose_agents(standing.rebuilt.moment, question.agent, run=run)
        known = {one.sitting: one for one in await retry.in_thread(lambda: store.interviews(run))}
        added = 0
        for agent in agents:
            sitting = self._sitting(standing, agent)
            if sitting.id in known:
                self._result.standing += 1
                self._result.keep(known[sitting.id], agent.role)
                continue
            answered = await sitting.ask(question.text, question.form)
            self._result.added += 1
            self._result.keep(answered.interview, agent.role)
            self._result.warnings.update(answered.warnings)
            added += 1
        return added

    def _sitting(self, standing: StandingRun, agent: Interviewed) -> Sitting:
        name, content, _ = asked_model(agent, standing.models, self._question.model)
        id_ = sweep_sitting(self._sweep.id, agent.name, standing.at.name, self._question, (name, content))
        return Sitting(self._interviewer, standing, agent, id_, self._question.model)


def _reasons(sweep: SweepRecord, left_out: Mapping[str, str]) -> str:
    """Why no run could be asked; runs that say it in the same words but for their ids are one reason."""
    reasons = Counter(
        reason.replace(f"run {run[:12]}", "a run").replace(run[:12], "RUN") for run, reason in left_out.items()
    )
    listed = "; ".join(f"{reason} ({count_text(count, 'run')})" for reason, count in reasons.most_common(_MOST_REASONS))
    return f"no run of the sweep {sweep.id[:12]} can be asked so: {listed}"
