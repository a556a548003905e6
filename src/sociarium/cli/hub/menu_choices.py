"""What the entries of the menu do; imported when one is chosen, so that the first question does not wait for it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from sociarium.cli.hub.library import open_draft, open_experiment, select
from sociarium.cli.hub.runs import read_command
from sociarium.cli.questions.answers import Back, TypedAnswer
from sociarium.cli.questions.checks import home_path, source
from sociarium.cli.questions.completion import paths
from sociarium.cli.wizard.context import WizardContext
from sociarium.config import samples
from sociarium.count_text import count_text
from sociarium.editing.drafts import Draft, drafts
from sociarium.exchange.definition_files import read_definition
from sociarium.experiment.document import to_tree
from sociarium.experiment.validation import design_of
from sociarium.runner.library import lookup

_DEMO = "prison.yaml"
_EXAMPLES = {
    _DEMO: "guards and prisoners, harsh or fair, over days",
    "jury.yaml": "jurors who have to agree on a verdict",
    "negotiation.yaml": "two sides and a bargain, with other goals",
    "devaluation.yaml": "a feed: six people, and news about a currency",
    "campaign.yaml": "a feed: a campaign, and what ranking does to it",
    "rumour.yaml": "a feed: a rumour, and a policy against it",
}
"""File -> a sentence."""


def _show_demo(context: WizardContext) -> None:
    if context.command("demo") == 0:
        context.attempt(lambda: _read_and_open_demo(context), None)


def _read_and_open_demo(context: WizardContext) -> None:
    title = read_definition(samples() / _DEMO).title
    with context.store() as store:
        experiment = lookup.own_experiment(store, title, creator=context.config.creator)
        if experiment is None:
            return
        sweep = store.sweeps(experiment.id)[0]
        run = next(iter(store.slots(sweep.id, most=1))).status.run
    if context.prompts.confirm("Read one of its conversations?") is True:
        read_command(context, "show", run)
    context.show("This is the study that you saw. Under Runs you can read its conversations.", "dim")
    open_experiment(context, experiment)


def _copy_example(context: WizardContext) -> None:
    chosen = context.prompts.choose(
        "Which example?", [_example(name, sentence) for name, sentence in _EXAMPLES.items()],
        hint="It becomes an experiment of your own; nothing is stored before you save it.",
    )  # fmt: skip
    if not isinstance(chosen, Back):
        definition = read_definition(samples() / chosen)
        open_draft(context, Draft(to_tree(definition), position=("Title",)), saved={})


def _example(name: str, sentence: str) -> TypedAnswer:
    definition = read_definition(samples() / name)
    sizes = [design_of(definition, sweep).size * spec.replicates for sweep, spec in definition.all_sweeps.items()]
    runs = count_text(max(sizes), "run") if sizes else "no runs"
    return TypedAnswer(name.removesuffix(".yaml"), name, note=f"{sentence} · {runs}")


def create(context: WizardContext) -> None:
    draft = _choose_draft(context)
    if draft is not None:
        open_draft(context, draft)


def _choose_draft(context: WizardContext) -> Draft | None:
    """The draft to go on with, or a new one; None when whoever sits there went back."""
    while unfinished := drafts():
        named = [f"{one.title!r} of {one.begun} UTC" for one in unfinished]
        entries = [
            TypedAnswer(f"Go on with the draft {name}", one) for name, one in zip(named, unfinished, strict=True)
        ]
        entries.append(TypedAnswer("Begin a new experiment", Draft()))
        entries += [
            TypedAnswer(f"Throw away the draft {name}", one.path) for name, one in zip(named, unfinished, strict=True)
        ]
        chosen = context.prompts.choose("What you began before is kept. What now?", entries)
        match chosen:
            case Back():
                return None
            case Draft():
                return chosen
            case Path():
                chosen.unlink(missing_ok=True)
    return Draft()


def _import(context: WizardContext) -> None:
    answer = context.prompts.text(
        "What should be imported?",
        hint="The path of an archive or of an experiment file, or the URL of a store: sqlite:///path or mongodb://...",
        check=source,
        complete=paths,
    )
    if isinstance(answer, str):
        context.command("import", answer if "://" in answer else home_path(answer))


CHOICES: Mapping[str, Callable[[WizardContext], None]] = {
    "demo": _show_demo,
    "copy": _copy_example,
    "create": create,
    "select": select,
    "import": _import,
}
"""What is chosen -> what it does; each may raise `SociariumError`."""
