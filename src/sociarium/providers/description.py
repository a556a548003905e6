"""What an adapter finds out about a model before it is asked anything."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Description:
    """A model at its server.

    Attributes:
        address: of the server.
        reachable: whether a server answers there.
        served: whether it has the model; None where it does not say.
        context: tokens that the model can take in at most; None where the server does not say.
        digest: of the weights; None where the server has none.
        version: of the server's program; None where it does not say.
        capabilities: as the server lists them.
        problem: what stands in the way, with its mend; empty when nothing does.
    """

    provider: str
    model: str
    address: str
    reachable: bool
    served: bool | None = None
    context: int | None = None
    digest: str | None = None
    version: str | None = None
    capabilities: tuple[str, ...] = ()
    problem: str = ""
