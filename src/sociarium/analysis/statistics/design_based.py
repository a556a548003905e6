"""Effects that rest on a judge, corrected by labels of people that were drawn at random with known probability.

A judge's error that differs between conditions looks like an effect, however well it agrees on the whole. Where texts
were drawn for people with a known probability p, each text's value becomes f + (y - f) / p if it was drawn and labelled
y, and f, the judge's value, if it was not. Its expectation over the draw is y, whatever the judge does, so that means
and contrasts of runs that are made of such values are unbiased; a good judge makes them narrow, a bad one wide.

Sources: Egami, Hinck, Stewart and Wei (2023), Using imperfect surrogates for downstream inference: design-based
supervised learning for social science applications of large language models, NeurIPS 36. With one probability for all
the mean is that of prediction-powered inference: Angelopoulos, Bates, Fannjiang, Jordan and Zrnic (2023), Science 382,
669-674.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from sociarium.analysis.statistics.design import require_columns
from sociarium.analysis.statistics.vectors import Reals
from sociarium.errors import BadInput

COLUMNS = ("judge", "label", "probability")


def design_based_values(judge: Reals, label: Reals, probability: Reals) -> Reals:
    """Values of texts whose means are unbiased for what people would say.

    Args:
        judge: the judge's value of each text.
        label: what people say; NaN where it was not drawn. Every text that was drawn has to be labelled.
        probability: with which each text was drawn, above 0 up to 1.

    Raises:
        BadInput: for arrays of different shape, a judge's value that is none, or a probability out of range.
    """
    if not judge.shape == label.shape == probability.shape:
        raise BadInput(
            f"judge, label and probability have the shapes {judge.shape}, {label.shape}, {probability.shape}"
        )
    if not np.isfinite(judge).all():
        raise BadInput("a text has no value of the judge; leave it out on purpose, or judge it")
    if not ((probability > 0) & (probability <= 1)).all():
        raise BadInput("a probability of being drawn is above 0 and at most 1; what could not be drawn tells nothing")
    return np.where(np.isnan(label), judge, judge + (label - judge) / probability)


def design_based_outcomes(frame: pd.DataFrame, *, outcome: str = "corrected") -> pd.DataFrame:
    """A table of texts with a column of corrected values, for `run_outcomes` and `contrasts`.

    Args:
        frame: columns judge, label (empty where not drawn) and probability, and those of the design.

    Raises:
        BadInput: for an absent column, or as `design_based_values`.
    """
    require_columns(frame, COLUMNS)
    judge, label, probability = (frame[name].to_numpy(dtype=np.float64) for name in COLUMNS)
    return frame.assign(**{outcome: design_based_values(judge, label, probability)})
