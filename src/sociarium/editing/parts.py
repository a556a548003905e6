"""The parts of an experiment as its page lists them: each with its value in short, and what it still needs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sociarium.count_text import count_text
from sociarium.editing.change import entries_of, names_of
from sociarium.editing.document import Document, definition_of, is_a_feed
from sociarium.editing.factors import is_linked, sweeps_of
from sociarium.editing.faults import Fault, PartName, faults
from sociarium.editing.words import slot_words
from sociarium.errors import DefinitionError
from sociarium.experiment.definition import ONLY_SWEEP
from sociarium.experiment.validation import design_of

NOTHING = "–"
_CONVERSATION: tuple[PartName, ...] = (
    "Title", "Roles", "Models", "Opening", "Sections", "Day's record", "Private questions", "Announcements",
    "What is compared", "Prompts", "Note", "More",
)  # fmt: skip
_FEED: tuple[PartName, ...] = (
    "Title", "People", "Models", "Sections", "Private questions", "Announcements", "What is compared", "Prompts",
    "Note", "More",
)  # fmt: skip
_MOST_NAMES = 4
_EXCERPT = 60
_MORE = ("continuation", "manager", "reply", "speaker_prefix", "stop", "first_speaker", "graph", "feed", "policy",
         "memory", "days", "hypotheses", "exclusions")  # fmt: skip


@dataclass(frozen=True, slots=True)
class PartView:
    """A part of an experiment's page.

    Attributes:
        value: what it holds, in a few words; a dash where it holds nothing.
        faults: what keeps the experiment from being saved, with the place of each.
        hints: what a colleague would ask about; it can be saved all the same.
    """

    name: PartName
    value: str
    faults: tuple[Fault, ...] = ()
    hints: tuple[str, ...] = ()


def parts_of(document: Document) -> tuple[PartView, ...]:
    """Every part of an experiment, in the order of its page; whatever is wrong stands at one of them."""
    wrong = faults(document)
    return tuple(
        PartView(
            name,
            _VALUES[name](document) or NOTHING,
            tuple(fault for fault in wrong if fault.part == name or (name == "More" and fault.part not in names)),
            tuple(_HINTS[name](document)) if name in _HINTS else (),
        )
        for names in [_FEED if is_a_feed(document) else _CONVERSATION]
        for name in names
    )


def _people_hints(document: Document) -> list[str]:
    entries = [entry for _, entry in entries_of(document, "people")]
    is_alone = len(entries) == 1 and "handle" in entries[0] and not document.get("newcomers")
    return ["There is one person: nobody else reads and answers."] if is_alone else []


def _record_hints(document: Document) -> list[str]:
    most = 0
    for sweep in sweeps_of(document):
        for name, raw in names_of(sweep, "factors").items():
            most = max([most, *_days(name, raw)])
    if most < 2 or document.get("summarizer"):
        return []
    return [f"There are {most} days, and nobody writes down what happened on the days before."]


def _days(name: str, raw: Any) -> list[int]:
    """The whole numbers that a factor sets as days."""
    if is_linked(raw):
        values = [level.get("days") for level in raw]
    elif name != "days":
        return []
    else:
        values = [raw.get("to")] if isinstance(raw, dict) else raw if isinstance(raw, list) else [raw]
    return [value for value in values if isinstance(value, int)]


def _names(names: list[str]) -> str:
    more = f" · and {len(names) - _MOST_NAMES} more" if len(names) > _MOST_NAMES else ""
    return " · ".join(names[:_MOST_NAMES]) + more


def _roles(document: Document) -> str:
    lines = []
    for role, spec in names_of(document, "roles").items():
        fields = spec if isinstance(spec, dict) else {}
        lines.append(f"{role} ({'with a script' if fields.get('script') else fields.get('pronouns', 'they')})")
    return _names(lines)


def _people(document: Document) -> str:
    written = [str(entry["handle"]) for _, entry in entries_of(document, "people") if "handle" in entry]
    lines = [f"{entry['generate']} × {entry.get('role', 'person')}, written by {entry.get('model', NOTHING)}"
             for _, entry in entries_of(document, "people") if "generate" in entry]  # fmt: skip
    if newcomers := names_of(document, "newcomers"):
        first = newcomers.get("from", 2)
        lines.append(f"{newcomers.get('per_day', 1)} more a day{'' if first == 2 else f', from day {first} on'}")
    return _names([*lines, *written])


def _models(document: Document) -> str:
    lines = []
    for name, spec in names_of(document, "models").items():
        fields = spec if isinstance(spec, dict) else {}
        served = str(fields.get("model") or "")
        warmth = f" at {fields['temperature']}" if fields.get("temperature") is not None else ""
        lines.append(f"{served or name}{warmth}")
    return _names(lines)


def _opening(document: Document) -> str:
    text = document.get("starting_message", "Start the conversation.")
    versions = names_of(text, "variants") if isinstance(text, dict) else {}
    if versions:
        return f"{count_text(len(versions), 'version')}: {_names(list(versions))}"
    return f"“{_excerpt(text)}”" if isinstance(text, str) and text.strip() else ""


def _excerpt(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _EXCERPT else f"{line[: _EXCERPT - 1].rstrip()}…"


def _sections(document: Document, key: str = "sections") -> str:
    lines = []
    for _, section in entries_of(document, key):
        texts = [section.get("shared"), section.get("content"), *names_of(section, "private").values()]
        versions = max((len(names_of(text, "variants")) for text in texts if isinstance(text, dict)), default=0)
        notes = [f"{versions} versions"] if versions > 1 else []
        notes += ["shared"] if "shared" in section else []
        suffix = f" ({', '.join(notes)})" if notes else ""
        lines.append(f"{section.get('title', NOTHING)}{suffix}")
    return _names(lines)


def _questions(document: Document) -> str:
    return _names([_question(probe) for _, probe in entries_of(document, "probes")])


def _question(probe: dict[str, Any]) -> str:
    answer = names_of(probe, "answer")
    scale = f" {answer['from']}–{answer['to']}" if {"from", "to"} <= set(answer) else ""
    whom = f", of {', '.join(map(str, probe['of']))}" if isinstance(probe.get("of"), list) else ""
    return f"{probe.get('name', NOTHING)}{scale}{whom}"


def _announcements(document: Document) -> str:
    return _names(
        [f"{event.get('name', NOTHING)} (day {event.get('day', 1)})" for _, event in entries_of(document, "events")]
    )


def _comparison(document: Document) -> str:
    if not document.get("sweep") and not document.get("sweeps"):
        return "asked for when it is performed"
    try:
        definition = definition_of(document)
    except DefinitionError:
        definition = None
    lines = []
    sweeps = {ONLY_SWEEP: document["sweep"]} if "sweep" in document else names_of(document, "sweeps")
    for name, sweep in sweeps.items():
        line = " × ".join(_factor_words(document, sweep if isinstance(sweep, dict) else {}))
        if definition is not None:
            size, replicates = design_of(definition, name).size, definition.all_sweeps[name].replicates
            total = f"{count_text(size, 'condition')} × {replicates} = {count_text(size * replicates, 'run')}"
            line = f"{line} = {total}" if line else total
        lines.append(line if "sweeps" not in document else f"{name}: {line}")
    return " · ".join(lines)


def _factor_words(document: Document, sweep: dict[str, Any]) -> list[str]:
    """What is really compared: a factor with one level is a setting."""
    return [
        slot_words(document, name) if name not in names_of(sweep, "factors") or not is_linked(raw) else name
        for name, raw in names_of(sweep, "factors").items()
        if isinstance(raw, dict) or (isinstance(raw, list) and len(raw) > 1)
    ]


def _note(document: Document) -> str:
    star = "*" if document.get("favourite") is True else ""
    note = _excerpt(str(document.get("note") or ""))
    return " ".join(part for part in (star, f"“{note}”" if note else "") if part)


def _more(document: Document) -> str:
    return _names([slot_words(document, key) for key in _MORE if key in document])


_VALUES: dict[PartName, Callable[[Document], str]] = {
    "Title": lambda document: str(document.get("title") or ""),
    "Roles": _roles,
    "People": _people,
    "Models": _models,
    "Opening": _opening,
    "Sections": _sections,
    "Day's record": lambda document: _sections(document, "summarizer"),
    "Private questions": _questions,
    "Announcements": _announcements,
    "What is compared": _comparison,
    "Prompts": lambda document: "as each person reads them" if is_a_feed(document) else "as each agent reads them",
    "Note": _note,
    "More": _more,
}
_HINTS: dict[PartName, Callable[[Document], list[str]]] = {"Day's record": _record_hints, "People": _people_hints}
