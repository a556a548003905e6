"""Who a list of posts is made for, and when."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from sociarium.environments.feed.people import People, PersonState
from sociarium.environments.feed.world import World

ListName = Literal["replies", "following", "recent"]


@dataclass(frozen=True, slots=True)
class Reader:
    """Who a list is made for, and when.

    Attributes:
        day, minute: of the log-on.
        visit: its key, `day1/economist/1`.
        list: which of its lists.
    """

    member: PersonState
    world: World
    people: People
    day: int
    minute: int
    visit: str
    list: ListName = "recent"

    @property
    def key(self) -> str:
        """Of the list, `day1/economist/1/following`."""
        return f"{self.visit}/{self.list}"
