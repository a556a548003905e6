"""Messages of a run, as checks read them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

# Before the libraries, since it names the extra where one is absent.
from sociarium.analysis.statistics.design import require_columns

# isort: split
import pandas as pd

from sociarium.errors import BadInput

COLUMNS = ("run", "seq", "speaker", "role", "content", "flags")
"""Of a table of messages. Optional: `prompt`, what the model was sent, and `language`, a code like `en`."""


@dataclass(frozen=True, slots=True)
class CheckedMessage:
    """A message.

    Attributes:
        seq: its number in the run; with the run, its link.
        flags: what was noted while it was made.
        prompt: what its model was sent; empty if unknown.
    """

    seq: int
    speaker: str
    role: str
    content: str
    flags: frozenset[str] = frozenset()
    prompt: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class Conversation:
    """The messages of a run, in order; each is one of its own, so that what is known of it is found without reading it.

    Attributes:
        language: in which it is meant to be; empty for that of most of its messages.
    """

    run: str
    messages: tuple[CheckedMessage, ...]
    language: str = ""

    def others(self, message: CheckedMessage) -> frozenset[str]:
        """Names and roles of the participants other than a message's own, folded."""
        return frozenset(name.casefold() for name in _names(self) - {message.speaker, message.role})


@lru_cache(maxsize=4)
def _names(conversation: Conversation) -> frozenset[str]:
    return frozenset(name for one in conversation.messages for name in (one.speaker, one.role) if name)


def conversations(frame: pd.DataFrame) -> Iterator[Conversation]:
    """Runs of a table of messages, in its order.

    Raises:
        BadInput: for an absent column, or two messages of one number in a run.
    """
    require_columns(frame, COLUMNS)
    double = frame[frame.duplicated(["run", "seq"])]
    if len(double):
        raise BadInput(f"run {double.iloc[0]['run']!r} has two messages with seq {double.iloc[0]['seq']}")
    texts = [name for name in ("prompt", "language") if name in frame.columns]
    for run, group in frame.groupby("run", sort=False):
        rows = group.sort_values("seq", kind="stable").loc[:, [*COLUMNS[1:], *texts]].to_dict("records")
        language = next((_text(row["language"]) for row in rows if _text(row.get("language"))), "")
        yield Conversation(str(run), tuple(checked_message(row) for row in rows), language)


def checked_message(row: Mapping[str, Any]) -> CheckedMessage:
    """A row of a table of messages, as checks read it."""
    return CheckedMessage(
        int(row["seq"]),
        _text(row["speaker"]),
        _text(row["role"]),
        _text(row["content"]),
        frozenset(_flags(row["flags"])),
        _text(row.get("prompt")),
    )


def _text(cell: object) -> str:
    return cell if isinstance(cell, str) else ""


def _flags(cell: object) -> Iterable[str]:
    """Flags stand as one text in exported tables and as lists elsewhere."""
    if isinstance(cell, str):
        return cell.split()
    return map(str, cell) if isinstance(cell, Iterable) else ()
