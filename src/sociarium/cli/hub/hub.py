"""The page of an experiment: a line for each part with its value and what is missing, and what can be done with it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from sociarium.cli.command_names import COMMANDS
from sociarium.cli.hub.actions import choose_or_act
from sociarium.cli.hub.announcements import open_announcements
from sociarium.cli.hub.comparison import open_comparison
from sociarium.cli.hub.deletion import delete_experiment
from sociarium.cli.hub.editor import Editor
from sociarium.cli.hub.export import export, save_file
from sociarium.cli.hub.leave import may_leave
from sociarium.cli.hub.models import open_models
from sociarium.cli.hub.more import ask_title, open_more, open_note, show_prompts
from sociarium.cli.hub.page import NOTHING, PageRow, Then, open_row, row_lines
from sociarium.cli.hub.people import open_people
from sociarium.cli.hub.perform import perform
from sociarium.cli.hub.played_sweeps import go_on_with, is_left, show_results
from sociarium.cli.hub.probes import open_probes
from sociarium.cli.hub.record import open_record
from sociarium.cli.hub.roles import open_roles
from sociarium.cli.hub.runs import look_at_runs
from sociarium.cli.hub.save import read_definition, save
from sociarium.cli.hub.sections import open_opening, open_sections
from sociarium.cli.questions.answers import Back
from sociarium.cli.questions.screen import Line
from sociarium.cli.questions.wrapping import cells_of, cut
from sociarium.count_text import count_text
from sociarium.editing.document import is_a_feed
from sociarium.editing.drafts import Draft
from sociarium.editing.faults import PartName
from sociarium.editing.parts import PartView, parts_of
from sociarium.runner.workers.process import this_worker

PERFORM = "Perform"
_MARK_HELP = "! something is missing there; parts may be opened in any order."
_ACTION_HELP: Mapping[str, str] = {
    PERFORM: "what is compared, the plan, and after a question the start",
    "Save": "keep it without a start; runs stay under the version before",
    "Go on": "with what was begun and is not done",
    "Results": "private questions, lengths and flags, by condition",
    "Runs": "read, compare, mark, ask, fork, delete one",
    "Duplicate": "a copy, to change it",
    "File": "write the experiment as a file that `sociarium run` takes",
    "Export": "transcripts and tables as files",
    "Delete": "after a question",
}
"""Of each action, what it does."""
_LEAVING_HELP = "Esc leaves the page, Ctrl-C the program; you are asked what becomes of changes."
_OPEN: Mapping[PartName, Callable[[Editor], object]] = {
    "Title": ask_title,
    "Roles": open_roles,
    "People": open_people,
    "Models": open_models,
    "Opening": open_opening,
    "Sections": open_sections,
    "Day's record": open_record,
    "Private questions": open_probes,
    "Announcements": open_announcements,
    "What is compared": open_comparison,
    "Prompts": show_prompts,
    "Note": open_note,
    "More": open_more,
}


def open_hub(editor: Editor) -> Draft | None:
    """The page of an experiment, until whoever sits there leaves it; returns a duplicate to go on with, if any.

    Raises:
        Leave: Ctrl-C or Ctrl-D; a draft stays on disk.
    """
    at: str | None = None
    while True:
        parts = parts_of(editor.document)
        rows = [
            PageRow(part.name, _opener(editor, part), _value(part), "!" if part.faults or part.hints else " ")
            for part in parts
        ]
        actions = _actions(editor)
        names = [row.name for row in rows]
        chosen: str | Back | None = editor.resume_name([*names, PERFORM])
        if chosen is None:
            default = at if at is not None else next((part.name for part in parts if part.faults), PERFORM)
            chosen = choose_or_act(
                _header(editor), row_lines(rows), names, [*actions], default=default, more=_help(actions)
            )
        if isinstance(chosen, Back):
            if may_leave(editor):
                return None
            continue
        at = chosen
        if chosen in actions:
            outcome = open_row(editor, PageRow(chosen, actions[chosen]))
            if isinstance(outcome, Draft):
                return outcome
            if outcome is Then.CLOSE:
                return None
        else:
            open_row(editor, rows[names.index(chosen)])


def _help(actions: Iterable[str]) -> str:
    """What the page shows behind `?`, of the actions that it has."""
    return "\n".join([_MARK_HELP, *(f"{name}: {_ACTION_HELP[name]}" for name in actions), _LEAVING_HELP])


def _value(part: PartView) -> str:
    """What a part holds; where something is missing, that, as far as the line goes."""
    sentences = [*(fault.sentence for fault in part.faults), *part.hints]
    if not sentences:
        return part.value
    return sentences[0] if part.value == NOTHING else f"{part.value} – {sentences[0]}"


def _opener(editor: Editor, part: PartView) -> Callable[[], object]:
    def open_part() -> object:
        for fault in part.faults:
            editor.warn(fault.sentence)
        for hint in part.hints:
            editor.context.show(hint, "yellow")
        return _OPEN[part.name](editor)

    return open_part


def _header(editor: Editor) -> list[Line]:
    width = columns_of(editor)
    title = str(editor.document.get("title") or "without a title")
    kind = "feed" if is_a_feed(editor.document) else "conversation"
    state = " · ".join((editor.context.config.creator, kind, _state(editor)))
    gap = max(width - cells_of(title) - cells_of(state) - 2, 1)
    return [
        [("", "")],
        [("bold", cut(f"  {title}", max(width - cells_of(state) - 1, 1))), ("", " " * gap), ("class:hint", state)],
        [("class:hint", f"  {'─' * (width - 2)}")],
    ]


def columns_of(editor: Editor) -> int:
    """Columns of the terminal; the last stays free, where some would break the line."""
    return max(editor.context.screen.width - 1, 20)


def _state(editor: Editor) -> str:
    runs = count_text(editor.runs, "run") if editor.runs else "saved"
    if editor.draft.experiment is None:
        return "draft, not saved"
    return f"{runs}, changes not saved" if editor.is_changed else runs


def _actions(editor: Editor) -> dict[str, Callable[[], object]]:
    """What can be done with the experiment as a whole, by its name."""
    context, id_ = editor.context, editor.draft.experiment
    is_feed = is_a_feed(editor.document)
    actions: dict[str, Callable[[], object]] = {PERFORM: lambda: perform(editor, None), "Save": lambda: _save(editor)}
    if id_ is None:
        return {**actions, "File": lambda: _save_file(editor)}
    with context.store() as store:
        experiment = store.experiment(id_)
        sweeps = store.sweeps(id_)
        me = this_worker()
        unfinished = [one for one in sweeps if is_left(store, one, me)]
    if unfinished:
        actions["Go on"] = lambda: go_on_with(editor, unfinished)
    if editor.runs:
        if "results" in COMMANDS:
            actions["Results"] = lambda: show_results(editor, sweeps)
        actions["Runs"] = lambda: look_at_runs(context, experiment, is_feed=is_feed)
    return {
        **actions,
        "Duplicate": lambda: _duplicate(editor),
        "File": lambda: _save_file(editor),
        "Export": lambda: export(context, experiment.id[:12], is_feed=is_feed),
        "Delete": lambda: Then.CLOSE if delete_experiment(context, experiment) else None,
    }


def _save(editor: Editor) -> None:
    if not editor.is_changed and editor.draft.experiment is not None:
        editor.context.show("It is saved as it stands.", "dim")
        return
    save(editor)


def _save_file(editor: Editor) -> None:
    if read_definition(editor) is not None:
        save_file(editor)


def _duplicate(editor: Editor) -> Draft | None:
    if editor.is_changed and not may_leave(editor):
        return None
    return Draft(dict(editor.saved), origin=editor.draft.experiment)
