"""What was said on a day, and how it reads for each participant."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sociarium.environments.asking import JOINT
from sociarium.ports.model import Message, Speaker


@dataclass(frozen=True, slots=True)
class Line:
    """Something said: by an agent, or by the researcher as `author` of an event."""

    author: str
    text: str


def as_read_by(
    name: str, system_prompt: str, opening: str, lines: Sequence[Line], *, prefix: bool
) -> tuple[Message, ...]:
    """A day as the chat messages that one agent is sent.

    Args:
        name: the agent's; its own lines are the assistant's.
        system_prompt: rendered.
        opening: the starting message, with the summaries so far.
        lines: of the day, in order; empty ones are not sent.
        prefix: whether others' lines begin with `Name: `.
    """
    turns: list[tuple[Speaker, list[str]]] = [("user", [opening])]
    for line in lines:
        if not line.text:
            continue
        own = line.author == name
        speaker: Speaker = "assistant" if own else "user"
        text = line.text if own or not prefix else f"{line.author}: {line.text}"
        if turns[-1][0] == speaker:
            turns[-1][1].append(text)
        else:
            turns.append((speaker, [text]))
    system = [Message("system", system_prompt)] if system_prompt else []
    return (*system, *(Message(speaker, JOINT.join(parts)) for speaker, parts in turns))


def as_text(opening: str, lines: Sequence[Line]) -> str:
    """A day as one text, for a reader outside the conversation: `Name: words`, a paragraph each."""
    return JOINT.join([opening, *(f"{line.author}: {line.text}" for line in lines if line.text)])
