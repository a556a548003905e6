"""Who speaks next: registered methods, each a small coroutine."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass

from sociarium.environments.conversation.agents import Agent
from sociarium.environments.stage import Stage

RANDOM = "random"


@dataclass(frozen=True, slots=True)
class Turn:
    """What a method sees.

    Attributes:
        key: of the turn, `day1/turn3`.
        able: agents who can speak, in order of creation; never empty.
        everybody: all agents in order of creation.
        previous: who spoke last on this day; None on the day's first turn.
        first_speaker: a role, or random.
    """

    key: str
    able: Sequence[Agent]
    everybody: Sequence[Agent]
    previous: Agent | None
    first_speaker: str


Method = Callable[[Turn, Stage], Awaitable[Agent]]


async def round_robin(turn: Turn, stage: Stage) -> Agent:
    """In order of creation, anew each day; who cannot speak is passed over."""
    if turn.previous is None:
        return first(turn, stage)
    start = turn.everybody.index(turn.previous) + 1
    rotated = (*turn.everybody[start:], *turn.everybody[:start])
    return next(agent for agent in rotated if agent in turn.able)


async def at_random(turn: Turn, stage: Stage) -> Agent:
    """Drawn, never the same twice running while there is another."""
    if turn.previous is None:
        return first(turn, stage)
    others = [agent for agent in turn.able if agent is not turn.previous]
    return stage.rng(f"{turn.key}/speaker").choice(others or turn.able)


def first(turn: Turn, stage: Stage) -> Agent:
    """Who opens a day: the first able agent of the role named, or one drawn."""
    if turn.first_speaker == RANDOM:
        return stage.rng(f"{turn.key}/speaker").choice(turn.able)
    of_role = [agent for agent in turn.able if agent.role == turn.first_speaker]
    return (of_role or turn.able)[0]


METHODS: Mapping[str, Method] = {"round_robin": round_robin, "random": at_random}
