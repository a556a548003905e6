"""Screens as `docs/screens` shows them; `SCREENS=write` writes them anew."""

from __future__ import annotations

import os
import re
from pathlib import Path

FOLDER = Path(__file__).parents[2] / "docs/screens"
SIZES = ((80, 24), (120, 40))
_STYLE = re.compile(r"\x1b\[([\d;]*)m")
COLOURS = {
    "31": ("red", (205, 49, 49), (205, 49, 49), "what failed"),
    "32": ("green", (13, 188, 121), (16, 124, 16), "a role"),
    "33": ("yellow", (229, 229, 16), (148, 152, 0), "the sign before a warning, flags"),
    "35": ("magenta", (188, 63, 188), (188, 5, 188), "what is chosen, answers, how far it is, a role"),
    "36": ("cyan", (17, 168, 205), (5, 152, 188), "a role"),
}
"""Colours that screens may use, as a widespread terminal shows them in its dark and in its light theme."""
DARK, LIGHT = (30, 30, 30), (255, 255, 255)
_WEIGHTS = {"", "0", "1", "2", "3", "4", "7"}
"""Codes that make the terminal's own colour bold, dim, italic, underlined or reverse."""


def compare_screen(name: str, size: tuple[int, int], text: str) -> None:
    """A screen is as the docs show it; a text is that belongs to no width (0)."""
    path = FOLDER / (f"{name}-{size[0]}.txt" if size[0] else f"{name}.txt")
    if os.environ.get("SCREENS") == "write":
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    assert text == path.read_text(encoding="utf-8"), f"{path.name} shows something else; SCREENS=write writes it anew"


def refuse_colours_of_one_background(written: str) -> None:
    """Colours on a screen are read on dark and on light, and no background is changed."""
    codes = {code for match in _STYLE.findall(written) for code in match.split(";")} - _WEIGHTS
    assert codes <= COLOURS.keys(), "colours.txt shows which may be used"
