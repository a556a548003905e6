"""Who is there from the start: described one by one, taken from a file, or written by a model."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from sociarium.cli.questions.answers import Entry
from sociarium.cli.questions.checks import Check, nonempty
from sociarium.cli.questions.completion import names, paths
from sociarium.cli.wizard.feeds.archetypes import archetypes, handles, without_roles_of_nobody
from sociarium.cli.wizard.flow import QuestionFlow
from sociarium.editing.document import Document
from sociarium.errors import DefinitionError
from sociarium.experiment.document import from_tree, to_tree
from sociarium.experiment.feed.people import DEFAULT_ROLE, HANDLE
from sociarium.experiment.feed.validation import MOST_PEOPLE
from sociarium.experiment.prompts.placeholders import RESERVED_ROLE_KEYS, role_key

Someone = dict[str, Any]
"""An entry of `people:`, a person or a group that a model writes."""

_DESCRIBE, _FILE, _WRITE, _DONE, _CHANGE, _REMOVE = "describe", "file", "write", "done", "change", "remove"
_LONGEST_HANDLE = 50
_MOST_NAMED = 8


def people(asking: QuestionFlow, tree: Document) -> Document:
    """The people, and those whom a model writes."""
    entries: list[Someone] = list(tree.get("people", ()))
    turn = 0
    while True:
        turn += 1
        here = asking.below(f"people/{turn}")
        known = {**tree, "people": entries}
        chosen = here.choose("what", _question(entries), _entries(entries), hint=_HINT, default=_DONE)
        action, _, which = chosen.partition("/")
        if action == _DONE:
            return without_roles_of_nobody(known)
        if action == _DESCRIBE:
            entries = [*entries, _person(here, known, {})]
        elif action == _WRITE:
            entries = [*entries, _ask_generated(here, known, {})]
        elif action == _FILE:
            entries = [*entries, *_of_file(here, known)]
        else:
            place = int(which)
            before, others = entries[place], [*entries[:place], *entries[place + 1 :]]
            rest = {**tree, "people": others}
            if action == _CHANGE:
                ask = _ask_generated if "generate" in before else _person
                others.insert(place, ask(here, rest, before))
            entries = others


_HINT = (
    "Those who take part in your network. Describe the few who matter by themselves; let a model write the crowd, "
    "the same one in every condition that is compared."
)


def _question(entries: Sequence[Someone]) -> str:
    if not entries:
        return "Who is there?"
    named = [_entry_name(entry) for entry in entries[:_MOST_NAMED]]
    more = [f"{len(entries) - _MOST_NAMED} more"] if len(entries) > _MOST_NAMED else []
    return f"People so far: {', '.join([*named, *more])}. And now?"


def _entry_name(entry: Someone) -> str:
    role = entry.get("role", DEFAULT_ROLE)
    return f"{entry['generate']} of the role {role}" if "generate" in entry else f"@{entry['handle']}"


def _entries(people_entries: Sequence[Someone]) -> list[Entry]:
    entries = [Entry("That is all", _DONE)] if people_entries else []
    entries += [
        Entry("Describe somebody: handle, name, what they are like", _DESCRIBE),
        Entry("Let a model write people, after what you say of them", _WRITE),
        Entry("Take people from a file (JSON, one person a line)", _FILE),
    ]
    for place, entry in enumerate(people_entries):
        entries += [Entry(f"Change {_entry_name(entry)}", f"{_CHANGE}/{place}")]
        entries += [Entry(f"Take {_entry_name(entry)} out", f"{_REMOVE}/{place}")]
    return entries


def _person(asking: QuestionFlow, tree: Document, before: Someone) -> Someone:
    others = handles(tree)
    handle = asking.text(
        "handle",
        "Handle:",
        hint="The name by which others mention them, one word, such as: ada_baker",
        default=before.get("handle", ""),
        check=lambda written: handle_fault(written, others),
    ).removeprefix("@")
    person = {**before, "handle": handle}
    person |= _ask_fields(asking, before, "name", "Name:", "As the network shows it. Empty: the handle.")
    person |= _ask_fields(
        asking, before, "bio", "Bio:", "The line under the name, which everybody can read. Or nothing."
    )
    persona = before.get("persona", "")
    # A persona that is a tree of values stays as it was written.
    if isinstance(persona, str):
        written = asking.long_text(
            "persona",
            "What are they like?",
            hint="Only they read it: character, aims, manner of writing. "
            "For example: Patient and dry. Corrects figures before opinions. Writes short posts.",
            default=persona,
        )
        person |= {"persona": written}
    person |= {"role": _role(asking, tree, before)}
    usual = {"name": "", "bio": "", "persona": "", "role": DEFAULT_ROLE}
    return {key: value for key, value in person.items() if key in before or usual.get(key) != value}


def _ask_fields(asking: QuestionFlow, before: Someone, key: str, question: str, hint: str) -> Someone:
    return {key: asking.text(key, question, hint=hint, default=before.get(key, ""))}


def _ask_generated(asking: QuestionFlow, tree: Document, before: Someone) -> Someone:
    many = asking.whole(
        "generate",
        "How many people should a model write?",
        hint="You can compare several numbers later.",
        least=0,
        most=MOST_PEOPLE,
        default=before.get("generate", 5),
    )
    role = _role(asking, tree, before)
    names = list(tree["models"])
    model = names[0]
    if len(names) > 1:
        model = asking.choose(
            "model",
            "Which model writes them?",
            [Entry(name, name) for name in names],
            hint="It writes them once; whichever model plays them later, they are the same people.",
            default=before.get("model", model),
        )
    prompt = asking.long_text(
        "prompt",
        "Who are they?",
        hint="What the model is told of whom to write. "
        "For example: They live in a small town on a river, have jobs, children and quarrels about parking.",
        default=before.get("prompt", ""),
        check=nonempty,
    )
    return {**before, "generate": many, "role": role, "model": model, "prompt": prompt}


def _of_file(asking: QuestionFlow, tree: Document) -> list[Someone]:
    path = asking.text(
        "file",
        "Path of the file:",
        hint='A line for each person, such as: {"handle": "ada", "name": "Ada", "bio": "Baker.", "persona": "Kind."}',
        check=lambda said: nonempty(said) or _file_fault(said.strip(), tree),
        complete=paths,
    )
    return _read(path)


def _read(path: str) -> list[Someone]:
    """The people of a file. Raises `DefinitionError`."""
    where = Path(path).expanduser()
    alone = {
        "title": path,
        "environment": "feed",
        "models": {"none": {"provider": "offline"}},
        "people": [{"file": where.name}],
    }
    definition = from_tree(alone, source=path, read=lambda name: (where.parent / name).read_bytes())
    people: list[Someone] = to_tree(definition)["people"]
    return people


def _file_fault(path: str, tree: Document) -> str:
    try:
        people_read = _read(path)
    except DefinitionError as error:
        first, more = error.problems[0], len(error.problems) - 1
        return f"{first}{f' (and {more} more)' if more else ''}"
    others = handles(tree)
    return next((fault for one in people_read if (fault := handle_fault(one["handle"], others))), "")


def handle_fault(said: str, others: Sequence[str]) -> str:
    """What is wrong with the handle of a new person; empty when nothing is."""
    handle = said.strip().removeprefix("@")
    if not handle:
        return "Write something."
    if not re.match(HANDLE, handle) or len(handle) > _LONGEST_HANDLE:
        return f"{handle!r} is no handle: one word of at most {_LONGEST_HANDLE} characters, without @ # < > / \\."
    if handle.casefold() in {other.casefold() for other in others}:
        return f"There is @{handle} already; choose another one (capitals make no difference)."
    return ""


def _role(asking: QuestionFlow, tree: Document, before: Someone) -> str:
    roles = archetypes(tree)
    so_far = f" So far: {', '.join(roles)}." if roles else ""
    return asking.text(
        "role",
        "Role:",
        hint="The kind of person, in the singular, such as: citizen, expert, troll. People of one role can be asked, "
        f"counted and compared together.{so_far}",
        default=before.get("role", roles[-1] if roles else DEFAULT_ROLE),
        check=_role_check(roles),
        complete=names(roles),
    )


def _role_check(known: Sequence[str]) -> Check:
    def fault(line: str) -> str:
        role = line.strip()
        key = role_key(role)
        if not role:
            return "Write something."
        if role == "probes" or key in RESERVED_ROLE_KEYS:
            return f"No role can be called {role!r}: it means something else here."
        alike = [other for other in known if other != role and role_key(other) == key]
        return f"{role!r} and {alike[0]!r} are too alike; write one of them." if alike else ""

    return fault
