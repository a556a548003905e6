"""What was said on a day, and how it reads for each participant."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sociarium.environments.requests import JOINT
from sociarium.ports.model import ChatMessage

_MOST_KEPT = 32
"""Agents of whom what they were sent of a day is kept."""


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


class DayReader:
    """A day as one agent is sent it, again and again while the day goes on: what it was sent before is kept.

    The last message is never the agent's own. Servers go on with a message of the assistant that stands last, or give
    it again, instead of answering. So the continuation line, a user message, follows each own message after which
    nobody else's words come: at the end, and, the same as when the agent was asked there, between two of its own.
    """

    def __init__(self, reader: Reader) -> None:
        self.reader = reader
        self._lines: Sequence[SpokenLine] = ()
        self._opening = ""
        self._read = 0
        self._messages: list[ChatMessage] = []
        self._heard: list[str] = []

    def read(self, opening: str, lines: Sequence[SpokenLine], *, question: str = "") -> Reading:
        """What it is sent now.

        Args:
            opening: the starting message, with the summaries so far.
            lines: of the day, in order; empty ones are not sent. The same list again may have grown, and no more.
            question: asked of the agent at the end, in place of the continuation line.
        """
        if lines is not self._lines or opening != self._opening:
            self._begin(opening, lines)
        reader, heard = self.reader, self._heard
        for line in lines[self._read :]:
            if not line.text:
                continue
            if line.author == reader.name:
                self._messages += (_user_message(heard, reader), ChatMessage("assistant", line.text))
                heard.clear()
            else:
                heard.append(f"{line.author}: {line.text}" if reader.prefix else line.text)
        self._read = len(lines)
        last = _user_message([*heard, question] if question else heard, reader)
        return Reading((*self._messages, last), continued=not heard and not question)

    def _begin(self, opening: str, lines: Sequence[SpokenLine]) -> None:
        prompt = self.reader.system_prompt
        self._lines, self._opening, self._read = lines, opening, 0
        self._messages = [ChatMessage("system", prompt)] if prompt else []
        self._heard = [opening]


class DayReaders:
    """What each of some agents was sent of a day: of the first ones, as of hundreds it would be hundreds of copies."""

    def __init__(self) -> None:
        self._kept: dict[str, DayReader] = {}

    def of(self, reader: Reader) -> DayReader:
        """An agent's, or a new one where it is read for the first time or is sent a day otherwise than before."""
        kept = self._kept.get(reader.name)
        if kept is not None and kept.reader is reader:
            return kept
        day = DayReader(reader)
        if kept is not None or len(self._kept) < _MOST_KEPT:
            self._kept[reader.name] = day
        return day


def _user_message(heard: Sequence[str], reader: Reader) -> ChatMessage:
    return ChatMessage("user", JOINT.join(heard) if heard else reader.continuation)


def as_text(opening: str, lines: Sequence[SpokenLine]) -> str:
    """A day as one text, for a reader outside the conversation: `Name: words`, a paragraph each."""
    return JOINT.join([opening, *(f"{line.author}: {line.text}" for line in lines if line.text)])
