"""Nothing is asked, stored or spent. The store is looked into for finished runs of this sweep, by which tokens, cost
and time are told once there are three, and for runs of this version that stand with other texts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Annotated, Any

import typer
from rich.table import Table
from rich.text import Text

from sociarium.api.own_code import load_own_code, pin_own_code
from sociarium.api.plans import StoredRuns, plan_sweep, stored_runs
from sociarium.bootstrap import open_store
from sociarium.cli.commands.play_options import AllowCodeOption, ConcurrencyOption
from sociarium.cli.display.hypotheses import hypotheses_value, show_hypotheses
from sociarium.cli.display.output import console, duration, number, print_json, words
from sociarium.cli.options import FileArgument, JsonOption, ModelOption, StoreOption, SweepNameOption
from sociarium.config import Config, load
from sociarium.errors import Problem, SetupError, SociariumError
from sociarium.exchange.definition_files import read_definition, sweep_name, with_models
from sociarium.exchange.plan_text import calls_text, cost_text, duration_text, measured_text, runs_text, tokens_text
from sociarium.exchange.sanitize import one_line
from sociarium.experiment.definition import Definition
from sociarium.experiment.sweep import Order
from sociarium.runner.planning.plan import Plan
from sociarium.runner.planning.prompt_preview import PromptPreview, preview_prompts
from sociarium.runner.sweep.play_options import DEFAULT_CONCURRENCY

_MOST_LEVELS_SHOWN = 12
_MOST_SHARED_SHOWN = 10
_ORDERS: Mapping[Order, str] = {"permuted": "permuted", "by_model": "by model"}


def command(
    file: FileArgument,
    sweep: SweepNameOption = None,
    prompts: Annotated[bool, typer.Option("--prompts", help="show every prompt as rendered")] = False,
    concurrency: ConcurrencyOption = None,
    model: ModelOption = None,
    allow_code: AllowCodeOption = False,
    store: StoreOption = None,
    as_json: JsonOption = False,
) -> None:
    notes: list[Problem] = []
    definition = with_models(read_definition(file, notes=notes), model or [])
    name = sweep_name(definition, sweep)
    rankers = None
    if allow_code:
        rankers = load_own_code(definition, allow=True, folders=[file.absolute().parent])
        definition = pin_own_code(definition, allow=True)
    stored = _look_into_store(definition, name, load(), store)
    at_once = concurrency or DEFAULT_CONCURRENCY
    estimate = plan_sweep(definition, name, concurrency=at_once, notes=notes, rankers=rankers, measured=stored.measured)
    estimate = replace(estimate, warnings=[*estimate.warnings, *stored.remarks])
    rendered = preview_prompts(definition, name) if prompts else None
    declared = hypotheses_value(definition, name)
    if as_json:
        more = {} if declared is None else {"hypotheses": declared}
        print_json(estimate.as_dict() | more | ({} if rendered is None else {"prompts": rendered.as_list()}))
        return
    _show(definition.title, estimate)
    show_hypotheses(declared)
    if rendered is not None:
        _show_prompts(rendered)


def _look_into_store(definition: Definition, name: str, config: Config, url: str | None) -> StoredRuns:
    """What the store holds of this version that differs from the plan, and what its finished runs came to."""
    try:
        opened = open_store(url or config.store_url, create=False)
    except SetupError:
        return StoredRuns()  # there is none yet
    except SociariumError as error:
        return StoredRuns([f"what the store holds of it is not known: {error}"])
    try:
        return stored_runs(opened, definition, name, creator=config.creator)
    finally:
        opened.close()


def _show(title: str, estimate: Plan) -> None:
    screen = console()
    screen.print(words(title, "bold"), Text(f"sweep {one_line(estimate.sweep)}", style="dim"))
    screen.print(runs_text(estimate))
    if estimate.factors:
        screen.print(_factors(estimate))
    for variant, changes in estimate.schedule.items():
        screen.print(words(f"Schedule    {_schedule(variant, changes)}"), soft_wrap=True)
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
        screen.print(words(f"! {warning}", "yellow"), soft_wrap=True)
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
        some = ", ".join(one_line(str(level), most=40) for level in levels[:_MOST_LEVELS_SHOWN])
        more = f", ... ({len(levels)})" if len(levels) > _MOST_LEVELS_SHOWN else ""
        table.add_row(words(one_line(name, most=60)), words(some + more))
    return table


def _show_shared_runs(estimate: Plan) -> None:
    screen = console()
    if estimate.shared_groups:
        screen.print(f"{estimate.shared_groups} groups of conditions come to the same content and share their runs:")
    for group in estimate.shared[:_MOST_SHARED_SHOWN]:
        lines = (", ".join(f"{factor}={level}" for factor, level in condition.items()) for condition in group)
        screen.print(words("  " + "  |  ".join(one_line(line, most=200) for line in lines)), soft_wrap=True)
    if estimate.shared_groups > _MOST_SHARED_SHOWN:
        screen.print(f"  ... and {estimate.shared_groups - _MOST_SHARED_SHOWN} more; --json lists them")


def _show_prompts(rendered: PromptPreview) -> None:
    screen = console()
    for prompt in rendered.prompts:
        screen.print()
        screen.rule(words(f"{prompt.user} · {prompt.conditions} conditions"), align="left")
        screen.print(words(prompt.text), soft_wrap=True)
    if rendered.left_out:
        screen.print(f"\n{rendered.left_out} conditions were not rendered: the first {rendered.rendered} are shown.")
