"""Private questions: asked beside the conversation, stored, never part of anyone's history."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence

from sociarium.environments.asking import JOINT, Asked, ask_until, refuse_overlong
from sociarium.environments.context import Gauge
from sociarium.environments.conversation.agents import Agent
from sociarium.environments.probing import (
    RETRIES,
    Answer,
    Moments,
    flags,
    instruction,
    read_answer,
    schema,
    with_question,
)
from sociarium.environments.stage import Stage
from sociarium.experiment.content import Content, ProbeContent
from sociarium.experiment.placeholders import render
from sociarium.ports.model import Message
from sociarium.records.events import Happening


async def ask_probe(
    content: Content,
    probe: ProbeContent,
    moment: Moments,
    stage: Stage,
    prompts: Sequence[tuple[Agent, Sequence[Message]]],
    gauges: Mapping[str, Gauge],
) -> None:
    """Ask a probe of its agents side by side, and emit their answers.

    Args:
        prompts: every agent with what it has read so far.
        gauges: of each model. They learn nothing here, where answers come in any order.

    Raises:
        RunEnded: a prompt would not fit its model's context.
    """

    def asking(agent: Agent, messages: Sequence[Message]) -> Callable[[Stage], Awaitable[None]]:
        async def step(own: Stage) -> None:
            await _ask_one(content, probe, moment, own, agent, messages, gauges)

        return step

    steps = {
        f"{moment.key}/probe/{probe.name}/{agent.key}": asking(agent, messages)
        for agent, messages in prompts
        if agent.role in probe.of
    }
    await stage.together(steps)


async def _ask_one(
    content: Content,
    probe: ProbeContent,
    moment: Moments,
    stage: Stage,
    agent: Agent,
    messages: Sequence[Message],
    gauges: Mapping[str, Gauge],
) -> None:
    key = f"{moment.key}/probe/{probe.name}/{agent.key}"
    question = render(probe.ask, content.facts, self_name=agent.name)
    model = probe.model or agent.model
    assert model is not None
    prompt = with_question(messages, JOINT.join(part for part in (question, instruction(probe)) if part))
    refuse_overlong(gauges[model], prompt)
    asked: Asked[Answer] = await ask_until(
        content.models,
        stage,
        key,
        model,
        prompt,
        purpose="probe",
        retries=RETRIES,
        read=lambda reply: read_answer(probe, reply),
        schema=schema(probe),
    )
    data = {"name": probe.name, "at": moment.at, "answer": asked.value, "call": asked.key}
    happening = Happening(
        "probe",
        day=moment.day,
        author=agent.name,
        role=agent.role,
        content=asked.reply.text,
        flags=flags(asked, context_cut=gauges[model].was_cut(prompt, asked.reply)),
        data=data,
    )
    stage.emit(key, happening)
