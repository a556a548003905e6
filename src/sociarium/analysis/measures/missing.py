"""That a value cannot be had, and why: kept like a value, so that nobody computes it again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sociarium.records.labels import MISSING


@dataclass(frozen=True, slots=True)
class Missing:
    """A value that cannot be had.

    Attributes:
        reason: in a few words, the same for all of its kind: they are counted.
    """

    reason: str

    def as_json(self) -> dict[str, Any]:
        """As it is stored."""
        return {MISSING: self.reason}


def missing_reason(value: Any) -> str | None:
    """Why a stored value is none; None where it is one."""
    return str(value[MISSING]) if isinstance(value, Mapping) and MISSING in value else None
