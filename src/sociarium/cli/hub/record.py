"""The part Day's record, and every other prompt that has one reader."""

from __future__ import annotations

from functools import partial

from sociarium.cli.hub.editor import Editor
from sociarium.cli.hub.headings import heading_row
from sociarium.cli.hub.new_things import NAME, new_position, run_new
from sociarium.cli.hub.page import PageRow
from sociarium.cli.hub.steps import HubStep
from sociarium.cli.hub.texts import TextPlace, text_rows, text_value, write_text
from sociarium.cli.hub.things import Kind, open_things
from sociarium.cli.questions.answers import Back
from sociarium.cli.questions.checks import nonempty, unused_name
from sociarium.editing.arrange import add_item, names_in
from sociarium.editing.sections import Prompt, remove_section, rename_section
from sociarium.experiment.problems import Loc
from sociarium.experiment.prompts.starting_prompt import STARTING_PROMPT

_SUMMARY = (
    "You keep the record. You are given what was said on one day. Write down in at most six sentences what happened, "
    "who wanted what, and what was agreed or refused. Name people as they are named."
)


def open_record(editor: Editor) -> None:
    """The page of who writes down the day."""
    if not editor.document.get("summarizer"):
        _offer_record(editor)
    if editor.document.get("summarizer"):
        open_prompt(
            editor, "summarizer", "Day's record:",
            "What a model is told that writes down each day for the next; without it nobody knows of earlier days.",
        )  # fmt: skip


def _offer_record(editor: Editor) -> None:
    is_used = editor.prompts.confirm(
        "Should each day be summed up for the next?",
        hint="With several days every day begins with an empty memory; a summary by a model tells the agents what "
        "happened before. Without it they know nothing of earlier days.",
    )
    if is_used is not True:
        return
    editor.set(("summarizer",), [{"title": STARTING_PROMPT, "content": _SUMMARY}])


def open_prompt(editor: Editor, prompt: Prompt, title: str, hint: str) -> None:
    """The page of a prompt with one reader: sections with a text each."""
    kind = Kind(
        prompt,
        "section",
        lambda section: text_value(section.get("content")),
        partial(_prompt_rows, reads_day=prompt == "summarizer"),
        partial(_add_prompt_section, prompt=prompt),
        partial(rename_section, prompt=prompt),
        partial(remove_section, prompt=prompt),
    )
    open_things(editor, title, kind, hint=hint)


def _prompt_place(loc: Loc, title: str, *, reads_day: bool) -> TextPlace:
    hint = "What the model is told; it reads the day's conversation after it." if reads_day else ""
    return TextPlace((*loc, "content"), f"Text of {title}:", hint=hint, has_self=False, is_needed=True)


def _prompt_rows(editor: Editor, loc: Loc, *, reads_day: bool) -> list[PageRow]:
    section = editor.value(loc) or {}
    place = _prompt_place(loc, str(section.get("title", "")), reads_day=reads_day)
    return [*text_rows(editor, place), heading_row(editor, loc)]


def _add_prompt_section(editor: Editor, *, prompt: Prompt) -> bool:
    loc: Loc = (prompt, new_position(editor, prompt))

    def ask_title(_: Editor) -> bool:
        before = editor.value(loc) or {}
        titles = [title for title in names_in(editor.document, prompt) if title != before.get("title")]
        title = editor.prompts.text(
            "Title of the section:",
            default=str(before.get("title", "" if titles else STARTING_PROMPT)),
            check=lambda line: nonempty(line) or unused_name(titles)(line),
        )
        if isinstance(title, Back):
            return False
        if before:
            editor.set((*loc, "title"), title)
            return True
        return editor.apply(lambda document: add_item(document, prompt, {"title": title, "content": ""}))

    def ask_text(_: Editor) -> bool:
        title = str((editor.value(loc) or {}).get("title", ""))
        return write_text(editor, _prompt_place(loc, title, reads_day=prompt == "summarizer"))

    return run_new(editor, [HubStep(NAME, ask_title), HubStep("text", ask_text)], loc, "new section")
