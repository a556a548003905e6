"""A sequential design: at how many replicates hypotheses are tested, and how their alpha is spent over these looks.

It is no part of what a run is, and part of what is declared: the hash of the hypotheses has it. Testing at every look
as if it were the only one finds an effect that is not there far more often than alpha says.
"""

from __future__ import annotations

from itertools import pairwise
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from sociarium.experiment.frozen import Frozen
from sociarium.experiment.stop_rule import LEAST_REPLICATES

Spending = Literal["obrien_fleming", "pocock"]
"""obrien_fleming: little alpha for early looks, nearly all for the last. pocock: about as much for each."""

MOST_LOOKS = 20


class SequentialDesign(Frozen):
    """When hypotheses are tested before the sweep is whole."""

    looks: Annotated[
        tuple[Annotated[int, Field(ge=LEAST_REPLICATES)], ...],
        Field(
            min_length=2,
            max_length=MOST_LOOKS,
            description="whole replicates at which hypotheses are tested, rising; the last are the sweep's. A start "
            "plays up to the next of them",
        ),
    ]
    spending: Annotated[Spending, Field(description="how the alpha of the hypotheses is spent over the looks")] = (
        "obrien_fleming"
    )

    @model_validator(mode="after")
    def _rises(self) -> Self:
        if any(later <= earlier for earlier, later in pairwise(self.looks)):
            raise PydanticCustomError("looks", "`looks` rise from one to the next; write them in order, each once")
        return self

    def next_look(self, whole_replicates: int) -> int | None:
        """The first look of which not all replicates are whole; None after the last."""
        return next((look for look in self.looks if look > whole_replicates), None)

    def is_due(self, finished: int, conditions: int) -> bool:
        """Whether so many finished runs are those of a look: its replicates are whole, but for runs that failed."""
        return any((look - 1) * conditions < finished <= look * conditions for look in self.looks)

    def fractions_until(self, look: int) -> tuple[float, ...]:
        """The share of the planned replicates at each look up to one."""
        return tuple(one / self.looks[-1] for one in self.looks if one <= look)

    @property
    def words(self) -> str:
        """The design in words."""
        looks = ", ".join(map(str, self.looks))
        name = {"obrien_fleming": "O'Brien and Fleming", "pocock": "Pocock"}[self.spending]
        return f"tests after {looks} whole replicates, alpha spent as by {name} (Lan and DeMets)"
