"""Agreement of annotators on a terminal and as JSON."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from rich.table import Table

from sociarium.cli.display.output import console, words
from sociarium.exchange.sanitize import one_line

if TYPE_CHECKING:
    from sociarium.analysis.agreement import Coefficient
    from sociarium.analysis.annotation.item_agreement import ItemAgreement


def agreement_value(one: ItemAgreement) -> dict[str, Any]:
    """An item as JSON; numbers that cannot be estimated are null, with a reason."""
    if one.result is None:
        return {"item": one.item, "measurement": one.measurement, "reason": one.reason}
    result = one.result
    return {
        "item": one.item,
        "measurement": one.measurement,
        "annotators": list(result.annotators),
        "units": result.units,
        "single": result.single,
        "percent": result.percent,
        "alpha": _coefficient_value(result.alpha),
        "kappas": [
            {"first": pair.first, "second": pair.second, "weights": pair.weights, "units": pair.units,
             "percent": pair.percent.share, "kappa": _coefficient_value(pair.kappa)}
            for pair in result.kappas
        ],
        "seed": result.seed,
    }  # fmt: skip


def print_agreement(title: str, results: Sequence[ItemAgreement]) -> None:
    """Every item with its alpha, and every pair with its kappa."""
    screen = console()
    screen.print(words(one_line(title, most=200), "bold"))
    table = Table(box=None, pad_edge=False, header_style="dim")
    for name in ("item", "who", "labelled twice", "same", "coefficient", "95 %"):
        table.add_column(name, justify="right" if name in {"labelled twice", "same"} else "left", overflow="fold")
    notes: list[str] = []
    for one in results:
        item = one_line(one.item)
        if one.result is None:
            notes.append(f"{item}: {one.reason}")
            continue
        result = one.result
        rows = [("all", result.units, result.percent, "α", result.alpha)]
        rows += [
            (f"{one_line(pair.first)}, {one_line(pair.second)}", pair.units, pair.percent.share, "κ", pair.kappa)
            for pair in result.kappas
        ]
        for who, units, percent, sign, coefficient in rows:
            value = f"{sign} {coefficient.value:.2f}"
            interval = _interval(coefficient)
            table.add_row(*map(words, (item, who, f"{units:,}", f"{100 * percent:.1f} %", value, interval)))
            if coefficient.note:
                notes.append(f"{item}, {who}: {coefficient.note}")
    if table.row_count:
        screen.print(table)
    for note in dict.fromkeys(notes):
        screen.print(words(f"  {note}", "dim"))


def _interval(one: Coefficient) -> str:
    return "" if one.low is None or one.high is None else f"{one.low:.2f} to {one.high:.2f}"


def _coefficient_value(one: Coefficient) -> dict[str, Any]:
    value = None if one.value != one.value else one.value
    return {"value": value, "low": one.low, "high": one.high, "note": one.note}
