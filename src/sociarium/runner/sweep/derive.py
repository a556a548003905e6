"""How runs go on from others: with something changed from a moment on, or after their end."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from sociarium.count_text import count_text
from sociarium.environments.protocols import protocol_of
from sociarium.errors import BadInput
from sociarium.experiment.conversation.settable import LENGTH
from sociarium.experiment.definition import Definition
from sociarium.experiment.design.expansion import Design
from sociarium.experiment.design.settable import Settings
from sociarium.experiment.design.wordings import as_settings
from sociarium.experiment.feed.run_content import PopulationContent
from sociarium.experiment.forks import extension_content, fork_content, is_overruled, shared_length
from sociarium.experiment.level_changes import change_levels, settings_of
from sociarium.experiment.resolve import resolve
from sociarium.experiment.run_content import Content
from sociarium.experiment.run_moments import END, days_of, planned_messages, read_moment
from sociarium.experiment.stored_content import RunContent, last_content, read_content
from sociarium.experiment.sweep import Level
from sociarium.records.runs import WITHOUT_JOURNAL, Run, RunState, RunStatus, SweepSlot, has_other_rules

ARM = "arm"
"""What is added to the condition of each run of a fork: what was changed, or `SHAM`. See `arm_beside`."""
_BESIDE = "fork_"
_ARMS = re.compile(f"(?:{_BESIDE})*{ARM}")
SHAM = "sham"
"""The arm in which nothing is changed: it goes on from the same moment, in the same night, with the same model."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ForkRequest:
    """What a fork changes, and when.

    Attributes:
        at: the moment, as people write it: `7` or `day2/turn7` in a conversation, `3` or `day3` in a feed.
        changes: level, as written, by a factor or by anything else that a factor could set.
        branches: how often each run is forked; the first shares the origin's draws after the moment, too.
        sham: whether each run gets a fork in which nothing is changed, for each branch.
        code: module -> SHA-256 of its source, of a researcher's own rankers that the changes name.
    """

    at: str
    changes: Mapping[str, str] = field(default_factory=dict)
    branches: int = 1
    sham: bool = False
    code: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class ExtensionRequest:
    """How far runs go on after their end.

    Attributes:
        days: in all, those before among them; None: one more where `messages` is given.
        messages: of a conversation in all, those before among them; None: each further day has as many as the last.
    """

    days: int | None = None
    messages: int | None = None


@dataclass(frozen=True, slots=True)
class Derived:
    """A run that goes on from another, before it is placed.

    Attributes:
        branch: from 1; which of several that differ in nothing but their draws.
        at: the moment, as it is stored.
    """

    condition: Mapping[str, Level]
    branch: int
    content: RunContent
    at: str


class Deriving(Protocol):
    """How runs go on from one."""

    @property
    def most(self) -> int:
        """How many runs go on from one, at most."""
        ...

    @property
    def branches(self) -> int:
        """How many of these differ in nothing but their draws."""
        ...

    def of(self, definition: Definition, design: Design, slot: SweepSlot, content: RunContent) -> list[Derived]:
        """Those that go on from a run, whose content it is.

        Raises:
            ForkRefused, BadInput: none does.
        """
        ...


@dataclass(frozen=True, slots=True)
class Forking:
    """By forks, with a sham beside each where that is asked for."""

    request: ForkRequest

    @property
    def most(self) -> int:
        """See `Deriving`."""
        return self.request.branches * (bool(self.request.changes) + self.request.sham)

    @property
    def branches(self) -> int:
        """See `Deriving`."""
        return self.request.branches

    def of(self, definition: Definition, design: Design, slot: SweepSlot, content: RunContent) -> list[Derived]:
        """See `Deriving`."""
        moment = read_moment(self.request.at, content)
        if moment.at is None:
            raise BadInput("a run that is over does not fork at its end; `sociarium extend` goes on from there")
        _refuse_unreached(content, slot.status, moment.at)
        last, arm = last_content(content), arm_beside([factor.name for factor in design.factors])
        arms: list[tuple[Mapping[str, Level], RunContent]] = []
        if self.request.changes:
            changed = change_levels(definition, design, slot.condition, self.request.changes)
            label = ", ".join(f"{name}={level}" for name, level in self.request.changes.items())
            then = _changed_content(definition, last, changed.before, changed.after)
            if then == last:
                raise BadInput(f"{label} is what it has already; nothing would change")
            if is_overruled(last, moment.at, then):
                raise BadInput(f"its schedule rules after day {moment.at}, whatever {label} says; nothing would change")
            arms.append(({**changed.condition, arm: label}, then))
        if self.request.sham:
            arms.append(({**slot.condition, arm: SHAM}, last))
        return [
            Derived(
                condition, branch, fork_content(slot.status.run, content, moment.at, then, branch=branch), moment.name
            )
            for branch in range(1, self.request.branches + 1)
            for condition, then in arms
        ]


@dataclass(frozen=True, slots=True)
class Extending:
    """By going on after the end."""

    request: ExtensionRequest

    @property
    def most(self) -> int:
        """See `Deriving`."""
        return 1

    @property
    def branches(self) -> int:
        """See `Deriving`."""
        return 1

    def of(self, definition: Definition, design: Design, slot: SweepSlot, content: RunContent) -> list[Derived]:
        """See `Deriving`."""
        if slot.status.ended != "completed":
            raise BadInput(f"it ended {slot.status.ended}, before its last day was over")
        before = settings_of(definition, design, slot.condition)
        last = last_content(content)
        if isinstance(last, Content) and isinstance(content, Content):
            length = self._length(last, days_of(content)[-1])
        elif self.request.messages is not None:
            raise BadInput("a feed has no number of messages; say how far with --days")
        else:
            length = {"days": self.request.days or last.days + 1}
        settings = {name: value for name, value in before.items() if name not in LENGTH}
        longer = _changed_content(definition, last, before, {**settings, **length}).model_copy(update=length)
        # A condition says how long its runs are: how long this one is now, not how long its origin was.
        condition = {name: length.get(name, level) for name, level in slot.condition.items()}
        return [Derived(condition, 1, extension_content(slot.status.run, content, longer), END)]

    def _length(self, last: Content, of_last_day: int) -> dict[str, int]:
        days = self.request.days or last.days + 1
        messages = self.request.messages or last.messages + (days - last.days) * of_last_day
        return {"days": days, "messages": messages}


def arm_beside(factors: Collection[str]) -> str:
    """How the arm of forks is called beside the factors of their design, so that none of these loses its level."""
    name = arm_among(factors)
    return f"{_BESIDE}{name}" if name in factors else name


def arm_among(factors: Collection[str]) -> str:
    """How the arm is called among the factors of forks; `ARM` where there is none."""
    return max((name for name in factors if _ARMS.fullmatch(name)), key=len, default=ARM)


def playable_content(run: Run, status: RunStatus) -> RunContent:
    """The content of a run that has a whole journal of the rules by which this version plays.

    Raises:
        BadInput: it has none.
    """
    if status.protocol == WITHOUT_JOURNAL:
        raise BadInput("it was imported with its words alone")
    if status.state is not RunState.DONE:
        raise BadInput(f"it is {status.state}, not done")
    content = read_content(run.content)
    assert not isinstance(content, PopulationContent), "a population has no place in a sweep"
    if has_other_rules(status, protocol_of(content.environment)):
        raise BadInput(f"it was played by older rules (protocol {status.protocol})")
    return content


def _refuse_unreached(content: RunContent, status: RunStatus, at: int) -> None:
    if isinstance(content, Content) and status.counters.messages < at:
        raise BadInput(f"it ended {status.ended} after {count_text(status.counters.messages, 'message')}")


def _changed_content(definition: Definition, last: RunContent, before: Settings, after: Settings) -> RunContent:
    """What rules at the end of a run, with what the settings change of it and nothing else.

    What the program's own texts came to since the run was placed changes nothing.
    """
    wordings = as_settings(last.wordings)
    was = resolve(definition, {**before, **wordings}, streams=last.streams)
    becomes = resolve(definition, {**after, **wordings}, streams=last.streams)
    changed = {
        name: getattr(becomes, name)
        for name in type(becomes).model_fields
        if getattr(becomes, name) != getattr(was, name)
    }
    return last.model_copy(update=changed)


def further_messages(derived: Derived) -> int:
    """How many messages of a conversation are still to be spoken, at most; 0 in a feed."""
    content = derived.content
    return planned_messages(content) - shared_length(content) if isinstance(content, Content) else 0
