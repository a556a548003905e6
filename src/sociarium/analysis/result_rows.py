"""What results are shown as: small typed records of numbers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sociarium.analysis.student_t import Estimate
from sociarium.experiment.definition import ProbeUse
from sociarium.experiment.sweep import Level

USE_NAMES: Mapping[ProbeUse, str] = {
    "awareness": "awareness check", "manipulation_check": "manipulation check", "outcome": "",
}  # fmt: skip
"""What is said beside a probe's name."""

Condition = tuple[tuple[str, Level], ...]
Change = tuple[str, str]
"""Two moments; the second less the first, agent by agent within a run."""


@dataclass(frozen=True, slots=True)
class ProbeRow:
    """A probe's answers in a condition, of a role at a moment.

    Attributes:
        moment: `start`, `end`, `day N`, or `A → B` for a change.
        option: whose share it is; None where the answer is a number.
        answers: that went in; of a change, agents who answered at both moments.
        missing: answers without a value, or agents who answered at one of the moments only.
        use: what the probe is for; checks stand before outcomes.
    """

    probe: str
    condition: Condition
    role: str
    moment: str
    option: str | None
    estimate: Estimate
    answers: int
    missing: int
    use: ProbeUse = "outcome"


@dataclass(frozen=True, slots=True)
class TalkRow:
    """What was said in a condition.

    Attributes:
        measures: messages a run; words a message; flagged and empty, shares of a run's messages; cost, US dollars a
            run, where every call has a price. Each over runs.
    """

    condition: Condition
    runs: int
    measures: Mapping[str, Estimate]


@dataclass(frozen=True, slots=True)
class Results:
    """What is shown.

    Attributes:
        shared: levels that all runs have.
        factors: by which rows differ, in order.
        pooled: factors that differ and are averaged over.
        runs: that were read.
        free_text: probe -> answers that are neither number nor choice.
        ended: how runs ended otherwise than completed -> how many.
        protocols: rules under which the runs were played.
        several: runs that stand in several conditions and count in each.
        offline: runs whose words are stand-ins.
    """

    shared: Mapping[str, Level]
    factors: tuple[str, ...]
    pooled: tuple[str, ...]
    runs: int
    probes: tuple[ProbeRow, ...]
    talk: tuple[TalkRow, ...]
    free_text: Mapping[str, int]
    ended: Mapping[str, int]
    protocols: tuple[int, ...]
    several: int
    offline: int
