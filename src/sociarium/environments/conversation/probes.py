"""Private questions: asked beside the conversation, stored, never part of anyone's history."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence

from sociarium.environments.conversation.agents import Agent
from sociarium.environments.probes import (
    RETRIES,
    Moments,
    ReadAnswer,
    answer,
    flags,
    instruction,
    read_answer,
    repair_fields,
    schema,
)
from sociarium.environments.requests import JOINT, AskResult, Prompt, RunEnded, ask_until
from sociarium.environments.stage import Stage
from sociarium.experiment.prompts.placeholders import render
from sociarium.experiment.run_content import Content, ProbeContent
from sociarium.ports.model import Message
from sociarium.records.events import Happening

MessagesOf = Callable[[Agent, str], Sequence[Message]]


async def ask_probe(
    content: Content,
    probe: ProbeContent,
    moment: Moments,
    stage: Stage,
    agents: Sequence[Agent],
    messages_of: MessagesOf,
) -> None:
    """Ask a probe of its agents side by side, and emit their answers.

    Args:
        agents: whom models play.
        messages_of: what an agent has read so far, with a question to it at the end.

    Raises:
        RunEnded: a prompt does not fit its model's context; an answer to one that was cut is emitted, flagged and
            without a value, before.
    """

    def step_of(agent: Agent) -> Callable[[Stage], Awaitable[None]]:
        async def step(own: Stage) -> None:
            await _ask_one(content, probe, moment, own, agent, messages_of)

        return step

    steps = {
        f"{moment.key}/probe/{probe.name}/{agent.key}": step_of(agent) for agent in agents if agent.role in probe.of
    }
    await stage.together(steps)


async def _ask_one(
    content: Content,
    probe: ProbeContent,
    moment: Moments,
    stage: Stage,
    agent: Agent,
    messages_of: MessagesOf,
) -> None:
    key = f"{moment.key}/probe/{probe.name}/{agent.key}"
    question = render(probe.ask, content.facts, self_name=agent.name)
    model = probe.model or agent.model
    assert model is not None
    messages = messages_of(agent, JOINT.join(part for part in (question, instruction(probe)) if part))
    result: AskResult[ReadAnswer] = await ask_until(
        content.models,
        stage,
        key,
        Prompt(model, messages, purpose="probe", schema=schema(probe)),
        retries=RETRIES,
        read=lambda reply: read_answer(probe, reply),
    )
    data = {"name": probe.name, "at": moment.at, "answer": answer(result), "call": result.key, **repair_fields(result)}
    happening = Happening(
        "probe",
        day=moment.day,
        author=agent.name,
        role=agent.role,
        content=result.reply.text,
        flags=flags(result),
        data=data,
    )
    stage.emit(key, happening)
    if result.cut:
        raise RunEnded("context_cut")
