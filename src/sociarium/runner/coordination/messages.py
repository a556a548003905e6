"""What the process that coordinates a start and its workers say to each other.

Concurrency: every call has a number of its own, given by the worker; messages about different calls mix freely.
Ordering: messages of one direction arrive in the order in which they were sent.
Ownership: a call belongs to its worker, which sends it to the server and keeps the answer. The coordinator decides when
it goes out and to which server, whether it is tried again, and whether its answer counts; it never sees any words.

    worker       Ask ........................ Answered, Failed or Alive ....... (Withdrawn at any time)
    coordinator      ... Go or Probe, repeatedly ........................ Settled or Refused

When the link ends, a worker stops at once, and the coordinator takes the worker for dead: its calls no longer count as
open, and its runs are taken up by the others, as those of any dead process are.

People's orders are read from the store by the coordinator alone. A worker has each before anything that follows from
it: Ordered comes before the call that is refused because of it, and Followed once the runs that nobody plays are as it
says.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any, NamedTuple

from sociarium.experiment.level import Level
from sociarium.experiment.models import Price
from sociarium.ports.observer import News
from sociarium.records.steering import SteeringOrder
from sociarium.runner.sweep.play_options import PlayOptions
from sociarium.runner.workers.shutdown import Why


class Play(NamedTuple):
    """To a worker, first: what it plays.

    Attributes:
        url: of the store. sweep: its id.
        options: of this worker, its share of the places in them.
        pace: seconds that the offline model takes for an answer.
        orders: that stand.
        prices: of the models, by their names.
        folders: where code of the researcher's own is looked for.
    """

    url: str
    sweep: str
    creator: str
    options: PlayOptions
    pace: float = 0.0
    orders: tuple[SteeringOrder, ...] = ()
    prices: Mapping[str, Price] = MappingProxyType({})
    folders: tuple[str, ...] = ()


class Go(NamedTuple):
    """To a worker: send a call to a server, the one so numbered among those of its model."""

    call: int
    route: int


class ProbeServer(NamedTuple):
    """To a worker: see whether a server gives a sign of life."""

    call: int
    route: int


class Settled(NamedTuple):
    """To a worker: the answer counts.

    Attributes:
        endpoint: the public address of its server; None where none was asked.
        attempts: that the call took.
    """

    call: int
    endpoint: str | None
    attempts: int


class Refused(NamedTuple):
    """To a worker: the call has no answer that counts, or is not made."""

    call: int
    error: Exception


class Drain(NamedTuple):
    """To a worker: begin nothing new. From a worker: it begins nothing new, and nobody should."""

    why: Why | None
    message: str


class EndNow(NamedTuple):
    """To a worker: end at once."""


class Ordered(NamedTuple):
    """To a worker: orders that are new."""

    orders: tuple[SteeringOrder, ...]


class Followed(NamedTuple):
    """To a worker: the runs that nobody plays are as these orders say."""

    orders: tuple[SteeringOrder, ...]


class Concurrency(NamedTuple):
    """To a worker: so many runs may be open there."""

    runs: int


class Standing(NamedTuple):
    """To a worker: models that wait for a person's word and why, and what endpoints wait for."""

    paused: Mapping[str, str]
    waiting: Sequence[str]


class Ready(NamedTuple):
    """From a worker, first: it is there, and may be told what to play."""


class Began(NamedTuple):
    """From a worker, before the first call of a run: it is played there. Fields as of `Orders.begin`."""

    run: str
    condition: Mapping[str, Level]
    models: frozenset[str]


class Ask(NamedTuple):
    """From a worker: a run wants to ask a model.

    Attributes:
        name, provider, model, options: as in `ModelIdentity`.
        characters: of the prompt, by which its tokens are estimated.
    """

    call: int
    run: str
    purpose: str
    name: str
    provider: str
    model: str
    options: dict[str, Any]
    characters: int


class Answered(NamedTuple):
    """From a worker: the server answered; the words stay with the worker."""

    call: int
    seconds: float
    prompt_tokens: int | None
    completion_tokens: int | None
    served_model: str | None
    digest: str | None
    learned: tuple[str, ...]


class Failed(NamedTuple):
    """From a worker: the server did not answer."""

    call: int
    error: Exception


class Alive(NamedTuple):
    """From a worker: whether a server gave a sign of life."""

    call: int
    alive: bool


class Withdrawn(NamedTuple):
    """From a worker: nobody waits for the call any more."""

    call: int


class Forget(NamedTuple):
    """From a worker: a run has ended there."""

    run: str


class Heard(NamedTuple):
    """From a worker: news of its runs, in parts, which is several times as fast as news that are pickled whole."""

    kind: type[News]
    values: tuple[Any, ...]


class Logged(NamedTuple):
    """From a worker: a line for the log."""

    level: str
    text: str


class Finished(NamedTuple):
    """From a worker, last: nothing is left for it to play.

    Attributes:
        outdated, returned, left_to_others: as in `Result`.
        error: what broke it off; None where nothing did.
    """

    outdated: tuple[str, ...] = ()
    returned: Mapping[str, str] = MappingProxyType({})
    left_to_others: Mapping[str, str] = MappingProxyType({})
    error: Exception | None = None


ToWorker = Play | Go | ProbeServer | Settled | Refused | Drain | EndNow | Ordered | Followed | Concurrency | Standing
FromWorker = Ready | Began | Ask | Answered | Failed | Alive | Withdrawn | Forget | Heard | Logged | Drain | Finished
Message = ToWorker | FromWorker
