"""The numbers of a report as tables beside the page."""

from __future__ import annotations

from collections.abc import Sequence
from math import inf
from pathlib import Path

from sociarium.analysis.positive_spread import spread_among
from sociarium.analysis.report.compute import condition_table
from sociarium.analysis.report.inputs import BLOCK, EXCLUDED, LOSS, PLACE, ReportInputs
from sociarium.analysis.report.records import Computed, ForkRow
from sociarium.analysis.statistics.intervals import TEstimate
from sociarium.analysis.statistics.loss import KINDS
from sociarium.exchange.folder import Folder
from sociarium.exchange.tables.columns import Column
from sociarium.exchange.tables.csv_file import sheet
from sociarium.experiment.registration import method_text

_NOT_COUNTED = "not counted: the corrected outcome is"


def result_tables(inputs: ReportInputs, computed: Computed, folder: Folder) -> list[Path]:
    """Means, contrasts, checks, losses, likeness, curves; hypotheses, odds ratios and models where there are some."""
    factors = list(inputs.factors)
    means = [
        [one.name, *row.levels, row.n, row.mean, row.low, row.high, "; ".join(row.notes),
         "Wilson" if inputs.is_one_yes_or_no_a_run(one.name) else "t",
         "" if row.low is None else spread_among(table.notes)]
        for one in computed.outcomes
        if (table := condition_table(inputs, one.name)) is not None
        for row in table.conditions
    ]  # fmt: skip
    contrasts = [
        [one.name, row.factor, row.level, row.baseline, row.method, *row.n, row.pairs,
         *_numbers(row.result), row.p_adjusted, "; ".join(filter(None, [row.note, _NOT_COUNTED * row.is_superseded])),
         *_numbers(row.without)[:3], row.without_note, row.standardized, row.correlation, row.spread]
        for one in computed.outcomes
        for row in one.contrasts
    ]  # fmt: skip
    checks = [
        [check.name, *row.levels, row.runs, row.messages, row.cases, row.rate, row.low, row.high, row.note]
        for check in computed.checks
        for row in check.conditions
    ]
    head = ["outcome", *factors]
    second = {"with excluded": "with_excluded", "without excluded": "without_excluded"}.get(inputs.second, "unflagged")
    contrast_head = [
        "outcome", "factor", "level", "baseline", "method", "runs", "runs_baseline", "replicates", "difference", "low",
        "high", "p", "p_corrected", "note", *(f"{one}_{second}" for one in ("difference", "low", "high", "note")),
        "standardized", "pair_correlation", "spread",
    ]  # fmt: skip
    icc = [
        [one.name, like.kind, like.value, like.clusters, like.size, like.note]
        for one in computed.outcomes
        for like in one.likeness
    ]
    return [
        _csv(folder, "means", [*head, "runs", "mean", "low", "high", "note", "interval", "spread"], means),
        _csv(folder, "contrasts", contrast_head, contrasts),
        *_hypotheses_table(computed, folder),
        _csv(folder, "checks", ["check", *factors, "runs", "messages", "cases", "rate", "low", "high", "note"], checks),
        *_cases_table(computed, folder),
        _csv(folder, "losses", ["factor", "level", "runs", *KINDS, "lost", "low", "high", "p_any", "method"],
             _loss_rows(computed)),
        _csv(folder, "likeness", ["outcome", "kind", "icc", "groups", "size", "note"], icc),
        *_curves_table(computed, folder),
        *_wordings_table(computed, folder),
        *_declared_tables(computed, folder),
    ]  # fmt: skip


def runs_table(inputs: ReportInputs, folder: Folder) -> Path:
    """What a table from elsewhere came to: a row a run."""
    columns = [PLACE, *([BLOCK] if inputs.shared else []), *inputs.factors, *inputs.fixed, *inputs.outcomes]
    head = ["run", *(["block"] if inputs.shared else []), *columns[1 + inputs.shared :], "loss", "excluded"]
    rows = [
        [None if value != value else value for value in row]
        for row in inputs.runs[[*columns, LOSS, EXCLUDED]].itertuples(index=False, name=None)
    ]
    return _csv(folder, "runs", head, rows, below="tables")


def _loss_rows(computed: Computed) -> list[list[object]]:
    return [
        [", ".join(loss.factors), ", ".join(one.levels), one.runs, *one.counts, one.lost.share, one.lost.low,
         one.lost.high, loss.tests[0].p, loss.tests[0].method or loss.tests[0].note]
        for loss in computed.losses
        for one in loss.conditions
    ]  # fmt: skip


def _numbers(result: TEstimate | None) -> tuple[float | None, ...]:
    return (None,) * 4 if result is None else (result.estimate, result.low, result.high, result.p)


def _hypotheses_table(computed: Computed, folder: Folder) -> list[Path]:
    """What became of each hypothesis; no file where there is none."""
    rows = [
        [one.hypothesis.name, one.outcome, method_text(one.hypothesis), one.hypothesis.family, one.runs,
         *_numbers(one.result), one.p_holm, one.verdict, one.note, *_numbers(one.every)[:3]]
        for one in computed.tested
    ]  # fmt: skip
    head = ["hypothesis", "outcome", "test", "family", "runs", "estimate", "low", "high", "p", "p_holm", "verdict",
            "note", "estimate_with_excluded", "low_with_excluded", "high_with_excluded"]  # fmt: skip
    return [_csv(folder, "hypotheses", head, rows)] if rows else []


def _cases_table(computed: Computed, folder: Folder) -> list[Path]:
    """Every message in which a check found something, with the address that `view` has for it."""
    rows = [
        [one.check, one.run, one.condition, one.message.place, one.message.role, one.message.speaker,
         one.message.address]
        for one in computed.cases
    ]  # fmt: skip
    head = ["check", "run", "condition", "place", "role", "speaker", "address"]
    return [_csv(folder, "cases", head, rows)] if rows else []


def _curves_table(computed: Computed, folder: Folder) -> list[Path]:
    """Means at each turn and day; no file where no run has several."""
    rows = [
        [row.outcome, row.moment, row.factor, row.level, row.at, row.n, row.mean, row.low, row.high, row.note]
        for row in computed.curve_rows
    ]
    head = ["outcome", "moment", "factor", "level", "at", "n", "mean", "low", "high", "note"]
    return [_csv(folder, "curves", head, rows)] if rows else []


def _wordings_table(computed: Computed, folder: Folder) -> list[Path]:
    """Effects of each wording, and over wordings (then `wording` is empty); no file where no text has several."""
    rows: list[list[object]] = []
    for one in computed.outcomes:
        for slot, effects in one.wordings:
            for effect in effects:
                place = [one.name, slot, effect.level, effect.baseline]
                rows += [
                    [*place, row.wording or 1, row.n, row.mean, *_numbers(row.difference), row.note]
                    for row in effect.rows
                ]
                rows.append([*place, None, None, None, *_numbers(effect.general), effect.note])
    head = ["outcome", "text", "level", "baseline", "wording", "replicates", "mean", "difference", "low", "high", "p",
            "note"]  # fmt: skip
    return [_csv(folder, "wordings", head, rows)] if rows else []


def _fork_cells(row: ForkRow) -> list[object]:
    if row.effect is None:
        return [row.outcome, row.arm, *(None,) * 9, row.note]
    effect, result = row.effect, row.effect.result
    return [row.outcome, row.arm, result.estimate, result.low, result.high, result.p, row.p_adjusted,
            effect.correlation, effect.origins, effect.unpaired, effect.missing, row.note]  # fmt: skip


def _declared_tables(computed: Computed, folder: Folder) -> list[Path]:
    """Files that are there only where a declaration asks for them, or the runs are forks."""
    odds = [
        [row.outcome, row.factor, row.level, row.baseline, *(row.term.odds_ratio or (None,) * 3), row.term.p,
         row.share, row.share_baseline, row.rows, row.clusters, row.note]
        if row.term
        else [row.outcome, row.factor, row.level, row.baseline, *(None,) * 8, row.note]
        for row in computed.odds
    ]  # fmt: skip
    terms = [
        [one.formula, one.kind, one.over, term.name, term.estimate, term.se, None if term.df == inf else term.df,
         term.p, term.low, term.high, *(term.odds_ratio or (None,) * 3), one.fit.n, one.fit.missing,
         one.fit.cluster, one.fit.clusters, one.fit.covariance, "; ".join(one.fit.notes)]
        for one in computed.models
        if one.fit
        for term in one.fit.terms
    ]  # fmt: skip
    terms += [[one.formula, one.kind, one.over, *(None,) * 15, one.refused] for one in computed.models if not one.fit]
    files = []
    if computed.forks:
        head = ["outcome", "arm", "difference", "low", "high", "p", "p_corrected", "pair_correlation", "origins",
                "unpaired", "missing", "note"]  # fmt: skip
        files.append(_csv(folder, "forks", head, [_fork_cells(row) for row in computed.forks]))
    if odds:
        head = ["outcome", "factor", "level", "baseline", "odds_ratio", "low", "high", "p", "share", "share_baseline",
                "rows", "clusters", "note"]  # fmt: skip
        files.append(_csv(folder, "odds", head, odds))
    if terms:
        head = ["formula", "kind", "over", "term", "estimate", "se", "df", "p", "low", "high", "odds_ratio",
                "odds_low", "odds_high", "n", "missing", "cluster", "clusters", "covariance", "note"]  # fmt: skip
        files.append(_csv(folder, "models", head, terms))
    return files


def _csv(
    folder: Folder, name: str, head: Sequence[str], rows: Sequence[Sequence[object]], *, below: str = "results"
) -> Path:
    with folder.new_file([below, name], ".csv") as (path, unfinished):
        with sheet(unfinished, [Column(one) for one in head]) as write:
            for row in rows:
                write(row)
        return path
