"""The tables of the embedded store by their columns, and the statements for whole rows of them."""

from __future__ import annotations

from typing import NamedTuple

from sociarium.stores.sqlite.schema import SCHEMA


class StoreTable(NamedTuple):
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


EXPERIMENTS = StoreTable(
    "experiments", ("id", "creator", "title", "note", "favourite", "created", "origin", "revision")
)
VERSIONS = StoreTable(
    "versions", ("id", "experiment", "number", "document", "created", "by", "roles", "models", "served")
)
SWEEPS = StoreTable(
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
EPOCHS = StoreTable("epochs", ("sweep", "model", "number", "version", "creator", "at"), key_columns=3)
MEMBERS = StoreTable("members", ("sweep", "position", "run", "replicate", "condition"), key_columns=2)
RUNS = StoreTable(
    "runs",
    ("id", "experiment", "creator", "replicate", "seed", "content", "stream", "created", "origin", "origin_at"),
)
STATUSES = StoreTable(
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
EDITS = StoreTable("edits", ("kind", "of", "revision", "editor", "at", "note", "favourite"), key_columns=3)
DELETIONS = StoreTable("deletions", ("kind", "of", "experiment", "title", "by", "at"), key_columns=2)
CLAIMS = StoreTable(
    "claims", ("run", "token", "worker", "at", "protocol", "outcome", "by", "hypotheses"), key_columns=2
)
WORKERS = StoreTable("workers", ("id", "host", "boot", "pid", "started", "beat", "doing", "by"))
JOURNAL = StoreTable(
    "journal",
    ("run", "key", "ordinal", "token", "fingerprint", "source", "answer", "at", "call"),
    key_columns=2,
)
INPUTS = StoreTable("inputs", ("run", "number", "author", "content", "creator", "at", "act"), key_columns=2)
EVENTS = StoreTable(
    "events",
    ("run", "key", "seq", "kind", "day", "idx", "author", "role", "content", "flags", "data", "digest"),
    key_columns=2,
)
STEERING = StoreTable(
    "steering",
    ("sweep", "number", "action", "target", "value", "former", "reason", "by", "at"),
    key_columns=2,
)
INTERVIEWS = StoreTable(
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
CODEBOOKS = StoreTable("codebooks", ("id", "experiment", "title", "number", "document", "creator", "created"))
LABELS = StoreTable(
    "labels",
    ("codebook", "run", "subject", "item", "annotator", "revision", "value", "at", "kind", "note"),
    key_columns=6,
)
MEASURES = StoreTable("measures", ("run", "name", "version", "subject", "value", "at"), key_columns=4)
