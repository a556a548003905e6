"""The part Roles: who takes part in a conversation, in the order in which they speak."""

from __future__ import annotations

from typing import Any

from sociarium.cli.hub.answers import ask_line, ask_one
from sociarium.cli.hub.editor import Editor
from sociarium.cli.hub.page import NOTHING, PageRow
from sociarium.cli.hub.settings import other_fields, setting_rows
from sociarium.cli.hub.things import Kind, open_things
from sociarium.cli.questions.answers import Back, TypedAnswer
from sociarium.cli.questions.completion import placeholders
from sociarium.cli.wizard.text_input import placeholder_check
from sociarium.count_text import count_text
from sociarium.editing.document import Document
from sociarium.editing.levels import names
from sociarium.editing.roles import add_role, refuse_role_name, remove_role, rename_role, role_names
from sociarium.errors import BadInput
from sociarium.experiment.problems import Loc
from sociarium.experiment.prompts.placeholders import role_key
from sociarium.experiment.prompts.word_forms import known_plural
from sociarium.experiment.roles import Role

PRONOUNS = [TypedAnswer(word, word) for word in ("they", "she", "he", "it", "he/she")]
_HINT = "Such as: guard, prisoner. Singular, in the order in which they speak."


def ask_roles(editor: Editor) -> bool:
    """The roles of a new experiment."""
    answer = editor.prompts.text(
        "Which roles take part?",
        hint=_HINT,
        default=", ".join(role_names(editor.document)),
        check=lambda line: roles_fault(editor.document, line),
    )
    if isinstance(answer, Back):
        return False
    former = editor.document.get("roles") or {}
    editor.set(("roles",), {role: former.get(role) or {} for role in names(answer)})
    return True


def roles_fault(document: Document, line: str) -> str:
    """What is wrong with a line of roles; empty when nothing is."""
    written = [" ".join(part.split()) for part in line.split(",")]
    written = [name for name in written if name]
    if not written:
        return "Write at least one role."
    for place, role in enumerate(written):
        if role in written[:place]:
            return f"{role!r} stands there twice; several agents of one role are a number, asked for later."
        if ";" in role:
            return "Separate roles with commas."
        try:
            refuse_role_name(document, role, others=written[:place])
        except BadInput as error:
            return str(error)
    return ""


def open_roles(editor: Editor) -> None:
    """The page of roles."""
    kind = Kind("roles", "role", role_value, role_rows, _add, rename_role, remove_role)
    open_things(editor, "Roles:", kind, hint="In the order in which they speak.")


def role_value(spec: dict[str, Any]) -> str:
    """A role in short."""
    return "says lines of yours" if spec.get("script") else str(spec.get("pronouns", "they"))


def role_rows(editor: Editor, loc: Loc) -> list[PageRow]:
    """What can be said of a role."""
    role = str(loc[1])
    spec = editor.value(loc) or {}
    key = role_key(role)
    return [
        PageRow(
            "Pronoun",
            lambda: ask_one(
                editor,
                (*loc, "pronouns"),
                f"Which pronoun stands for one {role}?",
                PRONOUNS,
                hint=f"Used where a text says <{key}_PRON>, <{key}_OBJPRON> or <{key}_POSSPRON>.",
                usual="they",
            ),
            str(spec.get("pronouns", "they")),
        ),
        PageRow(
            "Several of them",
            lambda: ask_line(
                editor,
                (*loc, "plural"),
                "Several of them are:",
                hint=f"Empty: {known_plural(role) or NOTHING}. Used where a text says <{key}_NOUN>.",
            ),
            str(spec.get("plural") or known_plural(role) or NOTHING),
        ),
        PageRow(
            "Lines of yours",
            lambda: _ask_script(editor, loc),
            count_text(len(spec["script"]), "line") if spec.get("script") else NOTHING,
        ),
        PageRow(
            "Name that others read",
            lambda: ask_line(
                editor,
                (*loc, "name"),
                f"What do others call the {role}?",
                hint="In the singular, such as: juror. Empty: the role. Everybody reads names such as Sceptic_417; "
                "another one keeps from them what only some versions of its texts say. Roles may share a name.",
                check=_name_fault,
            ),
            str(spec.get("name") or NOTHING),
        ),
        *setting_rows(editor, loc, Role, other_fields(Role, "pronouns", "plural", "name", "script")),
    ]


def _name_fault(line: str) -> str:
    has_word = any(character.isalnum() for character in line)
    return "" if has_word or not line.strip() else "Write a name with a letter or a digit."


def _ask_script(editor: Editor, loc: Loc) -> None:
    before = editor.value((*loc, "script")) or ()
    answer = editor.prompts.long_text(
        f"The lines of the {loc[1]}:",
        hint="A confederate: says these lines in turn, one a line, without a model; then it is silent. Empty: a model "
        "speaks.",
        default="\n".join(before),
        check=placeholder_check(role_names(editor.document)),
        complete=placeholders(role_names(editor.document)),
    )
    if not isinstance(answer, Back):
        lines = [line.strip() for line in answer.splitlines() if line.strip()]
        editor.set((*loc, "script"), lines or None)


def _add(editor: Editor) -> bool:
    roles = role_names(editor.document)

    def fault(line: str) -> str:
        return roles_fault(editor.document, ", ".join([*roles, line])) if line.strip() else "Write something."

    answer = editor.prompts.text("What is the role called?", hint="In the singular, such as: guard", check=fault)
    if isinstance(answer, Back):
        return False
    return editor.apply(lambda document: add_role(document, answer))
