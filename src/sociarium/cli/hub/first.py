"""What a new experiment cannot be without: kind, title, who takes part, a model, the opening, the first texts."""

from __future__ import annotations

from functools import partial

from sociarium.cli.hub.editor import Editor
from sociarium.cli.hub.models import ask_first_model
from sociarium.cli.hub.more import ask_title
from sociarium.cli.hub.people import ask_first_people
from sociarium.cli.hub.roles import ask_roles
from sociarium.cli.hub.sections import OPENING, ask_first_text, ask_opening, first_text
from sociarium.cli.hub.steps import HubStep, StepCourse, run_steps
from sociarium.cli.hub.texts import is_missing
from sociarium.cli.questions.answers import Back, TypedAnswer
from sociarium.editing.document import Document, is_a_feed
from sociarium.editing.sections import readers
from sociarium.environments.feed.optional_libraries import refuse_missing
from sociarium.errors import MissingExtra

FIRST = "first questions"
"""Where somebody stands who is asked for what cannot be left out."""
_TITLE = "New experiment"
_KINDS = [
    TypedAnswer("Conversations", "conversation", note="agents in roles talk with each other, message by message"),
    TypedAnswer("A feed", "feed", note="people on a social network read, react and post, day by day"),
]


def ask_first(editor: Editor) -> bool:
    """Ask for what is missing of a new experiment; returns whether it is all there."""
    kind = HubStep("environment", _ask_kind)
    title = HubStep("title", ask_title)
    with editor.at(FIRST):
        if is_missing(editor.document, ("title",)):
            if not run_steps(editor, [kind, title], StepCourse(_TITLE, count=partial(question_count, before=2))):
                return False
            before = [kind, title]
        else:
            before = [title]
        while True:
            steps = [*before, *(_feed_steps() if is_a_feed(editor.document) else _conversation_steps(editor.document))]
            if editor.resume[:1] not in [[step.name] for step in steps]:
                editor.resume.clear()
            first = next((place for place, step in enumerate(steps) if _is_next(editor, step)), len(steps))
            if first == len(steps):
                return True
            if not run_steps(
                editor, steps, StepCourse(_TITLE, first, first, partial(question_count, before=len(before)))
            ):
                return False


def question_count(document: Document, before: int) -> tuple[int, bool]:
    """How many questions there are, and whether that is all: each role has one of its own.

    Args:
        before: how many come before those of the kind.
    """
    feed, conversation = len(_feed_steps()), len(_conversation_steps(document))
    if "environment" not in document:
        return before + min(feed, conversation + 1), False
    if is_a_feed(document):
        return before + feed, True
    return before + conversation + (not _readers(document)), bool(_readers(document))


def _is_next(editor: Editor, step: HubStep) -> bool:
    """Whether a question is the first that is left: where somebody was in the middle of it, or nothing is there."""
    return editor.resume[:1] == [step.name] or (not editor.resume and _is_open(editor.document, step))


def _is_open(document: Document, step: HubStep) -> bool:
    match step.name:
        case "model":
            models = document.get("models") or {}
            return not models or any(name.startswith("new model") for name in models)
        case "opening":
            return is_missing(document, OPENING.loc)
        case "people":
            return not document.get("people")
        case "roles":
            return not document.get("roles")
        case name if name.startswith("text "):
            return is_missing(document, first_text(name.removeprefix("text ")).loc)
    return False


def _conversation_steps(document: Document) -> list[HubStep]:
    return [
        HubStep("roles", ask_roles),
        HubStep("model", ask_first_model),
        HubStep("opening", ask_opening),
        *(HubStep(f"text {role}", partial(ask_first_text, role=role)) for role in _readers(document)),
    ]


def _readers(document: Document) -> list[str]:
    return readers(document) if document.get("roles") else []


def _feed_steps() -> list[HubStep]:
    return [HubStep("model", ask_first_model), HubStep("people", ask_first_people)]


def _ask_kind(editor: Editor) -> bool:
    while True:
        chosen = editor.prompts.choose(
            "What do you want to study?",
            _KINDS,
            hint="Whatever is made can be changed later, except for this.",
            default=editor.document.get("environment", "conversation"),
        )
        if isinstance(chosen, Back):
            return False
        try:
            if chosen == "feed":
                refuse_missing()
        except MissingExtra as error:
            editor.warn(str(error))
            continue
        editor.set(("environment",), chosen)
        return True
