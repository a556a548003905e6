"""The base of every model that a researcher's file is read into."""

from __future__ import annotations

from dataclasses import dataclass

from pydantic import BaseModel, ConfigDict


@dataclass(frozen=True, slots=True)
class InFilesOnly:
    """Marks values that are written in files, and offered nowhere else."""


class Frozen(BaseModel):
    """Immutable; unknown keys and silent conversions are errors."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)
