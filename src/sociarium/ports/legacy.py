"""The earlier LLM Interaction Simulator's database, as it is read.

Documents come as they are stored: every field may be missing or of another type. Their ids are the database's own
values; `str` of one is what people see. Nothing is ever written.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Protocol

Document = Mapping[str, Any]


class LegacyDatabase(Protocol):
    """A database that is only read, in pages, so that it may be larger than memory.

    Concurrency: one import reads it at a time, while others may go on writing to it: what is added meanwhile may be in
    an iterator or not.
    Ordering: each method names its order.
    Ownership: whoever opens it closes it; an iterator may be left unread at any point.
    Errors: `StoreUnavailable` when it cannot be reached for now, `StoreError` for what it refuses.
    """

    @property
    def url(self) -> str:
        """Where it is, without any password."""
        ...

    def experiments(self) -> Iterator[Document]:
        """All experiments by id."""
        ...

    def conversations(self, ids: Sequence[object]) -> Iterator[Document]:
        """Those of the conversations that are there, in the order asked for."""
        ...

    def messages(self, ids: Sequence[object]) -> Iterator[Document]:
        """Those of the messages that are there, in the order asked for."""
        ...

    def conversation_ids(self) -> Iterator[object]:
        """The ids of all conversations, in order."""
        ...

    def message_count(self) -> int:
        """How many messages there are."""
        ...

    def close(self) -> None:
        """Let go of it."""
        ...
