"""Private questions: a new one, whom and when it can ask, and its answer as it is typed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sociarium.editing.arrange import add_item
from sociarium.editing.change import Change
from sociarium.editing.document import Document
from sociarium.editing.levels import names
from sociarium.editing.sections import readers
from sociarium.experiment.definition import Moment
from sociarium.experiment.loading.written_answers import in_full, read_scale

MOMENTS: Mapping[Moment, str] = {
    "start": "before the first message",
    "each_day": "at the end of each day",
    "end": "at the very end",
}
USUAL_MOMENTS: tuple[Moment, ...] = ("end",)
"""When a question is asked of which nothing else is said."""


def add_question(document: Document, question: Mapping[str, Any]) -> Change:
    """One more private question, asked last.

    Args:
        question: as a file has it, as far as it is known; with a name.

    Raises:
        BadInput: there is no name, or another one has it.
    """
    return add_item(document, "probes", question)


def asked_roles(document: Document, chosen: Sequence[str]) -> list[str] | None:
    """Who is asked, as a file says it: None for all who can be, of whom none or each was chosen."""
    roles = [role for role in chosen if role]
    return roles if roles and not set(readers(document)) <= set(roles) else None


def answer_text(answer: Any) -> str:
    """An answer as it would be typed: `0-10`, or the choices between commas; empty for words of one's own."""
    if isinstance(answer, str):
        return answer
    if not isinstance(answer, Mapping):
        return ""
    if "choices" in answer:
        choices = answer["choices"]
        return ", ".join(map(str, choices)) if isinstance(choices, list | tuple) else str(choices)
    first, last = answer.get("from", 0), answer.get("to", "?")
    return f"{first} to {last}" if str(first).startswith("-") or str(last).startswith("-") else f"{first}-{last}"


def typed_answer(line: str) -> object:
    """An answer that was typed: a scale such as `0-10` or `-3 to 3`, choices, or either as a file has it, in brackets.

    None for words of one's own; a line whose brackets do not fit stays as it was typed.
    """
    if (ends := read_scale(line.replace("−", "-"))) is not None:
        return {"from": ends[0], "to": ends[1]}
    if not (choices := names(line)):
        return None
    full = in_full(line.strip())
    return {"choices": choices} if isinstance(full, dict) and not line.strip().startswith(("{", "[")) else full
