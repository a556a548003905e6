"""The design matrix of a formula, and refusals of what it cannot estimate."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
import statsmodels.formula.api as smf
from numpy.typing import NDArray
from scipy.linalg import null_space
from scipy.optimize import linprog

from sociarium.analysis.statistics.design import level_name, numbers, require_columns
from sociarium.analysis.statistics.formulas import Formula, parse_formula
from sociarium.analysis.statistics.intervals import is_constant
from sociarium.analysis.statistics.vectors import Reals
from sociarium.count_text import count_text
from sociarium.errors import BadInput, NotEstimable


@dataclass(frozen=True, slots=True, eq=False)
class Matrix:
    """A formula brought to numbers.

    Attributes:
        y: the outcome, of shape (rows,).
        x: of shape (rows, terms).
        terms: in the researcher's words.
        groups: the number of each row's cluster, of shape (rows,); None without clusters.
        cluster: column of the clusters; None without.
        rows: of the table.
        missing: rows left out because a column that the formula names, or the cluster, is empty.
    """

    formula: Formula
    y: Reals
    x: Reals
    terms: tuple[str, ...]
    groups: NDArray[np.int64] | None
    cluster: str | None
    rows: int
    missing: int

    @property
    def clusters(self) -> int:
        """How many clusters there are; every row is one without them."""
        return len(self.y) if self.groups is None else int(self.groups.max()) + 1


def design_matrix(
    formula: str,
    frame: pd.DataFrame,
    *,
    cluster: str | None = None,
    baselines: Mapping[str, object] | None = None,
) -> Matrix:
    """The matrix of a formula, if its terms can be told apart.

    Args:
        baselines: of factors, by column; the first level in the order of the alphabet else.

    Raises:
        BadInput: for what is wrong with formula, columns or baselines.
        NotEstimable: for a constant outcome, empty cells, collinear terms or too few rows.
    """
    read = parse_formula(formula, frame.columns)
    names = dict.fromkeys([*read.columns, *([cluster] if cluster else [])])
    require_columns(frame, list(names))
    rows = frame.loc[:, list(names)].dropna().reset_index(drop=True)
    if len(rows) < 2:
        raise NotEstimable(
            "too few",
            what=f"{count_text(len(rows), 'row has', 'rows have')} all columns",
            where=formula,
            mend="fill the columns, or leave one out",
        )
    data = _typed_columns(rows, read, dict(baselines or {}))
    y = data[read.names[0][0]].to_numpy()
    if is_constant(y):
        raise NotEstimable(
            "constant outcome", what=f"{read.outcome!r} is {y[0]:g} in all {len(y)} rows", where=formula,
            mend="choose an outcome that varies",
        )  # fmt: skip
    model = smf.ols(read.safe, data)
    x, terms = np.asarray(model.exog, dtype=float), [str(term) for term in model.exog_names]
    _refuse_empty_cells(read, data, terms)
    spoken = tuple(read.term_name(term) for term in terms)
    _refuse_collinear(x, spoken, formula)
    if len(x) <= x.shape[1]:
        raise NotEstimable(
            "too few", what=f"{len(x)} rows cannot carry {x.shape[1]} terms and their errors", where=formula,
            mend="run more replicates, or leave out terms",
        )  # fmt: skip
    groups = None if cluster is None else pd.factorize(rows[cluster])[0].astype(np.int64)
    return Matrix(read, y, x, spoken, groups, cluster, len(frame), len(frame) - len(rows))


def _typed_columns(rows: pd.DataFrame, formula: Formula, baselines: dict[str, object]) -> pd.DataFrame:
    """Factors as categories with their baseline first, all else as real numbers, under the formula's plain words."""
    data: dict[str, pd.Series] = {}
    for word, name in formula.names:
        column = rows[name]
        numeric = pd.api.types.is_numeric_dtype(column.infer_objects())
        truth = pd.api.types.is_bool_dtype(column.infer_objects())
        if name != formula.outcome and (truth or not numeric or name in formula.as_factors):
            data[word] = _factor(column, name, baselines.pop(name, None))
        else:
            data[word] = numbers(column, name)
    if baselines:
        raise BadInput(
            f"{', '.join(map(repr, baselines))}: no factor of the formula {formula.text!r} has a baseline so"
        )
    return pd.DataFrame(data)


def _factor(column: pd.Series, name: str, baseline: object | None) -> pd.Series:
    levels = pd.Series([level_name(one) for one in column], dtype=object)
    order = sorted(levels.unique())
    if len(order) < 2:
        raise NotEstimable(
            "constant factor", what=f"it has one level, {order[0]!r}", where=name, mend="leave it out of the formula"
        )
    if baseline is not None:
        base = level_name(baseline)
        if base not in order:
            raise BadInput(f"{name}: no row has the baseline {base!r}; its levels are {', '.join(order)}")
        order = [base, *(level for level in order if level != base)]
    return pd.Series(pd.Categorical(levels, categories=order))


def _refuse_empty_cells(formula: Formula, data: pd.DataFrame, terms: list[str]) -> None:
    words = {name: word for word, name in formula.names}
    for columns in dict.fromkeys(formula.columns_of(term) for term in terms if ":" in term):
        factors = [name for name in columns if isinstance(data[words[name]].dtype, pd.CategoricalDtype)]
        if len(factors) < 2:
            continue
        counts = data.groupby([words[name] for name in factors], observed=False).size()
        empty = [key for key, count in counts.items() if not count]
        if empty:
            cells = "; ".join(", ".join(f"{n}={v}" for n, v in zip(factors, key, strict=True)) for key in empty[:5])
            raise NotEstimable(
                "empty cells",
                what=f"no row stands in {len(empty)} of {len(counts)} cells of {' x '.join(factors)} ({cells})",
                where=formula.text,
                mend="run these conditions, or leave the interaction out",
            )


def _refuse_collinear(x: Reals, terms: tuple[str, ...], formula: str) -> None:
    scale = np.sqrt((x**2).sum(axis=0))
    # Units must not decide; and the triangular factor has the kernel of all rows at the size of the terms.
    kernel = null_space(np.linalg.qr(x / np.where(scale > 0, scale, 1.0), mode="r"), rcond=1e-9)
    if not kernel.shape[1]:
        return
    involved = [term for term, row in zip(terms, np.abs(kernel), strict=True) if row.max() > 1e-6]
    raise NotEstimable(
        "collinear",
        what=f"{', '.join(involved)} cannot be told apart: each follows from the others in these rows",
        where=formula,
        mend="leave one of them out, or run conditions in which they vary apart",
    )


def refuse_separation(y: Reals, x: Reals, terms: tuple[str, ...], formula: str) -> None:
    """Refuse a logistic model whose estimates would be infinite (linear program of Konis 2007).

    Separation, complete or quasi-complete, is a direction in which no row gets worse and one gets better.

    Raises:
        NotEstimable: with the terms that take part.
    """
    signed = np.where(y > 0.5, 1.0, -1.0)[:, None] * x / np.maximum(np.abs(x).max(axis=0), 1e-300)
    signed, _ = np.unique(signed, axis=0, return_index=True)
    result = linprog(-signed.sum(axis=0), A_ub=-signed, b_ub=np.zeros(len(signed)), bounds=(-1, 1), method="highs")
    if result.status == 0 and -result.fun < 1e-7:
        return
    direction = np.abs(result.x) if result.x is not None else np.ones(len(terms))
    involved = [term for term, weight in zip(terms, direction, strict=True) if weight > 1e-7]
    raise NotEstimable(
        "separation",
        what=f"{', '.join(involved)} separate every yes from every no in some rows, so that odds would be infinite",
        where=formula,
        mend="look at the counts by condition, join conditions or leave a term out",
    )
