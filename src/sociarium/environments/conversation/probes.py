"""Private questions: asked beside the conversation, stored, never part of anyone's history."""

from __future__ import annotations

import json
import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sociarium.environments.conversation.agents import Agent
from sociarium.environments.conversation.asking import Asked, ask_until, refuse_overlong
from sociarium.environments.conversation.context import Gauge
from sociarium.environments.conversation.transcript import JOINT
from sociarium.environments.stage import Stage
from sociarium.experiment.content import Content, ProbeContent
from sociarium.experiment.definition import Moment
from sociarium.experiment.placeholders import render
from sociarium.ports.model import Message, ModelReply
from sociarium.records.events import Happening

RETRIES = 2
"""How often an answer that does not fit is asked for again."""

Answer = str | int


@dataclass(frozen=True, slots=True)
class Moments:
    """The moment of a run at which probes are asked."""

    at: Moment
    day: int

    @property
    def key(self) -> str:
        """Names it in journal keys."""
        return self.at if self.at != "each_day" else f"day{self.day}"


def moment_after(day: int, probe: ProbeContent, *, last: bool) -> Moment | None:
    """The moment, after a day, at which a probe is asked; the last day's end is asked for once."""
    if last and "end" in probe.at:
        return "end"
    return "each_day" if "each_day" in probe.at else None


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
    prompt = with_question(messages, JOINT.join(part for part in (question, _instruction(probe)) if part))
    refuse_overlong(gauges[model], prompt)
    asked: Asked[Answer] = await ask_until(
        content,
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
        flags=_flags(asked, context_cut=gauges[model].was_cut(prompt, asked.reply)),
        data=data,
    )
    stage.emit(key, happening)


def _flags(asked: Asked[Answer], *, context_cut: bool) -> tuple[str, ...]:
    refused = asked.reply.finish_reason == "refused"
    invalid = asked.value is None and not refused
    marks = (
        ("invalid", invalid),
        ("retried", asked.attempts > 1),
        ("context_cut", context_cut),
        ("refused", refused),
    )
    return tuple(flag for flag, holds in marks if holds)


def with_question(messages: Sequence[Message], question: str) -> tuple[Message, ...]:
    """What an agent has read, and then a question to it."""
    *before, last = messages
    if last.role == "user":
        return (*before, Message("user", last.content + JOINT + question))
    return (*messages, Message("user", question))


def schema(probe: ProbeContent) -> Mapping[str, Any] | None:
    """The JSON Schema of an answer; None for free text."""
    if probe.scale:
        low, high = probe.scale
        answer: dict[str, Any] = {"type": "integer", "minimum": low, "maximum": high}
    elif probe.choices:
        answer = {"type": "string", "enum": list(probe.choices)}
    else:
        return None
    return {
        "type": "object",
        "properties": {"answer": answer},
        "required": ["answer"],
        "additionalProperties": False,
    }


def _instruction(probe: ProbeContent) -> str:
    if probe.scale:
        return f"Answer with a whole number from {probe.scale[0]} to {probe.scale[1]}, nothing else."
    if probe.choices:
        return f"Answer with one of these, nothing else: {', '.join(probe.choices)}."
    return ""


def read_answer(probe: ProbeContent, reply: ModelReply) -> Answer | None:
    """The answer that a reply gives, from JSON or plain words; None when it gives none."""
    if probe.scale is None and probe.choices is None:
        return reply.text.strip() or None
    given = _structured(reply.text)
    if given is None:
        return None
    if probe.scale:
        return _on_scale(given, probe.scale)
    wanted = {choice.casefold(): choice for choice in probe.choices or ()}
    return wanted.get(str(given).strip().strip(".!\"'*").casefold())


def _structured(text: str) -> Any:
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return text
    return value.get("answer") if isinstance(value, dict) else value


def _on_scale(given: Any, scale: tuple[int, int]) -> int | None:
    if isinstance(given, str):
        # The only number of the reply, or the one before "/10" or "out of 10".
        numbers = re.findall(r"(?<!\d)(?<!\d[.,])-?\d{1,9}(?!\d|[.,]\d)", re.sub(r"(/|out of)\s*\d+", " ", given))
        given = int(numbers[0]) if len(set(numbers)) == 1 else None
    if isinstance(given, float) and given.is_integer():
        given = int(given)
    if isinstance(given, bool) or not isinstance(given, int) or not scale[0] <= given <= scale[1]:
        return None
    return given
