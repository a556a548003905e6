"""Sweeps: factors, their levels, what is left out, and how often each condition is repeated."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, JsonValue

from sociarium.experiment.frozen import Frozen
from sociarium.experiment.level import Level
from sociarium.experiment.sequential import SequentialDesign
from sociarium.experiment.stop_rule import StopRule

__all__ = ["Level", "Order", "Streams", "Sweep"]

Streams = Literal["common", "independent"]

Order = Literal["permuted", "by_model"]
"""What is taken up first inside a replicate: any condition, or those that ask the same models together."""


class Sweep(Frozen):
    """A sweep of an experiment file, as written; `design` says what it comes to."""

    factors: dict[str, JsonValue] = Field(
        default_factory=dict,
        description="factor -> levels: a list, {from, to, by}, one level, or linked levels with a name each",
    )
    exclude: Annotated[
        tuple[dict[str, JsonValue], ...], Field(description="combinations left out; a list means any of them")
    ] = ()
    replicates: Annotated[int, Field(ge=1, le=1_000_000_000, description="how often each condition is played")] = 1
    seed: Annotated[
        int, Field(ge=-(2**63), le=2**63 - 1, description="of all random draws; another one makes other runs")
    ] = 0
    streams: Annotated[Streams, Field(description="common: replicate k shares its random draws in all conditions")] = (
        "common"
    )
    order: Annotated[
        Order | None,
        Field(
            description="permuted: conditions in a drawn order inside each replicate; by_model: those of one model "
            "together; left out: by_model where a server's `limits: {loaded: ...}` is less than the sweep's models"
        ),
    ] = None
    canary: Annotated[
        bool | None,
        Field(
            description="ask models of the providers openai and anthropic one fixed question at the start, in the "
            "middle and at the end of the sweep, so that it shows when one changes meanwhile; no part of any run; left "
            "out: those without a `base_url`, in sweeps of 20 runs or more"
        ),
    ] = None
    stop_when: Annotated[
        StopRule | None,
        Field(description="ends the sweep before its last replicate; looked at only when a replicate is whole"),
    ] = None
    sequential: Annotated[
        SequentialDesign | None,
        Field(description="tests hypotheses at declared numbers of replicates, with bounds that keep their alpha"),
    ] = None
