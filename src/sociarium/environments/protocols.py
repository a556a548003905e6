"""The rules by which runs are played now, by their number: one for each environment.

A run is only ever continued or replayed under the number under which it began. Whatever changes what a model is asked,
how its answer is read or what is drawn is another number (docs/decisions/0021); docs/older-runs.md says what each did.
"""

from __future__ import annotations

from collections.abc import Mapping

PROTOCOLS: Mapping[str, int] = {"conversation": 4, "feed": 4, "population": 4}
"""Environment, as a run's content and an experiment's document name it -> the number of its rules."""


def protocol_of(environment: str) -> int:
    """The rules by which runs of an environment are played now."""
    return PROTOCOLS[environment]
