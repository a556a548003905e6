"""Findings of a look whether everything is ready: what `doctor` prints."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class HealthCheck:
    """Something looked at.

    Attributes:
        subject: what was looked at.
        detail: what was seen; empty where a problem says it all.
        problem: what is wrong, with its mend; empty when nothing is.
        hint: what may come to be wrong, with its mend; it stops nothing.
    """

    subject: str
    detail: str
    problem: str = ""
    hint: str = ""
