"""Levels of factors, as options name them."""

from __future__ import annotations

from collections.abc import Sequence

from sociarium.errors import BadInput


def levels(conditions: Sequence[str], option: str = "--where", example: str = "days=2") -> dict[str, str]:
    """Factor -> level, as `--where FACTOR=LEVEL` or another option gives them. Raises `BadInput`."""
    by_factor = {}
    for condition in conditions:
        factor, equals, level = condition.partition("=")
        if not equals:
            raise BadInput(f"{option} {condition!r} has no level; write FACTOR=LEVEL, e.g. {option} {example}")
        by_factor[factor] = level
    return by_factor


def changes(settings: Sequence[str]) -> dict[str, str]:
    """Factor -> level, as `--set FACTOR=LEVEL` gives them. Raises `BadInput`."""
    by_factor = {}
    for setting in settings:
        factor, equals, level = setting.partition("=")
        if not equals or not factor:
            raise BadInput(f"--set {setting!r} is not FACTOR=LEVEL; write e.g. --set section.Goal=escape")
        if factor in by_factor:
            raise BadInput(f"--set gives {factor} twice; give it once")
        by_factor[factor] = level
    return by_factor
