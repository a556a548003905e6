"""Standard errors and degrees of freedom of a GEE for few clusters, with matrices of rows, as papers write them."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import statsmodels.api as sm
from numpy.typing import NDArray

Reals = NDArray[np.float64]


class WrittenOut(NamedTuple):
    """A value a term."""

    params: Reals
    errors: Reals
    df: Reals


def written_out(y: Reals, x: Reals, groups: NDArray[np.generic], family: sm.families.Family) -> WrittenOut:
    """Mancl and DeRouen's errors by statsmodels, Satterthwaite's degrees of freedom by matrices."""
    fit = sm.GEE(y, x, groups=groups, family=family).fit(cov_type="bias_reduced")
    means = np.asarray(fit.fittedvalues)
    weight = means * (1 - means) if isinstance(family, sm.families.Binomial) else np.ones(len(y))
    bread = np.linalg.inv(x.T @ (x * weight[:, None]))
    # On the scale on which rows have one variance: the hat matrix is symmetric there.
    scaled = x * np.sqrt(weight)[:, None]
    residual_maker = np.eye(len(y)) - scaled @ bread @ scaled.T
    clusters = list(dict.fromkeys(groups.tolist()))
    parts = np.zeros((len(clusters), x.shape[1], len(y)))
    for number, one in enumerate(clusters):
        inside = groups == one
        adjust = np.linalg.inv(residual_maker[np.ix_(inside, inside)])
        parts[number][:, inside] = bread @ scaled[inside].T @ adjust
    df = []
    for term in range(x.shape[1]):
        among = parts[:, term] @ residual_maker @ parts[:, term].T
        df.append(np.trace(among) ** 2 / np.trace(among @ among))
    return WrittenOut(np.asarray(fit.params), np.asarray(fit.bse), np.array(df))
