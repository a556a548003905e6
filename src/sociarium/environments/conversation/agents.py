"""Who takes part: agents with their names and system prompts."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from sociarium.environments.stage import Stage
from sociarium.experiment.prompts.placeholders import render
from sociarium.experiment.prompts.sections import assemble_prompt
from sociarium.experiment.run_content import Content, RoleContent
from sociarium.records.events import Happening

_NUMBERS = (100, 1000)
_NOT_IN_NAMES = re.compile(r"[\s:\x00-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]+")


@dataclass(frozen=True, slots=True)
class Agent:
    """A participant.

    Attributes:
        key: names it in journal keys, the same in every condition: `guard.1`.
        called: its name without the number, as it is written.
        lines: what a scripted agent says in turn; None for one whom a model plays.
    """

    key: str
    name: str
    called: str
    role: str
    model: str | None
    system_prompt: str
    lines: tuple[str, ...] | None

    @property
    def labels(self) -> tuple[str, ...]:
        """What may stand before its words beside its name: what it is called, and the role."""
        other = () if self.called == self.role else (self.called, _stem(self.called))
        return tuple(dict.fromkeys((*other, self.role)))


def cast(content: Content, stage: Stage) -> tuple[Agent, ...]:
    """The agents of a run in order of creation: role by role as in the file."""
    numbers: set[int] = set()
    agents = []
    for role in content.roles:
        for ordinal in range(1, role.count + 1):
            key = f"{role.name}.{ordinal}"
            number = _number(stage, key, numbers)
            numbers.add(number)
            agents.append(_agent(content, role, key, f"{_stem(role.called)}_{number}"))
    return tuple(agents)


def recast(content: Content, agents: Sequence[Agent]) -> tuple[Agent, ...]:
    """The same agents, with the models, lines and prompts of another content that has the same cast."""
    roles = {role.name: role for role in content.roles}
    return tuple(_agent(content, roles[agent.role], agent.key, agent.name) for agent in agents)


def announce(agents: Sequence[Agent], stage: Stage) -> None:
    """Emit who takes part."""
    for agent in agents:
        data = {"model": agent.model} if agent.model else {"scripted": True}
        stage.emit(f"agent/{agent.key}", Happening("agent", author=agent.name, role=agent.role, data=data))


def _number(stage: Stage, key: str, numbers: set[int]) -> int:
    draws = stage.rng(f"agent/{key}")
    first, end = _NUMBERS
    while (number := first + draws.below(end - first)) in numbers:
        pass
    return number


def _stem(called: str) -> str:
    """What agents are called as the first part of their names: one word, safe before a colon."""
    stem = _NOT_IN_NAMES.sub("_", called).strip("_") or "Agent"
    return stem[:1].upper() + stem[1:]


def _agent(content: Content, role: RoleContent, key: str, name: str) -> Agent:
    def fill(text: str) -> str:
        return render(text, content.facts, self_name=name)

    lines = None if role.script is None else tuple(fill(line) for line in role.script)
    prompt = "" if lines is not None else system_prompt(content, role.name, name)
    return Agent(key, name, role.called, role.name, role.model, prompt, lines)


def system_prompt(content: Content, role: str, name: str) -> str:
    """What an agent of a role is told, its placeholders rendered for the run."""
    facts = content.facts
    texts = ((section, section.text_for(role)) for section in content.sections)
    return assemble_prompt(
        [
            (section.title, section.heading, render(text, facts, self_name=name))
            for section, text in texts
            if text is not None
        ]
    )
