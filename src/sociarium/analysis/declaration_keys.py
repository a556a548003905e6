"""The keys of a file that declares an analysis."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from sociarium.experiment.frozen import Frozen
from sociarium.experiment.level import Level

How = Literal["mean", "sum", "min", "max", "first", "last", "any"]
OutcomeType = Literal["number", "scale", "yes_no", "category"]


class FactorKeys(Frozen):
    """A factor: what runs were given.

    Attributes:
        column: that holds its levels; the factor's own name where left out.
        levels: in order; as they come where left out. A level that is not named here is refused.
        baseline: what other levels are compared with; the first where left out.
        compare: levels that are compared with it; all others where left out, none where empty.
    """

    column: str | None = None
    levels: list[Level] | None = Field(None, min_length=1)
    baseline: Level | None = None
    compare: list[Level] | None = None


class OutcomeKeys(Frozen):
    """What is measured.

    Attributes:
        column: that holds it; the outcome's own name where left out.
        type: number; scale (a number with bounds); yes_no; category (one of some values).
        from_: smallest possible value, `from` in files.
        to: greatest possible value.
        how: several rows of a run become one value.
        values: of a category, in order.
        yes: cells that mean yes; 1, true, yes where left out.
        no: cells that mean no; 0, false, no where left out.
        logarithm: take the natural logarithm, and call it `log NAME`: for what is skewed and multiplied by a condition
            (counts, durations, reach), which t covers too little. Of a sweep it is taken of runs, of a table of rows;
            all values must be above 0.
        meaning: in words, for people.
    """

    column: str | None = None
    type: OutcomeType = "number"
    from_: float | None = Field(None, alias="from")
    to: float | None = None
    how: How = "mean"
    values: list[Level] | None = Field(None, min_length=2)
    yes: list[Level] | None = None
    no: list[Level] | None = None
    logarithm: bool = False
    meaning: str = ""


LOG = "log "
"""Begins the names of outcomes whose logarithm is taken."""
LOG_WORDS = "natural logarithm; a difference d of it is a factor of exp(d)"


class RuleKeys(Frozen):
    """What holds of a row: one comparison with a column.

    Attributes:
        column: that is looked at.
        is_: the cell is one of these, `is` in files.
        is_not: the cell is none of these; an empty one is none.
        below: the cell is a number below it.
        above: the cell is a number above it.
        empty: whether the cell is empty.
        why: in words, for people.
    """

    column: str
    is_: list[Level] | Level | None = Field(None, alias="is")
    is_not: list[Level] | Level | None = None
    below: float | None = None
    above: float | None = None
    empty: bool | None = None
    why: str = ""

    @property
    def words(self) -> str:
        """The rule as text."""
        if self.why:
            return self.why
        if self.empty is not None:
            return f"{self.column} is {'empty' if self.empty else 'filled'}"
        if self.below is not None:
            return f"{self.column} is below {self.below:g}"
        if self.above is not None:
            return f"{self.column} is above {self.above:g}"
        values, verb = (self.is_, "is") if self.is_ is not None else (self.is_not, "is not")
        return f"{self.column} {verb} {' or '.join(map(str, values if isinstance(values, list) else [values]))}"


class LossKeys(Frozen):
    """Which cells say that a run is lost to the analysis, and how.

    Attributes:
        column: that says it; other cells than those below are of runs that count.
        empty, refused, cut: cells of runs that are lost so and stay in the results where they have a value.
        failed: cells of runs that are not in the results.
    """

    column: str
    empty: list[Level] = Field([])
    refused: list[Level] = Field([])
    cut: list[Level] = Field([])
    failed: list[Level] = Field([])


class ModelKeys(Frozen):
    """A model by formula.

    Attributes:
        formula: `outcome ~ terms`, with the names of outcomes and factors.
        kind: linear, logistic, or mixed (a random intercept by cluster).
        over: runs, or the rows below them.
        cluster: column of what belongs together; the block where there is one, else the run for rows below it.
    """

    formula: str
    kind: Literal["linear", "logistic", "mixed"] = "linear"
    over: Literal["runs", "rows"] = "runs"
    cluster: str | None = None


class DeclarationKeys(Frozen):
    """A declared analysis.

    Attributes:
        title, note: of the report; for tables.
        run: column or columns that name the unit that conditions were given to; each row where left out.
        block: column of what shares draws or people over all conditions (a replicate, a matched pair).
        factors: by name.
        outcomes: by name; of a sweep, those that its report has.
        rows: all of these hold of rows that are taken.
        exclusions: runs of which one of these holds are left out; results are given with them, too.
        loss: how runs are lost; a run without any outcome is empty where left out.
        moments: columns of numbers by which curves are drawn, such as the turn.
        models: by formula.
        correction: over all comparisons: holm for a family that was declared beforehand.
        encoding: of the table's characters; UTF-8, or what its first bytes say, where left out.
        separator: between cells; comma, semicolon, tab or bar, whichever alone fits, where left out.
        decimal: the sign before a fraction.
        missing: what stands in cells without a value.
    """

    title: str = ""
    note: str = ""
    run: list[str] | str | None = None
    block: str | None = None
    factors: dict[str, FactorKeys] = Field({})
    outcomes: dict[str, OutcomeKeys] = Field(min_length=1)
    rows: list[RuleKeys] = Field([])
    exclusions: list[RuleKeys] = Field([])
    loss: LossKeys | None = None
    moments: list[str] = Field([])
    models: list[ModelKeys] = Field([])
    correction: Literal["holm", "benjamini-hochberg"] = "benjamini-hochberg"
    encoding: str | None = None
    separator: str | None = Field(None, min_length=1, max_length=1)
    decimal: Literal[".", ","] = "."
    missing: list[str] = Field(["", "NA"])

    def outcome_of(self, column: str) -> OutcomeKeys:
        """What a column of a report is declared as: an outcome, a value of a category, or a logarithm."""
        name = column if column in self.outcomes else column.partition(" = ")[0]
        return self.outcomes[name if name in self.outcomes else name.removeprefix(LOG)]
