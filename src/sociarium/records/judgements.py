"""What judges answered, among the measures of runs: names, versions, and what several answers come to."""

from __future__ import annotations

from sociarium.records.labels import Measure

JUDGE = "judge:"
"""Begins the names of measures that are answers of judges; a rubric's name stands behind it."""


def is_judgement(measure: Measure) -> bool:
    """Whether a measure is a judge's answer."""
    return measure.name.startswith(JUDGE)


def shown_version(measure: Measure) -> str:
    """The version that tables have: of judges' answers that of the rubric, whoever gave them."""
    return measure.version.partition("/")[0] if is_judgement(measure) else measure.version
