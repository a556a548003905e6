"""What happens in a list: it is searched, gone through, marked, and shown as far as there is room."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from sociarium.cli.questions.answers import TypedAnswer
from sociarium.cli.questions.matching import matches, search_key


class ListState:
    """A list while it is asked about. Entries are known by their position among all of them.

    Attributes:
        query: what was typed to search.
        shown: the positions of the entries that match the query.
        pointed: the position of the entry that is pointed at; None where none can be.
        marked: the positions that are marked.
        has_moved: whether the pointer was moved since the query was typed.
    """

    def __init__(
        self, entries: Sequence[TypedAnswer], *, pointed: int | None = None, marked: Collection[int] = ()
    ) -> None:
        self.entries = entries
        self.query = ""
        self.marked = set(marked)
        self.has_moved = False
        self._was_marked = False
        self._keys = [search_key(f"{entry.text} {entry.note}") for entry in entries]
        self._top = 0
        self.shown = list(range(len(entries)))
        can_point = pointed is not None and not entries[pointed].unavailable
        self.pointed = pointed if can_point else next(iter(self._available()), None)

    def type(self, text: str) -> None:
        """Search further; the first entry that matches is pointed at."""
        self._search(self.query + " ".join(text.split("\n")))
        self.pointed = next(iter(self._available()), None)

    def erase(self, *, whole: bool = False) -> None:
        """Take the last sign of the query away, or all of it; the pointer stays where it can."""
        self._search("" if whole else self.query[:-1])

    def move(self, by: int) -> None:
        """Point so many entries further, from the last on to the first."""
        available = self._available()
        if available:
            at = available.index(self.pointed) if self.pointed in available else -1
            self._point(available[(at + by) % len(available)])

    def move_page(self, by: int) -> None:
        """Point so many entries further, but not beyond the first or the last."""
        available = self._available()
        if available:
            at = available.index(self.pointed) if self.pointed in available else 0
            self._point(available[min(max(at + by, 0), len(available) - 1)])

    def move_to_end(self, *, is_last: bool) -> None:
        """Point at the first or the last entry."""
        available = self._available()
        if available:
            self._point(available[-1 if is_last else 0])

    @property
    def is_left_unmarked(self) -> bool:
        """Whether somebody went to an entry that is not marked, and marked none."""
        return self.has_moved and not self._was_marked and self.pointed is not None and self.pointed not in self.marked

    def mark(self) -> None:
        """Mark the entry that is pointed at, or no longer."""
        self._was_marked = True
        if self.pointed is not None:
            self.marked ^= {self.pointed}

    def mark_all(self) -> None:
        """Mark all entries that match, or none of them when all are marked."""
        self._was_marked = True
        available = set(self._available())
        self.marked = self.marked - available if available <= self.marked else self.marked | available

    def visible(self, height: int) -> tuple[int, list[int]]:
        """The positions of the entries that are on the screen, and how many stand above them.

        Args:
            height: lines that there are for entries.
        """
        size = max(height, 1)
        at = self.shown.index(self.pointed) if self.pointed in self.shown else 0
        self._top = min(self._top, at, max(len(self.shown) - size, 0))
        self._top = max(self._top, at - size + 1)
        return self._top, self.shown[self._top : self._top + size]

    def place(self, height: int) -> str:
        """Where the list is: `12–31 of 480`; empty when all of it is on the screen."""
        if not self.shown:
            return ""
        top, visible = self.visible(height)
        if self.query and len(self.shown) <= height:
            return f"{len(self.shown):,} of {len(self.entries):,}"
        what = f"{len(self.shown):,}{' that match' if self.query else ''}"
        return f"{top + 1:,}–{top + len(visible):,} of {what}" if len(self.shown) > height else ""

    def reason(self) -> str:
        """Why nothing can be taken; empty when something can."""
        if self.pointed is not None:
            return ""
        if self.shown:
            entry = self.entries[self.shown[0]]
            return f"{entry.text}: {entry.unavailable}"
        return f"Nothing matches {self.query.strip()!r}." if self.query else "There is nothing to choose."

    def _search(self, query: str) -> None:
        self.query = query
        self.shown = matches(self._keys, query)
        self.has_moved = False
        available = self._available()
        if self.pointed not in available:
            self.pointed = next(iter(available), None)

    def _point(self, position: int) -> None:
        self.pointed = position
        self.has_moved = True

    def _available(self) -> list[int]:
        return [position for position in self.shown if not self.entries[position].unavailable]


class OrderState:
    """A list that is put in order.

    Attributes:
        order: the positions of the entries, in the order that they have now.
        pointed: the place in `order` that is pointed at.
        is_held: whether the entry there is moved along.
    """

    def __init__(self, count: int) -> None:
        self.order = list(range(count))
        self.pointed = 0
        self.is_held = False

    def move(self, by: int) -> None:
        """Point further, with the entry when it is held; never beyond the first or the last."""
        target = min(max(self.pointed + by, 0), len(self.order) - 1)
        if self.is_held:
            self.order.insert(target, self.order.pop(self.pointed))
        self.pointed = target

    def hold(self) -> None:
        """Take the entry along from now on, or put it down."""
        self.is_held = not self.is_held
