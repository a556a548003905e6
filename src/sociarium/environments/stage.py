"""The stage: the one object through which an environment reaches the world.

An environment is replayed, not restored: whatever it learns comes from here, under a key that names the moment, and
is given again under that key. It depends on its definition, its seed and these answers, and on nothing else.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any, Protocol, TypeVar

from sociarium.experiment.feed.run_content import PopulationContent
from sociarium.experiment.rng import Draws
from sociarium.ports.model import ModelReply, ModelRequest
from sociarium.ports.rankers import Ranker
from sociarium.records.events import Happening
from sociarium.records.inputs import OutsidePost

T = TypeVar("T")


class Stage(Protocol):
    """What an environment can do.

    Keys name the moment (`day2/turn7/reply`), never count calls; each key is used once for answers and once for
    events in a run, and using it again is an error. Every answer is in the journal, on disk, before it is returned.
    """

    async def ask(self, key: str, request: ModelRequest) -> ModelReply:
        """A model's answer.

        Raises:
            Divergence: the journal holds an answer to another request under this key.
            ModelError: the model did not answer, for good.
        """
        ...

    async def ask_person(self, key: str, *, text: str, context: str, choices: tuple[str, ...] = ()) -> str:
        """A person's answer: one of the choices, or any text where there are none.

        Raises:
            PersonGone: nobody is there.
        """
        ...

    def rng(self, key: str) -> Draws:
        """A generator of its own for each purpose, seeded by sweep seed, replicate and key, not by condition."""
        ...

    def branch(self, name: str) -> None:
        """From here on draws and seeds are those of a branch: of several forks at one moment each may have its own.

        Called between steps, never within `together`. Branches of branches add up.
        """
        ...

    def seed(self, key: str) -> int:
        """A seed for a model's option `seed: run`, from run and key: 0 ... 2**31 - 1."""
        ...

    def emit(self, key: str, happening: Happening) -> None:
        """What happened; stored in the order of the calls."""
        ...

    async def together(self, steps: Mapping[str, Callable[[Stage], Awaitable[T]]]) -> dict[str, T]:
        """Take several steps side by side.

        Each step has a stage of its own; what the steps emit is merged in the order of their keys, whatever the
        order in which they end. When steps fail, the others are finished first, and the first failure by key is raised.

        Returns:
            What each step returned, by key, in the order of the keys.
        """
        ...

    async def record(self, key: str, compute: Callable[[], Any]) -> Any:
        """A JSON value that another version of a library might compute otherwise: computed once, then remembered."""
        ...

    def ranker(self, name: str) -> Ranker:
        """A researcher's own ranker; asked for only where something is computed.

        Raises:
            SetupError: it is not loaded.
        """
        ...

    async def people(
        self, key: str, population: PopulationContent, first: int, last: int
    ) -> Sequence[Mapping[str, Any] | None]:
        """People of a population, written for this replicate when they are first wanted.

        Args:
            first, last: from 1, both included; at most 100 at once.

        Returns:
            JSON trees of `Person`; None for one whom the model failed to write.

        Raises:
            ModelError: the model that writes them did not answer, for good.
        """
        ...

    async def inputs(self, key: str) -> Sequence[OutsidePost]:
        """What was posted into the run from outside since the last call; an empty inbox is remembered too."""
        ...
