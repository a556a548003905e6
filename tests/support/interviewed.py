"""Agents asked in this process, by models that tests give."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field, replace

from sociarium.experiment.answer_form import FREE_TEXT, AnswerForm
from sociarium.experiment.models import Price
from sociarium.ports.model import Model, ModelReply, ModelRequest, ServedReply
from sociarium.ports.store import Store
from sociarium.providers.offline import Offline
from sociarium.records.plans import SweepRecord
from sociarium.runner.interviews.agents import choose_agent
from sociarium.runner.interviews.interviewer import Interviewer, InterviewResult, Sitting, new_sitting, stand_in_run
from sociarium.runner.interviews.open import open_interviewer
from sociarium.runner.interviews.questions import AgentQuestion, OtherModel
from sociarium.runner.interviews.sweep import SweepInterviews, ask_sweep
from sociarium.runner.models.budget import Bounds
from sociarium.runner.models.retry_policy import RetryPolicy
from sociarium.runner.models.router import RouteSpec
from sociarium.runner.run.event_loop import finish
from sociarium.runner.sweep.start import SweepPorts
from tests.support.sweeps_in_process import Heard

PRICE = Price(input=1.0, output=2.0)


@dataclass
class Replying(Offline):
    """Answers in given words, or as the offline model does, and keeps what it was asked.

    Attributes:
        says: the words for a request; None as the offline model.
        version: that it claims to be.
    """

    says: Callable[[ModelRequest], str | ModelReply | None] = lambda _request: None
    version: str = "offline"
    requests: list[ModelRequest] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__()

    async def ask(self, request: ModelRequest) -> ServedReply:
        self.requests.append(request)
        served, reply = await super().ask(request), self.says(request)
        if isinstance(reply, str):
            reply = replace(served.reply, text=reply)
        return replace(served, reply=reply or served.reply, served_model=self.version)


def ports() -> SweepPorts:
    """Ports of one start that waits for nothing."""
    return SweepPorts(
        observer=Heard(), retry_policy=RetryPolicy(attempts=2, pause=0.001, probe=0.001, longest_patience=0.01)
    )


def ask_run(
    store: Store,
    run: str,
    *questions: str,
    agent: str = "role:guard",
    at: str = "end",
    form: AnswerForm = FREE_TEXT,
    model: Model | None = None,
    other: OtherModel | None = None,
) -> list[InterviewResult]:
    """Ask an agent of a run some questions in one sitting."""

    async def work() -> list[InterviewResult]:
        standing = await asyncio.to_thread(stand_in_run, store, run, at)
        respondent = choose_agent(standing.rebuilt.moment, agent, run=run)
        async with _interviewer(store, model or Offline(), ports()) as interviewer:
            sitting = Sitting(interviewer, standing, respondent, new_sitting(), other)
            return [await sitting.ask(question, form) for question in questions]

    return finish(work())


def ask_sweep_of(
    store: Store,
    sweep: SweepRecord,
    question: AgentQuestion,
    *,
    model: Model | None = None,
    tokens: int | None = None,
    start: SweepPorts | None = None,
) -> SweepInterviews:
    """Ask in every finished run of a sweep.

    Args:
        tokens: after which nothing new is asked.
    """

    async def work() -> SweepInterviews:
        async with _interviewer(store, model or Offline(), start or ports(), tokens) as interviewer:
            return await ask_sweep(interviewer, sweep, question, concurrency=2, title="")

    return finish(work())


def _interviewer(
    store: Store, model: Model, start: SweepPorts, tokens: int | None = None
) -> AbstractAsyncContextManager[Interviewer]:
    routes = {name: [RouteSpec(model, "server")] for name in ("dry", "other")}
    return open_interviewer(store, routes, dict.fromkeys(routes, PRICE), start, by="eve", bounds=Bounds(tokens=tokens))
