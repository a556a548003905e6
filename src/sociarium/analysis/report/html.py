"""HTML without a template: text is escaped where it becomes markup, and nowhere else."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from sociarium.exchange.sanitize import sanitize
from sociarium.figures.charts import number_text


class Markup(str):
    """Text that is HTML already."""

    __slots__ = ()


Cell = str | int | float | None | Markup


def text(value: object) -> Markup:
    """A value as text of a page: controls shown, not obeyed; markup is markup of ours alone."""
    return value if isinstance(value, Markup) else Markup(escape(sanitize(str(value)), quote=True))


def cell(value: Cell) -> Markup:
    """A cell's content: numbers with three digits, nothing as a dash."""
    if value is None:
        return Markup('<span class="meta">–</span>')
    if isinstance(value, int | float) and not isinstance(value, bool):
        return Markup(f"{value:,}".replace("-", "−") if isinstance(value, int) else number_text(value))
    return text(value)


def table(caption: str, head: Sequence[str], rows: Sequence[Sequence[Cell]], *, numeric: Sequence[int] = ()) -> Markup:
    """A table that scrolls by itself where a screen is narrow.

    Args:
        numeric: positions of columns of numbers.
    """

    def css(position: int) -> str:
        return ' class="num"' if position in numeric else ""

    heads = "".join(f'<th scope="col"{css(k)}>{text(one)}</th>' for k, one in enumerate(head))
    lines = []
    for row in rows:
        first, *others = row
        cells = "".join(f"<td{css(k)}>{cell(one)}</td>" for k, one in enumerate(others, start=1))
        lines.append(f'<tr><th scope="row" dir="auto">{cell(first)}</th>{cells}</tr>')
    named = text(caption)
    return Markup(
        f'<div class="scroll" tabindex="0" role="group" aria-label="{named}"><table>'
        f"<caption><span>{named}</span></caption><thead><tr>{heads}</tr></thead><tbody>{''.join(lines)}</tbody></table></div>"
    )


def part(id_: str, title: str, aside: str, *content: str) -> Markup:
    """A part of the page: one dark line, a heading, and what stands beside it."""
    head = f'<header><h2>{text(title)}</h2><span class="aside">{text(aside)}</span></header>'
    return Markup(f'<section class="part" id="{id_}">{head}{"".join(content)}</section>')


def paragraph(*parts: object, css: str = "") -> Markup:
    """A paragraph."""
    return Markup(f"<p{f' class={css!r}' if css else ''}>{''.join(text(one) for one in parts)}</p>")


def listing(items: Sequence[object]) -> Markup:
    """A list; nothing where there is nothing."""
    return Markup(f"<ul>{''.join(f'<li>{text(one)}</li>' for one in items)}</ul>" if items else "")


def link(words: str, path: str | None) -> Markup:
    """Words that lead to a file beside the report, or words alone."""
    return text(words) if path is None else Markup(f'<a href="{text(path)}">{text(words)}</a>')


def fold(summary: str, content: str) -> Markup:
    """Details that open without a script."""
    return Markup(f"<details><summary>{text(summary)}</summary>{content}</details>")


def interval(low: float | None, high: float | None) -> Markup:
    """An interval, or a dash."""
    if low is None or high is None:
        return Markup('<span class="meta">none</span>')
    return Markup(f'<span class="nb">{number_text(low)} to {number_text(high)}</span>')


def p_text(p: float | None) -> Markup:
    """A p value."""
    if p is None:
        return Markup('<span class="meta">–</span>')
    return Markup("&lt; .001" if p < 0.001 else f"{p:.3f}".removeprefix("0"))
