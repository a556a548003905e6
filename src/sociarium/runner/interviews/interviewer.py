"""Asking one agent at one moment of a run: rebuilt by replay, asked by a model, kept beside the run."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from uuid import uuid4

from sociarium.environments.interviews import (
    Exchange,
    Interviewed,
    ask_model,
    interview_messages,
    models_of,
    question_text,
    spoken_answer,
)
from sociarium.environments.probes import ReadAnswer, answer, flags
from sociarium.environments.requests import AskResult, RunEnded
from sociarium.errors import BadInput, SetupError
from sociarium.experiment.answer_form import AnswerForm, recorded_form
from sociarium.experiment.canonical import short_id
from sociarium.experiment.prompts.unfilled import unfilled_placeholders
from sociarium.experiment.run_content import ModelContent
from sociarium.experiment.run_moments import RunMoment, read_moment
from sociarium.ports.clock import Clock
from sociarium.ports.model import ModelReply, ModelRequest, ServedReply
from sociarium.ports.observer import CallDone, MessageAdded, Observer
from sociarium.ports.store import Store
from sociarium.records.interviews import Interview
from sociarium.records.served_versions import is_other_version, version_of
from sociarium.runner.interviews.questions import OtherModel, asked_model, provider_model, refuse_blank
from sociarium.runner.models.budget import Bounds, Spending
from sociarium.runner.models.router import Router
from sociarium.runner.run import journal_codec
from sociarium.runner.run.moment import RebuiltRun, rebuild, replayable_run
from sociarium.runner.workers.shutdown import StopSwitch
from sociarium.runner.workers.store_retry import StoreRetry


@dataclass(frozen=True, slots=True)
class Interviewer:
    """What all questions of one start share.

    Attributes:
        by: who asks.
    """

    store: Store
    router: Router
    spending: Spending
    bounds: Bounds
    clock: Clock
    observer: Observer
    stop: StopSwitch
    store_retry: StoreRetry
    by: str


@dataclass(frozen=True, slots=True)
class InterviewResult:
    """An interview as it stands, the role of who answered, and what is to be said of who did."""

    interview: Interview
    role: str
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class StandingRun:
    """A run at the moment at which its agents are asked."""

    rebuilt: RebuiltRun
    at: RunMoment

    @property
    def models(self) -> Mapping[str, ModelContent]:
        """Those that play it then."""
        return models_of(self.rebuilt.moment)

    def versions_of(self, model: str) -> set[str]:
        """What served a model until then: digests, or versions that servers named."""
        calls = (entry.call for entry in self.rebuilt.recorder.used if entry.call and entry.call.model == model)
        return {version for call in calls if (version := version_of(call.digest, call.served_model))}


def stand_in_run(store: Store, run_id: str, at: str) -> StandingRun:
    """A run at a moment, as people write it. Off the event loop: it replays the run.

    Raises:
        NotFound, NoJournal, OtherRules, BadInput, Divergence: as `replayable_run`, `read_moment` and `rebuild`.
    """
    run, content = replayable_run(store, run_id)
    moment = read_moment(at, content)
    return StandingRun(asyncio.run(rebuild(store, run, content, moment.at)), moment)


def new_sitting() -> str:
    """An id of its own for what is asked in one go."""
    return short_id("interview", uuid4().hex)


@dataclass(slots=True)
class _Calls:
    """Asks the router, and keeps what came of each call."""

    interviewer: Interviewer
    standing: StandingRun
    calls: list[tuple[ModelRequest, ServedReply, int]] = field(default_factory=list)

    async def ask(self, key: str, request: ModelRequest) -> ModelReply:
        """See `Asking`; nothing is journaled."""
        interviewer, run = self.interviewer, self.standing.rebuilt.run.id
        interviewer.stop.check()
        served, attempts = await interviewer.router.ask(run, request)
        self.calls.append((request, served, attempts))
        name, reply = request.model.name, served.reply
        interviewer.spending.add(name, reply)
        tokens = (reply.prompt_tokens or 0, reply.completion_tokens or 0)
        interviewer.observer.notice(CallDone(run, name, request.purpose, *tokens, served.seconds))
        return reply

    def seed(self, key: str) -> int:
        """See `Asking`: from run and key, as seeds of the run's own calls."""
        return self.standing.rebuilt.stage.seed(key)


@dataclass(slots=True)
class Sitting:
    """Questions to one agent at one moment of a run; each is sent with those before it and their answers.

    Attributes:
        id: of the sitting.
        other: a model that is asked in place of the one that played.
    """

    interviewer: Interviewer
    standing: StandingRun
    agent: Interviewed
    id: str
    other: OtherModel | None = None
    exchanges: list[Exchange] = field(default_factory=list)
    turn: int = 0

    def resume(self, asked: Sequence[Interview]) -> None:
        """Go on where a sitting with the same agent at the same moment stands.

        Args:
            asked: what was asked in it so far, in order.

        Raises:
            BadInput: nothing was, or somebody else was asked, or at another moment.
        """
        if not asked:
            raise BadInput("there is no such sitting of this run; begin a new one")
        if any((one.agent, one.at) != (self.agent.name, self.standing.at.name) for one in asked):
            raise BadInput(
                f"that sitting is with {asked[0].agent} at {asked[0].at}; begin a new one with {self.agent.name} at "
                f"{self.standing.at.name}"
            )
        self.id, self.turn = asked[-1].sitting, asked[-1].turn
        self.exchanges = [
            Exchange(question_text(one.question, recorded_form(one.form)), words)
            for one in asked
            if (words := spoken_answer(one.text))
        ]

    async def ask(self, question: str, form: AnswerForm) -> InterviewResult:
        """Ask, and keep the answer.

        Raises:
            BadInput: the question is blank.
            SetupError: a person played the agent.
            WorkStopped: the work stops.
            ModelError: the model did not answer, for good; nothing is kept then.
        """
        refuse_blank(question)
        name, content, is_other = asked_model(self.agent, self.standing.models, self.other)
        if content.provider == "person":
            raise SetupError(f"{self.agent.name} was played by a person; ask a model in their place with --model")
        text, day = question_text(question, form), self.standing.at.day
        messages = interview_messages(
            self.standing.rebuilt.moment, self.agent.name, text, day=day, sitting=self.exchanges
        )
        asked, turn = self.interviewer.clock.now(), self.turn + 1
        calls = _Calls(self.interviewer, self.standing)
        key = f"interview/{self.id}/{turn}/{self.agent.name}"
        result: AskResult[ReadAnswer] | None = None
        try:
            result = await ask_model({name: content}, name, messages, form, via=calls, key=key)
        except RunEnded:
            """The prompt does not fit: an answer that says nothing, and stays on record."""
        interview = replace(
            self._record(question, turn, calls.calls, asked),
            other_model=is_other,
            answer=None if result is None or form == AnswerForm() else answer(result),
            form=str(form),
            flags=("context_cut",) if result is None else flags(result),
            provider_model=provider_model(content),
        )
        return await self._keep(interview, text)

    def _record(
        self, question: str, turn: int, calls: Sequence[tuple[ModelRequest, ServedReply, int]], asked: str
    ) -> Interview:
        *former, (request, served, attempts) = calls
        costs = [self.interviewer.spending.cost_of(request.model.name, one.reply) for _, one, _ in calls]
        known = [cost for cost in costs if cost is not None]
        return Interview(
            run=self.standing.rebuilt.run.id,
            sitting=self.id,
            turn=turn,
            agent=self.agent.name,
            at=self.standing.at.name,
            question=question,
            fingerprint=request.fingerprint(),
            call=journal_codec.call_of(request.model.name, served, attempts),
            reply=journal_codec.reply_as_json(served.reply),
            by=self.interviewer.by,
            asked=asked,
            cost=sum(known) if len(known) == len(costs) else None,
            former=tuple(journal_codec.reply_as_json(one.reply) for _, one, _ in former),
        )

    async def _keep(self, interview: Interview, text: str) -> InterviewResult:
        interviewer, warnings = self.interviewer, []
        if interview.other_model:
            warnings.append(
                f"another model's reading: {interview.model} ({interview.provider_model}) answers, and "
                f"{self.agent.model} ({provider_model(self.standing.models[self.agent.model])}) played "
                f"{self.agent.name}"
            )
        elif (change := version_change(interview, self.standing)) is not None:
            interview = replace(interview, other_model=True)
            warnings.append(change)
        roles = [facts.name for facts in self.standing.rebuilt.moment.content.facts]
        if unfilled := unfilled_placeholders(text, roles):
            warnings.append(f"{unfilled[0]} of the question is read as it stands; write the word itself")
        kept = await interviewer.store_retry.in_thread(lambda: interviewer.store.add_interview(interview))
        self.turn = kept.turn
        if words := spoken_answer(kept.text):
            self.exchanges.append(Exchange(text, words))
        interviewer.observer.notice(MessageAdded(kept.run, kept.agent, self.agent.role, words))
        if reached := interviewer.spending.bound_reason(interviewer.bounds):
            interviewer.stop.drain("budget", reached)
        return InterviewResult(kept, self.agent.role, tuple(warnings))


def version_change(interview: Interview, standing: StandingRun) -> str | None:
    """That something else answered under a model's name than what played the run under it; None where nobody knows."""
    before = standing.versions_of(interview.model)
    call = interview.call
    if not before or not is_other_version(before, digest=call.digest, name=call.served_model):
        return None
    return (
        f"another version's reading: {interview.model} is served as {interview.version} now and was "
        f"{' and '.join(sorted(before))} when the run was played"
    )
