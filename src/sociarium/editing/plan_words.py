"""A plan for people who see no file: its factors, its schedule and its warnings in the words of the page."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sociarium.editing.document import Document
from sociarium.editing.words import key_words, place_words, slot_words
from sociarium.experiment.problems import Loc, path_text

_MENDS: Sequence[tuple[str, str]] = (
    (r"no `max_tokens` for (.+?): a reply may be of any length; write it into the model's entry",
     r"no longest reply for \1: a reply may be of any length; set it (Models, a model, Longest reply)"),
    (r"^one wording a level: ", "one wording a version: "),
    (r"list `wordings:` in the variants, five or more to generalise",
     "say each version in other words (Sections or Opening, a text, a version), five or more to generalise"),
    (r"`seed: run` derives one for each", "the seed “run” (Models, a model, Seed) derives one for each"),
    (r"`seed: (\d+)` makes all runs new", r"the seed \1 (What is compared, Seed) makes all runs new"),
    (r"and `context` is (\d+)", r"and its context (Models, a model, Context) is \1"),
    (r"ends context_cut", "ends early"),
    (r"`order: permuted` mixes them", "the order “permuted” (What is compared, Order) mixes them"),
    (r"`canary: false` in the sweep leaves it out", "Canary: no (What is compared) leaves it out"),
    (r"`messages_per_day` keeps the days alike",
     "messages counted by day (What is compared, Compare or set something) keep the days alike"),
    (r"`roles: \{.+\}` calls such agents otherwise",
     "another name for them (Roles, a role, Name that others read) tells nothing"),
    (r"write `follows:`, or a `graph:` of another kind than given",
     "say whom they follow (People, a person), or let it be drawn (More, Who follows whom)"),
    (r"another kind of `graph:` gives them ties", "another kind (More, Who follows whom) gives them ties"),
    (r"memory\.max_words (\d+) is more than", r"a memory of \1 words (More, What people remember) is more than"),
    (r"prompts\.read speaks of 0 to 1", "the instructions for read (More, Instructions of the steps) speak of 0 to 1"),
    (r"write `(a whole percent from 0 to 100)`", r"write “\1”"),
    (r"and write `hardware:` into the entries, which is kept",
     "and name their hardware (Models, a model, Hardware), which is kept"),
    (r"`models check` tells what is known of this one, and `extra: \{\.\.\.\}` sends",
     "further options (Models, a model, Extra) send"),
    (r"(?<=^several of )(.+ \(<\w+>) in .+?(?=\); where that is not)", r"\1"),
    (r"say it with `plural:` at roles\.(?:\"(?:[^\"\\]|\\.)*\"|.+?)(?=, such as `|$)",
     "say it (Roles, a role, Several of them)"),
    (r"`handle:` in their entry says another beginning",
     "another handle (People, the people who act by a rule, Handle) begins otherwise"),
    (r"for what the file leaves out", "for what the experiment leaves out"),
    (r"write the texts into the file", "write the texts out"),
    (r"the event (?=\S+ (?:never|comes))|the event (?=.+ is none of the people)", "the announcement "),
    (r"author of the event ", "author of the announcement "),
    (r"the policy (?=\S+ finds)", "the content policy "),
)  # fmt: skip
"""How a warning names what stands in a file -> how the page calls it, and where it is changed."""
_SLOTS = (r"(?<=^the factor )(.+?)(?= changes nothing)", r"(?<=^the factor )(.+?)(?= says how)",
          r"(?<=^one wording a level: )(.+?)(?=; a difference)")  # fmt: skip
"""Where a warning names factors."""
_PLACES = (r"(?<=, and others read )(?P<role>'.+?'|\".+?\") in (?P<place>.+?)(?= \(.+\)(?:, and in .+?)?: a word )",
           r"(?P<role>^<\S+>) of (?P<place>.+?)(?= is read as it stands)")  # fmt: skip
"""Where a warning names a place of the file."""
_PLURAL = re.compile(r"(?<=, such as )`plural: (.+)`$")
"""Where a warning says what a file is to have."""
_KEY = re.compile(r"`(\w+)`")


def warning_words(document: Document, warning: str) -> str:
    """A warning of a plan in the words of the page, with the lines that lead to what is changed."""
    for pattern in _SLOTS:
        warning = re.sub(pattern, lambda match: _named_slots(document, match[1].split(", ")), warning)
    for pattern in _PLACES:
        warning = re.sub(pattern, lambda match: _named_place(document, match), warning)
    for pattern, words in _MENDS:
        warning = re.sub(pattern, words, warning)
    warning = _PLURAL.sub(lambda match: _plain_text(match[1]), warning)
    return _KEY.sub(lambda match: key_words(match[1]), warning)


def _named_slots(document: Document, slots: Sequence[str]) -> str:
    return ", ".join(f"“{slot_words(document, slot)}”" for slot in slots)


def _named_place(document: Document, match: re.Match[str]) -> str:
    """What stands before a place, and the place; one that is no path of the file is in words already."""
    place = match["place"]
    loc = next((loc for loc in _locations(document) if path_text(loc) == place), None)
    joined = match[0].removeprefix(match["role"]).removesuffix(place)
    return f"{match['role']}{joined}{place if loc is None else f'“{place_words(document, loc)}”'}"


def _plain_text(written: str) -> str:
    """A text as it is typed on the page, where it stands in quotes in a file."""
    return str(json.loads(written)) if written.startswith('"') else written


def _locations(value: Any, loc: Loc = ()) -> Iterator[Loc]:
    """Every path of a document, people apart, who have names."""
    if not loc and isinstance(value, dict):
        value = {key: part for key, part in value.items() if key != "people"}
    yield loc
    parts = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, part in parts:
        yield from _locations(part, (*loc, key))


def factor_words(document: Document, factors: Mapping[str, Any]) -> dict[str, Any]:
    """What stands by factor, by their names on the page; those that would be called alike keep the file's."""
    called = {factor: slot_words(document, factor) for factor in factors}
    names = list(called.values())
    return {called[factor] if names.count(called[factor]) == 1 else factor: value for factor, value in factors.items()}
