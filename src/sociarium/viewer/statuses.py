"""The status with which a fault is answered."""

from __future__ import annotations

from sociarium.errors import (
    Ambiguous,
    BadInput,
    BeingDeleted,
    ModelError,
    NotFound,
    NotYours,
    SociariumError,
    StoreUnavailable,
    SweepPaused,
)
from sociarium.viewer.forms import FormRefused, Overtaken
from sociarium.viewer.starts import EndedAtOnce, SweepBusy

_STATUS: tuple[tuple[type[SociariumError], int], ...] = (
    (NotYours, 403),
    (FormRefused, 403),
    (Overtaken, 409),
    (SweepPaused, 409),
    (SweepBusy, 409),
    (EndedAtOnce, 503),
    (NotFound, 404),
    (Ambiguous, 404),
    (BeingDeleted, 410),
    (StoreUnavailable, 503),
    (BadInput, 400),
    (ModelError, 502),
)
"""The first kind that fits decides."""


def status_of(error: SociariumError) -> int:
    """The status of a fault; 500 where it is of no kind that people can mend."""
    return next((status for kind, status in _STATUS if isinstance(error, kind)), 500)
