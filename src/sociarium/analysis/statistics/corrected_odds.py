"""Odds of what a judge calls a yes, corrected by people's labels of texts drawn at random.

A text's corrected value lies below 0 or above 1 where people disagree with the judge, but its expectation over the draw
is what people would say (`analysis.corrections`). The estimating equations of a logistic model are linear in the
outcome, so that corrected values can stand in them (Egami, Hinck, Stewart and Wei 2023). Of two levels they are solved
by the log odds of the two means; covariance and t are those of other odds ratios, and know the draw's chance, too,
since it is in the spread of the corrected values over clusters.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sociarium.analysis.statistics.cluster_errors import cluster_errors
from sociarium.analysis.statistics.clusters import require_clusters
from sociarium.analysis.statistics.models import Term, term_of
from sociarium.analysis.statistics.vectors import Reals
from sociarium.errors import NotEstimable


def corrected_log_odds(
    values: Reals, is_level: NDArray[np.bool_], groups: NDArray[np.int64], *, where: str, confidence: float
) -> Term:
    """The log odds of one level less those of another, of corrected values.

    Args:
        values: of the texts, corrected.
        is_level: which texts are of the level; the others are of the baseline.
        groups: the cluster of each text, numbered from 0.

    Raises:
        NotEstimable: a corrected share is not between 0 and 1, or there are too few clusters.
    """
    require_clusters(int(groups.max()) + 1, 2, where=where)
    shares = [float(values[side].mean()) for side in (is_level, ~is_level)]
    beyond = [share for share in shares if not 0 < share < 1]
    if beyond:
        raise NotEstimable(
            "separation", what=f"a corrected share is {beyond[0]:.3g}, and only shares between 0 and 1 have odds",
            where=where, mend="read the difference of shares, or have people label more texts",
        )  # fmt: skip
    means = np.where(is_level, *shares)
    x = np.column_stack([np.ones(len(values)), is_level]).astype(float)
    few = cluster_errors(x, values - means, means * (1 - means), groups, where=where)
    estimate = float(np.diff([np.log(share / (1 - share)) for share in reversed(shares)])[0])
    return term_of("level", estimate, float(few.errors[1]), float(few.df[1]), confidence, odds=True)
