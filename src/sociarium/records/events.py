"""Events: what happened in a run, in order."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from sociarium.experiment.canonical import fingerprint

Kind = Literal["agent", "message", "event", "summary", "probe", "person", "session", "post", "state", "act"]
"""agent: who takes part. message: an agent's. event: the researcher's words. summary: of a day. probe: an answer.

Of a feed: person: somebody joins. session: what somebody saw and did at a log-on. post: a post took effect. state:
somebody's condensed memory. act: a like or a follow that was put in from outside, or any act that had no effect.
"""

SPOKEN: frozenset[Kind] = frozenset({"message", "post"})
"""What is counted as a run's messages."""

OUTLINED: frozenset[Kind] = SPOKEN | {"event"}
"""What an outline of a run holds."""


@dataclass(frozen=True, slots=True)
class Happening:
    """What an environment emits.

    Attributes:
        day: 0 before the first.
        index: of a message within its day, from 1; 0 for everything else.
        author: name of the agent, or of who else speaks.
        data: further JSON values of this kind.
    """

    kind: Kind
    day: int = 0
    index: int = 0
    author: str = ""
    role: str = ""
    content: str = ""
    flags: tuple[str, ...] = ()
    data: Mapping[str, Any] = field(default_factory=dict)

    @property
    def minute(self) -> int:
        """Of its day in a feed; 0 elsewhere."""
        minute: int = self.data.get("time", 0)
        return minute


@dataclass(frozen=True, slots=True)
class Event:
    """A happening of a run, with run and key as its identity.

    Attributes:
        seq: its number in the run, from 1.
        digest: SHA-256 of number and happening; an equal key with another digest is a divergence.
    """

    run: str
    key: str
    seq: int
    happening: Happening
    digest: str


def event(run: str, key: str, seq: int, happening: Happening) -> Event:
    """An event with its digest."""
    fields = [
        seq,
        happening.kind,
        happening.day,
        happening.index,
        happening.author,
        happening.role,
        happening.content,
        happening.flags,
        dict(happening.data),
    ]
    return Event(run, key, seq, happening, fingerprint(fields))
