"""The tables of the embedded store by their columns, and the statements for whole rows of them."""

from __future__ import annotations

from typing import NamedTuple

from sociarium.stores.sqlite.schema import SCHEMA


class Table(NamedTuple):
    """A table: its columns, and how many of the first ones are its key."""

    name: str
    columns: tuple[str, ...]
    key_columns: int = 1

    @property
    def insert(self) -> str:
        """Inserts a row unless its key stands; values are the columns."""
        return self.inserts(1)

    def inserts(self, count: int) -> str:
        """`insert` for so many rows at once; values are theirs, one row after the other."""
        further = f", {self._marks}" * (count - 1)
        return f"{self._insert}{further} ON CONFLICT ({self._key}) DO NOTHING"

    def upsert(self, *changed: str) -> str:
        """Inserts a row, or changes some columns of the one that stands."""
        changes = ", ".join(f"{column} = excluded.{column}" for column in changed)
        return f"{self._insert} ON CONFLICT ({self._key}) DO UPDATE SET {changes}"

    @property
    def select_by_key(self) -> str:
        """A query for the row with a key; values are the key."""
        return self.select(f"WHERE {' AND '.join(f'{column} = ?' for column in self.columns[: self.key_columns])}")

    def select(self, rest: str) -> str:
        """A query for whole rows."""
        return f"SELECT {', '.join(self.columns)} FROM {self.name} {rest}"  # noqa: S608  # constants

    @property
    def _insert(self) -> str:
        names = ", ".join((*self.columns, "schema"))
        return f"INSERT INTO {self.name} ({names}) VALUES {self._marks}"  # noqa: S608  # constants

    @property
    def _marks(self) -> str:
        return f"({', '.join('?' * len(self.columns))}, {SCHEMA})"

    @property
    def _key(self) -> str:
        return ", ".join(self.columns[: self.key_columns])


EXPERIMENTS = Table("experiments", ("id", "creator", "title", "note", "favourite", "created", "origin", "revision"))
VERSIONS = Table("versions", ("id", "experiment", "number", "document", "created", "by", "roles", "models", "served"))
SWEEPS = Table(
    "sweeps",
    (
        "id",
        "experiment",
        "version",
        "name",
        "creator",
        "conditions",
        "replicates",
        "seed",
        "runs",
        "created",
        "origin_kind",
        "origin",
        "origin_at",
        "origin_changes",
    ),
)
EPOCHS = Table("epochs", ("sweep", "model", "number", "version", "creator", "at"), key_columns=3)
MEMBERS = Table("members", ("sweep", "position", "run", "replicate", "condition"), key_columns=2)
RUNS = Table(
    "runs",
    ("id", "experiment", "creator", "replicate", "seed", "content", "stream", "created", "origin", "origin_at"),
)
STATUSES = Table(
    "statuses",
    (
        "run",
        "state",
        "token",
        "worker",
        "protocol",
        "ended",
        "error",
        "messages",
        "calls",
        "prompt_tokens",
        "completion_tokens",
        "by_model",
        "started",
        "finished",
        "by",
        "experiment",
        "tags",
    ),
)
EDITS = Table("edits", ("kind", "of", "revision", "editor", "at", "note", "favourite"), key_columns=3)
DELETIONS = Table("deletions", ("kind", "of", "experiment", "title", "by", "at"), key_columns=2)
CLAIMS = Table("claims", ("run", "token", "worker", "at", "protocol", "outcome", "by", "hypotheses"), key_columns=2)
WORKERS = Table("workers", ("id", "host", "boot", "pid", "started", "beat", "doing", "by"))
JOURNAL = Table(
    "journal",
    ("run", "key", "ordinal", "token", "fingerprint", "source", "answer", "at", "call"),
    key_columns=2,
)
INPUTS = Table("inputs", ("run", "number", "author", "content", "creator", "at", "act"), key_columns=2)
EVENTS = Table(
    "events",
    ("run", "key", "seq", "kind", "day", "idx", "author", "role", "content", "flags", "data", "digest"),
    key_columns=2,
)
STEERING = Table(
    "steering",
    ("sweep", "number", "action", "target", "value", "former", "reason", "by", "at"),
    key_columns=2,
)
INTERVIEWS = Table(
    "interviews",
    (
        "run",
        "sitting",
        "turn",
        "agent",
        "at",
        "question",
        "fingerprint",
        "call",
        "reply",
        "by",
        "asked",
        "other_model",
        "cost",
        "answer",
        "form",
        "flags",
        "provider_model",
        "former",
    ),
    key_columns=3,
)
CODEBOOKS = Table("codebooks", ("id", "experiment", "title", "number", "document", "creator", "created"))
LABELS = Table(
    "labels",
    ("codebook", "run", "subject", "item", "annotator", "revision", "value", "at", "kind", "note"),
    key_columns=6,
)
MEASURES = Table("measures", ("run", "name", "version", "subject", "value", "at"), key_columns=4)
