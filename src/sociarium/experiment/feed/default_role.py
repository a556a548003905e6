"""The archetype of people whose entry names none."""

from __future__ import annotations

DEFAULT_ROLE = "person"
