"""Runs and experiments as files."""

from __future__ import annotations

from pathlib import Path

from sociarium.cli.hub.editor import Editor
from sociarium.cli.questions.answers import Back, TypedAnswer
from sociarium.cli.questions.checks import home_path, nonempty
from sociarium.cli.questions.completion import paths
from sociarium.cli.wizard.context import WizardContext
from sociarium.editing.document import definition_of
from sociarium.exchange.sanitize import file_name
from sociarium.experiment.document import to_yaml
from sociarium.typed_path import typed_path

_FORMATS = [
    TypedAnswer("Texts to read: a file a conversation, and the prompts", "txt"),
    TypedAnswer("Tables for a spreadsheet or statistics (csv)", "csv"),
    TypedAnswer("JSON: a line a conversation, with everything", "jsonl"),
    TypedAnswer("The experiment as a file, which can be changed and run", "yaml"),
    TypedAnswer("An archive of everything, which colleagues can import", "archive"),
]
_NETWORKS = TypedAnswer("Networks of who follows and who answers whom (GraphML)", "graphml")


def export(context: WizardContext, target: str, *, is_feed: bool) -> None:
    """Write runs into files."""
    while True:
        kind = context.prompts.choose("As what?", [*_FORMATS, _NETWORKS] if is_feed else _FORMATS)
        if isinstance(kind, Back):
            return
        folder = context.prompts.text("Into which folder?", default="export", check=nonempty, complete=paths)
        if not isinstance(folder, Back):
            context.command("export", target, "--format", kind, "--out", home_path(folder))
            return


def save_file(editor: Editor) -> Path | None:
    """The experiment as a file that can be changed and run; None where none was written."""
    definition = definition_of(editor.document)
    name = editor.prompts.text(
        "Name of the file:",
        hint="You can read it, change it, share it, and run it with the command that is shown.",
        default=f"{file_name(definition.title)}.yaml",
        check=_file_fault,
    )
    if isinstance(name, Back):
        return None
    path = typed_path(name)
    try:
        with path.open("x", encoding="utf-8") as file:
            file.write(to_yaml(definition))
    except OSError as error:
        editor.warn(f"{path} cannot be written: {error.strerror}")
        return None
    editor.context.show(f"Saved as {path}.")
    return path


def _file_fault(name: str) -> str:
    if not name.strip():
        return nonempty(name)
    if Path(name).suffix.lower() not in {".yaml", ".yml"}:
        return "Its name ends in .yaml."
    return "There is such a file already; choose another name." if typed_path(name).exists() else ""
