"""A level of a factor, as a researcher reads it."""

from __future__ import annotations

Level = str | int | float | bool
"""A variant's or model's name, a number, a linked level's name."""
