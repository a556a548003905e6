"""The part People of a feed: those who are described, those whom a model writes, and those who arrive later."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any

from sociarium.cli.hub.answers import ask_line, ask_long, ask_one, ask_whole
from sociarium.cli.hub.editor import Editor
from sociarium.cli.hub.page import NOTHING, Row, Then, open_page
from sociarium.cli.hub.people_names import archetype_fault, handle_fault, handles
from sociarium.cli.hub.settings import setting_rows
from sociarium.cli.hub.steps import Step, run_steps
from sociarium.cli.hub.things import Kind, open_things
from sociarium.cli.wizard.prompts import Back, Entry, nonempty
from sociarium.editing.change import Change, copy_of, names_of
from sociarium.editing.document import Document
from sociarium.editing.people import remove_person, rename_person
from sociarium.editing.roles import forget_role, rename_role, role_names
from sociarium.errors import DefinitionError
from sociarium.experiment.document import from_tree, to_tree
from sociarium.experiment.feed.definition import Archetype, Generate, Newcomers
from sociarium.experiment.feed.people import DEFAULT_ROLE, Person
from sociarium.experiment.feed.validation import MOST_PEOPLE
from sociarium.experiment.problems import Loc

_MANY = 5
_DESCRIBE, _WRITE, _FILE = "describe", "write", "file"
_WAYS = [
    Entry("Describe somebody: handle, name, what they are like", _DESCRIBE),
    Entry("Let a model write people, after what you say of them", _WRITE),
    Entry("Take people from a file (JSON, one person a line)", _FILE),
]
_HINT = (
    "Those who take part in your network. Describe the few who matter by themselves; let a model write the crowd, the "
    "same one in every condition that is compared."
)


def ask_first_people(editor: Editor) -> bool:
    """The first people of a new feed."""
    return _add(editor) or bool(editor.document.get("people"))


def open_people(editor: Editor) -> None:
    """The page of people."""
    kind = Kind("people", "person or a crowd", _value, _rows, _add, rename_person, remove_person, label=_label,
                remove_at=_remove_written, more=_more_rows)  # fmt: skip
    open_things(editor, "People:", kind, hint=_HINT)


def _label(entry: dict[str, Any]) -> str:
    return f"{entry.get('generate', '?')} of the role {entry.get('role', DEFAULT_ROLE)}"


def _value(entry: dict[str, Any]) -> str:
    if "generate" in entry:
        return f"written by {entry.get('model', '?')}: {entry.get('prompt', '')}"
    persona = entry.get("persona", "")
    words = persona if isinstance(persona, str) else "a persona of several values"
    return " · ".join(text for text in (str(entry.get("role", DEFAULT_ROLE)), entry.get("bio", ""), words) if text)


def _more_rows(editor: Editor) -> list[Row]:
    newcomers = names_of(editor.document, "newcomers")
    value = f"{newcomers.get('per_day', 1)} a day" if newcomers else NOTHING
    rows = [Row("Who arrives later", partial(_open_newcomers, editor), value)]
    roles = role_names(editor.document)
    return [*rows, Row("Words for roles", partial(_open_archetypes, editor), ", ".join(roles))] if roles else rows


def _rows(editor: Editor, loc: Loc) -> list[Row]:
    entry = editor.value(loc) or {}
    role = Row("Role", partial(_ask_role, editor, loc), str(entry.get("role", DEFAULT_ROLE)))
    if "generate" in entry:
        return [
            Row("How many", partial(_ask_many, editor, loc), str(entry["generate"])),
            role,
            Row("Who writes them", partial(_ask_writer, editor, loc), str(entry.get("model", "?"))),
            Row("Who they are", partial(_ask_prompt, editor, loc), str(entry.get("prompt", ""))),
            *setting_rows(editor, loc, Generate, ("quotas", "schema")),
        ]
    persona = entry.get("persona", "")
    return [
        role,
        Row("Name", partial(_ask_name, editor, loc), str(entry.get("name") or NOTHING)),
        Row("Bio", partial(_ask_bio, editor, loc), str(entry.get("bio") or NOTHING)),
        Row("What they are like", partial(_ask_persona, editor, loc), str(persona or NOTHING)),
        Row("Whom they follow", partial(_ask_follows, editor, loc), ", ".join(entry.get("follows") or ()) or NOTHING),
        *setting_rows(editor, loc, Person, ("background", "history", "followers_count", "consent")),
    ]


def _ask_name(editor: Editor, loc: Loc) -> bool:
    return ask_line(editor, (*loc, "name"), "Name:", hint="As the network shows it. Empty: the handle.")


def _ask_bio(editor: Editor, loc: Loc) -> bool:
    hint = "The line under the name, which everybody can read. Or nothing."
    return ask_line(editor, (*loc, "bio"), "Bio:", hint=hint)


def _ask_persona(editor: Editor, loc: Loc) -> bool:
    if isinstance(editor.value((*loc, "persona")), dict | list):
        [row] = setting_rows(editor, loc, Person, ("persona",))
        return bool(row.open())
    return ask_long(
        editor,
        (*loc, "persona"),
        "What are they like?",
        hint="Only they read it: character, aims, manner of writing. "
        "For example: Patient and dry. Corrects figures before opinions. Writes short posts.",
    )


def _ask_follows(editor: Editor, loc: Loc) -> None:
    entry = editor.value(loc) or {}
    others = [handle for handle in handles(editor.document) if handle != entry.get("handle")]
    if not others:
        editor.warn("There is nobody else yet who could be followed.")
        return
    chosen = editor.prompts.several(
        f"Whom does @{entry.get('handle')} follow?",
        [Entry(f"@{handle}", handle) for handle in others],
        hint="Mark them, or nobody.",
        default=entry.get("follows") or (),
    )
    if not isinstance(chosen, Back):
        editor.set((*loc, "follows"), chosen or None)


def _ask_role(editor: Editor, loc: Loc) -> bool:
    roles = role_names(editor.document)
    before = editor.value((*loc, "role"))
    others = [role for role in roles if role != DEFAULT_ROLE]
    so_far = f" So far: {', '.join(roles)}." if others else ""
    answer = editor.prompts.text(
        "Role:",
        hint="The kind of person, in the singular, such as: citizen, expert, troll. People of one role can be asked, "
        f"counted and compared together.{so_far}",
        default=str(before or (others[-1] if others and "handle" not in (editor.value(loc) or {}) else DEFAULT_ROLE)),
        check=lambda line: archetype_fault(editor.document, line),
    )
    if isinstance(answer, Back):
        return False
    return editor.apply(lambda document: _with_role(document, loc, answer))


def _with_role(document: Document, loc: Loc, role: str) -> Change:
    changed = copy_of(document)
    entry = changed["people"][loc[1]]
    former = str(entry.get("role", DEFAULT_ROLE))
    if role == DEFAULT_ROLE:
        entry.pop("role", None)
    else:
        entry["role"] = role
    is_gone = former not in role_names(changed)
    return Change(changed, tuple(forget_role(changed, document, former)) if is_gone else ())


def _remove_written(document: Document, position: int) -> Change:
    changed = copy_of(document)
    entry = changed["people"].pop(position)
    role = str(entry.get("role", DEFAULT_ROLE))
    sentences = [] if role in role_names(changed) else forget_role(changed, document, role)
    return Change(changed, tuple(sentences))


def _ask_many(editor: Editor, loc: Loc) -> bool:
    before = editor.value((*loc, "generate"))
    answer = ask_whole(
        editor,
        (*loc, "generate"),
        "How many people should a model write?",
        hint="You can compare several numbers later.",
        least=0,
        most=MOST_PEOPLE,
        usual=_MANY,
    )
    if answer and before is None and editor.value((*loc, "generate")) is None:
        editor.set((*loc, "generate"), _MANY)
    return answer


def _ask_writer(editor: Editor, loc: Loc) -> bool:
    names = list(names_of(editor.document, "models"))
    if len(names) == 1:
        editor.set((*loc, "model"), names[0])
        return True
    return ask_one(
        editor,
        (*loc, "model"),
        "Which model writes them?",
        [Entry(name, name) for name in names],
        hint="It writes them once; whichever model plays them later, they are the same people.",
    )


def _ask_prompt(editor: Editor, loc: Loc) -> bool:
    return ask_long(
        editor,
        (*loc, "prompt"),
        "Who are they?",
        hint="What the model is told of whom to write. "
        "For example: They live in a small town on a river, have jobs, children and quarrels about parking.",
        check=nonempty,
    )


def _add(editor: Editor) -> bool:
    way = editor.prompts.choose("Who is there?", _WAYS, hint=_HINT)
    if isinstance(way, Back):
        return False
    loc: Loc = ("people", len(editor.document.get("people") or ()))
    if way == _FILE:
        return _add_file(editor)
    if way == _DESCRIBE:
        return run_steps(editor, _person_steps(loc))
    written = [
        Step("generate", lambda _: _ask_many(editor, loc)),
        Step("role", lambda _: _ask_role(editor, loc)),
        Step("model", lambda _: _ask_writer(editor, loc), lambda document: len(names_of(document, "models")) > 1),
        Step("prompt", lambda _: _ask_prompt(editor, loc)),
    ]
    if not run_steps(editor, written):
        return False
    if editor.value((*loc, "model")) is None:
        _ask_writer(editor, loc)
    return True


def _person_steps(loc: Loc) -> list[Step]:
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
        editor.set(loc, {**entry, "handle": handle.removeprefix("@")})
        return True

    return [
        Step("handle", ask_handle),
        Step("name", lambda editor: _ask_name(editor, loc)),
        Step("bio", lambda editor: _ask_bio(editor, loc)),
        Step("persona", lambda editor: _ask_persona(editor, loc)),
        Step("role", lambda editor: _ask_role(editor, loc)),
    ]


def _add_file(editor: Editor) -> bool:
    path = editor.prompts.text(
        "Path of the file:",
        hint='A line for each person, such as: {"handle": "ada", "name": "Ada", "bio": "Baker.", "persona": "Kind."}',
        check=lambda line: nonempty(line) or _file_fault(line.strip(), editor.document),
    )
    if isinstance(path, Back):
        return False
    editor.put({**editor.document, "people": [*(editor.document.get("people") or ()), *_read(path)]})
    return True


def _read(path: str) -> list[dict[str, Any]]:
    """The people of a file. Raises `DefinitionError`."""
    where = Path(path).expanduser()
    alone = {
        "title": path,
        "environment": "feed",
        "models": {"none": {"provider": "offline"}},
        "people": [{"file": where.name}],
    }
    definition = from_tree(alone, source=path, read=lambda name: (where.parent / name).read_bytes())
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


def _open_newcomers(editor: Editor) -> None:
    loc: Loc = ("newcomers",)
    if not editor.document.get("newcomers"):
        name = next(iter(names_of(editor.document, "models")), "")
        is_used = editor.prompts.confirm(
            "Should people arrive later?", hint="A model writes them; so many a day from the second on.", default=False
        )
        if is_used is not True:
            return
        editor.set(loc, {"per_day": 1, "model": name})
        if not _ask_prompt(editor, loc):
            editor.set(loc, None)
            return

    def rows() -> list[Row]:
        entry = editor.value(loc) or {}
        return [
            Row("Who writes them", partial(_ask_writer, editor, loc), str(entry.get("model", "?"))),
            Row("Who they are", partial(_ask_prompt, editor, loc), str(entry.get("prompt", ""))),
            *setting_rows(editor, loc, Newcomers, ("per_day", "role", "quotas", "schema")),
            Row("Nobody any more", lambda: editor.set(loc, None)),
        ]

    open_page(editor, "Who arrives later:", rows)


def _open_archetypes(editor: Editor) -> None:
    def rename(role: str) -> Then | None:
        new = editor.prompts.text(
            "Its new name:", default=role, check=lambda line: archetype_fault(editor.document, line)
        )
        if isinstance(new, Back) or new == role:
            return None
        return Then.CLOSE if editor.apply(lambda document: rename_role(document, role, new)) else None

    def open_one(role: str) -> None:
        open_page(
            editor,
            f"{role}:",
            lambda: [
                *setting_rows(editor, ("roles", role), Archetype, tuple(Archetype.model_fields)),
                Row("Rename", partial(rename, role)),
            ],
        )

    open_page(
        editor, "Words for roles:", lambda: [Row(role, partial(open_one, role)) for role in role_names(editor.document)]
    )
