"""Texts with placeholders and variants, asked for in one way everywhere."""

from __future__ import annotations

import re
from collections.abc import Iterable

from rich.table import Table

from sociarium.cli.display.output import words
from sociarium.cli.questions.checks import Check
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


def placeholder_check(roles: Iterable[str], *, has_self: bool = True, needed: bool = False) -> Check:
    """Finds placeholders that mean nothing, and names the nearest that do.

    Args:
        has_self: whether the text speaks to one agent.
        needed: whether it has to say something.
    """
    names = list(roles)

    def fault(text: str) -> str:
        if needed and not text.strip():
            return "Write something."
        for word in unknown_placeholders(text, names, has_self=has_self):
            if word.word == SELF:
                return f"<{SELF}> has no meaning here: only an agent's own prompt has a self."
            nearest = f"Did you mean {' or '.join(word.nearest)}?" if word.nearest else "Write it another way."
            return f"<{word.word}> is not a placeholder. {nearest}"
        return _open_end(text, names)

    return fault


def _open_end(text: str, roles: Iterable[str]) -> str:
    """What is wrong with a placeholder that begins and does not end; empty where there is none."""
    keys = sorted({SELF, *COUNTS, *(f"{role_key(role)}_" for role in roles)}, key=len, reverse=True)
    beginnings = "|".join(map(re.escape, keys))
    match = re.search(rf"<(?:{beginnings})[A-Z_]*(?![A-Z_>])", text)
    return f"{match[0]} does not end: a placeholder is closed by >." if match else ""


def placeholder_table(tree: Document) -> Table:
    """The placeholders of an experiment, with what becomes of them for one agent and for several."""
    table = Table(box=None, padding=(0, 2, 0, 2), header_style="dim")
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
        first, spec = next(iter(tree["roles"].items()))
        called = (spec or {}).get("name") or first.capitalize()
        cells.append(render(word, facts, self_name=f"{called}_417"))
    return cells
