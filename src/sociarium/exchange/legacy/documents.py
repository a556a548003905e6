"""The earlier simulator's documents as records: what is missing or of another type is noted and gets a default."""

from __future__ import annotations

import math
import re
from collections.abc import Collection, Mapping, Sequence

from sociarium.exchange.legacy.fields import DocumentReader, is_marked, whole_number
from sociarium.exchange.legacy.matching_roles import matching_role
from sociarium.exchange.legacy.notes import Notes
from sociarium.exchange.legacy.records import LegacyConversation, LegacyExperiment, LegacyMessage, LegacySection, Llm
from sociarium.experiment.address import is_secret, public_text
from sociarium.experiment.canonical import short_id
from sociarium.experiment.models import OPTIONS
from sociarium.ports.legacy import Document

_MOST_DAYS = 100_000
_ID = re.compile(r"[0-9a-f]{1,64}")

_EXPERIMENT = frozenset(
    {"_id", "starting_message", "llms", "roles", "shared_sections", "summarizer_sections", "placeholders", "note",
     "favourite", "creator", "conversation_ids", "creation_date"}
)  # fmt: skip
_CONVERSATION = frozenset(
    {"_id", "n_messages", "days", "speaker_selection_method", "starting_message", "llm", "agent_combination",
     "creator", "favourite", "note", "creation_date", "messages_ids"}
)  # fmt: skip
_MESSAGE = frozenset({"_id", "index", "day", "role", "speaker", "content"})


def is_strange(document: Document) -> bool:
    """Whether a document has nothing that an experiment has: another program wrote it."""
    return not any(document.get(key) is not None for key in _EXPERIMENT - {"_id"})


def experiment(document: Document, notes: Notes) -> LegacyExperiment:
    """An experiment from its document."""
    reader = DocumentReader(document, f"experiment {document['_id']}", notes, _EXPERIMENT)
    roles = [role for role in reader.documents("roles") if reader.has_name(role)]
    names = tuple(dict.fromkeys(str(role["name"]) for role in roles))
    sections = [
        _section(section, str(role["name"]), names, reader)
        for role in roles
        for section in reader.documents_in(role, "sections")
    ]
    sections += [_section(section, "", names, reader) for section in reader.documents("shared_sections")]
    summarizer = [_section(section, "", names, reader) for section in reader.documents("summarizer_sections")]
    tags = [
        *_tags(document.get("placeholders")),
        *(tag for role in roles for tag in _tags(role.get("placeholders"))),
    ]
    return LegacyExperiment(
        id=str(document["_id"]),
        creator=reader.text("creator", "unknown") or "unknown",
        note=reader.text("note"),
        favourite=is_marked(document.get("favourite")),
        created=reader.creation_time(),
        starting_message=reader.text("starting_message"),
        llms=tuple(_llm(llm) for llm in reader.models("llms")),
        roles=names,
        sections=tuple(sorted(sections, key=lambda section: section.index)),
        summarizer=tuple(sorted(summarizer, key=lambda section: section.index)),
        tags=frozenset(tags),
        conversations=tuple(reader.items("conversation_ids")),
    )


def conversation(document: Document, notes: Notes) -> LegacyConversation:
    """A conversation from its document."""
    reader = DocumentReader(document, f"conversation {document['_id']}", notes, _CONVERSATION)
    llm = document.get("llm")
    starting_message = document.get("starting_message")
    return LegacyConversation(
        id=str(document["_id"]),
        run=run_id(str(document["_id"])),
        creator=reader.text("creator", "unknown") or "unknown",
        note=reader.text("note") if "note" in document else "",
        favourite=is_marked(document.get("favourite")),
        created=reader.creation_time(),
        n_messages=reader.number("n_messages"),
        days=reader.number("days", most=_MOST_DAYS),
        speaker_selection=reader.text("speaker_selection_method"),
        starting_message=None if starting_message is None else str(starting_message),
        llm=_llm(llm if isinstance(llm, Mapping) else {"model": llm}),
        agents=reader.agents(),
        messages=tuple(reader.items("messages_ids")),
    )


def message(document: Document, notes: Notes, *, where: str) -> LegacyMessage:
    """A message from its document."""
    reader = DocumentReader(document, f"{where}, message {document['_id']}", notes, _MESSAGE)
    speaker = reader.text("speaker", "unknown").strip() or "unknown"
    role = document.get("role")
    # Its role is its speaker up to the underscore, capitalised.
    role = str(role) if role else (speaker.partition("_")[0] or speaker).capitalize()
    return LegacyMessage(
        id=str(document["_id"]),
        day=reader.number("day", least=0, most=_MOST_DAYS),
        index=reader.number("index", least=0),
        role=role,
        speaker=speaker,
        content=reader.text("content"),
    )


def run_id(id_: str) -> str:
    """The id that a conversation's run has here: its own where ids can be so, else its text in hexadecimal."""
    if _ID.fullmatch(id_):
        return id_
    hexadecimal = id_.encode("utf-8", "replace").hex()
    return hexadecimal if _ID.fullmatch(hexadecimal) else short_id("earlier", id_)


def _section(document: Document, role: str, roles: Collection[str], reader: DocumentReader) -> LegacySection:
    """A section.

    Args:
        role: in whose document it stands; empty for one that stands in none.
        roles: all there are.
    """
    title = str(document.get("title") or "Untitled")
    kind = str(document.get("type") or "")
    is_of_all = kind.lower() in {"shared", "summarizer"}
    named = str(document.get("role") or role)
    owner = matching_role(named, roles) if named else role
    if owner is None and not is_of_all:
        reader.notes.add(reader.where, f"section {title!r} is of {named!r}, which is no role there")
    return LegacySection(
        index=_place(document.get("index"), title, reader),
        title=title,
        content=reader.text_of(document.get("content"), f"section {document.get('title')!r} has no content"),
        role="" if is_of_all else owner or role,
    )


def _place(value: object, title: str, reader: DocumentReader) -> float:
    """Where a section stands among the others; the first place where it does not say."""
    number = whole_number(value)
    if number is not None:
        return number
    if isinstance(value, float) and math.isfinite(value):
        return value
    if value is not None:
        reader.notes.add(reader.where, f"the place {value!r} of section {title!r} is no number; it stands first")
    return 0


def _llm(document: Document) -> Llm:
    """A model; an option that is no plain value is kept as its text, which no file takes and a note tells of."""
    values = {key: value for key, value in document.items() if key not in {"model", "_id"} and value is not None}
    shown = {key: value if key in OPTIONS else _without_secrets(key, value) for key, value in values.items()}
    options = {key: value if _is_plain(value) else str(value) for key, value in shown.items()}
    return Llm(str(document.get("model") or "").strip(), options)


def _without_secrets(name: str, value: object) -> object:
    """What is not an option of ours: a key or a password in it goes into no note and no run."""
    if isinstance(value, Mapping):
        return {key: _without_secrets(str(key), item) for key, item in value.items()}
    if isinstance(value, list):
        return [_without_secrets(name, item) for item in value]
    if not isinstance(value, bool | float) and is_secret(name, str(value)):
        return "***"
    return public_text(value) if isinstance(value, str) else value


def _is_plain(value: object) -> bool:
    return isinstance(value, str | int) or (isinstance(value, float) and math.isfinite(value))


def _tags(value: object) -> Sequence[str]:
    """The placeholders that a list declares, which holds texts or documents with one."""
    if not isinstance(value, list):
        return []
    return [str(item.get("tag") if isinstance(item, Mapping) else item) for item in value]
