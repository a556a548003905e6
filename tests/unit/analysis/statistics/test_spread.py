"""The note on positive outcomes that vary much: it stands in nearly every sample that it is for."""

from __future__ import annotations

import numpy as np
import pytest

from sociarium.analysis.statistics.contrasts import contrasts
from sociarium.analysis.statistics.means import condition_means
from sociarium.analysis.statistics.spread import positive_spread_note
from tests.support.synthetic_sweeps import DESIGN, Outcome, Reals, drawn, frame_of, logarithm, multiplied, normal


def well_above_zero(latent: Reals, effect: Reals) -> Reals:
    return 10 + normal(latent, effect)


def noted(kind: Outcome, replicates: int, sweeps: int = 200) -> float:
    """The share of sweeps with the note."""
    many = drawn(np.random.default_rng(2410_07109), (sweeps, replicates), (0.0, 0.7), kind=kind, block=0.5)
    return float(np.mean([bool(positive_spread_note(frame_of(one), DESIGN, fewest=replicates)) for one in many]))


@pytest.mark.slow
@pytest.mark.parametrize("replicates", [5, 8, 10, 20])
def test_samples_of_exponential_values_have_the_note_even_where_they_look_even(replicates: int) -> None:
    assert noted(multiplied, replicates) >= 0.97


@pytest.mark.slow
@pytest.mark.parametrize("replicates", [5, 8, 10, 20])
@pytest.mark.parametrize("kind", [well_above_zero, normal, logarithm])
def test_values_that_vary_little_or_below_zero_have_none(kind: Outcome, replicates: int) -> None:
    assert noted(kind, replicates) <= 0.03


def test_thirty_runs_have_none() -> None:
    (one,) = drawn(np.random.default_rng(1), (1, 30), (0.0, 0.7), kind=multiplied)
    assert not positive_spread_note(frame_of(one), DESIGN, fewest=30)
    assert positive_spread_note(frame_of(one), DESIGN, fewest=29)


def test_means_and_contrasts_carry_the_note_first() -> None:
    (one,) = drawn(np.random.default_rng(1), (1, 8), (0.0, 0.7), kind=multiplied, block=0.5)
    for notes in (
        contrasts(frame_of(one), DESIGN, factor="goal", baseline="c0").notes,
        condition_means(frame_of(one), DESIGN).notes,
    ):
        assert "`logarithm: true`" in notes[0]
        assert "over 8 runs" in notes[0]
