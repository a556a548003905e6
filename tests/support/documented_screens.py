"""Screens as `docs/screens` shows them; `SCREENS=write` writes them anew."""

from __future__ import annotations

import os
from pathlib import Path

FOLDER = Path(__file__).parents[2] / "docs/screens"
SIZES = ((80, 24), (120, 40))


def compare_screen(name: str, size: tuple[int, int], text: str) -> None:
    """A screen is as the docs show it; a text is that belongs to no width (0)."""
    path = FOLDER / (f"{name}-{size[0]}.txt" if size[0] else f"{name}.txt")
    if os.environ.get("SCREENS") == "write":
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    assert text == path.read_text(encoding="utf-8"), f"{path.name} shows something else; SCREENS=write writes it anew"
