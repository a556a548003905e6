"""What was said on a day, and how it reads for each participant."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sociarium.environments.requests import JOINT
from sociarium.ports.model import ChatMessage


@dataclass(frozen=True, slots=True)
class SpokenLine:
    """Something said: by an agent, or by the researcher as `author` of an event."""

    author: str
    text: str


@dataclass(frozen=True, slots=True)
class Reader:
    """Who reads a day.

    Attributes:
        name: the agent's; its own lines are the assistant's.
        system_prompt: rendered.
        continuation: what it reads where nobody's words follow its own, rendered; never empty.
        prefix: whether others' lines begin with `Name: `.
    """

    name: str
    system_prompt: str
    continuation: str
    prefix: bool


@dataclass(frozen=True, slots=True)
class Reading:
    """The chat messages that an agent is sent; after the system prompt the user's and its own take turns.

    Attributes:
        continued: whether the last one is the continuation line.
    """

    messages: tuple[ChatMessage, ...]
    continued: bool


def as_read_by(reader: Reader, opening: str, lines: Iterable[SpokenLine], *, question: str = "") -> Reading:
    """A day as one agent is sent it. The last message is never the agent's own.

    Servers go on with a message of the assistant that stands last, or give it again, instead of answering. So the
    continuation line, a user message, follows each own message after which nobody else's words come: at the end, and,
    the same as when the agent was asked there, between two of its own.

    Args:
        opening: the starting message, with the summaries so far.
        lines: of the day, in order; empty ones are not sent.
        question: asked of the agent at the end, in place of the continuation line.
    """
    messages = [ChatMessage("system", reader.system_prompt)] if reader.system_prompt else []
    heard = [opening]
    for line in lines:
        if not line.text:
            continue
        if line.author == reader.name:
            messages += (_user_message(heard, reader), ChatMessage("assistant", line.text))
            heard = []
        else:
            heard.append(f"{line.author}: {line.text}" if reader.prefix else line.text)
    is_continued = not heard and not question
    if question:
        heard.append(question)
    messages.append(_user_message(heard, reader))
    return Reading(tuple(messages), is_continued)


def _user_message(heard: Sequence[str], reader: Reader) -> ChatMessage:
    return ChatMessage("user", JOINT.join(heard) if heard else reader.continuation)


def as_text(opening: str, lines: Sequence[SpokenLine]) -> str:
    """A day as one text, for a reader outside the conversation: `Name: words`, a paragraph each."""
    return JOINT.join([opening, *(f"{line.author}: {line.text}" for line in lines if line.text)])
