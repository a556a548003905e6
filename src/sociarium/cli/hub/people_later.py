"""Who arrives later in a feed, and how texts speak of the roles of people."""

from __future__ import annotations

from functools import partial

from sociarium.cli.hub.editor import Editor
from sociarium.cli.hub.page import PageRow, Then, open_page
from sociarium.cli.hub.person import ask_prompt, ask_writer
from sociarium.cli.hub.settings import other_fields, setting_rows
from sociarium.cli.questions.answers import Back
from sociarium.editing.change import names_of
from sociarium.editing.people_names import archetype_fault
from sociarium.editing.roles import rename_role, role_names
from sociarium.experiment.feed.definition import Archetype
from sociarium.experiment.feed.entries import Newcomers
from sociarium.experiment.problems import Loc


def open_newcomers(editor: Editor) -> None:
    loc: Loc = ("newcomers",)
    if not editor.document.get("newcomers"):
        name = next(iter(names_of(editor.document, "models")), "")
        is_used = editor.prompts.confirm(
            "Should people arrive later?",
            hint="A model writes them; so many a day, from the second on where nothing else is said.",
            default=False,
        )
        if is_used is not True:
            return
        editor.set(loc, {"per_day": 1, "model": name})
        if not ask_prompt(editor, loc):
            editor.set(loc, None)
            return

    def rows() -> list[PageRow]:
        entry = editor.value(loc) or {}
        return [
            PageRow("Who writes them", partial(ask_writer, editor, loc), str(entry.get("model", "?"))),
            PageRow("Who they are", partial(ask_prompt, editor, loc), str(entry.get("prompt", ""))),
            *setting_rows(editor, loc, Newcomers, other_fields(Newcomers, "model", "prompt")),
            PageRow("Nobody any more", lambda: editor.set(loc, None)),
        ]

    open_page(editor, "Who arrives later:", rows)


def open_archetypes(editor: Editor) -> None:
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
                PageRow("Rename", partial(rename, role)),
            ],
        )

    open_page(
        editor,
        "Words for roles:",
        lambda: [PageRow(role, partial(open_one, role)) for role in role_names(editor.document)],
    )
