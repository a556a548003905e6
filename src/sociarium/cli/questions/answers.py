"""What is asked and what is answered."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto
from typing import Any, Final


class Back(Enum):
    """The answer of who wants to go one question back."""

    BACK = auto()


BACK: Final = Back.BACK


class Leave(Exception):
    """Whoever sits there pressed Ctrl-C or Ctrl-D."""


@dataclass(frozen=True, slots=True)
class TypedAnswer:
    """An entry of a list.

    Attributes:
        text: what it says; searched as a whole, shown as far as the line goes.
        value: what choosing it gives.
        note: a short description, in a column of its own where there is room; searched too.
        unavailable: why it cannot be chosen; empty when it can.
    """

    text: str
    value: Any
    note: str = ""
    unavailable: str = ""


@dataclass(frozen=True, slots=True)
class Step:
    """Where a question stands.

    Attributes:
        part: what it belongs to, such as "Perform".
        number: which question it is, from 1; None where that is not known.
        total: of how many; None where that is not known, and they are a few.
        is_about: whether the answers may make it more or fewer.
    """

    part: str
    number: int | None = None
    total: int | None = None
    is_about: bool = False

    def __str__(self) -> str:
        if self.number is None:
            return self.part
        count = f"{self.number} of a few"
        if self.total is not None:
            count = f"{self.number} of {'about ' if self.is_about else ''}{self.total}"
        return f"{self.part} · {count}" if self.part else count
