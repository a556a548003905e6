"""What somebody finds who looks whether everything is ready."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class HealthCheck:
    """Something looked at.

    Attributes:
        problem: what is wrong, with its mend; empty when nothing is.
        hint: what may come to be wrong, with its mend; it stops nothing.
    """

    subject: str
    detail: str
    problem: str = ""
    hint: str = ""
