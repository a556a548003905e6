"""Inputs: what people outside put into a run while it is played."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class OutsidePost:
    """What a run sees of an input.

    Attributes:
        number: of the input in its run, from 1.
        author: a handle.
    """

    number: int
    author: str
    content: str


@dataclass(frozen=True, slots=True)
class Input:
    """A post put into a run from outside; run and number are its identity.

    Attributes:
        creator: who put it there.
        at: UTC, ISO 8601.
    """

    run: str
    number: int
    author: str
    content: str
    creator: str
    at: str
