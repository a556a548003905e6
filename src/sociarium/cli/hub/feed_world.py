"""What is rarer in a feed: days, who follows whom, what people are shown, policy, memory, instructions."""

from __future__ import annotations

from functools import partial

from sociarium.cli.hub.answers import ask_names, ask_one, ask_whole
from sociarium.cli.hub.editor import Editor
from sociarium.cli.hub.hypotheses import beforehand_rows
from sociarium.cli.hub.page import NOTHING, PageRow, open_page
from sociarium.cli.hub.settings import open_settings, setting_rows
from sociarium.cli.hub.texts import TextPlace, optional_text, text_value
from sociarium.cli.questions.answers import TypedAnswer
from sociarium.editing.change import names_of
from sociarium.experiment.feed.definition import FeedDefinition, FeedRules, Graph, Memory, Policy, Prompts
from sociarium.experiment.feed.settable import STEPS
from sociarium.experiment.feed.step_models import MODEL_STEPS


def feed_rows(editor: Editor) -> list[PageRow]:
    """The lines of a feed under More."""
    document = editor.document
    policy = document.get("policy") or {}
    return [
        PageRow(
            "Days",
            lambda: ask_whole(
                editor,
                ("days",),
                "How many days does it last?",
                hint="Each day everybody visits the network, reads, reacts and posts. You can compare several lengths.",
                least=1,
                most=10_000,
                usual=1,
            ),
            str(document.get("days", 1)),
        ),
        PageRow("Who follows whom", lambda: open_settings(editor, "Who follows whom at the start:", ("graph",), Graph),
            str((document.get("graph") or {}).get("kind", "given"))),
        PageRow("What people are shown", lambda: open_settings(editor, "What people are shown, and when they post:",
            ("feed",), FeedRules), str((document.get("feed") or {}).get("ranking", "chronological"))),
        PageRow("Content policy", partial(_open_policy, editor), str(policy.get("do", "none")) if policy else NOTHING),
        PageRow("What people remember", lambda: open_settings(editor, "What people remember:", ("memory",), Memory)),
        PageRow("Models of the steps", partial(_open_step_models, editor),
            ", ".join(f"{step}: {model}" for step, model in names_of(document, "model").items()) or NOTHING),
        PageRow("Instructions of the steps", partial(_open_steps, editor), str(len(document.get("prompts") or {}))),
        *setting_rows(editor, (), FeedDefinition, ("schedule", "code")),
        *beforehand_rows(editor, FeedDefinition),
    ]  # fmt: skip


def _open_policy(editor: Editor) -> None:
    label = TextPlace(
        ("policy", "label"), "The label:", hint="What stands under a labelled post.", has_placeholders=False
    )

    def rows() -> list[PageRow]:
        policy = editor.document.get("policy") or {}
        words = (policy.get("match") or {}).get("words") or ()
        return [
            PageRow(
                "Words that find posts",
                lambda: ask_names(
                    editor,
                    ("policy", "match", "words"),
                    "Words by which a content policy finds posts:",
                    hint="Separated by commas, such as: cover-up, contaminated. Empty: no policy.",
                ),
                ", ".join(words) or NOTHING,
            ),
            *setting_rows(editor, ("policy",), Policy, ("do",)),
            PageRow("The label", optional_text(editor, label), text_value(policy.get("label"))),
        ]

    open_page(editor, "Content policy:", rows, hint="What is done with posts that hold certain words.")


_TASKS = {
    "read": "Which model reads posts, judges them and decides whom to follow?",
    "write": "Which model writes replies and quotes?",
    "post": "Which model writes people's own posts?",
    "reflect": "Which model looks back and condenses memory?",
}


def _open_step_models(editor: Editor) -> None:
    def ask(step: str) -> bool:
        entries = [TypedAnswer("the model that plays the person", None)]
        entries += [TypedAnswer(name, name) for name in names_of(editor.document, "models")]
        return ask_one(editor, ("model", step), _TASKS[step], entries)

    def rows() -> list[PageRow]:
        chosen = names_of(editor.document, "model")
        return [PageRow(step, partial(ask, step), str(chosen.get(step, NOTHING))) for step in MODEL_STEPS]

    open_page(
        editor, "Models of the steps:", rows,
        hint="A cheap model can read and a strong one write. A dash: the model that plays the person.",
    )  # fmt: skip


def _open_steps(editor: Editor) -> None:
    def rows() -> list[PageRow]:
        prompts = editor.document.get("prompts") or {}
        lines = []
        for step in STEPS:
            place = TextPlace(("prompts", step), f"Instructions for {step}:", hint="Empty: the usual ones.")
            lines.append(PageRow(step, optional_text(editor, place), text_value(prompts.get(step))))
        return [*lines, *setting_rows(editor, ("prompts",), Prompts, ("persona",))]

    open_page(editor, "Instructions of the steps:", rows, hint="A dash: the usual ones.")
