"""Factors of a sweep with the levels that its forks set beside those of their origins."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

_AS_BEFORE = "as before"


def with_level(factors: Mapping[str, Any], slot: str, level: Any) -> dict[str, Any]:
    """Factors, as written, of which a level more sets a slot.

    What they set of it before is kept: runs that go on unchanged need it.
    """
    if slot in factors:
        written = factors[slot]
        levels = written if isinstance(written, list) else [written]
        return {**factors, slot: levels if level in levels else [*levels, level]}
    linked = next((name for name, levels in factors.items() if _sets(levels, slot)), None)
    if linked is None:
        return {**factors, f"{slot} of forks": [{"name": _AS_BEFORE}, {"name": f"{slot}={level}", slot: level}]}
    further = [{**one, "name": f"{one['name']}, {slot}={level}", slot: level} for one in factors[linked]]
    names = {one["name"] for one in factors[linked]}
    return {**factors, linked: [*factors[linked], *(one for one in further if one["name"] not in names)]}


def _sets(levels: Any, slot: str) -> bool:
    """Whether one of some linked levels sets a slot."""
    return isinstance(levels, list) and any(isinstance(level, dict) and slot in level for level in levels)
