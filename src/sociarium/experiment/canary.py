"""Which models a sweep's canary is asked of: one fixed question, that shows when who hosts a model changes it."""

from __future__ import annotations

from collections.abc import Container, Mapping

from sociarium.experiment.models import ModelSpec
from sociarium.experiment.sweep import Sweep

HOSTED = frozenset({"openai", "anthropic"})
"""Providers that tell no digest of what answers."""

LEAST_RUNS = 20
"""Of a sweep that is asked without being told so: in fewer, questions of no run would be a part that counts."""


def canary_models(
    specs: Mapping[str, ModelSpec], used: Container[str], sweep: Sweep, *, runs: int
) -> dict[str, ModelSpec]:
    """The models of a sweep that are asked its canary.

    Where the sweep does not say, those that their maker serves (no `base_url` stands in the entry), from `LEAST_RUNS`
    runs on; where it says yes, every hosted one.

    Args:
        used: names of models that the sweep uses.
        runs: of the sweep as planned.
    """
    hosted = {name: spec for name, spec in specs.items() if name in used and spec.provider in HOSTED}
    if sweep.canary is not None:
        return hosted if sweep.canary else {}
    return {name: spec for name, spec in hosted.items() if spec.base_url is None} if runs >= LEAST_RUNS else {}
