"""The design's colours. Files are drawn in the light ones; pages put the tokens' names in their place."""

from __future__ import annotations

PAPER, INK, SECOND, THIRD, RULE, EDGE = "#fdfdfc", "#191d1c", "#49514f", "#626b68", "#dfe2df", "#868e8b"
ACCENT, DONE = "#0b6a62", "#4c938a"
SERIES = ("#2456a4", "#a24600", "#7a3b97", "#5b6400", "#3f4745")
SHAPES = ("square", "circle", "triangle-up", "cross", "diamond")
DASHES = ((1, 0), (6, 3), (2, 2), (8, 3, 2, 3), (12, 4))
HEAT = ("#ebedea", "#bcd4cf", "#86b5ad")
"""From low to high; ink on each of them has a contrast of 7 and more."""

TOKENS = {
    PAPER: "paper", INK: "ink", SECOND: "ink-2", THIRD: "ink-3", RULE: "rule", EDGE: "edge", ACCENT: "accent",
    DONE: "done", **{colour: f"r{number}" for number, colour in enumerate(SERIES, start=1)},
    **{colour: f"h{number}" for number, colour in enumerate(HEAT, start=1)},
}  # fmt: skip
"""Colour -> the custom property of a page's style that has it, in light and dark."""
