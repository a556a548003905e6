"""Standard errors of a GEE with independent working correlation and canonical link, for few clusters.

The covariance is that of Mancl and DeRouen (2001). Each cluster's residuals r are taken as (I - H)^-1 r, H being its
leverage. Written as published that is a matrix of the cluster's rows by its rows: of 2,400 messages seconds a cluster.
By the identity of Woodbury the cluster's part of the score is (I - G M)^-1 u, with u its score, G its information and M
the inverse of all information: matrices of terms.

Degrees of freedom are Satterthwaite's (Pan and Wall 2002; Bell and McCaffrey 2002): those of the chi-square with the
mean and variance that the variance has where rows are independent. In balanced designs that is clusters less one for
what differs within clusters, and clusters less two for two groups of them.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sociarium.analysis.statistics.vectors import Reals
from sociarium.errors import NotEstimable

_SINGULAR = 1e-10
"""Eigenvalue of I - G M under which a cluster alone determines a term."""


@dataclass(frozen=True, slots=True, eq=False)
class ClusterErrors:
    """Of the coefficients, a value a term.

    Attributes:
        errors: standard errors.
        df: degrees of freedom of t.
    """

    errors: Reals
    df: Reals


def cluster_errors(
    x: Reals, residuals: Reals, weights: Reals, groups: NDArray[np.int64], *, where: str
) -> ClusterErrors:
    """Of the coefficients.

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
    # M = L L', so that I - G M is as I - L' G L, which is symmetric.
    root = np.linalg.cholesky(np.linalg.inv(information.sum(axis=0)))
    values, vectors = np.linalg.eigh(np.eye(terms) - root.T @ information @ root)
    if float(values.min()) < _SINGULAR:
        raise NotEstimable(
            "too few clusters", what="one cluster alone determines a term", where=where,
            mend="run more replicates, or leave the term out",
        )  # fmt: skip
    turned = root @ vectors
    own = np.einsum("ckj,ck->cj", turned, scores)
    parts = np.einsum("ckj,cj->ck", turned, own / values)
    return ClusterErrors(np.sqrt((parts**2).sum(axis=0)), _degrees(turned, vectors, values))


def _degrees(turned: Reals, vectors: Reals, values: Reals) -> Reals:
    """Satterthwaite's, from the matrix of the clusters' parts D - Y Y', of which only D and Y are made.

    Args:
        turned: clusters by terms by eigenvectors: L V; `vectors` are V, `values` those of I - L' G L.
    """
    leverage = 1 - values
    alone = np.einsum("ckj,cj->ck", turned**2, leverage / values**2)
    common = np.einsum("cij,ckj->cki", vectors, turned * (leverage / values)[:, None, :])
    shared = (common**2).sum(axis=2)
    trace = (alone - shared).sum(axis=0)
    products = np.einsum("cki,ckj->kij", common, common)
    squares = (alone**2 - 2 * alone * shared).sum(axis=0) + (products**2).sum(axis=(1, 2))
    degrees: Reals = trace**2 / squares
    return degrees
