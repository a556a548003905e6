"""Synthetic sweeps with a planted effect: a row a run, or a row a message."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import stats

from sociarium.analysis.statistics.design import BlockDesign

DESIGN = BlockDesign(factors=("goal",))

Reals = NDArray[np.float64]
Outcome = Callable[[Reals, Reals], Reals]
"""From latent standard normal values and the effect at each, to outcomes."""

THRESHOLDS = stats.norm.ppf(np.cumsum([0.3, 0.25, 0.15, 0.12, 0.08, 0.06]))
"""Where answers from 1 to 7 part; without an effect, most are near the lower end."""


def normal(latent: Reals, effect: Reals) -> Reals:
    return latent + effect


def skewed(latent: Reals, effect: Reals) -> Reals:
    """Exponential (skewness 2, SD 1), shifted by the effect."""
    return -np.log(stats.norm.sf(latent)) + effect


def multiplied(latent: Reals, effect: Reals) -> Reals:
    """Exponential, with the effect as factor of its mean and spread: 1 + effect."""
    return -np.log(stats.norm.sf(latent)) * (1 + effect)


def logarithm(latent: Reals, effect: Reals) -> Reals:
    return np.log(multiplied(latent, effect))


def bounded(latent: Reals, effect: Reals) -> Reals:
    """Answers from 1 to 7."""
    return 1.0 + ((latent + effect)[..., None] > THRESHOLDS).sum(axis=-1)


def true_difference(outcome: Outcome, effect: float) -> float:
    """Of the means of a condition with the effect and of one without, by integration over the latent values."""
    latent = stats.norm.ppf((np.arange(200_000) + 0.5) / 200_000)
    return float(outcome(latent, np.full(1, effect)).mean() - outcome(latent, np.zeros(1)).mean())


def drawn(
    rng: np.random.Generator,
    shape: tuple[int, ...],
    effects: Sequence[float],
    *,
    kind: Outcome = normal,
    block: float = 0.0,
) -> Reals:
    """Outcomes of shape (*shape, effects), the last of `shape` being replicates.

    Args:
        block: how much of the latent variance the runs of a replicate share.
    """
    shared = rng.standard_normal((*shape, 1)) * np.sqrt(block)
    own = rng.standard_normal((*shape, len(effects))) * np.sqrt(1 - block)
    return kind(shared + own, np.array(effects))


def frame_of(outcomes: Reals) -> pd.DataFrame:
    """A row a run, of outcomes by replicate and condition (c0, c1, ...)."""
    replicates, conditions = outcomes.shape
    return pd.DataFrame(
        {
            "run": [f"r{number}" for number in range(outcomes.size)],
            "replicate": np.repeat(np.arange(1, replicates + 1), conditions),
            "goal": [f"c{number}" for number in range(conditions)] * replicates,
            "outcome": outcomes.ravel(),
        }
    )


def sweep(
    rng: np.random.Generator,
    replicates: int,
    *,
    effects: Sequence[float] = (0.0, 0.5),
    kind: Outcome = normal,
    block: float = 0.0,
) -> pd.DataFrame:
    """Runs of conditions c0, c1, ... with effects."""
    return frame_of(drawn(rng, (replicates,), effects, kind=kind, block=block))


def messages(
    rng: np.random.Generator,
    replicates: int,
    *,
    shares: Sequence[float] = (0.3, 0.5),
    rows: int = 20,
    spread: float = 0.0,
    block: float = 0.0,
) -> pd.DataFrame:
    """Messages that are a yes with a run's own chance: log odds vary by run (`spread`) and replicate (`block`), SDs."""
    log_odds = np.log(np.array(shares) / (1 - np.array(shares)))
    own = rng.standard_normal((replicates, len(shares))) * spread + rng.standard_normal((replicates, 1)) * block
    chance = 1 / (1 + np.exp(-(log_odds + own)))
    yes = rng.random((replicates, len(shares), rows)) < chance[..., None]
    runs = replicates * len(shares)
    return pd.DataFrame(
        {
            "run": np.repeat([f"r{number}" for number in range(runs)], rows),
            "replicate": np.repeat(np.arange(1, replicates + 1), len(shares) * rows),
            "goal": np.tile(np.repeat([f"c{number}" for number in range(len(shares))], rows), replicates),
            "turn": np.tile(np.arange(1, rows + 1), runs),
            "outcome": yes.ravel().astype(float),
        }
    )
