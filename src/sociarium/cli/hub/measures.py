"""What a hypothesis measures: something that every run has, or the answers to a private question."""

from __future__ import annotations

from typing import Any

from sociarium.cli.hub.editor import Editor
from sociarium.cli.questions.answers import Back, TypedAnswer
from sociarium.cli.questions.checks import whole
from sociarium.editing.change import entries_of
from sociarium.editing.sections import readers
from sociarium.experiment.hypotheses import probe_measure
from sociarium.experiment.problems import Loc

_COUNTED = [
    TypedAnswer("messages of a run", "messages"),
    TypedAnswer("words a message", "words"),
    TypedAnswer("share of messages with a flag", "flags"),
    TypedAnswer("share of messages without words", "empty"),
]
_MOMENTS = {"start": "before the first message", "end": "at the very end", "each_day": "at the end of a day"}
_MOST_DAYS = 999_999


def measure_words(measure: str) -> str:
    """A measure in words."""
    probe = probe_measure(measure)
    if probe is None:
        return next((entry.text for entry in _COUNTED if entry.value == measure), measure)
    whom = f" of {probe.role}" if probe.role else ""
    option = f", share of {probe.option}" if probe.option else ""
    return f"{probe.name}{whom}, {probe.moment}{option}"


def ask_measure(editor: Editor, loc: Loc) -> bool:
    """Ask what a hypothesis measures; of a question also of whom, when, and which answer."""
    probes = [probe for _, probe in entries_of(editor.document, "probes") if probe.get("answer")]
    before = str(editor.value((*loc, "measure")) or "")
    former = probe_measure(before)
    entries = [*_COUNTED, *(TypedAnswer(f"answers to {probe.get('name', '')}", probe) for probe in probes)]
    named = next((probe for probe in probes if former and probe.get("name") == former.name), None)
    chosen = editor.prompts.choose(
        "What is measured?", entries, default=named or before,
        hint="Each run is one value. A private question is there with a scale or with answers to choose from.",
    )  # fmt: skip
    if isinstance(chosen, Back):
        return False
    measure = _probe_measure(editor, chosen) if isinstance(chosen, dict) else chosen
    if measure is not None:
        editor.set((*loc, "measure"), measure)
    return measure is not None


def _probe_measure(editor: Editor, probe: dict[str, Any]) -> str | None:
    roles = list(probe.get("of") or readers(editor.document))
    role = editor.prompts.choose("Whose answers?", [TypedAnswer(one, one) for one in roles]) if len(roles) > 1 else ""
    if isinstance(role, Back):
        return None
    moment = _moment(editor, list(probe.get("at") or ["end"]))
    if moment is None:
        return None
    choices = (probe.get("answer") or {}).get("choices")
    option = editor.prompts.choose("The share of which answer?", [TypedAnswer(one, one) for one in choices or ()]) \
        if choices else ""  # fmt: skip
    if isinstance(option, Back):
        return None
    return f"probe {probe.get('name', '')}{f' of {role}' if role else ''} at {moment}{f' = {option}' if option else ''}"


def _moment(editor: Editor, moments: list[str]) -> str | None:
    entries = [TypedAnswer(_MOMENTS.get(one, one), one) for one in moments]
    chosen = editor.prompts.choose("When?", entries) if len(entries) > 1 else moments[0]
    if isinstance(chosen, Back):
        return None
    if chosen != "each_day":
        return str(chosen)
    day = editor.prompts.text("At the end of which day?", default="1", check=whole(1, _MOST_DAYS))
    return None if isinstance(day, Back) else f"day{int(day)}"


def ask_probe(editor: Editor, loc: Loc) -> bool:
    """Ask whose answer leaves a run out."""
    names = [str(probe.get("name", "")) for _, probe in entries_of(editor.document, "probes")]
    if not names:
        editor.warn("There is no private question yet.")
        return False
    chosen = editor.prompts.choose("Which question?", [TypedAnswer(name, name) for name in names])
    if isinstance(chosen, Back):
        return False
    editor.set((*loc, "probe"), chosen)
    return True
