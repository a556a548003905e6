"""What can be said of somebody in a feed, or of a crowd that a model writes."""

from __future__ import annotations

from functools import partial

from sociarium.cli.hub.answers import ask_line, ask_long, ask_one
from sociarium.cli.hub.editor import Editor
from sociarium.cli.hub.page import NOTHING, PageRow
from sociarium.cli.hub.rule import alike_rows, ask_how_many, rule_row
from sociarium.cli.hub.settings import other_fields, setting_rows
from sociarium.cli.questions.answers import Back, TypedAnswer
from sociarium.cli.questions.checks import nonempty
from sociarium.cli.questions.completion import names
from sociarium.editing.change import names_of
from sociarium.editing.people import change_role
from sociarium.editing.people_names import archetype_fault, handles
from sociarium.editing.roles import role_names
from sociarium.experiment.feed.default_role import DEFAULT_ROLE
from sociarium.experiment.feed.entries import Generate
from sociarium.experiment.feed.people import Person
from sociarium.experiment.problems import Loc


def person_rows(editor: Editor, loc: Loc) -> list[PageRow]:
    entry = editor.value(loc) or {}
    role = PageRow("Role", partial(ask_role, editor, loc), str(entry.get("role", DEFAULT_ROLE)))
    if "count" in entry:
        return [role, *alike_rows(editor, loc)]
    if "generate" in entry:
        return [
            PageRow("How many", partial(ask_many, editor, loc), str(entry["generate"])),
            role,
            PageRow("Who writes them", partial(ask_writer, editor, loc), str(entry.get("model", "?"))),
            PageRow("Who they are", partial(ask_prompt, editor, loc), str(entry.get("prompt", ""))),
            *setting_rows(editor, loc, Generate, other_fields(Generate, "generate", "role", "model", "prompt", "rule")),
            rule_row(editor, loc),
        ]
    persona = entry.get("persona", "")
    return [
        role,
        PageRow("Name", partial(ask_name, editor, loc), str(entry.get("name") or NOTHING)),
        PageRow("Bio", partial(ask_bio, editor, loc), str(entry.get("bio") or NOTHING)),
        PageRow("What they are like", partial(ask_persona, editor, loc), str(persona or NOTHING)),
        PageRow(
            "Whom they follow", partial(_ask_follows, editor, loc), ", ".join(entry.get("follows") or ()) or NOTHING
        ),
        *setting_rows(
            editor, loc, Person, other_fields(Person, "handle", "role", "name", "bio", "persona", "follows", "rule")
        ),
        rule_row(editor, loc),
    ]


def ask_name(editor: Editor, loc: Loc) -> bool:
    return ask_line(editor, (*loc, "name"), "Name:", hint="As the network shows it. Empty: the handle.")


def ask_bio(editor: Editor, loc: Loc) -> bool:
    hint = "The line under the name, which everybody can read. Or nothing."
    return ask_line(editor, (*loc, "bio"), "Bio:", hint=hint)


def ask_persona(editor: Editor, loc: Loc) -> bool:
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
        [TypedAnswer(f"@{handle}", handle) for handle in others],
        hint="Mark them, or nobody.",
        default=entry.get("follows") or (),
    )
    if not isinstance(chosen, Back):
        editor.set((*loc, "follows"), chosen or None)


def ask_role(editor: Editor, loc: Loc) -> bool:
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
        complete=names(roles),
    )
    if isinstance(answer, Back):
        return False
    return editor.apply(lambda document: change_role(document, int(loc[1]), answer))


def ask_many(editor: Editor, loc: Loc) -> bool:
    return ask_how_many(editor, loc, "generate", "How many people should a model write?")


def ask_writer(editor: Editor, loc: Loc) -> bool:
    names = list(names_of(editor.document, "models"))
    if len(names) == 1:
        editor.set((*loc, "model"), names[0])
        return True
    return ask_one(
        editor,
        (*loc, "model"),
        "Which model writes them?",
        [TypedAnswer(name, name) for name in names],
        hint="It writes them once; whichever model plays them later, they are the same people.",
    )


def ask_prompt(editor: Editor, loc: Loc) -> bool:
    return ask_long(
        editor,
        (*loc, "prompt"),
        "Who are they?",
        hint="What the model is told of whom to write. "
        "For example: They live in a small town on a river, have jobs, children and quarrels about parking.",
        check=nonempty,
    )
