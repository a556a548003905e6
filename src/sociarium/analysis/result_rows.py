"""What results are shown as: small typed records of numbers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sociarium.analysis.student_t import Estimate
from sociarium.experiment.definition import ProbeUse
from sociarium.experiment.sweep import Level

PREFIX = "measure."
"""Begins the names of measures among those of probes, which may be called alike."""
USE_NAMES: Mapping[ProbeUse, str] = {
    "awareness": "awareness check", "manipulation_check": "manipulation check", "outcome": "",
}  # fmt: skip
"""What is said beside a probe's name."""

Condition = tuple[tuple[str, Level], ...]
Change = tuple[str, str]
"""Two moments; the second less the first, agent by agent within a run."""


@dataclass(frozen=True, slots=True)
class Answer:
    """A value of a run: a probe's answer of an agent, or a measure's.

    Attributes:
        probe: its name; of a measure with the prefix `measure.`.
        agent: who answered, or whose value it is.
        value: None where there was none that fits.
    """

    probe: str
    role: str
    agent: str
    moment: str
    value: float | str | None


@dataclass(frozen=True, slots=True)
class ProbeRow:
    """A probe's answers, or a measure's values, in a condition, of a role at a moment.

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
class SpreadMark:
    """What is to be said of an outcome whose intervals few runs make too narrow.

    Attributes:
        outcome: a probe, or of what was said `messages`, `words` or `cost`, without role and moment.
        ratio: standard deviation over mean within conditions.
        runs: behind the interval that has the fewest.
    """

    outcome: str
    role: str
    moment: str
    ratio: float
    runs: int


@dataclass(frozen=True, slots=True)
class MeasureUse:
    """A measure as an outcome.

    Attributes:
        version: that counts: the one computed last.
        others: versions that stand in the store, too, and are left alone.
        runs: finished runs that have values of it; `runs_without` have none.
        values: that count; `missing`: reason -> how many units have none.
        mark: what is to be said of it wherever its numbers show; empty where nothing is.
        correction: of a judge's numbers: by what they are corrected, or why they are not.
    """

    name: str
    version: str
    others: tuple[str, ...]
    runs: int
    runs_without: int
    values: int
    missing: Mapping[str, int]
    choices: tuple[str, ...] = ()
    mark: str = ""
    correction: str = ""

    @property
    def outcome(self) -> str:
        """Its name among those of probes."""
        return f"{PREFIX}{self.name}"


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
        feeds: runs in which people post; what was said there are posts in words of a model.
        measures: those that were asked for, in place of the probes.
        spreads, talk_spreads: marks of answers, and of what was said, that are positive and vary much.
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
    feeds: int = 0
    measures: tuple[MeasureUse, ...] = ()
    spreads: tuple[SpreadMark, ...] = ()
    talk_spreads: tuple[SpreadMark, ...] = ()
