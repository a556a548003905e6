"""What an interview needs around it: what is meant, which models are asked, and what is looked at before."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass

from loguru import logger

from sociarium.api.preparation import (
    check_named_models,
    prepare_models,
    refuse_unpriced_models,
    used_models,
)
from sociarium.bootstrap import ServingOptions, open_models
from sociarium.config import Config
from sociarium.errors import BadInput, NotFound
from sociarium.exchange.definition_files import with_models
from sociarium.exchange.interviews import interview_document
from sociarium.experiment.answer_form import AnswerForm
from sociarium.experiment.definition import Definition
from sociarium.experiment.problems import did_you_mean
from sociarium.experiment.run_content import ModelContent
from sociarium.ports.prices import may_cost_money, price_of
from sociarium.ports.store import Store
from sociarium.records.plans import SweepRecord
from sociarium.runner.interviews.agents import choose_agent
from sociarium.runner.interviews.interviewer import Interviewer, InterviewResult, Sitting, new_sitting, stand_in_run
from sociarium.runner.interviews.open import open_interviewer
from sociarium.runner.interviews.questions import AgentQuestion, OtherModel, asked_model
from sociarium.runner.interviews.sweep import SweepInterviews, ask_sweep
from sociarium.runner.library import lookup
from sociarium.runner.run.moment import replayable_run
from sociarium.runner.sweep.play_options import PlayOptions
from sociarium.runner.sweep.save import reopen
from sociarium.runner.sweep.start import SweepPorts


@dataclass(frozen=True, slots=True)
class InterviewTarget:
    """A run or a sweep whose agents are asked.

    Attributes:
        run: its id; None: all finished runs of the sweep.
        sweep: the run's latest one, or the sweep itself.
        title: of the experiment.
        definition: says where models are served; with the model that is asked in place of others, if one is.
        other: that model.
    """

    run: str | None
    sweep: SweepRecord
    title: str
    definition: Definition
    other: OtherModel | None

    def names(self) -> list[str]:
        """Names in the file of the models that may be asked."""
        return used_models(self.definition, self.sweep.name) if self.other is None else [self.other.name]

    def costs_money(self) -> bool:
        """Whether one of them may cost money."""
        return may_cost_money(self.definition.models[name] for name in self.names())


def find_interview_target(store: Store, target: str, model: str | None = None) -> InterviewTarget:
    """The run or sweep whose id begins so.

    Args:
        model: asked in place of the one that played: a name of the file, or `NAME=PROVIDER:MODEL`.

    Raises:
        NotFound, Ambiguous, BeingDeleted: it is none, or several.
        NoJournal, OtherRules, BadInput: its moments cannot be stood in again.
        BadInput: there is no such model.
    """
    kind = lookup.kind_of(store, target)
    if kind == "run":
        run = lookup.find_run_id(store, target)
        replayable_run(store, run)
        members = store.members_of_run(run)
        if not members:
            raise BadInput(f"run {run[:12]} stands in no sweep, so nothing says where its models are served")
        return _target_of(store, run, store.sweep(members[0].sweep), model)
    if kind == "sweep":
        return _target_of(store, None, lookup.find_sweep(store, target), model)
    raise NotFound(
        f"there is no run and no sweep {target!r} in {store.url}; `sociarium list runs` shows those there are"
    )


def _target_of(store: Store, run: str | None, sweep: SweepRecord, model: str | None) -> InterviewTarget:
    begun = reopen(store, sweep)
    definition, other = _with_other_model(begun.definition, model)
    return InterviewTarget(run, sweep, begun.experiment.title, definition, other)


def _with_other_model(definition: Definition, model: str | None) -> tuple[Definition, OtherModel | None]:
    if model is None:
        return definition, None
    name, equals, _ = model.partition("=")
    if not equals and name not in definition.models:
        raise BadInput(
            f"--model {model!r}: the file has no model of that name; {did_you_mean(name, definition.models)}; "
            "write NAME=PROVIDER:MODEL for one that is not there"
        )
    changed = with_models(definition, [model]) if equals else definition
    spec = changed.models[name]
    entry = ModelContent(provider=spec.provider, model=spec.model, options=spec.options)
    return changed, OtherModel(name, entry, entry if equals else None)


@asynccontextmanager
async def open_sitting(
    store: Store,
    target: InterviewTarget,
    agent: str,
    at: str,
    ports: SweepPorts,
    *,
    config: Config,
    options: PlayOptions,
) -> AsyncIterator[Sitting]:
    """A new sitting with an agent of a run at a moment.

    Args:
        agent, at: as people write them; see `choose_agents` and `read_moment`.

    Raises:
        NotFound, Ambiguous: nobody is meant, or several.
        BadInput, Divergence: the run has no such moment, or has not come there.
        SetupError, Misconfigured: the model cannot be asked.
    """
    run = target.run
    assert run is not None
    standing = await asyncio.to_thread(stand_in_run, store, run, at)
    respondent = choose_agent(standing.rebuilt.moment, agent, run=run)
    name, _, _ = asked_model(respondent, standing.models, target.other)
    async with ready_interviewer(
        store, target.definition, [name], ports, config=config, options=options
    ) as interviewer:
        yield Sitting(interviewer, standing, respondent, new_sitting(), target.other)


async def ask_in_sitting(sitting: Sitting, question: str, form: AnswerForm) -> InterviewResult:
    """Ask, and keep the answer, as `Sitting.ask`; the log says who asked whom."""
    result = await sitting.ask(question, form)
    one = result.interview
    logger.info("{} asked {} of the run {} at {} with {}: interview {}", one.by, one.agent, one.run, one.at,
                one.provider_model, one.id)  # fmt: skip
    return result


async def ask_in_sweep(
    store: Store,
    target: InterviewTarget,
    question: AgentQuestion,
    ports: SweepPorts,
    *,
    config: Config,
    options: PlayOptions,
) -> tuple[SweepInterviews, Interviewer]:
    """Ask in every finished run of a sweep what was not asked so before; see `ask_sweep`. And who asked, closed.

    Raises:
        SetupError, Misconfigured: a model cannot be asked.
        BadInput, StoreUnavailable: as `ask_sweep`.
    """
    names = target.names()
    async with ready_interviewer(store, target.definition, names, ports, config=config, options=options) as interviewer:
        result = await ask_sweep(
            interviewer,
            target.sweep,
            question,
            concurrency=options.concurrency,
            title=f"Interviews: {target.title}",
            offline=all(target.definition.models[name].provider == "offline" for name in names),
        )
    invalid = sum(interview_document(one)["answer"] is None for some in result.answers.values() for one in some)
    logger.info("{} asked {} of the sweep {} at {}: {} answers, {} stood before, {} of both not valid, {} runs left "
                "out, {} failed", config.creator, question.agent, target.sweep.id, question.at, result.added,
                result.standing, invalid, len(result.left_out), len(result.failed))  # fmt: skip
    return result, interviewer


@asynccontextmanager
async def ready_interviewer(
    store: Store,
    definition: Definition,
    names: Sequence[str],
    ports: SweepPorts,
    *,
    config: Config,
    options: PlayOptions,
) -> AsyncIterator[Interviewer]:
    """An interviewer over some models of a definition, looked at and fetched before, closed afterwards.

    Raises:
        BadInput: the definition does not have one of them.
        SetupError, Misconfigured: one cannot be asked.
    """
    unknown = [name for name in names if name not in definition.models]
    if unknown:
        raise BadInput(f"nothing says where the model {unknown[0]!r} is served; name another one with --model")
    serving = ServingOptions(config, options.pull, ports.observer.notice)
    await prepare_models(definition, await check_named_models(definition, names, serving), serving)
    prices = {name: price_of(definition.models[name], ports.prices) for name in names}
    async with open_interviewer(
        store,
        open_models(definition, names, serving),
        {name: price for name, price in prices.items() if price is not None},
        ports,
        by=config.creator,
        bounds=options.bounds,
    ) as interviewer:
        yield interviewer


def refuse_unpriced_questions(target: InterviewTarget, options: PlayOptions, *, option: str) -> None:
    """Raise `BadInput` where a bound on the cost is set and a model that may be asked has no price."""
    if options.max_cost is not None:
        refuse_unpriced_models(target.definition, target.names(), option=option)
