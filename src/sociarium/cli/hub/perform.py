"""Performing: which comparison, what it comes to, whether to start, and what one does next."""

from __future__ import annotations

from pathlib import Path

from sociarium.cli.display.output import words
from sociarium.cli.display.ownership import added_message
from sociarium.cli.hub.ceiling import Ceiling, ask_ceiling
from sociarium.cli.hub.comparison import open_sweep
from sociarium.cli.hub.comparison_questions import ask_comparison
from sociarium.cli.hub.editor import Editor
from sociarium.cli.hub.export import save_file
from sociarium.cli.hub.plan import show_comparison
from sociarium.cli.hub.played_runs import count_runs
from sociarium.cli.hub.save import read_definition, save
from sociarium.cli.hub.what_next import ask_what_next
from sociarium.cli.logs import session_log
from sociarium.cli.play_session import StartRequest, play, refuse_misconfigured
from sociarium.cli.questions.answers import Back, TypedAnswer
from sociarium.count_text import count_text
from sociarium.editing.comparison import sweep_locs
from sociarium.editing.document import definition_of, is_a_feed
from sociarium.editing.drafts import Draft
from sociarium.experiment.definition import Definition
from sociarium.experiment.document import to_tree
from sociarium.experiment.validation import design_of
from sociarium.ports.clock import SystemClock
from sociarium.records.plans import Experiment
from sociarium.runner.library.duplicate import latest
from sociarium.runner.sweep.play_options import PlayOptions
from sociarium.runner.sweep.save import StartedSweep, save_sweep

_START, _CHANGE, _FILE, _NOT_NOW = "start", "change", "file", "not now"


def perform(editor: Editor, experiment: Experiment | None) -> Draft | None:
    """Ask what is compared where that is open, show the plan, and play where that is wanted.

    Args:
        experiment: a colleague's, to which the runs are added; by default one's own that is open.

    Returns:
        A duplicate to go on with, where one was asked for afterwards.
    """
    if read_definition(editor) is None:
        return None
    name = _choose_sweep(editor)
    if name is None:
        return None
    sweep = sweep_locs(editor.document)[name]
    if (editor.value(sweep) is None or editor.resume) and not ask_comparison(editor, sweep):
        return None
    while (definition := read_definition(editor)) is not None:
        then, file = _confirm_plan(editor, definition, experiment, name)
        if then == _CHANGE:
            open_sweep(editor, sweep, "What is compared:")
        elif then == _START:
            ceiling = ask_ceiling(editor.context, definition, name)
            if not isinstance(ceiling, Back):
                return _start(editor, experiment, name, file, ceiling)
        else:
            return None
    return None


def _choose_sweep(editor: Editor) -> str | None:
    names = list(sweep_locs(editor.document))
    if len(names) == 1:
        return names[0]
    chosen = editor.prompts.choose(
        "Which comparison?",
        [TypedAnswer(name, name) for name in names],
        hint="What was played before is not played again; only what is missing is.",
    )
    return None if isinstance(chosen, Back) else str(chosen)


def _confirm_plan(
    editor: Editor, definition: Definition, experiment: Experiment | None, name: str
) -> tuple[str, Path | None]:
    """What to do, and the file that was saved, if any."""
    context = editor.context
    context.screen.print()
    if not context.attempt(lambda: show_comparison(editor, definition, name), otherwise=False):
        return _CHANGE, None
    if experiment is not None:
        with context.store() as store:
            changed = to_tree(definition) != to_tree(latest(store, experiment)[1])
        context.show(added_message(experiment, context.config.creator, changed=changed), "yellow")
    what = "these runs" if is_a_feed(editor.document) else "these conversations"
    entries = [
        TypedAnswer("Start", _START, note=_size(definition, name)),
        TypedAnswer("Change what is compared", _CHANGE),
        TypedAnswer("Save it as a file first", _FILE),
        TypedAnswer("Not now", _NOT_NOW),
    ]
    file: Path | None = None
    while True:
        then = context.prompts.dropping_typed_keys().choose(
            f"Start {what}?",
            entries,
            hint="Ctrl-C stops them later; nothing that was said is lost, and they can go on.",
        )
        if isinstance(then, Back):
            return _NOT_NOW, file
        if then != _FILE:
            return str(then), file
        file = save_file(editor) or file


def _size(definition: Definition, name: str) -> str:
    runs = design_of(definition, name).size * definition.all_sweeps[name].replicates
    noun = "run" if definition.environment == "feed" else "conversation"
    return count_text(runs, noun)


def _start(
    editor: Editor, experiment: Experiment | None, name: str, file: Path | None, ceiling: Ceiling
) -> Draft | None:
    own = None
    if experiment is None:
        own = save(editor) if editor.is_changed or editor.draft.experiment is None else _own(editor)
        if own is None:
            return None
    begun = editor.context.attempt(lambda: _play(editor, experiment or own, name, file, ceiling), None)
    if begun is None:
        return None
    with editor.context.store() as store:
        if experiment is None:
            editor.runs = count_runs(store, begun.experiment.id)
    return ask_what_next(editor.context, begun, is_feed=is_a_feed(editor.document))


def _own(editor: Editor) -> Experiment:
    with editor.context.store() as store:
        return store.experiment(editor.draft.experiment or "")


def _play(
    editor: Editor, experiment: Experiment | None, name: str, file: Path | None, ceiling: Ceiling
) -> StartedSweep:
    context, definition = editor.context, definition_of(editor.document)
    options = PlayOptions(pull=True, lease=context.config.lease, max_cost=ceiling.dollars, max_tokens=ceiling.tokens)
    request = StartRequest(options, yes=True, is_guided=True)
    refuse_misconfigured(definition, name, context.config, request)
    log = session_log("menu")
    with context.store() as store:
        begun = save_sweep(
            store, definition, name, creator=context.config.creator, clock=SystemClock(), experiment=experiment
        )
        which = ["--sweep", name] if len(definition.all_sweeps) > 1 else []
        is_last = latest(store, begun.experiment)[0].id == begun.version.id
        if file is not None and begun.experiment.creator == context.config.creator:
            command = context.command_text("run", str(file), *which, *ceiling.options)
        elif is_last:
            command = context.command_text("run", begun.experiment.id[:12], *which, *ceiling.options)
        else:
            command = context.command_text("resume", begun.sweep.id[:12], *ceiling.options)
        context.screen.print(words(f"$ {command}", "dim"))
        play(store, begun, context.config, request, log=log)
    return begun
