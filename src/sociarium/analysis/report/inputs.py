"""What a report is computed from, whether it comes from runs of a store or from a table of somebody else's."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

# Before the libraries, since it names the extra where one is absent.
from sociarium.analysis.statistics.design import BlockDesign
from sociarium.analysis.statistics.multiplicity import Correction

# isort: split
import pandas as pd

from sociarium.analysis.corrections import CORRECTED
from sociarium.analysis.declaration import Declaration
from sociarium.analysis.positive_spread import SPREAD
from sociarium.analysis.report.check_cases import CheckCases
from sociarium.analysis.report.left_out import MARKS
from sociarium.analysis.report.moment_values import MOMENT_COLUMNS
from sociarium.analysis.report.outcomes import MEASURES
from sociarium.analysis.report.records import PassageMessage
from sociarium.analysis.report.registration import Registration
from sociarium.analysis.result_rows import MeasureUse
from sociarium.exchange.tables.read import Cells, RunAccount
from sociarium.records.hardware import hardware_kind
from sociarium.records.runs import RunState

CALLED_ALIKE = " (factor)"
"""Ends the column of a factor that is called like an outcome, or like another column of the frame."""
PLACE, BLOCK, LOSS, EXCLUDED, ORIGIN = "run", "replicate", "loss", "(excluded)", "(origin)"
"""Columns of `ReportInputs.runs`: a run in one of its conditions; runs that share draws; the way in which it is lost;
whether a rule leaves it out; the run that it was forked from."""


@dataclass(slots=True)
class ModelUse:
    """What a model did.

    Attributes:
        served: what servers say answered, with digests or fingerprints, and where.
        servers: addresses of those that answered.
        hardware: calls on each kind that is known (see `hardware_kind`).
        cost: US dollars; None where its price is not known.
    """

    name: str
    served: set[str]
    calls: int = 0
    prompt_tokens: int = 0
    completion_tokens: int = 0
    cost: float | None = 0.0
    servers: set[str] = field(default_factory=set)
    hardware: Counter[str] = field(default_factory=Counter)

    def add(self, call: Cells, cost: float | None) -> None:
        """A call of it, as the table of calls has it, with what it cost."""
        served = " ".join(str(call[key]) for key in ("served_model", "digest", "fingerprint") if call[key])
        servers = {endpoint} if (endpoint := call.get("endpoint")) else set()
        self.servers |= servers
        self.served.add(" at ".join([served or "(not said)", *servers]))
        if kind := call.get("hardware"):
            self.hardware[hardware_kind(str(call.get("endpoint") or ""), str(kind))] += 1
        self.calls += 1
        self.prompt_tokens += call["prompt_tokens"] or 0
        self.completion_tokens += call["completion_tokens"] or 0
        self.cost = None if cost is None or self.cost is None else self.cost + cost


@dataclass(frozen=True, slots=True)
class Exclusion:
    """A rule that leaves runs out, and how many finished ones it does."""

    words: str
    runs: int


@dataclass(frozen=True, slots=True, eq=False)
class OutsideTable:
    """What is kept of a table from elsewhere.

    Attributes:
        name: of the file.
        rows: below the runs: run, block, the factors, the outcomes, columns of moments and clusters.
        intake: what went in and what did not, a sentence each.
        several: whether a run has several rows.
    """

    name: str
    rows: pd.DataFrame
    intake: tuple[str, ...]
    several: bool


@dataclass(frozen=True, slots=True, eq=False)
class ReportInputs:
    """The runs that were begun, as frames.

    Attributes:
        runs: a row a run and condition: run, id, replicate, the factors, state, loss, flagged, and the outcomes. A run
            that stands in several conditions has a row in each.
        messages: run, turn, day, words (how many), of each message; posts in feeds. Where a comparison is of texts also
            speaker and content: without them a sweep of a million messages is numbers.
        outcomes: column -> what it is.
        mirrors: column of the share of one of two choices -> the outcome that is the share of the other.
        factors: that differ -> levels, in the order of the file.
        fixed: factors with one level.
        shared: replicates share their draws over conditions.
        seeds: of the sweeps.
        digest: SHA-256 over everything that was read.
        measures: that are outcomes.
        wordings: column of a wording -> the factor whose levels have several.
        registered: hypotheses and exclusion rules of the experiment's file; empty for a table from elsewhere.
        departures: where the runs departed from them.
        declaration: what a file of its own declares of the analysis; None where nothing is declared.
        exclusions: rules of the declaration, which hold beside those of the experiment's file.
        table: where the runs come from, if that is no store.
        answers: outcome -> the values of its run's agents, as (run, agent, value), of probes and measures.
        moments: run, and what is known of it at its turns and on its days (see `MOMENT_COLUMNS`).
        cases: what checks found in the messages of finished runs.
        read_messages: reads the messages of a run from the store, by its id, in order.
        units: what numbers of probes and measures are, by name without role and moment (see `units_of`).
    """

    runs: pd.DataFrame
    messages: pd.DataFrame
    outcomes: Mapping[str, str]
    factors: Mapping[str, tuple[str, ...]]
    fixed: Mapping[str, str]
    shared: bool
    models: tuple[ModelUse, ...]
    account: RunAccount
    several_conditions: int
    offline: int
    protocols: tuple[int, ...]
    replicates: int
    seeds: tuple[int, ...]
    digest: str
    measures: tuple[MeasureUse, ...] = ()
    mirrors: Mapping[str, str] = field(default_factory=dict)
    wordings: Mapping[str, str] = field(default_factory=dict)
    registered: Registration = field(default_factory=Registration)
    departures: tuple[str, ...] = ()
    declaration: Declaration | None = None
    exclusions: tuple[Exclusion, ...] = ()
    table: OutsideTable | None = None
    answers: Mapping[str, Sequence[tuple[str, str, float]]] = field(default_factory=dict)
    moments: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=[PLACE, *MOMENT_COLUMNS]))
    cases: CheckCases = field(default_factory=CheckCases)
    read_messages: Callable[[str], Sequence[PassageMessage]] = lambda _run: ()
    units: Mapping[str, str] = field(default_factory=dict)

    def design(self, outcome: str) -> BlockDesign:
        """The design of an outcome over the factors that differ."""
        return BlockDesign(tuple(self.factors), outcome, PLACE, BLOCK, self.shared)

    def factor_column(self, factor: str) -> str:
        """The column of a factor as the file calls it: one that is called like an outcome says that it is a factor."""
        return f"{factor}{CALLED_ALIKE}" if f"{factor}{CALLED_ALIKE}" in self.factors else factor

    def order_of(self, factors: Sequence[str], levels: Sequence[str]) -> tuple[int, ...]:
        """Where levels stand in the file, by which conditions are sorted."""
        orders = [self.factors.get(factor, ()) for factor in factors]
        return tuple(
            order.index(level) if level in order else len(order) for order, level in zip(orders, levels, strict=True)
        )

    def is_one_yes_or_no_a_run(self, outcome: str) -> bool:
        """Whether a run's value is one answer or row that is a yes or no (a choice or another), and no mean of some."""
        if outcome in MEASURES or not self.is_share(outcome):
            return False
        if self.table is not None:
            runs = list(self.table.rows.dropna(subset=[outcome])[PLACE])
        else:
            runs = [run for run, _, _ in self.answers.get(outcome, ())]
        return len(runs) == len(set(runs))

    def is_share(self, outcome: str) -> bool:
        """Whether an outcome lies between 0 and 1: a part of answers, messages or rows. Corrected values may not."""
        if self.table is not None and self.declaration is not None:
            keys = self.declaration.keys.outcome_of(outcome)
            return keys.type in ("yes_no", "category") and keys.how != "sum"
        return outcome in ("flagged", "empty") or (" = " in outcome and f" {CORRECTED}" not in outcome)

    def is_corrected_share(self, outcome: str) -> bool:
        """Whether an outcome is a judge's share as people's labels correct it; its texts' values lie beyond 0 and 1."""
        return self.table is None and " = " in outcome and f" {CORRECTED}" in outcome

    def limits(self, outcome: str, notes: Sequence[str]) -> tuple[str, ...]:
        """What limits intervals of an outcome: shares have two ends, so that how much they spread is none of it."""
        if not (self.is_share(outcome) or self.is_corrected_share(outcome)):
            return tuple(notes)
        return tuple(note for note in notes if not note.startswith(SPREAD))

    def is_mean_of_rows(self, outcome: str) -> bool:
        """Whether a run's value in a table is the mean of its rows."""
        if self.table is None or self.declaration is None:
            return False
        return self.declaration.keys.outcome_of(outcome).how == "mean"

    @property
    def superseded(self) -> dict[str, str]:
        """Outcomes of judges' numbers -> the same as people's labels correct them: one fact, tested once."""
        result = {}
        for use in self.measures:
            head = f"{use.outcome} {CORRECTED}"
            for outcome in self.outcomes:
                option, dot, place = outcome.removeprefix(head).partition(" · ")
                uncorrected = f"{use.outcome}{dot}{place}{option}"
                if outcome.startswith(head) and uncorrected in self.outcomes:
                    result[uncorrected] = outcome
        return result

    @property
    def finished(self) -> pd.DataFrame:
        """Rows of finished runs: those that results are computed from."""
        return self.runs[self.runs["state"] == RunState.DONE.value]

    @property
    def is_family(self) -> bool:
        """Whether a declaration says that its comparisons are a family."""
        return self.declaration is not None and self.declaration.is_family

    @property
    def correction(self) -> Correction:
        """Of p over all exploratory comparisons."""
        return self.declaration.keys.correction if self.declaration else "benjamini-hochberg"

    @property
    def confirmatory(self) -> pd.DataFrame:
        """Rows of finished runs whose first claim carries the hash of the hypotheses."""
        finished = self.finished
        if self.registered.hash is None:
            return finished.iloc[:0]
        return finished[finished["hypotheses"] == self.registered.hash]

    @property
    def measured_columns(self) -> list[str]:
        """Columns that a hypothesis may be about: what runs have, whether or not a declaration looks at it."""
        other = {*self.factors, *self.fixed, *MARKS, PLACE, BLOCK, LOSS}
        return [str(one) for one in self.runs if one not in other and self.runs[one].notna().any()]

    @property
    def primary(self) -> pd.DataFrame:
        """Finished runs that results speak of: all, or where a declaration has rules those that no rule leaves out."""
        return self.finished[~self.is_left_out] if self.exclusions else self.finished

    @property
    def secondary(self) -> pd.DataFrame:
        """Those that contrasts are given with a second time: the others of the two."""
        return self.finished if self.exclusions else self.finished[~self.is_left_out]

    @property
    def second(self) -> str:
        """What tells the second contrasts from the first."""
        if self.exclusions:
            return "with excluded"
        return "without excluded" if self.registered.exclusions else "without flagged"

    @property
    def is_left_out(self) -> pd.Series:
        """Of each row of finished runs, whether a rule leaves it out: of the experiment's file, of the declaration, or
        of both; where neither has any, whether a message is flagged."""
        finished = self.finished
        none = pd.Series(False, index=finished.index)
        declared = finished[EXCLUDED].astype(bool) if self.exclusions else none
        if self.table is not None or (self.exclusions and not self.registered.exclusions):
            return declared
        return declared | finished["left_out"].astype(bool)
