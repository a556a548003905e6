"""When a sweep ends before its last replicate, declared beforehand.

A rule is no part of what a run is. Looking at results after every replicate and stopping when they look good makes
intervals too short: one of 95 % that was stopped by its width from three runs on covers 91 %, which is why ten
replicates are the least.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import Annotated, Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from sociarium.experiment.frozen import Frozen

LEAST_REPLICATES = 10
"""Width-stopping from three runs on covers 91 % where 95 are said."""

COUNTED = ("messages", "flags")
"""Measures that every run has: its messages, and the share of them that has a flag."""
_PROBE = re.compile(r"probe (?P<name>.+) at (?P<moment>start|end|day[1-9][0-9]{0,5})")


class StopRule(Frozen):
    """When a sweep ends early: by how wide an interval is, or by runs that say nothing."""

    measure: Annotated[
        str | None,
        Field(
            description="messages (of a run), flags (share of its messages that has one), or probe NAME at MOMENT, "
            "such as `probe trust at end`; the sweep ends when the interval of its mean is narrow enough in every "
            "condition"
        ),
    ] = None
    width: Annotated[float | None, Field(gt=0, description="from the low to the high end of the interval")] = None
    confidence: Annotated[float, Field(ge=50, lt=100, description="of the interval, in percent")] = 95
    least_replicates: Annotated[
        int, Field(ge=LEAST_REPLICATES, description="whole replicates before it is looked at first")
    ] = LEAST_REPLICATES
    silent_runs: Annotated[
        int | None, Field(ge=1, description="the sweep ends when so many runs in which nobody says anything are done")
    ] = None

    @model_validator(mode="after")
    def _is_one_rule(self) -> Self:
        if (self.measure is None) == (self.silent_runs is None):
            raise PydanticCustomError("stop_rule", "write `measure:` with `width:`, or `silent_runs:`, and not both")
        if self.measure is not None and self.width is None:
            raise PydanticCustomError("stop_width", "`width:` is missing: how wide the interval may be")
        if self.silent_runs is not None and not self.model_fields_set <= {"silent_runs"}:
            raise PydanticCustomError("stop_rule", "beside `silent_runs:` nothing else is read; take it out")
        if self.measure is not None and self.measure not in COUNTED and self.probe is None:
            raise PydanticCustomError(
                "stop_measure",
                "this is no measure; write messages, flags or `probe NAME at MOMENT`, as in `probe trust at end`; a "
                "moment is start, end or a day such as day2",
            )
        return self

    @property
    def probe(self) -> tuple[str, str] | None:
        """The name and the moment of the probe that is measured; None where another measure is."""
        match = _PROBE.fullmatch(self.measure or "")
        return None if match is None else (match["name"], match["moment"])


def confirmatory_problem(rule: StopRule, confirmatory: Collection[str]) -> str:
    """Why a rule cannot stand beside hypotheses; empty where it can.

    Args:
        confirmatory: measures about which a hypothesis was declared, as rules name them.
    """
    if rule.measure is None or rule.measure not in confirmatory:
        return ""
    return (
        f"`stop_when` looks at {rule.measure!r} again and again, and a hypothesis is about it: its test would err more "
        "often than it says; stop by a measure that no hypothesis is about, or declare looks with `sequential:` instead"
    )
