"""Texts with placeholders and variants, asked for in one way everywhere."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from rich.table import Table

from sociarium.cli.display.output import words
from sociarium.cli.questions.completion import Completion, placeholders
from sociarium.cli.wizard.flow import QuestionFlow
from sociarium.cli.wizard.lists import names
from sociarium.editing.document import Document
from sociarium.experiment.prompts.placeholders import (
    COUNTS,
    ROLE_FORMS,
    SELF,
    RoleFacts,
    render,
    role_key,
    unknown_placeholders,
)

_SEVERAL = 3
_VERB = "VERB_MAKE"


@dataclass(frozen=True, slots=True)
class PlaceholderRules:
    """Which placeholders a text may have.

    Attributes:
        roles: names of the roles of the experiment.
        has_self: whether the text speaks to one agent.
        needed: whether it has to say something.
    """

    roles: Collection[str]
    has_self: bool = True
    needed: bool = False

    def check(self, text: str) -> str:
        """What is wrong with a text: a placeholder that means nothing, with the nearest that do."""
        if self.needed and not text.strip():
            return "Write something."
        for word in unknown_placeholders(text, self.roles, has_self=self.has_self):
            if word.word == SELF:
                return f"<{SELF}> has no meaning here: only an agent's own prompt has a self."
            nearest = f"Did you mean {' or '.join(word.nearest)}?" if word.nearest else "Write it another way."
            return f"<{word.word}> is not a placeholder. {nearest}"
        return ""

    def complete(self, text: str) -> Sequence[Completion]:
        """The placeholders that may stand before the cursor."""
        return placeholders(self.roles, has_self=self.has_self)(text)


def placeholder_table(tree: Document) -> Table:
    """The placeholders of an experiment, with what becomes of them for one agent and for several."""
    table = Table(box=None, padding=(0, 2, 0, 2), header_style="dim", title_justify="left", title_style="dim",
                  title="These words in a text are replaced, by how many agents there are:")  # fmt: skip
    for heading in ("write", "for one", f"for {_SEVERAL}"):
        table.add_column(heading)
    roles = list(tree["roles"])
    for form in (*ROLE_FORMS, _VERB):
        word = f"<{role_key(roles[0])}_{form}>"
        table.add_row(*(words(cell, "dim") for cell in (word, *_renderings(word, tree))))
    for word in (f"<{SELF}>", *(f"<{count}>" for count in COUNTS)):
        table.add_row(*(words(cell, "dim") for cell in (word, *_renderings(word, tree))))
    others = ", ".join(f"<{role_key(name)}_...>" for name in roles[1:])
    if others:
        table.add_row(words(f"likewise {others}", "dim"), "", "")
    return table


def _renderings(word: str, tree: Document) -> list[str]:
    cells = []
    for count in (1, _SEVERAL):
        facts = [
            RoleFacts(name, count, (spec or {}).get("pronouns", "they"), (spec or {}).get("plural"))
            for name, spec in tree["roles"].items()
        ]
        cells.append(render(word, facts, self_name=f"{next(iter(tree['roles'])).capitalize()}_417"))
    return cells


def text(
    asking: QuestionFlow,
    key: str,
    question: str,
    *,
    before: Any,
    rules: PlaceholderRules,
    varied: bool = False,
    hint: str = "",
) -> Any:
    """A text of the file: plain, or with named variants.

    Args:
        before: what stands there so far; None for nothing.
        rules: which placeholders it may have.
        varied: ask for variants.
    """
    if not varied:
        return asking.long_text(
            key, question, hint=hint, default=_first(before), check=rules.check, complete=rules.complete
        )
    former = dict(before["variants"]) if isinstance(before, Mapping) else {}
    named = asking.text(
        f"{key}/names",
        f"{question} Names of its versions:",
        hint="A short name for each, separated by commas, such as: harsh, fair. They stand in your tables later.",
        default=", ".join(former) or "a, b",
        check=_two_names,
    )
    versions = {}
    for place, name in enumerate(names(named)):
        default = former.get(name, _first(before) if not place else "")
        versions[name] = asking.long_text(
            f"{key}/{name}",
            f"{question} Version {name!r}:",
            default=default,
            check=rules.check,
            complete=rules.complete,
        )
    return {"variants": versions}


def is_varied(before: Any) -> bool:
    """Whether a text has variants."""
    return isinstance(before, Mapping)


def _first(before: Any) -> str:
    if isinstance(before, Mapping):
        return str(next(iter(before["variants"].values())))
    return before or ""


def _two_names(line: str) -> str:
    return "" if len(names(line)) >= 1 else "Write at least one name."


Part = Callable[[QuestionFlow, Document], Document]
"""Asks for a part of an experiment; what stands there so far is the default."""
