"""The title of the section that each agent reads first."""

from __future__ import annotations

STARTING_PROMPT = "Starting prompt"
