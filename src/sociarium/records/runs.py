"""Records of a run: what it is, how it stands, who works on it, and how it may change."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Literal

from sociarium.experiment.level import Level
from sociarium.records.counts import ModelCounts, ModelUsage, read_counts


class RunState(StrEnum):
    """How a run stands.

    Pending: nobody works on it. Failed: can be taken up again when asked for. Cancelled: somebody took it out of its
    sweeps; it can be taken up again when asked for, and keeps what it left behind.
    """

    PENDING = "pending"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


WITHOUT_JOURNAL = -1
"""The protocol of a run that was imported with its words alone: it is read, never replayed or gone on with."""

CLEARED = -2
"""The protocol of a claim under which what a run left behind is taken away, so that it begins anew.

Whoever takes such a run up finishes that first: it may have been stopped in the middle.
"""

Ending = Literal["completed", "refused", "context_cut", "silent"]
"""How a finished run ended; all are results.

refused: the model or its server's filter refused. context_cut: a prompt did not fit, by the server's own word or by a
count that proves it. silent: nobody was left who could speak.
"""


@dataclass(frozen=True, slots=True)
class RunOrigin:
    """The run whose beginning a run has.

    Attributes:
        run: id; that run may have been deleted since.
        at: the moment up to which both are the same, as in `SweepOrigin`.
    """

    run: str
    at: str


@dataclass(frozen=True, slots=True)
class Run:
    """What a run is; it never changes.

    Attributes:
        content: JSON of its resolved content.
        stream: what its draws are seeded with beside sweep seed and replicate, and its derived seeds: the run's own
            id, or its origin's for a fork.
        origin: the run whose beginning was copied into this one; None where it began at its start.
    """

    id: str
    experiment: str
    creator: str
    replicate: int
    seed: int
    content: str
    stream: str
    created: str
    origin: RunOrigin | None = None


@dataclass(frozen=True, slots=True)
class DerivedRun:
    """A run that was made from another one, in a sweep.

    Attributes:
        at: the moment up to which both are the same.
    """

    run: str
    at: str
    sweep: str


@dataclass(frozen=True, slots=True)
class Counters:
    """What a run came to.

    Attributes:
        by_model: see `counts`; None for a run that was not counted, because it is not done or is older than that.
    """

    messages: int = 0
    calls: int = 0
    prompt_tokens: int = 0
    completion_tokens: int = 0
    by_model: tuple[ModelCounts, ...] | None = None

    @property
    def continuations(self) -> int:
        """Messages whose request ended with the continuation line; none known of a run that was not counted."""
        return sum(number for model in self.by_model or () for name, number in model.counts if name == "continuations")

    @property
    def usage(self) -> Mapping[str, ModelUsage]:
        """What was used of each model; empty where it was not counted by model, or nothing was asked."""
        return {one.model: one.usage for one in self.by_model or () if one.usage is not None}

    @property
    def cost(self) -> float | None:
        """US dollars by the prices that the run was played by; None where one was not known, or none is on record."""
        costs = [used.cost for used in self.usage.values()]
        if not costs or None in costs:
            return None
        return sum(cost for cost in costs if cost is not None)


def read_counters(tree: Mapping[str, Any]) -> Counters:
    """Counters as `asdict` and JSON leave them; what is absent was not counted."""
    values = {name: tree[name] for name in Counters.__dataclass_fields__ if name != "by_model" and name in tree}
    return Counters(**values, by_model=read_counts(tree.get("by_model")))


@dataclass(frozen=True, slots=True)
class RunStatus:
    """How a run stands; a copy, for reading, of what its claims say.

    Attributes:
        token: of its last claim; 0 before the first.
        worker: which process holds or held that claim.
        by: the person who ran that process; None where it is not known.
        protocol: version of the environment's rules under which it began; 0 before that, or `WITHOUT_JOURNAL`, or
            `CLEARED`.
    """

    run: str
    state: RunState = RunState.PENDING
    token: int = 0
    worker: str | None = None
    protocol: int = 0
    ended: str | None = None
    error: str | None = None
    counters: Counters = field(default_factory=Counters)
    started: str | None = None
    finished: str | None = None
    by: str | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a worker let go of a run: done or failed, given back (pending), or cancelled by a person."""

    state: RunState
    ended: Ending | None = None
    error: str | None = None
    counters: Counters = field(default_factory=Counters)


@dataclass(frozen=True, slots=True)
class Claim:
    """An entry of a run's claim log: a worker took it up, or let go of it with an outcome.

    The log is a chain of unique inserts, token by token. Whoever inserts a token first has it; a worker that was
    overtaken finds its next token taken, so its finish is refused.

    Attributes:
        by: the person who ran the worker; None where it is not known.
        hypotheses: hash of the hypotheses under which a run was taken up; None where there were none.
    """

    run: str
    token: int
    worker: str
    at: str
    protocol: int = 0
    outcome: Outcome | None = None
    by: str | None = None
    hypotheses: str | None = None


def runners(claims: Iterable[Claim]) -> list[str]:
    """Who ran a run, each once, the first one first: of its claim log."""
    return list(dict.fromkeys(claim.by for claim in claims if claim.by is not None))


def beginner(claims: Iterable[Claim]) -> str | None:
    """Who took a run up first, since it was last begun anew: of its claim log; None where it is not known."""
    first = _first_claim(claims)
    return None if first is None else first.by


def hypotheses_at_start(claims: Iterable[Claim]) -> str | None:
    """Hash of the hypotheses that stood when a run was taken up first, since it was last begun anew."""
    first = _first_claim(claims)
    return None if first is None else first.hypotheses


def _first_claim(claims: Iterable[Claim]) -> Claim | None:
    first: Claim | None = None
    for claim in claims:
        if claim.protocol == CLEARED:
            first = None
        elif claim.outcome is None and first is None:
            first = claim
    return first


def may_be_claimed(status: RunStatus, *, retry_failed: bool, retry_cancelled: bool = False) -> bool:
    """Whether a run may be taken up; a running one only from a worker that is gone, which the caller knows."""
    return (
        status.state in {RunState.PENDING, RunState.RUNNING}
        or (retry_failed and status.state is RunState.FAILED)
        or (retry_cancelled and status.state is RunState.CANCELLED)
    )


def may_be_cancelled(status: RunStatus) -> bool:
    """Whether a run may be cancelled, by a claim with that outcome: one that nobody holds, and that is not done.

    A running one is cancelled by its own worker, which lets go of it so.
    """
    return status.state in {RunState.PENDING, RunState.FAILED}


def protocol_of_run(status: RunStatus) -> int | None:
    """The protocol by which a run is played; None before it begins, and where it was imported with its words alone."""
    return status.protocol if status.protocol > 0 else None


def has_other_rules(status: RunStatus, protocol: int) -> bool:
    """Whether a run began under rules that are not those of a protocol; one that did not begin has none."""
    return status.protocol not in {0, CLEARED, WITHOUT_JOURNAL, protocol}


@dataclass(frozen=True, slots=True)
class SweepSlot:
    """A slot of a sweep: a run in a condition, with how the run stands.

    Attributes:
        position: in the sweep's order, from 0.
        replicate: from 1.
        condition: factor -> its level.
    """

    position: int
    replicate: int
    condition: Mapping[str, Level]
    status: RunStatus


@dataclass(frozen=True, slots=True)
class OlderRun:
    """A finished run of an older protocol, at its first place in a sweep."""

    run: str
    protocol: int


@dataclass(frozen=True, slots=True)
class Worker:
    """A process that works on runs.

    Attributes:
        boot: names the host's boot and the process's own space of ids; two processes can see each other's ids when
            host and boot agree.
        started: when the process began, in the system's own terms, so that a reused id is another process.
        beat: a counter that a live worker increases.
        doing: what it says of itself, for `status`.
        by: the person who runs it; None where it is not known.
    """

    id: str
    host: str
    boot: str
    pid: int
    started: str
    beat: int = 0
    doing: Mapping[str, object] = field(default_factory=dict)
    by: str | None = None
