"""Private questions: asked beside the conversation, stored, never part of anyone's history."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence

from sociarium.environments.conversation.agents import Agent
from sociarium.environments.probe_forms import EarlierAnswers, ProbeForm, draw_form, forms_of
from sociarium.environments.probes import (
    RETRIES,
    Moments,
    ReadAnswer,
    answer,
    flags,
    read_answer,
    repair_fields,
    schema,
)
from sociarium.environments.requests import AskResult, Prompt, RunEnded, ask_until
from sociarium.environments.stage import Stage
from sociarium.experiment.prompts.placeholders import render
from sociarium.experiment.run_content import Content, ProbeContent
from sociarium.ports.model import ChatMessage
from sociarium.records.events import Happening

MessagesOf = Callable[[Agent, str], Sequence[ChatMessage]]


async def ask_probe(
    content: Content,
    probe: ProbeContent,
    moment: Moments,
    stage: Stage,
    agents: Sequence[Agent],
    messages_of: MessagesOf,
    answers: EarlierAnswers,
) -> None:
    """Ask a probe of its agents side by side, and emit their answers.

    Args:
        agents: whom models play.
        messages_of: what an agent has read so far, with a question to it at the end.
        answers: of the run so far; these are added.

    Raises:
        RunEnded: a prompt does not fit its model's context; an answer to one that was cut is emitted, flagged and
            without a value, before.
    """

    def step_of(agent: Agent, form: ProbeForm) -> Callable[[Stage], Awaitable[None]]:
        async def step(own: Stage) -> None:
            await _ask_one(content, draw_form(form, own), moment, own, agent, messages_of, answers)

        return step

    steps = {
        form.key: step_of(agent, form)
        for agent in agents
        if agent.role in probe.of
        for form in forms_of(probe, moment, agent.key)
    }
    await stage.together(steps)


async def _ask_one(
    content: Content,
    form: ProbeForm,
    moment: Moments,
    stage: Stage,
    agent: Agent,
    messages_of: MessagesOf,
    answers: EarlierAnswers,
) -> None:
    probe = form.probe
    question = render(probe.ask, content.facts, self_name=agent.name)
    model = probe.model or agent.model
    assert model is not None
    messages = messages_of(agent, form.message(question, answers.words_before(agent.key, form)))
    result: AskResult[ReadAnswer] = await ask_until(
        content.models,
        stage,
        form.key,
        Prompt(model, messages, purpose="probe", schema=schema(probe)),
        retries=RETRIES,
        read=lambda reply: read_answer(probe, reply),
    )
    answers.keep(agent.key, form, question, answer(result))
    data = {"name": probe.name, "at": moment.at, "answer": answer(result), "call": result.key, **form.data(),
            **repair_fields(result)}  # fmt: skip
    happening = Happening(
        "probe",
        day=moment.day,
        author=agent.name,
        role=agent.role,
        content=result.reply.text,
        flags=flags(result),
        data=data,
    )
    stage.emit(form.key, happening)
    if result.cut:
        raise RunEnded("context_cut")
