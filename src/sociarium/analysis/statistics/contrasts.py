"""Levels of a factor against its baseline, with the replicate as a block where draws or people are shared."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from sociarium.analysis.positive_spread import FEW
from sociarium.analysis.statistics.correlation import Icc, icc_of_replicates, pair_correlation
from sociarium.analysis.statistics.design import BlockDesign, Intake, level_name, require_one_row_a_run, usable_rows
from sociarium.analysis.statistics.intervals import TEstimate, is_constant, require_level, t_estimate, t_of_values
from sociarium.analysis.statistics.multiplicity import Correction, adjusted_p
from sociarium.analysis.statistics.spread import positive_spread_note
from sociarium.count_text import count_text
from sociarium.errors import BadInput, NotEstimable


@dataclass(frozen=True, slots=True)
class Contrast:
    """A level against the baseline.

    Attributes:
        result: difference of means (level less baseline), its interval (of its own, not of the family) and p; None if
            refused.
        method: `paired t over replicates` or `Welch`.
        n, n_baseline: runs that count.
        pairs: replicates in which both stand; 0 for Welch.
        unpaired: runs left out because their partner is absent.
        p_adjusted: for the family.
        standardized: the difference in pooled standard deviations of runs within conditions.
        correlation: of the two sides of a pair; only for paired.
        refused: why there is no number.
    """

    level: str
    baseline: str
    result: TEstimate | None
    method: str
    n: int
    n_baseline: int
    pairs: int = 0
    unpaired: int = 0
    p_adjusted: float | None = None
    standardized: float | None = None
    correlation: float | None = None
    refused: NotEstimable | None = None


@dataclass(frozen=True, slots=True)
class Contrasts:
    """A family: every level of a factor against the baseline, averaged over the other factors.

    Attributes:
        replicates: likeness of runs of a replicate over all conditions; None where they are not shared.
        notes: where intervals and p do not hold what they promise.
    """

    factor: str
    outcome: str
    contrasts: tuple[Contrast, ...]
    correction: Correction
    intake: Intake
    replicates: Icc | None
    confidence: float
    notes: tuple[str, ...]


PAIRED, WELCH = "paired t over replicates", "Welch"


def contrasts(
    frame: pd.DataFrame,
    design: BlockDesign,
    *,
    factor: str,
    baseline: object,
    levels: Sequence[object] | None = None,
    correction: Correction = "benjamini-hochberg",
    confidence: float = 0.95,
) -> Contrasts:
    """Levels of a factor against a baseline.

    With shared replicates, differences are taken run by run within (replicate, other factors), averaged in their
    replicate, and tested by t over replicates. Else cells of the other factors are compared one by one and weigh the
    same (Welch's t, with Satterthwaite's degrees of freedom over all cells).

    Args:
        frame: one row a run.
        levels: to compare; all but the baseline if None.
        correction: `holm` for a family that was declared beforehand.

    Raises:
        BadInput: for an absent column or level, or several rows of a run.
        NotEstimable: if not one comparison can be estimated; a single one is refused in its place.
    """
    require_level(confidence)
    rows, intake = usable_rows(frame, design)
    if factor not in design.factors:
        raise BadInput(f"{factor!r} is no factor of the design; its factors are {', '.join(design.factors) or 'none'}")
    require_one_row_a_run(rows, design, f"contrasts of {factor}")
    base = level_name(baseline)
    chosen = _chosen_levels(rows, factor, base, levels)
    compare = _paired_contrast if design.shared else _welch_contrast
    result: list[Contrast] = []
    for level in chosen:
        try:
            result.append(compare(rows, design, factor, (level, base), confidence))
        except NotEstimable as refused:
            n, n_baseline = (int((rows[factor] == one).sum()) for one in (level, base))
            method = PAIRED if design.shared else WELCH
            result.append(Contrast(level, base, None, method, n, n_baseline, refused=refused))
    if all(one.refused for one in result):
        assert result[0].refused is not None
        raise result[0].refused
    adjusted = adjusted_p([one.result.p if one.result else None for one in result], correction)
    family = tuple(replace(one, p_adjusted=p) for one, p in zip(result, adjusted, strict=True))
    return Contrasts(
        factor,
        design.outcome,
        family,
        correction,
        intake,
        _likeness(rows, design),
        confidence,
        _cautions(family, rows, design),
    )


def _chosen_levels(rows: pd.DataFrame, factor: str, base: str, levels: Sequence[object] | None) -> list[str]:
    present = sorted(rows[factor].unique())
    chosen = [level for level in present if level != base] if levels is None else [level_name(one) for one in levels]
    absent = [level for level in (base, *chosen) if level not in present]
    if absent:
        raise BadInput(f"{factor}: no run has {', '.join(map(repr, absent))}; its levels are {', '.join(present)}")
    if not chosen or base in chosen:
        raise BadInput(
            f"{factor}: name at least one level other than the baseline {base!r}, and not the baseline itself"
        )
    return chosen


def _paired_contrast(
    rows: pd.DataFrame, design: BlockDesign, factor: str, pair: tuple[str, str], confidence: float
) -> Contrast:
    others = [name for name in design.factors if name != factor]
    two = rows[rows[factor].isin(pair)]
    table = two.pivot(index=[design.replicate, *others], columns=factor, values=design.outcome)
    complete = table.dropna()
    where = f"{factor}: {pair[0]} against {pair[1]}"
    blocks = complete.groupby(level=0)[list(pair)].mean()
    differences = (blocks[pair[0]] - blocks[pair[1]]).to_numpy(dtype=float)
    if len(differences) < 2:
        raise NotEstimable(
            "too few",
            what=f"{count_text(len(differences), 'replicate has', 'replicates have')} runs of both, and a spread over "
            "replicates needs two",
            where=where,
            mend="run more replicates, or say that replicates are not shared",
        )
    result = t_of_values(differences, confidence, where=where, unit="differences within replicates")
    sides = [blocks[level].to_numpy(dtype=float) for level in pair]
    return Contrast(
        *pair, result, PAIRED, len(complete), len(complete), len(differences), len(two) - 2 * len(complete),
        standardized=_standardized_difference(result.estimate, *_within(complete, bool(others))),
        correlation=pair_correlation(*sides),
    )  # fmt: skip


def _welch_contrast(
    rows: pd.DataFrame, design: BlockDesign, factor: str, pair: tuple[str, str], confidence: float
) -> Contrast:
    others = [name for name in design.factors if name != factor]
    two = rows[rows[factor].isin(pair)]
    where = f"{factor}: {pair[0]} against {pair[1]}"
    # Without other factors all runs stand in one cell.
    keys = [two[name] for name in others] or [pd.Series(0, index=two.index, name="cell")]
    table = two.groupby([*keys, two[factor]])[design.outcome].agg(["size", "mean", "var"]).unstack(level=-1)
    sizes = table["size"].fillna(0)
    if bool((sizes[list(pair)] < 2).to_numpy().any()):
        thin = [f"{key}" for key in sizes.index[(sizes[list(pair)] < 2).any(axis=1)]] if others else list(pair)
        raise NotEstimable(
            "empty cells",
            what=f"fewer than two runs stand in cells of {' x '.join([*others, factor])} ({', '.join(thin[:5])})",
            where=where,
            mend="run more replicates, or leave out the other factors whose cells are empty",
        )
    means, variances = table["mean"], table["var"] / sizes
    parts = variances[list(pair)].to_numpy(dtype=float) / len(table) ** 2
    if is_constant(two[design.outcome].to_numpy()) or parts.sum() <= 0:
        raise NotEstimable(
            "constant outcome", what="runs of a condition do not differ at all", where=where,
            mend="look at the values themselves, or choose an outcome that varies",
        )  # fmt: skip
    df = float(parts.sum() ** 2 / (parts**2 / (sizes[list(pair)].to_numpy() - 1)).sum())
    estimate = float((means[pair[0]] - means[pair[1]]).mean())
    result = t_estimate(estimate, float(np.sqrt(parts.sum())), df, confidence)
    n, n_baseline = (int(sizes[level].sum()) for level in pair)
    degrees = sizes.to_numpy() - 1
    squares = float((table["var"].to_numpy() * degrees).sum())
    standardized = _standardized_difference(estimate, squares, int(degrees.sum()))
    return Contrast(*pair, result, WELCH, n, n_baseline, standardized=standardized)


def _within(pairs: pd.DataFrame, has_others: bool) -> tuple[float, int]:
    """Sum of squares within conditions, and its degrees of freedom, of pairs indexed by replicate and other factors."""
    cells = pairs.groupby(level=list(range(1, pairs.index.nlevels))) if has_others else None
    centres = pairs.mean() if cells is None else cells.transform("mean")
    squares = float(((pairs - centres) ** 2).to_numpy().sum())
    return squares, 2 * (len(pairs) - (1 if cells is None else cells.ngroups))


def _standardized_difference(estimate: float, squares: float, df: int) -> float | None:
    """The difference in pooled standard deviations within conditions."""
    return estimate / float(np.sqrt(squares / df)) if df > 0 and squares > 0 else None


def _likeness(rows: pd.DataFrame, design: BlockDesign) -> Icc | None:
    if not design.shared:
        return None
    return icc_of_replicates(
        rows.pivot(index=design.replicate, columns=list(design.factors), values=design.outcome).astype(np.float64)
    )


def _cautions(family: tuple[Contrast, ...], rows: pd.DataFrame, design: BlockDesign) -> tuple[str, ...]:
    """What t does at few runs to outcomes that are far from normal; see docs/statistics.md."""
    least = min(one.pairs or min(one.n, one.n_baseline) for one in family if one.result)
    if least >= FEW:
        return ()
    runs = min(min(one.n, one.n_baseline) for one in family if one.result)
    spread = positive_spread_note(rows, design, fewest=runs)
    return (
        *([spread] if spread else []),
        f"with {least} runs a level, 95 % intervals hold for normal and bounded outcomes (a little wide at 5 runs: "
        "3 to 5 % false positives); they cover up to 97 % where both sides are strongly skewed alike, and 92 to 94 % "
        "where a condition multiplies such an outcome (take its logarithm: `logarithm: true` in a declared analysis)",
    )
