"""Pages of things that can be added, opened, renamed, copied, moved and taken out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from sociarium.cli.hub.editor import Editor
from sociarium.cli.hub.page import PageRow, Then, open_page
from sociarium.cli.questions.answers import Back, TypedAnswer
from sociarium.cli.questions.checks import unused_name
from sociarium.editing.arrange import Things, copy_item, move_item, names_in
from sociarium.editing.change import Change
from sociarium.editing.document import Document
from sociarium.editing.faults import faults
from sociarium.experiment.problems import Loc


@dataclass(frozen=True, slots=True)
class Kind:
    """A list of things of one kind.

    Attributes:
        noun: one of them, in words.
        value: a thing in short.
        rows: the lines of a thing's page, by its path.
        add: asks for what a new one needs; returns whether there is one.
        first: places at the beginning that stay.
        label: what a thing without a name is called.
    """

    things: Things
    noun: str
    value: Callable[[dict[str, Any]], str]
    rows: Callable[[Editor, Loc], list[PageRow]]
    add: Callable[[Editor], object]
    rename: Callable[[Document, str, str], Change]
    remove: Callable[[Document, str], Change]
    first: int = 0
    label: Callable[[dict[str, Any]], str] = lambda _entry: ""
    remove_at: Callable[[Document, int], Change] | None = None
    more: Callable[[Editor], list[PageRow]] = lambda _editor: []


def open_things(editor: Editor, title: str, kind: Kind, *, hint: str = "") -> None:
    """The page of all of them."""

    def rows() -> list[PageRow]:
        lines = []
        wrong = [fault.loc for fault in faults(editor.document)]
        for position, name in enumerate(names_in(editor.document, kind.things)):
            loc = _loc(editor, kind, position)
            entry = editor.value(loc) or {}
            mark = "!" if any(place[: len(loc)] == loc for place in wrong) else " "
            lines.append(
                PageRow(name or kind.label(entry), _ThingPage(editor, kind, position).open, kind.value(entry), mark)
            )
        article = "an" if kind.noun[0] in "aeiou" else "a"
        lines.append(PageRow(f"Add {article} {kind.noun}", partial(_add, editor, kind)))
        return [*lines, *kind.more(editor)]

    open_page(editor, title, rows, hint=hint)


def _loc(editor: Editor, kind: Kind, position: int) -> Loc:
    if isinstance(editor.document.get(kind.things), dict):
        return (kind.things, names_in(editor.document, kind.things)[position])
    return (kind.things, position)


def _add(editor: Editor, kind: Kind) -> None:
    before = len(names_in(editor.document, kind.things))
    kind.add(editor)
    after = names_in(editor.document, kind.things)
    if len(after) > before and any(place[:2] == _loc(editor, kind, before) for place in _wrong(editor)):
        editor.warn(f"{after[before] or 'It'} is there, and not complete yet: open it to go on.")


def _wrong(editor: Editor) -> list[Loc]:
    return [fault.loc for fault in faults(editor.document)]


@dataclass(slots=True)
class _ThingPage:
    """The page of one of them.

    Attributes:
        position: in its list; another one when it was moved.
    """

    editor: Editor
    kind: Kind
    position: int

    def open(self) -> None:
        open_page(self.editor, self._title, self._rows)

    @property
    def _names(self) -> list[str]:
        return names_in(self.editor.document, self.kind.things)

    @property
    def _name(self) -> str:
        return self._names[self.position]

    @property
    def _loc(self) -> Loc:
        return _loc(self.editor, self.kind, self.position)

    def _title(self) -> str:
        return f"{self._name or self.kind.label(self.editor.value(self._loc) or {})}:"

    def _rows(self) -> list[PageRow]:
        lines = self.kind.rows(self.editor, self._loc)
        if self.position < self.kind.first:
            return lines
        if self._name:
            lines += [PageRow("Rename", self._rename), PageRow("Copy", self._copy)]
        if len(self._names) > self.kind.first + 1:
            lines.append(PageRow("Move", self._move))
        return [*lines, PageRow("Take out", self._remove)]

    def _rename(self) -> None:
        old = self._name
        others = [other for other in self._names if other != old]
        new = self.editor.prompts.text("Its new name:", default=old, check=unused_name(others))
        if not isinstance(new, Back) and new != old:
            self.editor.apply(lambda document: self.kind.rename(document, old, new))

    def _copy(self) -> None:
        name = self._name
        new = self.editor.prompts.text("What is the copy called?", check=unused_name(self._names))
        if not isinstance(new, Back):
            self.editor.apply(lambda document: copy_item(document, self.kind.things, name, new))

    def _move(self) -> None:
        here, first = self.position, self.kind.first
        entries = [
            TypedAnswer(f"{place + 1}. where {name or 'another'} is", place) for place, name in enumerate(self._names)
        ]
        to = self.editor.prompts.choose("Where to?", entries[first:], default=here)
        if isinstance(to, Back):
            return
        if self.editor.apply(lambda document: move_item(document, self.kind.things, here, to)):
            self.position = to

    def _remove(self) -> Then | None:
        name, position, kind = self._name, self.position, self.kind
        remove_at, question = kind.remove_at, f"Take out {name or 'it'}?"
        if name or remove_at is None:
            is_done = self.editor.apply(lambda document: kind.remove(document, name), question=question)
        else:
            is_done = self.editor.apply(lambda document: remove_at(document, position), question=question)
        return Then.CLOSE if is_done else None
