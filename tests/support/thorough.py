"""How large a test is played: as usual, or as large as what it shows asks for (`make test-thorough`)."""

from __future__ import annotations

import os

THOROUGH = bool(os.environ.get("SOCIARIUM_THOROUGH"))


def sized(thorough: int, usual: int) -> int:
    """So many kills, or repetitions of a simulation: those of the thorough round, or fewer for every change."""
    return thorough if THOROUGH else usual
