"""A sweep under way, on a terminal: what `run` draws while it plays, and `status` from any other terminal."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rich.console import Group, RenderableType
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from sociarium.cli.display.fitting_lines import CutLine, FactsLine
from sociarium.cli.display.output import number
from sociarium.cli.display.sentence_console import Sentence
from sociarium.count_text import count_text
from sociarium.exchange.quantity_text import duration
from sociarium.exchange.sanitize import one_line, sanitize
from sociarium.runner.prediction import TimeAndCost, Total

MOST_LINES = 6
"""Last words that are shown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SweepView:
    """How a sweep stands, as it is drawn.

    Attributes:
        title: of the sweep, in a line.
        share: of the sweep that is done, from 0 to 1: finished runs whole, others by their messages.
        messages: that were said so far, in all.
        counts: what -> how many runs; what there is none of is left out, but for those that are done.
        pace: how fast it goes, and how long it will take, in pieces.
        alerts: what needs somebody or explains a halt; never cut.
        latest: the last words, the latest last.
        hint: what keys do.
    """

    title: str
    share: float
    messages: int
    counts: Sequence[tuple[str, int]]
    pace: Sequence[str] = ()
    alerts: Sequence[str] = ()
    latest: Sequence[Text] = ()
    hint: str = ""


def sweep_picture(view: SweepView) -> RenderableType:
    """A sweep's bar, figures, alerts and last words; colours are never the only sign."""
    bar = Table.grid(padding=(0, 1), expand=True)
    bar.add_column(ratio=1)
    bar.add_column(justify="right")
    share = f"{count_text(view.messages, 'message')}, {100 * view.share:.0f} %"
    # The colours that the library itself takes stand out on dark alone.
    drawn = ProgressBar(
        total=1.0, completed=view.share, style="dim", complete_style="magenta", finished_style="magenta"
    )
    bar.add_row(drawn, share)
    counts = [f"{number(runs)} {what}" for what, runs in view.counts if runs or what == "done"]
    return Group(
        Text(one_line(view.title, most=200), style="bold", overflow="ellipsis", no_wrap=True),
        bar,
        FactsLine([*counts, *view.pace]),
        *(Sentence(sanitize(f"! {alert}"), style="yellow") for alert in view.alerts),
        *(CutLine(Text.assemble("  ", line)) for line in view.latest[-MOST_LINES:]),
        *([Text(view.hint, style="dim")] if view.hint else []),
    )


def pace_texts(rate: float | None, seconds_left: float | None) -> list[str]:
    """How fast a sweep goes and how long it will take, in pieces; nothing of what is not known.

    Args:
        rate: messages a second.
    """
    texts = [] if rate is None else [f"{rate:.1f} messages/s"]
    return texts if seconds_left is None else [*texts, f"about {duration(seconds_left)} to go"]


def left_texts(measured: TimeAndCost) -> list[str]:
    """What is left by what finished runs took, in pieces."""
    texts = []
    if measured.seconds is not None:
        low, high = (duration(end) for end in measured.seconds.ends)
        texts.append(f"{low if low == high else f'{low} to {high}'} to go")
    if measured.cost is not None and measured.cost.high:
        texts.append(cost_left_text(measured.cost))
    return [*texts, f"by {count_text(measured.runs, 'finished run')}"] if texts else []


def cost_left_text(cost: Total) -> str:
    """What the rest will cost."""
    return f"{cost.low:.2f} to {cost.high:.2f} USD to go"


def last_words_line(author: str, content: str, *, where: str, style: str) -> Text:
    """What somebody said last, with the condition it was said in.

    Args:
        style: of the speaker's role.
    """
    line = Text()
    if where:
        line.append(f"{one_line(where, most=36)}  ", style="dim")
    line.append(f"{one_line(author, most=40)}: ", style=style)
    line.append(one_line(content, most=160))
    return line
