"""The embedded store: one SQLite file."""

from sociarium.stores.sqlite.store import SqliteStore

__all__ = ["SqliteStore"]
