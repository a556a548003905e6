"""What a report says, as records of numbers; nothing about how it is shown."""

from __future__ import annotations

from dataclasses import dataclass

from sociarium.analysis.checks.rates import CheckRates
from sociarium.analysis.statistics.intervals import TEstimate
from sociarium.analysis.statistics.loss import DifferentialLoss
from sociarium.analysis.statistics.wordings import WordingEffect
from sociarium.experiment.hypotheses import Hypothesis
from sociarium.figures.charts import Chart


@dataclass(frozen=True, slots=True)
class MeanRow:
    """A mean of finished runs.

    Attributes:
        label: the condition, or a factor's level.
        n: units of the interval: runs, or replicates.
        note: why there is no mean or interval.
    """

    label: str
    n: int
    mean: float | None
    low: float | None
    high: float | None
    note: str = ""


@dataclass(frozen=True, slots=True)
class ContrastRow:
    """A level against its factor's baseline.

    Attributes:
        result: over all finished runs; None where `note` says why.
        without: the same without runs that are left out; None where `without_note` says why.
        p_adjusted: over all contrasts of the report.
        n: runs of the level and of the baseline.
        pairs: replicates in which both stand; 0 for Welch.
        is_declared: a hypothesis is about it, and corrects its p.
    """

    factor: str
    level: str
    baseline: str
    method: str
    n: tuple[int, int]
    pairs: int
    result: TEstimate | None
    p_adjusted: float | None
    note: str
    without: TEstimate | None
    without_note: str
    is_declared: bool = False


@dataclass(frozen=True, slots=True)
class OutcomeResult:
    """A probe's answers or a measure.

    Attributes:
        unit: of the means: `runs` of a condition, or `replicates` at a factor's level.
        runs: with a value; `runs_without` have none.
        refused: why there is no contrast, by factor.
        charts: (file name, chart).
        wordings: of each text with several wordings, its effects by wording.
    """

    name: str
    meaning: str
    unit: str
    means: tuple[MeanRow, ...]
    contrasts: tuple[ContrastRow, ...]
    refused: tuple[str, ...]
    notes: tuple[str, ...]
    runs: int
    runs_without: int
    charts: tuple[tuple[str, Chart], ...]
    wordings: tuple[tuple[str, tuple[WordingEffect, ...]], ...] = ()


@dataclass(frozen=True, slots=True)
class Message:
    """A message or post of a passage."""

    seq: int
    role: str
    speaker: str
    content: str


@dataclass(frozen=True, slots=True)
class Passage:
    """The end of a run that stands highest, in the middle or lowest in an outcome."""

    which: str
    outcome: str
    value: float
    run: str
    condition: str
    messages: tuple[Message, ...]
    length: int


@dataclass(frozen=True, slots=True)
class TestedHypothesis:
    """A hypothesis with its test, over confirmatory runs.

    Attributes:
        outcome: column of the runs.
        result: without excluded runs; None where `note` says why.
        p_holm: corrected over its family.
        runs: confirmatory runs with a value that are not excluded.
        every: the same with excluded runs; None where `every_note` says why.
        verdict: what came of it, in words.
    """

    hypothesis: Hypothesis
    outcome: str
    result: TEstimate | None
    p_holm: float | None
    runs: int
    note: str
    every: TEstimate | None
    every_note: str
    verdict: str = ""


@dataclass(frozen=True, slots=True)
class Computed:
    """All that the page shows of the runs.

    Attributes:
        losses: by each factor that differs (or all runs together); None where `loss_note` says why.
        comparisons: contrasts that the correction counts, the refused ones among them.
        excluded: finished runs that the second results leave out: by the experiment's rules, or with a flagged message.
        tested: hypotheses, over confirmatory runs.
        confirmatory: finished runs that are.
    """

    outcomes: tuple[OutcomeResult, ...]
    losses: tuple[DifferentialLoss, ...]
    loss_note: str
    checks: tuple[CheckRates, ...]
    checks_note: str
    curves: tuple[tuple[str, Chart], ...]
    passages: tuple[Passage, ...]
    comparisons: int
    finished: int
    excluded: int
    tested: tuple[TestedHypothesis, ...] = ()
    confirmatory: int = 0
