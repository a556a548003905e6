"""The parts Title, Note, Prompts and More: what is said once, and what is rarer."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

from rich.console import Group, RenderableType
from rich.rule import Rule
from rich.text import Text

from sociarium.cli.display.output import words
from sociarium.cli.external_editor import edit_text
from sociarium.cli.hub.answers import ask_long, ask_one, ask_yes
from sociarium.cli.hub.editor import Editor
from sociarium.cli.hub.feed_world import feed_rows
from sociarium.cli.hub.hypotheses import beforehand_rows
from sociarium.cli.hub.page import NOTHING, PageRow, open_page
from sociarium.cli.hub.record import open_prompt
from sociarium.cli.hub.settings import open_settings, setting_rows
from sociarium.cli.hub.steps import HubStep, StepCourse, run_steps
from sociarium.cli.hub.texts import TextPlace, optional_text, text_value
from sociarium.cli.questions.answers import TypedAnswer
from sociarium.cli.questions.checks import nonempty
from sociarium.cli.questions.completion import Suggestion, names
from sociarium.cli.wizard.pager import show_pages
from sociarium.editing.document import definition_of, is_a_feed, without_sweeps
from sociarium.editing.faults import faults
from sociarium.editing.roles import role_names
from sociarium.errors import BadInput, DefinitionError, Problem
from sociarium.experiment.conversation.definition import ConversationDefinition
from sociarium.experiment.definition import ONLY_SWEEP
from sociarium.experiment.document import parse, to_tree, to_yaml
from sociarium.runner.library.lookup import own_experiment
from sociarium.runner.planning.prompt_preview import preview_prompts


def ask_title(editor: Editor) -> bool:
    """What the experiment is called."""
    answer = editor.prompts.text(
        "What is the experiment called?",
        hint="Such as: Who washes up. By it you and colleagues find it again."
        if not editor.saved
        else "Another title makes a copy: the experiment itself and its runs stay.",
        default=str(editor.document.get("title") or ""),
        check=lambda line: nonempty(line) or _title_fault(editor, line.strip()),
        complete=partial(_titles, editor),
    )
    return editor.ask(answer, ("title",))


def _titles(editor: Editor, typed: str) -> Sequence[Suggestion]:
    """Titles that there are, everybody's, for one that is to be found beside them."""
    with editor.context.store() as store:
        return names(dict.fromkeys(one.title for one in store.experiments()))(typed)


def _title_fault(editor: Editor, title: str) -> str:
    if title == editor.saved.get("title"):
        return ""
    with editor.context.store() as store:
        if own_experiment(store, title, creator=editor.context.config.creator) is None:
            return ""
    return "You have an experiment of that title; choose another one."


def open_note(editor: Editor) -> None:
    """The note and the star."""
    steps = [
        HubStep(
            "note",
            lambda _: ask_long(editor, ("note",), "A note for yourself and your colleagues:", hint="Or nothing."),
        ),
        HubStep("favourite", lambda _: ask_yes(editor, ("favourite",), "Is it a favourite?")),
    ]
    run_steps(editor, steps, StepCourse(editor.step))


def show_prompts(editor: Editor) -> None:
    """Every prompt of one condition, as it will be read."""
    document = without_sweeps(editor.document)
    try:
        definition = definition_of(document)
    except DefinitionError:
        first = faults(document)[0]
        editor.warn(f"Before that, something is missing under {first.part}: {first.sentence}")
        return
    whom = "with stand-in words for those that models will write" if is_a_feed(document) else "with one agent a role"
    lines: list[RenderableType] = [Text(f"\nThis is what will be read, {whom}:", style="bold")]
    for prompt in preview_prompts(definition, ONLY_SWEEP).prompts:
        # The library's own green stands out on dark alone.
        lines += [Text(), Rule(words(prompt.reader), align="left", style="dim"), words(prompt.text)]
    screen = editor.context.screen
    with screen.capture() as capture:
        screen.print(Group(*lines))
    show_pages(editor.prompts, Text.from_ansi(capture.get()))


def open_more(editor: Editor) -> None:
    """The page of what is rarer."""
    rows = feed_rows if is_a_feed(editor.document) else _conversation_rows
    open_page(
        editor,
        "More:",
        lambda: [*rows(editor), PageRow("All of it as a file, in your editor", partial(_edit_file, editor))],
    )


def _conversation_rows(editor: Editor) -> list[PageRow]:
    document = editor.document
    continuation = TextPlace(
        ("continuation",),
        "What an agent reads where its own message would be the last:",
        hint="It hands over the turn. Empty: It is your turn to speak.",
    )
    return [
        PageRow("Who speaks first", partial(_ask_first_speaker, editor), str(document.get("first_speaker") or NOTHING)),
        PageRow(
            "Choosing of speakers",
            lambda: open_prompt(
                editor,
                "manager",
                "How a model chooses speakers:",
                "Where a model decides who speaks next; else unused.",
            ),
            str(len(document.get("manager") or ())),
        ),
        PageRow(
            "After one's own message", optional_text(editor, continuation), text_value(document.get("continuation"))
        ),
        PageRow(
            "How replies are read",
            lambda: open_settings(
                editor,
                "How replies are read:",
                ("reply",),
                ConversationDefinition.model_fields["reply"].annotation,  # type: ignore[arg-type]
            ),
        ),
        *setting_rows(editor, (), ConversationDefinition, ("speaker_prefix", "stop")),
        *beforehand_rows(editor, ConversationDefinition),
    ]


def _ask_first_speaker(editor: Editor) -> None:
    names = [*role_names(editor.document), "random"]
    usual = next(iter(role_names(editor.document)), None)
    ask_one(editor, ("first_speaker",), "Who speaks first?", [TypedAnswer(name, name) for name in names], usual=usual)


def _edit_file(editor: Editor) -> None:
    """The whole experiment in an editor; what cannot be read is offered again."""
    try:
        text = to_yaml(definition_of(editor.document))
    except DefinitionError:
        editor.warn("Something is missing yet; the page says where.")
        return
    while True:
        try:
            text = edit_text(text, editor=editor.context.config.editor)
            notes: list[Problem] = []
            editor.put(_read(text, notes))
            for note in notes:
                editor.warn(str(note))
        except DefinitionError as error:
            editor.warn(str(error))
            if editor.prompts.confirm("Edit it again?") is not True:
                return
        except BadInput as error:
            editor.warn(str(error))
            return
        else:
            return


def _read(text: str, notes: list[Problem]) -> dict[str, Any]:
    """What somebody wrote as a file; `notes` gets what is probably meant otherwise. Raises `DefinitionError`."""
    return to_tree(parse(text.encode(), source="what you wrote", read=_no_files, notes=notes))


def _no_files(name: str) -> bytes:
    raise OSError(0, f"{name}: files cannot be named here; write the text itself")
