"""Paths as people type them."""

from __future__ import annotations

from pathlib import Path


def typed_path(text: str) -> Path:
    """The path that somebody typed: `~` is a home. Of somebody who has none here it stays, and is found nowhere."""
    path = Path(text)
    try:
        return path.expanduser()
    except RuntimeError:
        return path
