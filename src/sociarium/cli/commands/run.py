"""FILE is an experiment file; the id or title of an experiment in the store runs its latest version. It is saved if it
is new, planned, and run. To somebody else's experiment a sweep is added under your name; with models changed by
--model, of a version that is yours alone. Ctrl-C finishes the calls under way and saves; the same command goes on where
it was left."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from sociarium.api.own_code import pin_own_code
from sociarium.api.preparation import refuse_unpriced
from sociarium.bootstrap import open_store
from sociarium.cli.commands.play_options import DetachOption, PlayFlags, with_play_flags
from sociarium.cli.detach import play_in_background, refuse_background
from sociarium.cli.display.ownership import added_message, notice, own_copy_message
from sociarium.cli.logs import session_log
from sociarium.cli.options import JsonOption, ModelOption, StoreOption, SweepNameOption
from sociarium.cli.pilot import play_after_pilot
from sociarium.cli.play_session import StartRequest, confirm_cost, refuse_misconfigured
from sociarium.config import Config, load
from sociarium.errors import BadInput, NotFound, Problem, SetupError
from sociarium.exchange.definition_files import read_definition, sweep_name, with_models
from sociarium.experiment.definition import Definition
from sociarium.ports.clock import SystemClock
from sociarium.records.plans import Experiment
from sociarium.runner.library import lookup
from sociarium.runner.library.duplicate import latest
from sociarium.runner.sweep.save import save_sweep
from sociarium.runner.sweep.write_populations import refuse_without_populations

FileOrExperimentArgument = Annotated[
    str,
    typer.Argument(metavar="FILE|EXPERIMENT", help="an experiment file, or the title or id of a stored experiment"),
]


@with_play_flags
def command(
    target: FileOrExperimentArgument,
    *,
    sweep: SweepNameOption = None,
    model: ModelOption = None,
    population_only: Annotated[
        bool,
        typer.Option("--population-only", help="write the people whom a model writes, report on them, and play no run"),
    ] = False,
    flags: PlayFlags,
    detach: DetachOption = False,
    store: StoreOption = None,
    as_json: JsonOption = False,
) -> None:
    config = load()
    if population_only and detach:
        raise BadInput("--population-only ends with a report; leave --detach out")
    request = _with_population(flags.request(config, as_json=as_json), population_only)
    url = store or config.store_url
    experiment, original = _file_definition(target) if _is_file(target) else _stored_definition(url, target, config)
    folders = [Path(target).absolute().parent] if experiment is None else []
    definition = pin_own_code(with_models(original, model or []), allow=request.options.allow_code, folders=folders)
    name = sweep_name(definition, sweep)
    if population_only:
        refuse_without_populations(definition, name)
    if request.options.max_cost is not None:
        refuse_unpriced(definition, name, option="--max-cost")
    if experiment is not None and experiment.creator != config.creator:
        notice(added_message(experiment, config.creator, changed=definition != original))
    if detach:
        refuse_background(definition, name, request)
    if not confirm_cost(definition, name, request):
        raise typer.Exit(0)
    refuse_misconfigured(definition, name, config, request)
    log = session_log("run")
    opened = open_store(url)
    try:
        begun = save_sweep(opened, definition, name, creator=config.creator, clock=SystemClock(), experiment=experiment)
        if begun.same_title:
            notice(own_copy_message(begun.experiment, begun.same_title))
        if detach:
            code = play_in_background(
                opened, begun, flags.words(), command="run", url=store, as_json=as_json, folders=folders
            )
        else:
            code = play_after_pilot(opened, begun, config, request, log=log)
    finally:
        opened.close()
    raise typer.Exit(code)


def _with_population(request: StartRequest, population_only: bool) -> StartRequest:
    if population_only and (request.cluster is not None or request.options.workers > 1):
        raise BadInput(
            "--population-only: people are written by one process, which waits for models alone; leave --workers and "
            "--on out"
        )
    return replace(request, options=replace(request.options, population_only=population_only))


def _is_file(target: str) -> bool:
    path = Path(target)
    return path.exists() or path.suffix.lower() in {".yaml", ".yml", ".json"} or "/" in target


def _file_definition(target: str) -> tuple[None, Definition]:
    """What stands in a file; what was read otherwise than it is probably meant is said."""
    notes: list[Problem] = []
    definition = read_definition(Path(target), notes=notes)
    for note in notes:
        notice(str(note))
    return None, definition


def _stored_definition(url: str, target: str, config: Config) -> tuple[Experiment, Definition]:
    try:
        opened = open_store(url, create=False)
    except SetupError as error:
        raise type(error)(f"no file is called {target!r}, and {error}") from None
    try:
        experiment = lookup.find_experiment(opened, target, creator=config.creator)
        return experiment, latest(opened, experiment)[1]
    except NotFound as error:
        raise NotFound(f"{error}; no file has that name either") from None
    finally:
        opened.close()
