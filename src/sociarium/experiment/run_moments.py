"""Moments of a run, as people write them: `day2/turn7` or `7` in a conversation, `day3` or `3` in a feed, `end`."""

from __future__ import annotations

import re
from dataclasses import dataclass

from sociarium.errors import BadInput
from sociarium.experiment.run_content import Content, days_after
from sociarium.experiment.stored_content import RunContent, last_content

END = "end"
"""How the end of a run is called."""
_CONVERSATION = re.compile(r"(?:day(?P<day>\d{1,6})/turn(?P<turn>\d{1,6})|(?P<messages>\d{1,6}))")
_FEED = re.compile(r"(?:day)?(?P<days>\d{1,6})")


@dataclass(frozen=True, slots=True)
class RunMoment:
    """A moment of a run: right after a message of a conversation, or a day of a feed, and before what follows it.

    Attributes:
        at: how many messages, or days of a feed, there were until then; None: the run's end.
        day: the moment's; of a run's end its last one.
        name: as it is shown and stored: `day2/turn7`, `day3`, `end`.
    """

    at: int | None
    day: int
    name: str


def read_moment(text: str, content: RunContent) -> RunMoment:
    """The moment of a run that a text names.

    Raises:
        BadInput: it names none, or one after the last.
    """
    if text.strip().lower() == END:
        days = len(days_of(content)) if isinstance(content, Content) else last_content(content).days
        return RunMoment(None, days, END)
    return _message(text, content) if isinstance(content, Content) else _day(text, last_content(content).days)


def days_of(content: Content) -> tuple[int, ...]:
    """How many messages each day of a conversation has, with its forks and extensions."""
    days, ruling = content.messages_of_days, content
    while (fork := ruling.fork) is not None:
        days, ruling = days_after(days, ruling, fork), fork.then
    return days


def planned_messages(content: RunContent) -> int:
    """How many messages a conversation has at most; 0 of a feed, where nobody can know."""
    return sum(days_of(content)) if isinstance(content, Content) else 0


def _message(text: str, content: Content) -> RunMoment:
    match = _CONVERSATION.fullmatch(text.strip().lower())
    if match is None:
        raise BadInput(f"{text!r} is no moment of a conversation; write day2/turn7, a number of messages, or end")
    days = days_of(content)
    if match["messages"]:
        at = int(match["messages"])
        if not 1 <= at <= sum(days):
            raise BadInput(f"there is no message {at}; this conversation has {sum(days)}")
        before, day = 0, 1
        while before + days[day - 1] < at:
            before += days[day - 1]
            day += 1
        return RunMoment(at, day, f"day{day}/turn{at - before}")
    day, turn = int(match["day"]), int(match["turn"])
    if not 1 <= day <= len(days) or not 1 <= turn <= days[day - 1]:
        listed = ", ".join(f"day{n}/turn1 to turn{count}" for n, count in enumerate(days[:4], start=1) if count)
        raise BadInput(f"there is no {text}; this conversation has {listed}{', ...' if len(days) > 4 else ''}")
    return RunMoment(sum(days[: day - 1]) + turn, day, f"day{day}/turn{turn}")


def _day(text: str, days: int) -> RunMoment:
    match = _FEED.fullmatch(text.strip().lower())
    if match is None:
        raise BadInput(f"{text!r} is no moment of a feed; write day3, or end")
    day = int(match["days"])
    if not 1 <= day <= days:
        raise BadInput(f"there is no day {day}; this feed has {days}")
    return RunMoment(day, day, f"day{day}")
