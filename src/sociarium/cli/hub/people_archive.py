"""People of a feed from their own archives of X/Twitter, with their consent: asked for, read, and written out.

An entry that names an archive stands in the document until it is read; what is kept afterwards is the person alone,
as when a file that names archives is saved.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any

from sociarium.cli.hub.answers import ask_line, ask_whole
from sociarium.cli.hub.editor import Editor
from sociarium.cli.hub.new_things import run_new
from sociarium.cli.hub.person import ask_role
from sociarium.cli.hub.steps import HubStep
from sociarium.cli.questions.answers import Back
from sociarium.cli.questions.checks import nonempty
from sociarium.cli.questions.completion import paths
from sociarium.count_text import count_text
from sociarium.editing.change import entries_of
from sociarium.editing.people_names import handle_fault, handles
from sociarium.errors import DefinitionError, Problem
from sociarium.exchange.personal_archives import open_archive
from sociarium.experiment.document import from_tree, to_tree
from sociarium.experiment.feed.source_entries import DEFAULT_BUDGET
from sociarium.experiment.problems import Loc
from sociarium.typed_path import typed_path

PATH = "archive"
"""The first question about an archive."""


def add_archives(editor: Editor, position: int) -> bool:
    """Ask for archives, read them together, and let their owners take part; returns whether somebody does."""
    while True:
        loc: Loc = ("people", position)
        if not run_new(editor, _steps(loc), loc, "somebody's archive"):
            break
        another = editor.prompts.confirm(
            "Somebody else's archive, too?",
            hint="People whose archives are read together know each other; everybody else in them gets a pseudonym.",
            default=False,
        )
        if another is not True:
            break
        position = len(editor.document.get("people") or ())
    return read_archives(editor)


def read_archives(editor: Editor) -> bool:
    """Read every archive that is named and not read yet, in place; returns whether there was one that can be."""
    places = [place for place, entry in entries_of(editor.document, "people") if "archive" in entry]
    if not places:
        return False
    people = list(editor.document["people"])
    notes: list[Problem] = []
    try:
        read = _read([people[place] for place in places], notes)
    except DefinitionError as error:
        editor.warn(_sentence(error))
        return False
    for place, person in zip(places, read, strict=True):
        people[place] = person
        editor.context.show(
            f"@{person['handle']}: "
            f"{count_text(len(person.get('history') or ()), 'post or like is', 'posts and likes are')} kept.",
            "dim",
        )
    for note in notes:
        editor.context.show(f"{note.message[:1].upper()}{note.message[1:]}.", "dim")
    editor.put({**editor.document, "people": people})
    return True


def _steps(loc: Loc) -> list[HubStep]:
    return [
        HubStep(PATH, partial(_ask_path, loc=loc)),
        HubStep("consent", partial(_ask_consent, loc=loc)),
        HubStep("budget", partial(_ask_budget, loc=loc)),
        HubStep("own handle", partial(_ask_handle, loc=loc)),
        HubStep("role", partial(ask_role, loc=loc)),
    ]


def _ask_path(editor: Editor, loc: Loc) -> bool:
    entry = editor.value(loc) or {}
    path = editor.prompts.text(
        "Path of the archive:",
        hint="The folder or .zip that X/Twitter exports, of somebody who agreed to this. Posts and likes are read, "
        "never direct messages; names of others become pseudonyms.",
        default=entry.get("archive", ""),
        check=lambda line: nonempty(line) or _fault(line.strip()),
        complete=paths,
    )
    if isinstance(path, Back):
        return False
    # Where it is read from later is no matter of where the program was started.
    editor.set(loc, {**entry, "archive": str(typed_path(path).absolute())})
    return True


def _ask_consent(editor: Editor, loc: Loc) -> bool:
    hint = "Where this person's consent is documented, such as: form 12, folder B. Without it nothing is read."
    return ask_line(editor, (*loc, "consent"), "Where is the consent documented?", hint=hint, check=nonempty)


def _ask_budget(editor: Editor, loc: Loc) -> bool:
    return ask_whole(
        editor,
        (*loc, "budget"),
        "How many tokens may the past take in a prompt?",
        hint="What tells most of the person is chosen, and nothing else is kept. A post has some 40 tokens.",
        least=0,
        usual=DEFAULT_BUDGET,
    )


def _ask_handle(editor: Editor, loc: Loc) -> bool:
    entry = editor.value(loc) or {}
    own = _own_handle(entry)
    others = [handle for handle in handles(editor.document) if handle != entry.get("handle")]
    handle = editor.prompts.text(
        "Handle:",
        hint="The account's own, or another one, which hides the person's name as well.",
        default=entry.get("handle") or own,
        check=lambda line: handle_fault(line, others),
    )
    if isinstance(handle, Back):
        return False
    chosen = handle.removeprefix("@")
    editor.set((*loc, "handle"), None if chosen == own else chosen)
    return True


def _read(entries: Sequence[dict[str, Any]], notes: list[Problem] | None = None) -> list[dict[str, Any]]:
    """The people of archives. Raises `DefinitionError`."""
    alone = {
        "title": "archives",
        "environment": "feed",
        "models": {"none": {"provider": "offline"}},
        "people": list(entries),
    }
    definition = from_tree(
        alone, source="archives", read=_no_files, archive=lambda name: open_archive(Path.cwd(), name), notes=notes
    )
    people: list[dict[str, Any]] = to_tree(definition)["people"]
    return people


def _no_files(name: str) -> bytes:
    raise OSError(0, name)


def _probe(path: str, *, handle: str | None = None) -> list[dict[str, Any]]:
    """Whoever is in an archive, without their past."""
    own = {"handle": handle} if handle else {}
    return _read([{"archive": str(typed_path(path)), "consent": "asked for next", "budget": 0, **own}])


def _fault(path: str) -> str:
    """Why an archive cannot be read; empty when it can."""
    try:
        _probe(path, handle="somebody")
    except DefinitionError as error:
        return _sentence(error)
    return ""


def _own_handle(entry: dict[str, Any]) -> str:
    """The account's own; empty where the archive does not say."""
    try:
        [person] = _probe(str(entry.get("archive")))
    except DefinitionError:
        return ""
    return str(person["handle"])


def _sentence(error: DefinitionError) -> str:
    first = error.problems[0]
    message = f"{first.message}; {first.mend}" if first.mend else first.message
    return f"{message[:1].upper()}{message[1:]}."
