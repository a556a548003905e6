"""Performing conversations: which, what they come to, and whether to start."""

from __future__ import annotations

import tempfile
from pathlib import Path

from sociarium.cli.display.ownership import added_message
from sociarium.cli.play_session import StartRequest, play, refuse_misconfigured
from sociarium.cli.questions.answers import Back, Entry
from sociarium.cli.questions.checks import nonempty
from sociarium.cli.wizard.context import WizardContext
from sociarium.cli.wizard.flow import QuestionFlow
from sociarium.cli.wizard.sweep import ask_sweep
from sociarium.editing.document import Document, definition_of, is_a_feed
from sociarium.exchange.definition_files import sweep_name
from sociarium.exchange.sanitize import file_name
from sociarium.experiment.definition import ONLY_SWEEP, Definition
from sociarium.experiment.document import to_tree, to_yaml
from sociarium.ports.clock import SystemClock
from sociarium.records.plans import Experiment
from sociarium.runner.library.duplicate import latest
from sociarium.runner.sweep.play_options import PlayOptions
from sociarium.runner.sweep.save import save_sweep

_OTHER, _START, _FILE, _NOT_NOW = "\0other", "start", "file", "not now"


def perform(context: WizardContext, experiment: Experiment) -> None:
    """Ask which conversations, show the plan, and play them if that is wanted."""
    with context.store() as store:
        _, definition = latest(store, experiment)
    tree = to_tree(definition)
    asking = QuestionFlow(context.prompts)
    while True:
        answer = asking.run(lambda asking: _ask_sweep(asking, tree))
        if isinstance(answer, Back):
            return
        chosen, name = answer
        then = _confirm_plan(context, experiment, chosen, name)
        if not isinstance(then, Back):
            break
        asking.reopen()
    file, starts = then
    if starts:
        context.attempt(lambda: _play(context, experiment, chosen, name, file), None)


def _ask_sweep(asking: QuestionFlow, tree: Document) -> tuple[Definition, str]:
    sweeps = list(tree.get("sweeps") or ([ONLY_SWEEP] if "sweep" in tree else []))
    if sweeps:
        entries = [Entry(f"As set up before{f': {name}' if len(sweeps) > 1 else ''}", name) for name in sweeps]
        entries.append(Entry("Choose what is compared", _OTHER))
        chosen = asking.choose(
            "sweep",
            "Which runs of the feed?" if is_a_feed(tree) else "Which conversations?",
            entries,
            hint="What was played before is not played again; only what is missing is.",
        )
        if chosen != _OTHER:
            definition = definition_of(tree)
            return definition, sweep_name(definition, chosen)
    changed, name = ask_sweep(asking, tree)
    return definition_of(changed), name


def _confirm_plan(
    context: WizardContext, experiment: Experiment, definition: Definition, name: str
) -> tuple[Path | None, bool] | Back:
    """The file that was saved, if any, and whether to start."""
    context.screen.print()
    with tempfile.TemporaryDirectory(prefix="sociarium-") as folder:
        path = Path(folder) / "plan.yaml"
        path.write_text(to_yaml(definition), encoding="utf-8")
        context.screen.print(context.read("plan", str(path), "--sweep", name), soft_wrap=True)
    if experiment.creator != context.config.creator:
        with context.store() as store:
            changed = to_tree(definition) != to_tree(latest(store, experiment)[1])
        context.show(added_message(experiment, context.config.creator, changed=changed), "yellow")
    saved: Path | None = None
    while True:
        entries = [
            Entry("Start", _START),
            Entry("Save it as a file first", _FILE),
            Entry("Not now", _NOT_NOW),
        ]
        then = context.prompts.choose("Start these conversations?", entries, hint="Ctrl-C stops them later; nothing "
                                      "that was said is lost, and they can go on.")  # fmt: skip
        if isinstance(then, Back):
            return then
        if then != _FILE:
            return saved, then == _START
        saved = _save_file(context, definition) or saved


def _save_file(context: WizardContext, definition: Definition) -> Path | None:
    name = context.prompts.text(
        "Name of the file:",
        hint="You can read it, change it, share it, and run it with the command that is shown.",
        default=f"{file_name(definition.title)}.yaml",
        check=_file_fault,
    )
    if isinstance(name, Back):
        return None
    path = Path(name)
    try:
        with path.open("x", encoding="utf-8") as file:
            file.write(to_yaml(definition))
    except OSError as error:
        context.show(f"! {path} cannot be written: {error.strerror}", "yellow")
        return None
    context.show(f"Saved as {path}.")
    return path


def _file_fault(name: str) -> str:
    if not name.strip():
        return nonempty(name)
    if Path(name).suffix.lower() not in {".yaml", ".yml"}:
        return "Its name ends in .yaml."
    return "There is such a file already; choose another name." if Path(name).exists() else ""


def _play(context: WizardContext, experiment: Experiment, definition: Definition, name: str, file: Path | None) -> None:
    request = StartRequest(PlayOptions(pull=True, lease=context.config.lease), yes=True)
    refuse_misconfigured(definition, name, context.config, request)
    with context.store() as store:
        begun = save_sweep(
            store, definition, name, creator=context.config.creator, clock=SystemClock(), experiment=experiment
        )
        which = ["--sweep", name] if len(definition.all_sweeps) > 1 else []
        is_last = latest(store, begun.experiment)[0].id == begun.version.id
        if file is not None and experiment.creator == context.config.creator:
            command = context.command_text("run", str(file), *which)
        elif is_last:
            command = context.command_text("run", begun.experiment.id[:12], *which)
        else:
            command = context.command_text("resume", begun.sweep.id[:12])
        context.show(f"$ {command}", "dim")
        play(store, begun, context.config, request, command="menu")
