"""What a report says, as records of numbers; nothing about how it is shown."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from sociarium.analysis.checks.rates import CheckRates
from sociarium.analysis.statistics.correlation import Icc
from sociarium.analysis.statistics.forks import ForkEffect
from sociarium.analysis.statistics.intervals import TEstimate
from sociarium.analysis.statistics.loss import DifferentialLoss
from sociarium.analysis.statistics.models import ModelFit, Term
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
        result: over the first choice of runs; None where `note` says why.
        without: the same over the second choice of runs (without those that are left out, or with them where a
            declaration leaves them out of the first); None where `without_note` says why.
        p_adjusted: over all exploratory contrasts of the report; None for one that does not count among them.
        n: runs of the level and of the baseline.
        pairs: replicates in which both stand; 0 for Welch.
        correlation: of the two sides of a pair; None for Welch or under three pairs.
        standardized: the difference in pooled standard deviations of runs within conditions.
        is_declared: a hypothesis is about it, and corrects its p.
        is_superseded: of a judge's numbers; the same comparison of the corrected ones is among those that are counted.
        spread: as of `OutcomeResult`, for the interval of `result`.
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
    correlation: float | None = None
    standardized: float | None = None
    is_declared: bool = False
    is_superseded: bool = False
    spread: str = ""

    @property
    def counts(self) -> bool:
        """Whether it is one of the comparisons over which p is corrected."""
        return not (self.is_declared or self.is_superseded)


@dataclass(frozen=True, slots=True)
class OutcomeResult:
    """A probe's answers or a measure.

    Attributes:
        unit: of the means: `runs` of a condition, or `replicates` at a factor's level.
        runs: with a value; `runs_without` have none.
        refused: why there is no contrast, by factor.
        charts: (file name, chart).
        wordings: of each text with several wordings, its effects by wording.
        likeness: intraclass correlations: of rows within runs, of runs within replicates.
        interval: of the means: by t, or Wilson's.
        spread: what few runs of a positive outcome that varies much mean for the intervals; empty for others.
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
    likeness: tuple[Icc, ...] = ()
    interval: str = "t"
    spread: str = ""


@dataclass(frozen=True, slots=True)
class CurveRow:
    """The mean of an outcome at a moment, at a factor's level.

    Attributes:
        moment: `turn`, `day`, or a table's column; `at` is which.
        factor, level: empty where no factor differs.
        n: units of the interval: replicates where they share draws, else runs.
        low, high: t interval of this moment alone; None where `note` says why.
    """

    outcome: str
    moment: str
    factor: str
    level: str
    at: float
    n: int
    mean: float
    low: float | None
    high: float | None
    note: str


@dataclass(frozen=True, slots=True)
class ModelResult:
    """A declared model; `refused` says why there is no fit."""

    formula: str
    kind: str
    over: str
    fit: ModelFit | None
    refused: str


@dataclass(frozen=True, slots=True)
class OddsRow:
    """Odds of a yes at a level against its factor's baseline.

    Attributes:
        term: with the odds ratio; None where `note` says why.
        rows: with an answer, of both levels.
        clusters: blocks where they are shared, else runs.
        share, share_baseline: of all rows of the two levels.
    """

    outcome: str
    factor: str
    level: str
    baseline: str
    term: Term | None
    rows: int
    clusters: int
    share: float | None
    share_baseline: float | None
    note: str


@dataclass(frozen=True, slots=True)
class ForkRow:
    """An outcome of changed forks less their shams.

    Attributes:
        effect: None where `note` says why.
        p_adjusted: over all fork rows of the report (Benjamini and Hochberg, or Holm for a declared family); None for a
            judge's numbers whose corrected ones are among them.
    """

    outcome: str
    arm: str
    effect: ForkEffect | None
    p_adjusted: float | None
    note: str


@dataclass(frozen=True, slots=True)
class PassageMessage:
    """A message or post of a passage.

    Attributes:
        place: day and number within the day, as pages show it; of a post its id.
        address: of its page, as `view` serves it.
    """

    place: str
    role: str
    speaker: str
    content: str
    address: str


@dataclass(frozen=True, slots=True)
class CheckCase:
    """A message in which a check found what it looks for.

    Attributes:
        message: without its words where the page shows those of others.
    """

    check: str
    run: str
    condition: str
    message: PassageMessage


@dataclass(frozen=True, slots=True)
class Passage:
    """The end of a run that stands highest, in the middle or lowest in an outcome."""

    which: str
    outcome: str
    value: float
    run: str
    condition: str
    messages: tuple[PassageMessage, ...]
    length: int


@dataclass(frozen=True, slots=True)
class TranscriptPages:
    """The transcripts as static pages beside a report.

    Attributes:
        indexes: name of a sweep or run -> its first page, relative to the report.
        link: from an address of the pages to a file with its anchor, relative to the report; None where none is.
    """

    indexes: Mapping[str, str]
    link: Callable[[str], str | None]


@dataclass(frozen=True, slots=True)
class TestedHypothesis:
    """A hypothesis with its test, over confirmatory runs.

    Attributes:
        outcome: column of the runs.
        result: without excluded runs; None where `note` says why.
        p_holm: corrected over its family.
        runs: that `result` rests on: of a comparison those of both levels, without runs whose partner is absent; where
            there is none, confirmatory runs with a value that are not excluded.
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
        excluded: finished runs that one of the two results leaves out, each counted once: by rules of the experiment's
            file or of a declaration, or with a flagged message where there are none.
        tested: hypotheses, over confirmatory runs.
        confirmatory: finished runs that are.
        models: what a declaration asks for.
        odds: of every outcome that is a yes or no.
        forks: where the runs are forks with shams.
        cases: of the checks, each message once, in the order of the runs.
        curve_rows: the numbers of the curves, by every factor; figures are of those with few levels.
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
    models: tuple[ModelResult, ...] = ()
    odds: tuple[OddsRow, ...] = ()
    forks: tuple[ForkRow, ...] = ()
    curve_rows: tuple[CurveRow, ...] = ()
    cases: tuple[CheckCase, ...] = ()
