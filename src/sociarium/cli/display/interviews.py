"""Interviews on a screen: what agents answered who were asked after the run."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from rich.console import Console

from sociarium.cli.display.output import words
from sociarium.exchange.sanitize import one_line
from sociarium.records.interviews import LABEL
from sociarium.records.minute_text import minute_text

_MOST_VALUES = 12


def show_interviews(screen: Console, interviews: Sequence[Mapping[str, Any]]) -> None:
    """Those of a run under a rule of their own; nothing where there are none."""
    if not interviews:
        return
    screen.print()
    screen.rule("Interviews", style="dim")
    print_label(screen)
    for one in interviews:
        screen.print()
        asked = f"{one['by']}, {minute_text(one['asked'])}"
        screen.print(words(f"{one_line(asked)} · {_where(one)}", "dim"))
        screen.print(words(f"? {one['question']}"))
        show_answer(screen, one)


def show_answer(screen: Console, interview: Mapping[str, Any]) -> None:
    """Who answers, and what; with what is noted of it."""
    line = words(interview["agent"], "bold").append(": ")
    line.append_text(words(answer_text(interview)))
    if interview["flags"]:
        line.append(f"  [{', '.join(interview['flags'])}]", style="yellow")
    if interview["other_model"]:
        line.append_text(words(f"  [another model's reading: {interview['provider_model']}]", "yellow"))
    screen.print(line)


def answer_text(interview: Mapping[str, Any]) -> str:
    """An answer in words; of one that cannot be read, what the model said."""
    if interview["answer"] is not None:
        return str(interview["answer"])
    text = one_line(interview["text"], most=300)
    return f"no valid answer ({text})" if text else "no answer"


def print_label(screen: Console) -> None:
    """What interviews are, wherever they are shown."""
    screen.print(words(f"({LABEL})", "dim"))


def counts_of_answers(interviews: Iterable[Mapping[str, Any]]) -> str:
    """How often each answer was given, in their order; empty for free text."""
    answers = [one["answer"] for one in interviews if one["form"]]
    counts = Counter(answer for answer in answers if answer is not None)
    order = sorted(counts, key=lambda answer: (isinstance(answer, str), answer))
    if counts and len(counts) > _MOST_VALUES:
        return ""
    parts = [f"{one_line(str(answer))}: {counts[answer]}" for answer in order]
    if missing := answers.count(None):
        parts.append(f"no valid answer: {missing}")
    return ", ".join(parts)


def _where(interview: Mapping[str, Any]) -> str:
    return f"{one_line(interview['agent'])} at {interview['at']} · {one_line(interview['model'])}"
