"""The parts of an experiment, and the questions that lead from nothing, or from an older one, to a whole one."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from rich.console import Group, RenderableType
from rich.rule import Rule
from rich.text import Text

from sociarium.cli.display.output import words
from sociarium.cli.questions.answers import Entry
from sociarium.cli.questions.checks import nonempty
from sociarium.cli.wizard.extras import events, note, probes, summarizer
from sociarium.cli.wizard.feeds.parts import FEED_PARTS
from sociarium.cli.wizard.flow import QuestionFlow
from sociarium.cli.wizard.models import models
from sociarium.cli.wizard.roles import roles
from sociarium.cli.wizard.sections import sections, starting_message
from sociarium.cli.wizard.text_input import Part
from sociarium.config import Config
from sociarium.editing.document import Document, definition_of, is_a_feed, problems, without_sweeps
from sociarium.environments.feed.optional_libraries import refuse_missing
from sociarium.errors import MissingExtra
from sociarium.experiment.definition import ONLY_SWEEP
from sociarium.runner.planning.prompt_preview import preview_prompts

_SAVE = "\0save"
Taken = Callable[[str], str]
"""Why a title cannot be had; empty when it can."""


def parts(config: Config, title_fault: Taken, *, is_feed: bool) -> Mapping[str, Part]:
    """Every part by what it is called, in the order in which a new experiment is asked for."""
    first: dict[str, Part] = {"Title": lambda asking, tree: _title(asking, tree, title_fault)}
    if is_feed:
        return {
            **first,
            "Models": lambda asking, tree: models(asking, tree, config),
            **FEED_PARTS,
            "Note and favourite": note,
        }
    return {
        **first,
        "Roles": roles,
        "Models": lambda asking, tree: models(asking, tree, config),
        "Starting message": starting_message,
        "Sections and their texts": sections,
        "Summaries of days": summarizer,
        "Private questions": probes,
        "Announcements": events,
        "Note and favourite": note,
    }


def ask_experiment(asking: QuestionFlow, config: Config, title_fault: Taken) -> Document:
    """A new experiment."""
    tree = _environment(asking)
    for part in parts(config, title_fault, is_feed=is_a_feed(tree)).values():
        tree = part(asking, tree)
    return ask_changes(asking, tree, config, title_fault)


def ask_changes(
    asking: QuestionFlow,
    tree: Document,
    config: Config,
    title_fault: Taken,
    show: Callable[[Document], RenderableType] | None = None,
) -> Document:
    """An experiment of which parts are changed until whoever sits there is content with it.

    Args:
        show: what is shown of it each time; by default its prompts.
    """
    by_name = parts(config, title_fault, is_feed=is_a_feed(tree))
    turn = 0
    while True:
        turn += 1
        wrong = problems(tree)
        if wrong:
            lines = "\n".join(f"  {problem}" for problem in wrong)
            asking.say(words(f"\nBefore it can be saved:\n{lines}", "yellow"))
        else:
            asking.say((show or prompts)(tree))
        entries = [Entry(f"Change: {name}", name) for name in by_name]
        if not wrong:
            entries.insert(0, Entry("Save it", _SAVE))
        what = asking.choose(f"review/{turn}", "And now?", entries, hint="Nothing is stored before you save it.")
        if what == _SAVE:
            return tree
        tree = by_name[what](asking.below(f"change/{turn}"), tree)


def prompts(tree: Document) -> RenderableType:
    """Every prompt of one condition, as it will be read."""
    definition = definition_of(without_sweeps(tree))
    whom = "with stand-in words for those that models will write" if is_a_feed(tree) else "with one agent a role"
    lines: list[RenderableType] = [Text(f"\nThis is what will be read, {whom}:", style="bold")]
    for prompt in preview_prompts(definition, ONLY_SWEEP).prompts:
        lines += [Text(), Rule(words(prompt.user), align="left"), words(prompt.text)]
    return Group(*lines, Text())


def _environment(asking: QuestionFlow) -> Document:
    chosen = asking.choose(
        "environment",
        "What do you want to study?",
        [
            Entry("Conversations: agents in roles talk with each other, message by message", "conversation"),
            Entry("A feed: people on a social network read, react and post, day by day", "feed"),
        ],
        hint="Whatever is made can be changed later, except for this.",
    )
    if chosen == "conversation":
        return {}
    try:
        refuse_missing()
    except MissingExtra as error:
        asking.ask_again("environment", str(error))
    return {"environment": chosen}


def _title(asking: QuestionFlow, tree: Document, title_fault: Taken) -> Document:
    before = tree.get("title", "")
    title = asking.text(
        "title",
        "What is the experiment called?",
        hint="A few words by which you and your colleagues find it again, such as: Who washes up",
        default=before,
        check=lambda line: nonempty(line) or ("" if line.strip() == before else title_fault(line.strip())),
    )
    return {**tree, "title": title}
