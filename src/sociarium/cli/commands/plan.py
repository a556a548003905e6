"""Nothing is asked, stored or spent. The store is looked into for finished runs of this sweep, by which tokens, cost
and time are told once there are three, and for runs of this version that stand with other texts."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated

import typer

from sociarium.api.own_code import load_own_code, pin_own_code
from sociarium.api.plans import plan_sweep, stored_runs_in
from sociarium.cli.commands.play_options import AllowCodeOption, ConcurrencyOption
from sociarium.cli.display.hypotheses import hypotheses_value, show_hypotheses
from sociarium.cli.display.output import console, print_json, words
from sociarium.cli.display.plan import show_plan
from sociarium.cli.options import FileArgument, JsonOption, ModelOption, StoreOption, SweepNameOption
from sociarium.config import load
from sociarium.count_text import count_text
from sociarium.errors import Problem
from sociarium.exchange.definition_files import read_definition, sweep_name, with_models
from sociarium.runner.planning.prompt_preview import PromptPreview, preview_prompts
from sociarium.runner.sweep.play_options import DEFAULT_CONCURRENCY


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
    config = load()
    stored = stored_runs_in(store or config.store_url, definition, name, creator=config.creator)
    at_once = concurrency or DEFAULT_CONCURRENCY
    estimate = plan_sweep(definition, name, concurrency=at_once, notes=notes, rankers=rankers, measured=stored.measured)
    estimate = replace(estimate, warnings=[*estimate.warnings, *stored.remarks])
    rendered = preview_prompts(definition, name) if prompts else None
    declared = hypotheses_value(definition, name)
    if as_json:
        more = {} if declared is None else {"hypotheses": declared}
        print_json(estimate.as_dict() | more | ({} if rendered is None else {"prompts": rendered.as_list()}))
        return
    show_plan(definition.title, estimate)
    show_hypotheses(declared)
    if rendered is not None:
        _show_prompts(rendered)


def _show_prompts(rendered: PromptPreview) -> None:
    screen = console()
    for prompt in rendered.prompts:
        screen.print()
        screen.rule(words(f"{prompt.reader} · {count_text(prompt.conditions, 'condition')}"), align="left")
        screen.print(words(prompt.text))
    if rendered.left_out:
        screen.print(
            f"\n{count_text(rendered.left_out, 'condition was', 'conditions were')} "
            f"not rendered: the first {count_text(rendered.rendered, 'is', 'are')} shown."
        )
