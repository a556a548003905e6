"""The earlier simulator's documents, read leniently: what is missing or of another type is noted and gets a default."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sociarium.exchange.legacy.notes import Notes
from sociarium.experiment.canonical import short_id
from sociarium.ports.legacy import Document

RESEARCHER = "researcher"
NEVER = "1970-01-01T00:00:00.000Z"
"""When something was made that does not say when."""

_MOST_DAYS = 100_000
_ID = re.compile(r"[0-9a-f]{1,64}")

_EXPERIMENT = {"_id", "starting_message", "llms", "roles", "shared_sections", "summarizer_sections", "placeholders",
               "note", "favourite", "creator", "conversation_ids", "creation_date"}  # fmt: skip
_CONVERSATION = {"_id", "n_messages", "days", "speaker_selection_method", "starting_message", "llm",
                 "agent_combination", "creator", "favourite", "note", "creation_date", "messages_ids"}  # fmt: skip
_MESSAGE = {"_id", "index", "day", "role", "speaker", "content"}


@dataclass(frozen=True, slots=True)
class Section:
    """A section; `role` is empty for one that all share."""

    index: int
    title: str
    content: str
    role: str


@dataclass(frozen=True, slots=True)
class Llm:
    """A model with its options as they were written."""

    model: str
    options: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class LegacyExperiment:
    """An experiment.

    Attributes:
        id: as people saw it.
        tags: placeholders that were declared, of roles and of all.
        conversations: ids, as the database has them.
    """

    id: str
    creator: str
    note: str
    favourite: bool
    created: str
    starting_message: str
    llms: tuple[Llm, ...]
    roles: tuple[str, ...]
    sections: tuple[Section, ...]
    summarizer: tuple[Section, ...]
    tags: frozenset[str]
    conversations: tuple[object, ...]


@dataclass(frozen=True, slots=True)
class LegacyConversation:
    """A conversation.

    Attributes:
        run: the id that its run has here: its own.
        n_messages: as asked for; None where it does not say.
        agents: role -> how many; None where it does not say.
        messages: ids, as the database has them.
    """

    id: str
    run: str
    creator: str
    note: str
    favourite: bool
    created: str
    n_messages: int | None
    days: int | None
    speaker_selection: str
    starting_message: str | None
    llm: Llm
    agents: Mapping[str, int] | None
    messages: tuple[object, ...]


@dataclass(frozen=True, slots=True)
class LegacyMessage:
    """A message; day and index are None where it does not say."""

    id: str
    day: int | None
    index: int | None
    role: str
    speaker: str
    content: str


def experiment(found: Document, notes: Notes) -> LegacyExperiment:
    """An experiment from its document."""
    reader = _Reader(found, f"experiment {found['_id']}", notes, _EXPERIMENT)
    roles = [role for role in reader.documents("roles") if reader.is_true(role, "name")]
    names = tuple(dict.fromkeys(str(role["name"]) for role in roles))
    sections = [_section(each, str(role["name"]), reader) for role in roles for each in reader.within(role, "sections")]
    sections += [_section(each, "", reader) for each in reader.documents("shared_sections")]
    summarizer = [_section(each, "", reader) for each in reader.documents("summarizer_sections")]
    tags = [
        *reader.tags(found.get("placeholders")),
        *(tag for r in roles for tag in reader.tags(r.get("placeholders"))),
    ]
    return LegacyExperiment(
        id=str(found["_id"]),
        creator=reader.text("creator", "unknown") or "unknown",
        note=reader.text("note"),
        favourite=bool(found.get("favourite")),
        created=reader.creation_time(),
        starting_message=reader.text("starting_message"),
        llms=tuple(_llm(each) for each in reader.documents("llms")),
        roles=names,
        sections=tuple(sorted(sections, key=lambda section: section.index)),
        summarizer=tuple(sorted(summarizer, key=lambda section: section.index)),
        tags=frozenset(tags),
        conversations=tuple(reader.items("conversation_ids")),
    )


def conversation(found: Document, notes: Notes) -> LegacyConversation:
    """A conversation from its document."""
    reader = _Reader(found, f"conversation {found['_id']}", notes, _CONVERSATION)
    llm = found.get("llm")
    starting_message = found.get("starting_message")
    return LegacyConversation(
        id=str(found["_id"]),
        run=run_id(str(found["_id"])),
        creator=reader.text("creator", "unknown") or "unknown",
        note=reader.text("note") if "note" in found else "",
        favourite=bool(found.get("favourite")),
        created=reader.creation_time(),
        n_messages=reader.number("n_messages"),
        days=reader.number("days", most=_MOST_DAYS),
        speaker_selection=reader.text("speaker_selection_method"),
        starting_message=None if starting_message is None else str(starting_message),
        llm=_llm(llm) if isinstance(llm, Mapping) else Llm(str(llm) if llm else "", {}),
        agents=reader.agents(),
        messages=tuple(reader.items("messages_ids")),
    )


def message(found: Document, notes: Notes, *, where: str) -> LegacyMessage:
    """A message from its document."""
    reader = _Reader(found, f"{where}, message {found['_id']}", notes, _MESSAGE)
    speaker = reader.text("speaker", "unknown")
    role = found.get("role")
    # Its role is its speaker up to the underscore, capitalised.
    role = str(role) if role else (speaker.partition("_")[0] or speaker).capitalize()
    return LegacyMessage(
        id=str(found["_id"]),
        day=reader.number("day", most=_MOST_DAYS),
        index=reader.number("index", least=0),
        role=role,
        speaker=speaker,
        content=reader.text("content"),
    )


def run_id(id_: str) -> str:
    """The id that a conversation's run has here: its own where ids can be so, else its text in hexadecimal."""
    if _ID.fullmatch(id_):
        return id_
    spelled = id_.encode("utf-8", "replace").hex()
    return spelled if _ID.fullmatch(spelled) else short_id("earlier", id_)


def _section(found: Document, role: str, reader: _Reader) -> Section:
    index = found.get("index")
    owner = found.get("role") or role
    kind = str(found.get("type") or "")
    return Section(
        index=index if isinstance(index, int) else 0,
        title=str(found.get("title") or "Untitled"),
        content=reader.plain(found.get("content"), f"section {found.get('title')!r} has no content"),
        role="" if kind.lower() in {"shared", "summarizer"} else str(owner),
    )


def _llm(found: Document) -> Llm:
    """A model; an option that is no plain value is kept as its text, which no file takes, so that it is told."""
    given = {key: value for key, value in found.items() if key not in {"model", "_id"} and value is not None}
    options = {key: value if _is_plain(value) else str(value) for key, value in given.items()}
    return Llm(str(found.get("model") or ""), options)


def _is_plain(value: object) -> bool:
    return isinstance(value, str | int) or (isinstance(value, float) and math.isfinite(value))


@dataclass(frozen=True, slots=True)
class _Reader:
    """Reads the fields of one document."""

    found: Document
    where: str
    notes: Notes
    known: set[str]

    def __post_init__(self) -> None:
        for key in sorted(set(self.found) - self.known):
            self.notes.add(f"{self.where.split()[0]}s", f"the field {key!r} is not known and was left out")

    def text(self, key: str, default: str = "") -> str:
        return self.plain(self.found.get(key), f"{key!r} is missing", default)

    def plain(self, value: object, missing: str, default: str = "") -> str:
        if value is None:
            self.notes.add(self.where, missing)
            return default
        return value if isinstance(value, str) else str(value)

    def number(self, key: str, *, least: int = 1, most: int = 2**31) -> int | None:
        value = self.found.get(key)
        if isinstance(value, float) and value.is_integer():
            value = int(value)
        if isinstance(value, int) and not isinstance(value, bool) and least <= value <= most:
            return value
        self.notes.add(
            self.where, f"{key!r} is {'missing' if value is None else f'{value!r}, which is no number for it'}"
        )
        return None

    def items(self, key: str) -> Sequence[Any]:
        value = self.found.get(key)
        if isinstance(value, list):
            return value
        self.notes.add(self.where, f"{key!r} is missing")
        return ()

    def documents(self, key: str) -> Sequence[Document]:
        return self.within(self.found, key)

    def within(self, found: Document, key: str) -> Sequence[Document]:
        value = found.get(key)
        if not isinstance(value, list):
            self.notes.add(self.where, f"{key!r} is missing")
            return ()
        good = [each for each in value if isinstance(each, Mapping)]
        if len(good) < len(value):
            self.notes.add(
                self.where, f"{len(value) - len(good)} entries of {key!r} are no documents and were left out"
            )
        return good

    def is_true(self, found: Document, key: str) -> bool:
        if found.get(key):
            return True
        self.notes.add(self.where, "a role without a name was left out")
        return False

    def tags(self, value: object) -> Iterable[str]:
        if not isinstance(value, list):
            return []
        return [str(each.get("tag") if isinstance(each, Mapping) else each) for each in value]

    def agents(self) -> Mapping[str, int] | None:
        value = self.found.get("agent_combination")
        if isinstance(value, Mapping):
            value = [list(pair) for pair in value.items()]
        if not isinstance(value, list):
            return None
        counts: dict[str, int] = {}
        for each in value:
            # Servers that take no lists in lists have documents of two fields.
            match list(each.values()) if isinstance(each, Mapping) else each:
                case [str(role), int(count)] if 0 <= count <= 900:
                    counts[role] = counts.get(role, 0) + count
                case _:
                    self.notes.add(self.where, f"{each!r} in 'agent_combination' is no role with a number")
        return counts or None

    def creation_time(self) -> str:
        value = self.found.get("creation_date")
        if isinstance(value, str):
            try:
                value = datetime.fromisoformat(value)
            except ValueError:
                self.notes.add(self.where, f"its creation date {value!r} cannot be read")
        if not isinstance(value, datetime):
            # An ObjectId says when it was made.
            value = getattr(self.found["_id"], "generation_time", None)
        if not isinstance(value, datetime):
            self.notes.add(self.where, "it does not say when it was made")
            return NEVER
        aware = value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)
        return aware.isoformat(timespec="milliseconds").replace("+00:00", "Z")
