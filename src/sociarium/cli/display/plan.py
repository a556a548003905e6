"""A plan in prose and tables."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from rich.table import Table
from rich.text import Text

from sociarium.cli.display.output import console, duration, number, words
from sociarium.exchange.plan_text import calls_text, cost_text, duration_text, measured_text, runs_text, tokens_text
from sociarium.exchange.sanitize import one_line
from sociarium.experiment.sweep import Order
from sociarium.records.lists import label_of, level_tag
from sociarium.runner.planning.plan import Plan

_MOST_LEVELS_SHOWN = 12
_MOST_SHARED_SHOWN = 10
_ORDERS: Mapping[Order, str] = {"permuted": "permuted", "by_model": "by model"}


def show_plan(title: str, estimate: Plan) -> None:
    """Show it, warnings and all.

    Args:
        title: of the experiment.
    """
    screen = console()
    screen.print(words(title, "bold"), Text(f"sweep {one_line(estimate.sweep)}", style="dim"))
    screen.print(runs_text(estimate))
    if estimate.factors:
        screen.print(_factors(estimate))
    for variant, changes in estimate.schedule.items():
        screen.print(words(f"Schedule    {_schedule(variant, changes)}"))
    screen.print(f"Messages    {'about ' * bool(estimate.person_days)}{number(estimate.messages)}")
    screen.print(f"Calls       {calls_text(estimate)}")
    if estimate.person_days:
        screen.print(words(f"A day       of a person: {_a_day(estimate)}"))
    if estimate.rule_days:
        share = estimate.rule_days / (estimate.rule_days + estimate.person_days)
        screen.print(f"By rule     {share:.0%} of the days of people, without a model")
    screen.print(f"Tokens      {tokens_text(estimate)}")
    screen.print(f"Cost        {cost_text(estimate)}")
    screen.print(f"Duration    {duration_text(estimate)}")
    if measured := measured_text(estimate):
        screen.print(words(f"Measured    {one_line(measured)}"))
    for limit in estimate.limits:
        least, most = (duration(seconds) for seconds in limit.seconds)
        screen.print(words(f"Limit       {one_line(limit.server)}, {limit.limit}: {least} to {most}"))
    if estimate.loads is not None:
        screen.print(f"Loads       {_loads(estimate, estimate.loads)}")
    for name, users in estimate.models.items():
        screen.print(words(f"Model       {one_line(name)}: {one_line(', '.join(users))}"))
    for warning in estimate.warnings:
        screen.print(words(f"! {warning}", "yellow"))
    _show_shared_runs(estimate)


def _schedule(variant: str, changes: Sequence[Mapping[str, Any]]) -> str:
    days = [
        f"day {change['day']} {', '.join(f'{name} {value}' for name, value in change['set'].items())}"
        for change in changes
    ]
    return one_line(f"{variant}: " * bool(variant) + ("; ".join(days) or "nothing changes"), most=500)


def _a_day(estimate: Plan) -> str:
    """Calls of one person on one day, by purpose; people are written only once."""
    parts = []
    for purpose, ends in estimate.calls_range.items():
        low, high = (f"{count / estimate.person_days:.1f}" for count in ends)
        if ends[1] and purpose != "people":
            parts.append(f"{low if low == high else f'{low} to {high}'} {purpose}")
    return ", ".join(parts)


def _loads(estimate: Plan, loads: Mapping[Order, int]) -> str:
    """Of models, in the sweep's order and in the other one."""
    each = [f"{number(count)} {_ORDERS[order]}" for order, count in loads.items()]
    return f"of models about {', '.join(each)}; runs are taken up {_ORDERS[estimate.order]}"


def _factors(estimate: Plan) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="bold")
    table.add_column("Factor")
    table.add_column("Levels", overflow="fold")
    for name, levels in estimate.factors.items():
        some = ", ".join(one_line(label_of(level), most=40) for level in levels[:_MOST_LEVELS_SHOWN])
        more = f", ... ({len(levels)})" if len(levels) > _MOST_LEVELS_SHOWN else ""
        table.add_row(words(one_line(name, most=60)), words(some + more))
    return table


def _show_shared_runs(estimate: Plan) -> None:
    screen = console()
    if estimate.shared_groups:
        screen.print(f"{estimate.shared_groups} groups of conditions come to the same content and share their runs:")
    for group in estimate.shared[:_MOST_SHARED_SHOWN]:
        lines = (
            ", ".join(level_tag(factor, label_of(level)) for factor, level in condition.items()) for condition in group
        )
        screen.print(words("  " + "  |  ".join(one_line(line, most=200) for line in lines)))
    if estimate.shared_groups > _MOST_SHARED_SHOWN:
        screen.print(f"  ... and {estimate.shared_groups - _MOST_SHARED_SHOWN} more; --json lists them")
