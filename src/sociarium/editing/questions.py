"""Private questions: a new one, when it can be asked, and its answer as it is typed."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from sociarium.editing.change import Change, copy_of, entries_of, refuse_unusable
from sociarium.editing.document import Document
from sociarium.editing.levels import names
from sociarium.errors import BadInput
from sociarium.experiment.definition import Moment

MOMENTS: Mapping[Moment, str] = {
    "start": "before the first message",
    "each_day": "at the end of each day",
    "end": "at the very end",
}
_SCALE = re.compile(r"\s*([-−]?\d{1,7})\s*(?:-|–|to)\s*([-−]?\d{1,7})\s*")


def add_question(document: Document, question: Mapping[str, Any]) -> Change:
    """One more private question, asked last.

    Args:
        question: as a file has it; with a name and words.

    Raises:
        BadInput: another one has the name, or nothing is asked.
    """
    others = [str(entry.get("name", "")) for _, entry in entries_of(document, "probes")]
    refuse_unusable(str(question.get("name", "")), others, "question")
    if not str(question.get("ask", "")).strip():
        raise BadInput("Write the question.")
    changed = copy_of(document)
    changed["probes"] = [*(changed.get("probes") or ()), dict(question)]
    return Change(changed)


def answer_text(answer: Any) -> str:
    """An answer as it would be typed: `0-10`, or the choices between commas; empty for words of one's own."""
    if not isinstance(answer, Mapping):
        return ""
    if "choices" in answer:
        choices = answer["choices"]
        return ", ".join(map(str, choices)) if isinstance(choices, list | tuple) else str(choices)
    first, last = answer.get("from", 0), answer.get("to", "?")
    return f"{first} to {last}" if str(first).startswith("-") or str(last).startswith("-") else f"{first}-{last}"


def typed_answer(line: str) -> dict[str, Any] | None:
    """An answer that was typed: a scale such as `0-10` or `-3 to 3`, or choices; None for words of one's own."""
    if scale := _SCALE.fullmatch(line):
        first, last = (int(end.replace("−", "-")) for end in scale.groups())
        return {"from": first, "to": last}
    choices = names(line)
    return {"choices": choices} if choices else None
