"""New people of a feed: described, written by a model, or taken from a file."""

from __future__ import annotations

from typing import Any

from sociarium.cli.hub.editor import Editor
from sociarium.cli.hub.new_things import run_new
from sociarium.cli.hub.people_archive import add_archives
from sociarium.cli.hub.person import ask_bio, ask_many, ask_name, ask_persona, ask_prompt, ask_role, ask_writer
from sociarium.cli.hub.rule import ask_alike
from sociarium.cli.hub.steps import HubStep
from sociarium.cli.questions.answers import Back, TypedAnswer
from sociarium.cli.questions.checks import nonempty
from sociarium.cli.questions.completion import paths
from sociarium.editing.change import names_of
from sociarium.editing.document import Document
from sociarium.editing.people import add_person, rename_person
from sociarium.editing.people_names import handle_fault, handles
from sociarium.errors import DefinitionError, Problem
from sociarium.experiment.document import from_tree, to_tree
from sociarium.experiment.problems import Loc
from sociarium.typed_path import typed_path

_DESCRIBE, _WRITE, _FILE, _ARCHIVE, _RULE = "describe", "write", "file", "archive", "rule"
_WAYS = [
    TypedAnswer("Describe somebody: handle, name, what they are like", _DESCRIBE),
    TypedAnswer("Let a model write people, after what you say of them", _WRITE),
    TypedAnswer("Take people from a file (a table or JSON)", _FILE),
    TypedAnswer("Take somebody from their own archive of X/Twitter, with their consent", _ARCHIVE),
    TypedAnswer("Let some act by a rule, without a model", _RULE),
]
HINT = (
    "Those who take part in your network. Describe the few who matter by themselves; let a model write the crowd, the "
    "same one in every condition that is compared."
)


def add_people(editor: Editor) -> bool:
    way, position = _unfinished_way(editor) or (editor.prompts.choose("Who is there?", _WAYS, hint=HINT), None)
    if isinstance(way, Back):
        return False
    loc: Loc = ("people", len(editor.document.get("people") or ()) if position is None else position)
    if way == _FILE:
        return _add_file(editor)
    if way == _ARCHIVE:
        return add_archives(editor, int(loc[1]))
    if way == _DESCRIBE:
        return run_new(editor, _person_steps(loc), loc, "new person")
    if way == _RULE:
        alike = [HubStep("count", lambda _: ask_alike(editor, loc)), HubStep("role", lambda _: ask_role(editor, loc))]
        return run_new(editor, alike, loc, "new people by a rule")
    written = [
        HubStep("generate", lambda _: ask_many(editor, loc)),
        HubStep("role", lambda _: ask_role(editor, loc)),
        HubStep("model", lambda _: ask_writer(editor, loc), lambda document: len(names_of(document, "models")) > 1),
        HubStep("prompt", lambda _: ask_prompt(editor, loc)),
    ]
    if not run_new(editor, written, loc, "new people"):
        return False
    if editor.value((*loc, "model")) is None:
        ask_writer(editor, loc)
    return True


def _unfinished_way(editor: Editor) -> tuple[str, int] | None:
    """How somebody is described whose questions were left in the middle, and where they stand."""
    people = editor.document.get("people") or []
    match editor.resume:
        case ["handle", *_]:
            return _DESCRIBE, len(people)
        case ["generate", *_]:
            return _WRITE, len(people)
        case ["count", *_]:
            return _RULE, len(people)
        case ["archive", *_]:
            return _ARCHIVE, len(people)
        case [_, *_] if people:
            kinds = {"generate": _WRITE, "archive": _ARCHIVE, "count": _RULE}
            return next((way for key, way in kinds.items() if key in people[-1]), _DESCRIBE), len(people) - 1
    return None


def _person_steps(loc: Loc) -> list[HubStep]:
    def ask_handle(editor: Editor) -> bool:
        entry = editor.value(loc) or {}
        others = [handle for handle in handles(editor.document) if handle != entry.get("handle")]
        handle = editor.prompts.text(
            "Handle:",
            hint="The name by which others mention them, one word, such as: ada_baker",
            default=entry.get("handle", ""),
            check=lambda line: handle_fault(line, others),
        )
        if isinstance(handle, Back):
            return False
        former, new = entry.get("handle"), handle.strip().removeprefix("@")
        if former is None:
            return editor.apply(lambda document: add_person(document, {"handle": new}))
        return editor.apply(lambda document: rename_person(document, former, new))

    return [
        HubStep("handle", ask_handle),
        HubStep("name", lambda editor: ask_name(editor, loc)),
        HubStep("bio", lambda editor: ask_bio(editor, loc)),
        HubStep("persona", lambda editor: ask_persona(editor, loc)),
        HubStep("role", lambda editor: ask_role(editor, loc)),
    ]


def _add_file(editor: Editor) -> bool:
    path = editor.prompts.text(
        "Path of the file:",
        hint="A table (CSV) with a column `handle`, a JSON list, or a line for each person, such as: "
        '{"handle": "ada", "name": "Ada", "bio": "Baker.", "persona": "Kind."}',
        check=lambda line: nonempty(line) or _file_fault(line.strip(), editor.document),
        complete=paths,
    )
    if isinstance(path, Back):
        return False
    notes: list[Problem] = []
    people = _read(path.strip(), notes)
    # In the document they are written out, and no plan can tell any more what the file said of them.
    for note in notes:
        editor.context.show(f"{note.message[:1].upper()}{note.message[1:]}.", "dim")
    editor.put({**editor.document, "people": [*(editor.document.get("people") or ()), *people]})
    return True


def _read(path: str, notes: list[Problem] | None = None) -> list[dict[str, Any]]:
    """The people of a file; `notes` gets what is probably meant otherwise. Raises `DefinitionError`."""
    where = typed_path(path)
    alone = {
        "title": path,
        "environment": "feed",
        "models": {"none": {"provider": "offline"}},
        "people": [{"file": where.name}],
    }
    definition = from_tree(alone, source=path, read=lambda name: (where.parent / name).read_bytes(), notes=notes)
    people: list[dict[str, Any]] = to_tree(definition)["people"]
    return people


def _file_fault(path: str, document: Document) -> str:
    try:
        people = _read(path)
    except DefinitionError as error:
        first, more = error.problems[0], len(error.problems) - 1
        return f"{first}{f' (and {more} more)' if more else ''}"
    others = handles(document)
    return next((fault for one in people if (fault := handle_fault(one["handle"], others))), "")
