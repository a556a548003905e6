"""The covariance of Mancl and DeRouen (2001) for a GEE with independent working correlation and canonical link.

Each cluster's residuals r are taken as (I - H)^-1 r, H being its leverage. Written as published that is a matrix of the
cluster's rows by its rows: of 2,400 messages seconds a cluster. By the identity of Woodbury the cluster's part of the
score is (I - G M)^-1 u, with u its score, G its information and M the inverse of all information: matrices of terms.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sociarium.analysis.statistics.vectors import Reals
from sociarium.errors import NotEstimable

_SINGULAR = 1e10
"""Condition number from which on a matrix counts as singular."""


def mancl_derouen_covariance(
    x: Reals, residuals: Reals, weights: Reals, groups: NDArray[np.int64], *, where: str
) -> Reals:
    """Of the coefficients, terms by terms.

    Args:
        x: rows by terms.
        residuals: of the rows, on the scale of the outcome.
        weights: the variance that the family gives to each row at its mean; 1 for a linear model.
        groups: the cluster of each row, numbered from 0.

    Raises:
        NotEstimable: a cluster alone determines a coefficient, so that its residuals say nothing of its errors.
    """
    terms, clusters = x.shape[1], int(groups.max()) + 1
    scores, information = np.zeros((clusters, terms)), np.zeros((clusters, terms, terms))
    np.add.at(scores, groups, x * residuals[:, None])
    for row in range(terms):
        np.add.at(information[:, row], groups, x * (x[:, row] * weights)[:, None])
    inverse = np.linalg.inv(information.sum(axis=0))
    left = np.eye(terms) - information @ inverse
    if float(np.linalg.cond(left).max()) > _SINGULAR:
        raise NotEstimable(
            "too few clusters", what="one cluster alone determines a term", where=where,
            mend="run more replicates, or leave the term out",
        )  # fmt: skip
    parts = np.linalg.solve(left, scores[:, :, None])[:, :, 0] @ inverse
    covariance: Reals = parts.T @ parts
    return covariance
