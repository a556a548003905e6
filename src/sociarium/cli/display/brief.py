"""What a report says of forks, of likeness and of loss, in short below results."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from rich.console import Console

from sociarium.cli.display.columns import ListColumn, print_columns
from sociarium.cli.display.output import words
from sociarium.exchange.sanitize import one_line

if TYPE_CHECKING:
    from sociarium.analysis.report.brief import Brief
    from sociarium.analysis.report.records import ForkRow
    from sociarium.analysis.statistics.correlation import Icc
    from sociarium.analysis.statistics.loss import DifferentialLoss

NONE = "–"
NO_BRIEF = "forks against shams, likeness and loss need the statistics: pip install 'sociarium[analysis]'"
_MOST_LIKE = 12


def brief_value(brief: Brief | None) -> dict[str, Any]:
    """What `--json` has of it; None for each part where it cannot be computed here."""
    if brief is None:
        return dict.fromkeys(("forks", "likeness", "losses"))
    value = asdict(brief)
    return {name: value[name] for name in ("forks", "likeness", "losses")}


def print_brief(screen: Console, brief: Brief) -> None:
    """A table of forks where there are some, one of likeness, and a line of losses for each factor."""
    if brief.forks:
        _print_forks(screen, brief.forks)
    rows = [(one.outcome, icc) for one in brief.likeness for icc in one.values if icc.value is not None]
    if rows:
        _print_likeness(screen, rows[:_MOST_LIKE], more=len(rows) - _MOST_LIKE)
    screen.print()
    screen.print(words("Lost runs · empty, refused, cut or failed, of those that were begun", "bold"))
    for line in [*map(_loss_line, brief.losses), *([brief.loss_note] if brief.loss_note else [])]:
        screen.print(words(one_line(line, most=500)))


def _print_forks(screen: Console, rows: Sequence[ForkRow]) -> None:
    results = [row.effect.result if row.effect else None for row in rows]
    screen.print()
    screen.print(words("Changed forks less the sham of their origin · t over origins", "bold"))
    print_columns(screen, [
        ListColumn("outcome", [row.outcome for row in rows], rank=0),
        ListColumn("fork", [row.arm for row in rows], rank=1),
        ListColumn("origins", [str(row.effect.origins) if row.effect else NONE for row in rows], "number", 0),
        ListColumn("difference", [_number(one.estimate if one else None) for one in results], "number", 0),
        ListColumn("95 %", [_interval(one.low, one.high) if one else NONE for one in results], "number", 0),
        ListColumn("p corrected", [_p(row.p_adjusted) for row in rows], "number", 1),
    ])  # fmt: skip
    for note in dict.fromkeys(row.note for row in rows if row.note):
        screen.print(words(f"{NONE}: {one_line(note, most=300)}", "dim"))


def _print_likeness(screen: Console, rows: Sequence[tuple[str, Icc]], *, more: int) -> None:
    screen.print()
    screen.print(words("How alike · intraclass correlation, means of conditions removed", "bold"))
    print_columns(screen, [
        ListColumn("outcome", [outcome for outcome, _ in rows], rank=0),
        ListColumn("of", [icc.kind for _, icc in rows], rank=0),
        ListColumn("ICC", [_number(icc.value) for _, icc in rows], "number", 0),
        ListColumn("groups", [str(icc.clusters) for _, icc in rows], "number", 1),
    ])  # fmt: skip
    if more > 0:
        screen.print(words(f"and {more} more; --json and `analyze` have them all", "dim"))


def _loss_line(loss: DifferentialLoss) -> str:
    by = ", ".join(loss.factors)
    total = sum(one.runs for one in loss.conditions)
    test = loss.tests[0]
    kinds = ", ".join(f"{one.lost} {one.kind}" for one in loss.tests[1:] if one.lost)
    lost = f"{by + ': ' if by else ''}{test.lost} of {total}" + (f" ({kinds})" if kinds else "")
    if test.p is None:
        return f"{lost}; {test.note}" if test.lost else lost
    worst = max(loss.conditions, key=lambda one: one.lost.share)
    return (
        f"{lost}; does it depend on {by}? p {_p(test.p)} ({test.method}); most at {', '.join(worst.levels)}: "
        f"{sum(worst.counts)} of {worst.runs}"
    )


def _number(value: float | None) -> str:
    return NONE if value is None else f"{value:.2f}".replace("-", "\N{MINUS SIGN}")


def _interval(low: float, high: float) -> str:
    return f"{_number(low)} … {_number(high)}"


def _p(value: float | None) -> str:
    return NONE if value is None else "< .001" if value < 0.001 else f"{value:.3f}".removeprefix("0")
