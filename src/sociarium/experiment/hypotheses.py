"""What is expected before there are data: hypotheses, and which runs will not count.

They change no run. Their hash stands with the first claim of every run that is begun under them, so that nobody can
declare afterwards what was expected.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from sociarium.count_text import count_text
from sociarium.experiment.canonical import fingerprint
from sociarium.experiment.frozen import Frozen
from sociarium.experiment.level import Level
from sociarium.experiment.sequential import SequentialDesign

Direction = Literal["increase", "decrease", "difference"]
"""Of the level against its baseline, or of a formula's term; difference: either."""

RUN_MEASURES = ("messages", "words", "flags", "empty")
"""Measures that every run has: its messages, words a message, and the shares of these with a flag or without words."""

_PROBE = re.compile(
    r"probe (?P<name>.+?)(?: of (?P<role>.+?))? at (?P<moment>start|end|day[1-9][0-9]{0,5})(?: = (?P<option>.+))?"
)


@dataclass(frozen=True, slots=True)
class ProbeMeasure:
    """A probe as it is measured: the mean of a run's answers, or the share of them that chose an option."""

    name: str
    role: str | None
    moment: str
    option: str | None


def probe_measure(measure: str) -> ProbeMeasure | None:
    """The probe that a measure names; None where it names none."""
    match = _PROBE.fullmatch(measure)
    return None if match is None else ProbeMeasure(match["name"], match["role"], match["moment"], match["option"])


class Comparison(Frozen):
    """A level against its factor's baseline, averaged over the other factors."""

    factor: Annotated[str, Field(min_length=1, description="of the sweep")]
    level: Annotated[Level, Field(description="the level that is expected to differ")]
    baseline: Annotated[Level, Field(description="the level with which it is compared")]


class Hypothesis(Frozen):
    """One expectation, and how it is tested."""

    name: Annotated[str, Field(min_length=1, max_length=200, description="of your own choice; names it in the report")]
    measure: Annotated[
        str,
        Field(
            description="messages, words, flags, empty, or `probe NAME [of ROLE] at MOMENT [= OPTION]`, such as "
            "`probe trust of guard at end`; a moment is start, end or a day such as day2"
        ),
    ]
    compare: Annotated[
        Comparison | None, Field(description="a level against a baseline; or `formula:` with `term:`")
    ] = None
    formula: Annotated[
        str | None, Field(min_length=1, description="right side of a linear model over factors, with `term:`")
    ] = None
    term: Annotated[str | None, Field(description="coefficient of the formula that is tested: `goal[escape]`")] = None
    direction: Annotated[
        Direction, Field(description="of the level against its baseline, or of the term; difference: either")
    ] = "difference"
    smallest: Annotated[
        float | None, Field(gt=0, description="smallest effect that matters, in units of the measure")
    ] = None
    spread: Annotated[
        float | None, Field(gt=0, description="standard deviation of runs of a condition, for the power in `plan`")
    ] = None
    family: Annotated[str, Field(min_length=1, description="Holm's correction is over a family")] = "all"
    alpha: Annotated[float, Field(gt=0, lt=1, description="two-sided, of the whole family")] = 0.05

    @model_validator(mode="after")
    def _has_one_test(self) -> Self:
        if (self.compare is None) == (self.formula is None):
            raise PydanticCustomError("hypothesis", "write `compare:` or `formula:` with `term:`, and not both")
        if (self.formula is None) != (self.term is None):
            raise PydanticCustomError("hypothesis_term", "`formula:` and `term:` stand together")
        if self.measure not in RUN_MEASURES and probe_measure(self.measure) is None:
            raise PydanticCustomError(
                "hypothesis_measure",
                "this is no measure; write messages, words, flags, empty or `probe NAME at MOMENT`, as in `probe trust "
                "of guard at end`; a moment is start, end or a day such as day2",
            )
        return self


class ExclusionRule(Frozen):
    """Which finished runs do not count: by a flag, by how they ended, by their length, or by an answer."""

    flag: Annotated[str | None, Field(description="a message has this flag; `any`: any of them")] = None
    ended: Annotated[Literal["refused", "context_cut", "silent"] | None, Field(description="how the run ended")] = None
    messages_below: Annotated[int | None, Field(ge=1, description="it has fewer messages")] = None
    probe: Annotated[str | None, Field(description="somebody's answer is `answer:`, or `below:` or `above:` it")] = None
    answer: Annotated[str | None, Field(description="what was answered to `probe:`")] = None
    below: Annotated[float | None, Field(description="the answer is less")] = None
    above: Annotated[float | None, Field(description="the answer is more")] = None

    @model_validator(mode="after")
    def _is_one_rule(self) -> Self:
        if sum(part is not None for part in (self.flag, self.ended, self.messages_below, self.probe)) != 1:
            raise PydanticCustomError(
                "exclusion", "write one of `flag:`, `ended:`, `messages_below:` and `probe:` a rule"
            )
        bounds = sum(part is not None for part in (self.answer, self.below, self.above))
        if bounds != (self.probe is not None):
            raise PydanticCustomError("exclusion", "beside `probe:` stands one of `answer:`, `below:` and `above:`")
        return self

    @property
    def words(self) -> str:
        """The rule in words, of a run that it leaves out."""
        if self.flag is not None:
            return "a message has a flag" if self.flag == "any" else f"a message is flagged {self.flag}"
        if self.ended is not None:
            return f"it ended {self.ended}"
        if self.messages_below is not None:
            return f"it has fewer than {count_text(self.messages_below, 'message')}"
        if self.answer is not None:
            return f"somebody answered {self.answer!r} to {self.probe}"
        bound = f"below {self.below:g}" if self.below is not None else f"above {self.above:g}"
        return f"somebody's answer to {self.probe} is {bound}"


def hypotheses_hash(
    hypotheses: Sequence[Hypothesis],
    exclusions: Sequence[ExclusionRule],
    sequential: Mapping[str, SequentialDesign] | None = None,
) -> str | None:
    """SHA-256 of the canonical JSON of hypotheses, exclusion rules and sequential designs; None without a hypothesis.

    Args:
        sequential: of sweeps that have one, by name.
    """
    if not hypotheses:
        return None
    designs = {name: one.model_dump(mode="json") for name, one in sorted((sequential or {}).items())}
    return fingerprint(
        {
            "exclusions": [one.model_dump(mode="json", exclude_defaults=True) for one in exclusions],
            "hypotheses": [one.model_dump(mode="json", exclude_defaults=True) for one in hypotheses],
            **({"sequential": designs} if designs else {}),
        }
    )
