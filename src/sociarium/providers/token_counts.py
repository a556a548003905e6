"""Counts of tokens as servers tell them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def token_count(usage: Mapping[str, Any], name: str) -> int | None:
    """A count; None where the server tells none, or something that is no count of tokens."""
    value = usage.get(name)
    return value if isinstance(value, int) and not isinstance(value, bool) and value >= 0 else None
