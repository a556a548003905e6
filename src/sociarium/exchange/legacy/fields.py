"""The fields of a document of the earlier simulator, read leniently: what is missing or of another type is noted."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from sociarium.exchange.legacy.notes import Notes
from sociarium.ports.legacy import Document

NEVER = "1970-01-01T00:00:00.000Z"
"""When something was made that does not say when."""

_DIGITS = re.compile(r"[0-9]{1,15}")

_WORDS_FOR_NO = frozenset({"", "0", "false", "no", "none", "null"})

_MOST_AGENTS = 900
"""Of one role, so many at most are taken for a number of agents."""


@dataclass(frozen=True, slots=True)
class DocumentReader:
    """Reads the fields of one document; what is not as it should be is noted, never raised.

    Attributes:
        where: the document, as notes name it: `experiment 65f0...`.
        fields: names of the fields that such a document has; every other one is noted when the reader is made.
    """

    document: Document
    where: str
    notes: Notes
    fields: frozenset[str]

    def __post_init__(self) -> None:
        for key in sorted(set(self.document) - self.fields):
            self.notes.add(f"{self.where.split()[0]}s", f"the field {key!r} is not known and was left out")

    def text(self, key: str, default: str = "") -> str:
        """A field as text."""
        return self.text_of(self.document.get(key), f"{key!r} is missing", default)

    def text_of(self, value: object, missing: str, default: str = "") -> str:
        """A value as text; without one the default, and the note `missing`."""
        if value is None:
            self.notes.add(self.where, missing)
            return default
        return value if isinstance(value, str) else str(value)

    def number(self, key: str, *, least: int = 1, most: int = 2**31) -> int | None:
        """A field as a whole number within limits; None where it is none."""
        value = self.document.get(key)
        number = whole_number(value)
        if number is not None and least <= number <= most:
            return number
        self.notes.add(
            self.where, f"{key!r} is {'missing' if value is None else f'{value!r}, which is no number for it'}"
        )
        return None

    def items(self, key: str) -> Sequence[object]:
        """A field that is a list of anything."""
        value = self.document.get(key)
        if isinstance(value, list):
            return value
        self.notes.add(self.where, f"{key!r} is missing")
        return ()

    def models(self, key: str) -> Sequence[Document]:
        """A field that is a list of models: documents, or names alone."""
        value = self.document.get(key)
        named = (
            [{"model": item} if isinstance(item, str) else item for item in value] if isinstance(value, list) else value
        )
        return self.documents_in({key: named}, key)

    def documents(self, key: str) -> Sequence[Document]:
        """A field that is a list of documents."""
        return self.documents_in(self.document, key)

    def documents_in(self, parent: Document, key: str) -> Sequence[Document]:
        """A field of a document within this one that is a list of documents."""
        value = parent.get(key)
        if not isinstance(value, list):
            self.notes.add(self.where, f"{key!r} is {'missing' if value is None else 'no list, and was left out'}")
            return ()
        documents = [item for item in value if isinstance(item, Mapping)]
        if len(documents) < len(value):
            self.notes.add(
                self.where, f"{len(value) - len(documents)} entries of {key!r} are no documents and were left out"
            )
        return documents

    def has_name(self, role: Document) -> bool:
        """Whether a role has a name; one without is noted."""
        if role.get("name"):
            return True
        self.notes.add(self.where, "a role without a name was left out")
        return False

    def agents(self) -> Mapping[str, int] | None:
        """Role -> how many agents; None where the document does not say."""
        value = self.document.get("agent_combination")
        if isinstance(value, Mapping):
            value = [list(pair) for pair in value.items()]
        if not isinstance(value, list):
            return None
        counts: dict[str, int] = {}
        for pair in value:
            # Servers that take no lists in lists have documents of two fields.
            match list(pair.values()) if isinstance(pair, Mapping) else pair:
                case [str(role), written] | [int() | float() as written, str(role)]:
                    count = whole_number(written)
                case _:
                    role, count = "", None
            if count is not None and 0 <= count <= _MOST_AGENTS:
                counts[role] = counts.get(role, 0) + count
            else:
                self.notes.add(self.where, f"{pair!r} in 'agent_combination' is no role with a number")
        return counts or None

    def creation_time(self) -> str:
        """When it was made: UTC, ISO 8601 with milliseconds; `NEVER` where nothing says it."""
        value = self.document.get("creation_date")
        made = _moment(value)
        if made is None and value is not None:
            self.notes.add(self.where, f"its creation date {str(value)!r} cannot be read")
        if made is None:
            # An ObjectId says when it was made.
            made = _moment(getattr(self.document["_id"], "generation_time", None))
        if made is None:
            self.notes.add(self.where, "it does not say when it was made")
            return NEVER
        aware = made.replace(tzinfo=UTC) if made.tzinfo is None else made.astimezone(UTC)
        return aware.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def whole_number(value: object) -> int | None:
    """A whole number, however a copy of the database spells it: 2, 2.0 or "2"; None for anything else."""
    if isinstance(value, str) and _DIGITS.fullmatch(value.strip()):
        return int(value)
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def is_marked(value: object) -> bool:
    """Whether something is marked, such as a favourite; a text may say that it is not."""
    return value.strip().casefold() not in _WORDS_FOR_NO if isinstance(value, str) else bool(value)


def _moment(value: object) -> datetime | None:
    """A date, or a text that is one; None for anything else."""
    if not isinstance(value, str):
        return value if isinstance(value, datetime) else None
    try:
        return datetime.fromisoformat(value)
    except ValueError:
        return None
