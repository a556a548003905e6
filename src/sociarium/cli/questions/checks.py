"""Checks of answers: each gives what is wrong, empty when nothing is."""

from __future__ import annotations

import math
from collections.abc import Callable, Container
from pathlib import Path

from sociarium.typed_path import typed_path

Check = Callable[[str], str]
"""What is wrong with an answer, as one sentence; empty when nothing is."""


def nothing_wrong(_text: str) -> str:
    """Every answer will do."""
    return ""


def nonempty(text: str) -> str:
    """An answer has to be there."""
    return "" if text.strip() else "Write something."


def home_path(text: str) -> str:
    """A path as commands take it: `~` is the home of whoever typed it, which no shell has put in."""
    return str(typed_path(text.strip())) if text.strip().startswith("~") else text.strip()


def source(text: str) -> str:
    """A file that is there, or the URL of something."""
    if not text.strip() or "://" in text or Path(home_path(text)).exists():
        return nonempty(text)
    return f"There is no file {text.strip()!r}; Tab completes paths."


def unused_name(names: Container[str]) -> Check:
    """An answer has to be there, and to be none of these names."""
    return lambda text: nonempty(text) or (f"{text!r} is taken; choose another." if text.strip() in names else "")


def short_name(names: Container[str], *, most: int = 40) -> Check:
    """A name that stands in tables: there, none of these, on one line, and no text."""

    def fault(text: str) -> str:
        if len(text.strip()) > most or "<" in text:
            return f"A name for tables, of at most {most} letters; the text itself is asked for later."
        return unused_name(names)(text)

    return fault


def whole(least: int, most: int | None = None) -> Check:
    """Whole numbers in a range."""
    return lambda text: _number_fault(text, least, most, int)


def decimal(least: float, most: float | None = None) -> Check:
    """Numbers in a range; nothing is an answer too."""
    return lambda text: _number_fault(text, least, most, float) if text.strip() else ""


def _number_fault(text: str, least: float, most: float | None, kind: type[int] | type[float]) -> str:
    bounds = f"from {least:,.10g} to {most:,.10g}" if most is not None else f"{least:,.10g} or more"
    try:
        value: float = kind(text)
    except ValueError:
        value = math.nan
    if not math.isfinite(value) or value < least or (most is not None and value > most):
        return f"Write a {'whole ' if kind is int else ''}number, {bounds}."
    return ""
