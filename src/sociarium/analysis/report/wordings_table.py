"""The table of effects by wording."""

from __future__ import annotations

from collections.abc import Sequence

from sociarium.analysis.report.html import Cell, Markup, interval, listing, p_text, table
from sociarium.analysis.statistics.intervals import TEstimate
from sociarium.analysis.statistics.wordings import WordingEffect


def wordings_table(slot: str, effects: Sequence[WordingEffect]) -> Markup:
    """A row a wording, and one over wordings for each level."""
    rows: list[list[Cell]] = []
    for effect in effects:
        for one in effect.rows:
            name = f"wording {one.wording}" if one.wording else "its one wording"
            rows.append([f"{effect.level}, {name}", one.n, one.mean, *_cells(one.difference)])
        wordings = f"{effect.wordings[0]} / {effect.wordings[1]} wordings"
        rows.append([f"{effect.level} less {effect.baseline}, over wordings", wordings, None, *_cells(effect.general)])
    head = ["level", "replicates", "mean", "difference", "95 %", "p"]
    caption = (
        f"By wording of {slot}: each against its baseline over replicates (Welch); over wordings, wordings are units"
    )
    notes = [f"{one.level}: {one.note}" for one in effects if one.note]
    return Markup(table(caption, head, rows, numeric=(1, 2, 3, 5)) + listing(notes))


def _cells(result: TEstimate | None) -> list[Cell]:
    if result is None:
        return [None, None, None]
    return [result.estimate, interval(result.low, result.high), p_text(result.p)]
