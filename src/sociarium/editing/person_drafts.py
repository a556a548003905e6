"""Drafts that hold somebody's history."""

from __future__ import annotations

import json
from pathlib import Path

from sociarium.editing.drafts import FOLDER
from sociarium.records.people import has_history_of


def drafts_with(person: str, folder: Path = FOLDER) -> list[Path]:
    """Files of drafts in whose document somebody stands with their history."""
    return [path for path in sorted(folder.glob("*")) if path.is_file() and _holds(path, person)]


def _holds(path: Path, person: str) -> bool:
    try:
        tree = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return False
    document = tree.get("document") if isinstance(tree, dict) else None
    return isinstance(document, dict) and has_history_of(document, person)
