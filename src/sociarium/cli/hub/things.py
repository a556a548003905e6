"""Pages of things that can be added, opened, renamed, copied, moved and taken out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from sociarium.cli.hub.editor import Editor
from sociarium.cli.hub.page import Row, Then, open_page
from sociarium.cli.questions.answers import Back, Entry
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
    rows: Callable[[Editor, Loc], list[Row]]
    add: Callable[[Editor], object]
    rename: Callable[[Document, str, str], Change]
    remove: Callable[[Document, str], Change]
    first: int = 0
    label: Callable[[dict[str, Any]], str] = lambda _entry: ""
    remove_at: Callable[[Document, int], Change] | None = None
    more: Callable[[Editor], list[Row]] = lambda _editor: []


def open_things(editor: Editor, title: str, kind: Kind, *, hint: str = "") -> None:
    """The page of all of them."""

    def rows() -> list[Row]:
        lines = []
        wrong = [fault.loc for fault in faults(editor.document)]
        for position, name in enumerate(names_in(editor.document, kind.things)):
            loc = _loc(editor, kind, position)
            entry = editor.value(loc) or {}
            mark = "!" if any(place[: len(loc)] == loc for place in wrong) else " "
            lines.append(
                Row(name or kind.label(entry), partial(_open, editor, kind, position), kind.value(entry), mark)
            )
        article = "an" if kind.noun[0] in "aeiou" else "a"
        lines.append(Row(f"Add {article} {kind.noun}", partial(_add, editor, kind)))
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


def _open(editor: Editor, kind: Kind, position: int) -> None:
    here = [position]

    def name() -> str:
        return names_in(editor.document, kind.things)[here[0]]

    def rename() -> None:
        others = [other for other in names_in(editor.document, kind.things) if other != name()]
        old = name()
        new = editor.prompts.text("Its new name:", default=old, check=unused_name(others))
        if not isinstance(new, Back) and new != old:
            editor.apply(lambda document: kind.rename(document, old, new))

    def copied() -> None:
        new = editor.prompts.text("What is the copy called?", check=unused_name(names_in(editor.document, kind.things)))
        if not isinstance(new, Back):
            editor.apply(lambda document: copy_item(document, kind.things, name(), new))

    def move() -> None:
        every = names_in(editor.document, kind.things)
        entries = [Entry(f"{place + 1}. where {every[place] or 'another'} is", place) for place in range(len(every))]
        to = editor.prompts.choose("Where to?", entries[kind.first :], default=here[0])
        if not isinstance(to, Back) and editor.apply(lambda document: move_item(document, kind.things, here[0], to)):
            here[0] = to

    def remove() -> Then | None:
        called = name()
        sure = editor.prompts.confirm(f"Take out {called or 'it'}?")
        if sure is not True:
            return None
        operation = (
            (lambda document: kind.remove(document, called))
            if called or kind.remove_at is None
            else (lambda document: kind.remove_at(document, here[0]))  # type: ignore[misc]
        )
        return Then.CLOSE if editor.apply(operation) else None

    def rows() -> list[Row]:
        lines = kind.rows(editor, _loc(editor, kind, here[0]))
        if here[0] < kind.first:
            return lines
        if name():
            lines += [Row("Rename", rename), Row("Copy", copied)]
        if len(names_in(editor.document, kind.things)) > kind.first + 1:
            lines.append(Row("Move", move))
        return [*lines, Row("Take out", remove)]

    def title() -> str:
        return f"{name() or kind.label(editor.value(_loc(editor, kind, here[0])) or {})}:"

    open_page(editor, title, rows)
