"""Contents of forks and extensions: which changes leave the beginning of a run as it was."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import accumulate
from typing import Any

from sociarium.count_text import count_text
from sociarium.experiment.feed.run_content import FeedContent, FeedEventContent, FeedFork, NewcomersContent
from sociarium.experiment.run_content import Content, ConversationFork
from sociarium.experiment.run_length import RunLength
from sociarium.experiment.run_moments import days_of, planned_messages
from sociarium.experiment.stored_content import RunContent, last_content


class ForkRefused(ValueError):
    """A run cannot go on so; the message says why, for people."""


def fork_content(origin: str, content: RunContent, at: int, then: RunContent, *, branch: int = 1) -> RunContent:
    """The content of a run that shares another's beginning and then goes on by a content of its own.

    Args:
        origin: id of the other run.
        content: the other run's.
        at: messages, or days of a feed, that both share; from 1.
        then: what rules afterwards.
        branch: which of several that differ in nothing else, from 1.

    Raises:
        ForkRefused: it lies before a fork of the origin, or what is changed would alter what both share.
    """
    if (fork := last_fork(content)) is not None and at <= (shared := shared_length(content)):
        what = "a fork" if fork.at is not None else "an extension"
        raise ForkRefused(
            f"it is {what} itself, and what stands up to {shared} it has from run {fork.origin[:12]}; fork that run "
            "for a moment before"
        )
    if reasons := list(_conflicts(content, at, then)):
        raise ForkRefused("; ".join(reasons))
    return _with_fork(content, then, {"origin": origin, "at": at, "branch": branch})


def extension_content(origin: str, content: RunContent, then: RunContent) -> RunContent:
    """The content of a run that has all of another and then goes on for further days.

    Args:
        then: what rules afterwards; its days, and a conversation's messages, count those before, too.

    Raises:
        ForkRefused: it adds no day, a day would have no message, or what is changed would alter what was.
    """
    before = last_content(content)
    more = then.days - before.days
    if more < 1:
        raise ForkRefused(f"it has {count_text(before.days, 'day')} already; an extension adds at least one")
    if isinstance(then, Content) and isinstance(before, Content) and then.messages - before.messages < more:
        raise ForkRefused(
            f"it was to have {count_text(before.messages, 'message')}; "
            f"{count_text(more, 'further day')} and {count_text(then.messages, 'message')} "
            f"in all do not go together, say at least {before.messages + more}"
        )
    if reasons := list(_lasting_conflicts(before, then)):
        raise ForkRefused("; ".join(reasons))
    return _with_fork(content, then, {"origin": origin, "at": None})


def _conflicts(content: RunContent, at: int, then: RunContent) -> Iterator[str]:
    """Why a run cannot go on by another content from a moment on; nothing when it can."""
    before = last_content(content)
    yield from _lasting_conflicts(before, then)
    if isinstance(content, Content) and isinstance(before, Content) and isinstance(then, Content):
        yield from _earlier_messages(days_of(content), before, at, then)
    elif isinstance(before, FeedContent) and isinstance(then, FeedContent):
        yield from _earlier_days(before, at, then)


def _lasting_conflicts(before: RunContent, then: RunContent) -> Iterator[str]:
    """What has to be the same from the first to the last moment."""
    if before.environment != then.environment:
        yield f"a {before.environment} cannot go on as a {then.environment}"
        return
    cast = [(role.name, role.called, role.count, role.script is None) for role in before.roles]
    if cast != [(role.name, role.called, role.count, role.script is None) for role in then.roles]:
        yield "who takes part was settled before the first word (roles, their names, how many, who has a script)"
    if before.streams != then.streams:
        yield "`streams` decides the draws of every moment"
    if isinstance(before, Content) and isinstance(then, Content) and before.starting_message != then.starting_message:
        yield "the starting message was read already"
    if isinstance(before, FeedContent) and isinstance(then, FeedContent):
        if (before.people, before.alike, before.generated) != (then.people, then.alike, then.generated):
            yield "who is there from the start was settled before the first day"
        if before.graph != then.graph:
            yield "who follows whom at the start was settled before the first day"


def _earlier_messages(days: tuple[int, ...], before: Content, at: int, then: Content) -> Iterator[str]:
    if at > sum(days):
        yield f"it has {count_text(sum(days), 'message')}"
        return
    day, index = _position(days, at)
    if (then.messages, then.days) != (before.messages, before.days):
        later = then.messages_of_days
        if days[: day - 1] != later[: day - 1] or len(later) < day or later[day - 1] < index:
            yield "earlier days would have another number of messages"
    past = [event for event in before.events if (event.day, event.after_message) < (day, index)]
    if past != [event for event in then.events if (event.day, event.after_message) < (day, index)]:
        yield "events before that moment have happened already"


def _earlier_days(before: FeedContent, at: int, then: FeedContent) -> Iterator[str]:
    if at > before.days:
        yield f"it has {count_text(before.days, 'day')}"
        return
    if then.days < at:
        yield f"{count_text(at, 'day')} have passed already"
    if _arrivals(before.newcomers, at) != _arrivals(then.newcomers, at):
        yield "newcomers of earlier days have come already"
    if _occurrences(before.events, at) != _occurrences(then.events, at):
        yield "events before that moment have happened already"


def _position(messages_of_days: tuple[int, ...], at: int) -> tuple[int, int]:
    """Day and index within it of a message; from 1, both."""
    before = 0
    for day, until in enumerate(accumulate(messages_of_days), start=1):
        if at <= until:
            return day, at - before
        before = until
    raise AssertionError("the caller looked")


def _arrivals(newcomers: NewcomersContent | None, day: int) -> tuple[object, ...]:
    """Who has come until a day is over; where somebody has, later ones come of the same population."""
    count = newcomers.arrivals(day) if newcomers else 0
    return (count, newcomers.population) if newcomers and count else (0,)


def _occurrences(events: tuple[FeedEventContent, ...], until: int) -> list[tuple[object, ...]]:
    return [
        (event.name, day, event.minute, event.author, event.text)
        for event in events
        for day in range(event.day, until + 1, event.every or until + 1)
    ]


def last_fork(content: RunContent) -> ConversationFork | FeedFork | None:
    """How a content goes on in the end; None where it is no fork."""
    fork = None
    following: RunContent | None = content
    while following is not None and following.fork is not None:
        fork = following.fork
        following = fork.then
    return fork


def shared_length(content: RunContent) -> int:
    """Messages, or days of a feed, that a fork or an extension has of its origin."""
    ruling, shared = content, 0
    while (fork := ruling.fork) is not None:
        end = ruling.messages if isinstance(ruling, Content) else ruling.days
        shared = end if fork.at is None else fork.at
        ruling = fork.then
    return shared


def length_of(content: RunContent) -> RunLength:
    """How far a content goes, and where it begins."""
    days = 0 if isinstance(content, Content) else last_content(content).days
    return RunLength(planned_messages(content), days, shared_length(content))


def _with_fork(content: RunContent, then: RunContent, moment: Mapping[str, Any]) -> RunContent:
    if content.fork is not None:
        further = _with_fork(content.fork.then, then, moment)
        return content.model_copy(update={"fork": content.fork.model_copy(update={"then": further})})
    fork = ConversationFork(then=then, **moment) if isinstance(then, Content) else FeedFork(then=then, **moment)
    return content.model_copy(update={"fork": fork})


def is_overruled(before: RunContent, at: int, then: RunContent) -> bool:
    """Whether a schedule sets all that a change would, so that after a moment nothing is otherwise.

    Args:
        before, then: what rules until the moment, and after it.
        at: the moment; of a feed its day. A conversation has no schedule.
    """
    if not isinstance(before, FeedContent) or not isinstance(then, FeedContent):
        return False
    scheduled = {"feed": before.feed, "policy": before.policy, "schedule": before.schedule}
    if then.model_copy(update=scheduled) != before or then.on_day(at).policy != before.on_day(at).policy:
        return False
    # A day more than there is: a change at the last one is for those who let the fork go on.
    last = max(then.days, *(one.day for one in (*before.schedule, *then.schedule)), 0) + 1
    was, becomes = ([content.on_day(day) for day in range(at + 1, last + 1)] for content in (before, then))
    return [(one.feed, one.policy) for one in was] == [(one.feed, one.policy) for one in becomes]
