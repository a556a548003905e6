"""Who speaks next: registered methods, each a small coroutine."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sociarium.environments.conversation.agents import Agent
from sociarium.environments.conversation.summarizer import prompt_text
from sociarium.environments.conversation.transcript import SpokenLine, as_text
from sociarium.environments.plain_answers import name_in
from sociarium.environments.repairs import in_order
from sociarium.environments.requests import JOINT, Prompt, RunEnded, ask_until
from sociarium.environments.stage import Stage
from sociarium.environments.structured_output import read_object
from sociarium.environments.template_tokens import spoken_words
from sociarium.experiment.run_content import Content
from sociarium.ports.model import ChatMessage, ModelReply

RANDOM = "random"
UNDECIDED = "random_speaker"
"""Flags the message of a speaker who was drawn, because the manager named nobody."""

MANAGER_RETRIES = 2


@dataclass(frozen=True, slots=True)
class Turn:
    """What a method sees.

    Attributes:
        key: of the turn, `day1/turn3`.
        able: agents who can speak, in order of creation; never empty.
        everybody: all agents in order of creation.
        previous: who spoke last on this day; None on the day's first turn.
        opening, lines: what was said so far on this day.
    """

    content: Content
    key: str
    able: Sequence[Agent]
    everybody: Sequence[Agent]
    previous: Agent | None
    opening: str
    lines: Sequence[SpokenLine]


@dataclass(frozen=True, slots=True)
class SpeakerChoice:
    """Who speaks, what is to be said of the choice, and what was repaired in the answer that made it."""

    agent: Agent
    flags: tuple[str, ...] = ()
    repairs: tuple[str, ...] = ()


Method = Callable[[Turn, Stage], Awaitable[SpeakerChoice]]


async def round_robin(turn: Turn, stage: Stage) -> SpeakerChoice:
    """In order of creation, anew each day; who cannot speak is passed over."""
    if turn.previous is None:
        return SpeakerChoice(_first(turn, stage))
    start = turn.everybody.index(turn.previous) + 1
    rotated = (*turn.everybody[start:], *turn.everybody[:start])
    return SpeakerChoice(next(agent for agent in rotated if agent in turn.able))


async def at_random(turn: Turn, stage: Stage) -> SpeakerChoice:
    """Drawn, never the same twice running while there is another."""
    return SpeakerChoice(_first(turn, stage) if turn.previous is None else _draw_agent(turn, stage))


async def auto(turn: Turn, stage: Stage) -> SpeakerChoice:
    """Named by the manager's model, asked at most three times; then drawn, and flagged.

    Raises:
        RunEnded: what was said does not fit the manager's context, and the server says so or is seen to have cut it.
    """
    manager = turn.content.manager
    assert manager is not None
    if turn.previous is None and turn.content.first_speaker != RANDOM:
        return SpeakerChoice(_first(turn, stage))
    if len(turn.able) == 1:
        return SpeakerChoice(turn.able[0])
    messages = [ChatMessage("system", prompt_text(turn.content, manager)), ChatMessage("user", _question(turn))]
    result = await ask_until(
        turn.content.models,
        stage,
        f"{turn.key}/manager",
        Prompt(manager.model, messages, purpose="manager", schema=_schema(turn.able)),
        retries=MANAGER_RETRIES,
        read=lambda reply: speaker_in(reply, [agent.name for agent in turn.able]),
    )
    if result.cut:
        raise RunEnded("context_cut")
    if result.value is None:
        return SpeakerChoice(_draw_agent(turn, stage), (UNDECIDED,))
    name, repairs = result.value
    return SpeakerChoice(
        next(agent for agent in turn.able if agent.name == name), ("repaired",) if repairs else (), repairs
    )


async def manual(turn: Turn, stage: Stage) -> SpeakerChoice:
    """Chosen by a person."""
    names = tuple(agent.name for agent in turn.able)
    context = as_text(turn.opening, turn.lines)
    answer = await stage.ask_person(f"{turn.key}/chooser", text="Who speaks next?", context=context, choices=names)
    return SpeakerChoice(next(agent for agent in turn.able if agent.name == answer))


def _first(turn: Turn, stage: Stage) -> Agent:
    """Who opens a day: the first able agent of the role named, or one drawn."""
    if turn.content.first_speaker == RANDOM:
        return stage.rng(f"{turn.key}/speaker").choice(turn.able)
    of_role = [agent for agent in turn.able if agent.role == turn.content.first_speaker]
    return (of_role or turn.able)[0]


def _draw_agent(turn: Turn, stage: Stage) -> Agent:
    others = [agent for agent in turn.able if agent is not turn.previous]
    return stage.rng(f"{turn.key}/speaker").choice(others or turn.able)


def _question(turn: Turn) -> str:
    participants = "\n".join(f"{agent.name} ({agent.called})" for agent in turn.able)
    return JOINT.join([as_text(turn.opening, turn.lines), f"Participants:\n{participants}", "Who speaks next?"])


def _schema(able: Sequence[Agent]) -> Mapping[str, Any]:
    return {
        "type": "object",
        "properties": {"speaker": {"type": "string", "enum": [agent.name for agent in able]}},
        "required": ["speaker"],
        "additionalProperties": False,
    }


def speaker_in(reply: ModelReply, names: Sequence[str]) -> tuple[str, tuple[str, ...]] | None:
    """The one name that a reply has, from JSON or plain words, and what was repaired; None for none, or several."""
    text, _ = spoken_words(reply)
    read = read_object(text, ("speaker",), cut=reply.finish_reason == "length")
    value, repairs = (text, ()) if read is None else (read.value["speaker"], read.repairs)
    if read is not None and not isinstance(value, str):
        return None
    named = name_in(value, names)
    if named is None:
        return None
    beside = name_in(read.rest, names) if read is not None and read.rest else None
    if beside is not None and beside.value != named.value:
        return None
    kinds = {*repairs, *(["sentence"] if named.is_sentence else ()), *(["escape"] if "\\" in value else ())}
    return named.value, in_order(kinds)


METHODS: Mapping[str, Method] = {
    "round_robin": round_robin,
    "random": at_random,
    "auto": auto,
    "manual": manual,
}
