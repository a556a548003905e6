"""Synthetic sweeps with a planted effect: a row a run, or a row a message."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sociarium.analysis.statistics.design import Design

Noise = Callable[[np.random.Generator, tuple[int, ...]], NDArray[np.float64]]
DESIGN = Design(factors=("goal",))


def normal(rng: np.random.Generator, shape: tuple[int, ...]) -> NDArray[np.float64]:
    return rng.standard_normal(shape)


def skewed(rng: np.random.Generator, shape: tuple[int, ...]) -> NDArray[np.float64]:
    """Exponential: skewness 2, mean 0, SD 1."""
    return rng.exponential(size=shape) - 1


def bounded(rng: np.random.Generator, shape: tuple[int, ...]) -> NDArray[np.float64]:
    """Answers from 1 to 7, most of them near the lower end; mean 0, SD 1."""
    levels, chances = np.arange(1, 8), np.array([0.3, 0.25, 0.15, 0.12, 0.08, 0.06, 0.04])
    mean = float((levels * chances).sum())
    sd = float(np.sqrt(((levels - mean) ** 2 * chances).sum()))
    return (rng.choice(levels, size=shape, p=chances) - mean) / sd


def sweep(
    rng: np.random.Generator,
    replicates: int,
    *,
    effects: Sequence[float] = (0.0, 0.5),
    noise: Noise = normal,
    block: float = 0.0,
) -> pd.DataFrame:
    """Runs of conditions c0, c1, ... with means `effects`; `block` is the variance of what a replicate's runs share."""
    shared = noise(rng, (replicates, 1)) * np.sqrt(block)
    own = noise(rng, (replicates, len(effects))) * np.sqrt(1 - block)
    outcome = (shared + own + np.array(effects)).ravel()
    return pd.DataFrame(
        {
            "run": [f"r{number}" for number in range(outcome.size)],
            "replicate": np.repeat(np.arange(1, replicates + 1), len(effects)),
            "goal": [f"c{number}" for number in range(len(effects))] * replicates,
            "outcome": outcome,
        }
    )


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
