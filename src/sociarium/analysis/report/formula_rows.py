"""Beyond contrasts of means: models by formula that a declaration asks for, and odds ratios of what is a yes or no."""

from __future__ import annotations

from collections.abc import Mapping

from sociarium.analysis.declaration_keys import ModelKeys
from sociarium.analysis.report.inputs import BLOCK, PLACE, ReportInputs
from sociarium.analysis.report.records import ModelResult, OddsRow
from sociarium.analysis.report.table_cells import runs_of
from sociarium.analysis.statistics.binary import binary_contrasts
from sociarium.analysis.statistics.formulas import parse_formula
from sociarium.analysis.statistics.models import linear_model, logistic_model, mixed_model
from sociarium.errors import BadInput, NotEstimable

# isort: split
import pandas as pd


def model_results(inputs: ReportInputs, baselines: Mapping[str, str]) -> tuple[ModelResult, ...]:
    """Every declared model, fitted or refused with the reason."""
    if inputs.declaration is None:
        return ()
    return tuple(_model(inputs, one, baselines) for one in inputs.declaration.keys.models)


def odds_rows(inputs: ReportInputs, baselines: Mapping[str, str]) -> tuple[OddsRow, ...]:
    """Odds of a yes at each level against the baseline, for every outcome that is a yes or no, from its rows."""
    rows: list[OddsRow] = []
    for name in inputs.outcomes:
        frame = _answer_rows(inputs, name)
        if frame is not None:
            for factor, baseline in baselines.items():
                rows += _odds(inputs, frame, name, factor, baseline)
    return tuple(rows)


def _answer_rows(inputs: ReportInputs, name: str) -> pd.DataFrame | None:
    """The rows of an outcome that is a yes or no: answers of agents, messages, rows of a table; None for others."""
    if inputs.table is not None:
        if not inputs.is_share(name):
            return None
        # Where a run's value is more than the mean of its rows, the rows say something else.
        return _rows_below(inputs) if inputs.is_mean_of_rows(name) else inputs.primary
    answers = inputs.answers.get(name, ())
    rows = pd.DataFrame(answers, columns=[PLACE, "(agent)", name])
    if inputs.is_corrected_share(name):
        return rows.merge(inputs.primary[[PLACE, BLOCK, *inputs.factors]], on=PLACE)
    values = {value for _, _, value in answers}
    # A choice is one also where everybody chose the same, which is refused with its reason; a number where it is both.
    if not values or not values <= {0.0, 1.0} or not (inputs.is_share(name) or len(values) == 2):
        return None
    return rows.merge(inputs.primary[[PLACE, BLOCK, *inputs.factors]], on=PLACE)


def _odds(inputs: ReportInputs, frame: pd.DataFrame, name: str, factor: str, baseline: str) -> list[OddsRow]:
    compared = compared_levels(inputs, factor, baseline)
    if not compared:
        return []
    try:
        family = binary_contrasts(
            frame[frame[factor].isin([baseline, *compared])], inputs.design(name), factor=factor, baseline=baseline,
            corrected=inputs.is_corrected_share(name),
        )  # fmt: skip
    except (BadInput, NotEstimable) as refused:
        return [OddsRow(name, factor, ", ".join(compared), baseline, None, 0, 0, None, None, str(refused))]
    uncorrected = ("the judge's own, not corrected by people's labels",) if name in inputs.superseded else ()
    return [
        OddsRow(
            name, factor, one.level, one.baseline, one.term, one.rows, one.clusters, one.share, one.share_baseline,
            str(one.refused) if one.refused else "; ".join([*one.notes, *uncorrected]),
        )
        for one in sorted(family.contrasts, key=lambda one: compared.index(one.level))
    ]  # fmt: skip


def compared_levels(inputs: ReportInputs, factor: str, baseline: str) -> list[str]:
    """The levels that are compared with the baseline: all others, or those that a declaration names."""
    others = [level for level in inputs.factors[factor] if level != baseline]
    keys = inputs.declaration.keys.factors.get(factor) if inputs.declaration else None
    if keys is None or keys.compare is None:
        # A sweep's declaration that names factors speaks of those alone.
        named = inputs.declaration.keys.factors if inputs.declaration else {}
        return others if keys is not None or not named else []
    chosen = set(map(str, keys.compare))
    return [level for level in others if level in chosen]


def _rows_below(inputs: ReportInputs) -> pd.DataFrame:
    assert inputs.table is not None
    rows = inputs.table.rows
    return rows[rows[PLACE].isin(set(inputs.primary[PLACE]))]


def _model(inputs: ReportInputs, keys: ModelKeys, baselines: Mapping[str, str]) -> ModelResult:
    below = keys.over == "rows" and inputs.table is not None
    frame = _rows_below(inputs) if below else inputs.primary
    cluster = _cluster(inputs, keys, below=below)
    try:
        columns = parse_formula(keys.formula, frame.columns)
        own = {name: level for name, level in baselines.items() if name in columns.columns[1:]}
        if keys.kind == "mixed":
            fit = mixed_model(keys.formula, frame, group=cluster or PLACE, baselines=own)
        elif keys.kind == "logistic":
            fit = logistic_model(keys.formula, frame, cluster=cluster, baselines=own)
        else:
            fit = linear_model(keys.formula, frame, cluster=cluster, baselines=own)
    except (BadInput, NotEstimable) as refused:
        return ModelResult(keys.formula, keys.kind, keys.over, None, str(refused))
    return ModelResult(keys.formula, keys.kind, keys.over, fit, "")


def _cluster(inputs: ReportInputs, keys: ModelKeys, *, below: bool) -> str | None:
    """The column of what belongs together, under the name that it has in a report's frames."""
    declaration = inputs.declaration
    assert declaration is not None
    name = keys.cluster
    if name is not None:
        if name == declaration.keys.block or (inputs.table is None and name == "replicate"):
            return BLOCK
        return PLACE if [name] == runs_of(declaration.keys) else name
    return BLOCK if inputs.shared else PLACE if below else None
