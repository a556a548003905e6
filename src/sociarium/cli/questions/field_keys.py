"""The keys of a field."""

from __future__ import annotations

from dataclasses import dataclass

from prompt_toolkit.filters import Condition
from prompt_toolkit.key_binding import KeyBindings, KeyPressEvent
from prompt_toolkit.keys import Keys
from questionary import Question

from sociarium.cli.questions.field import Field
from sociarium.cli.questions.screen import finish, question_of


@dataclass(frozen=True, slots=True)
class InEditor:
    """The answer of who wants to go on in an editor: what stood in the field."""

    text: str


def field_question(field: Field) -> Question:
    """A question that a field answers: a text, or `InEditor`."""
    field.frame.keys = lambda: _keys_line(field)
    field.frame.help_key = lambda: "?" if field.is_untouched() else "F1"
    bindings = KeyBindings()
    _add_editing(bindings, field)
    _add_proposal(bindings, field)
    _add_ending(bindings, field)
    return question_of(field.parts(), field.control, bindings)


def _keys_line(field: Field) -> str:
    if field.is_proposal:
        return "type to replace · → to edit · Enter: take it · Esc: back"
    parts = ["Enter: done"]
    if field.kind.is_long:
        parts += ["Ctrl-N: new line", "Ctrl-O: editor"]
    if field.default and not field.buffer.text and not field.kind.is_long:
        parts.append("→ the proposal again")
    if field.can_complete:
        parts.append("Tab: complete")
    return " · ".join([*parts, "Esc: back"])


def _add_editing(bindings: KeyBindings, field: Field) -> None:
    def insert_typed(event: KeyPressEvent) -> None:
        # Keys that mean nothing here send signs that begin with a control.
        if event.data and (event.data[0].isprintable() or "\ud800" <= event.data[0] <= "\udfff"):
            field.type(event.data)

    bindings.add(Keys.Any)(insert_typed)
    bindings.add(Keys.BracketedPaste)(lambda event: field.type(event.data))
    bindings.add("up")(lambda _event: field.move_rows(-1))
    bindings.add("down")(lambda _event: field.move_rows(1))
    bindings.add("tab")(lambda _event: field.complete())
    bindings.add("s-tab")(lambda _event: field.complete(-1))


def _add_proposal(bindings: KeyBindings, field: Field) -> None:
    is_proposal = Condition(lambda: field.is_proposal)
    is_gone = Condition(lambda: not field.buffer.text and bool(field.default) and not field.kind.is_long)
    for key in ("right", "end", "left", "c-e", "c-f", "c-b", "up", "down"):
        bindings.add(key, filter=is_proposal)(lambda _event: field.keep())
    for key in ("home", "c-a"):
        bindings.add(key, filter=is_proposal)(lambda _event: field.keep(at_start=True))
    for key in ("backspace", "delete", "c-w", "c-u", "c-k"):
        bindings.add(key, filter=is_proposal)(lambda _event: field.clear())
    bindings.add("right", filter=is_gone)(lambda _event: field.keep())


def _add_ending(bindings: KeyBindings, field: Field) -> None:
    @bindings.add("enter", eager=True)
    def _(event: KeyPressEvent) -> None:
        if field.is_accepted():
            finish(event, field.answer())

    bindings.add("f1")(lambda _event: field.frame.toggle_help())
    has_more = Condition(lambda: field.is_untouched() and field.frame.is_hint_long() and not field.frame.is_help_open)
    # A second one is typed.
    bindings.add("?", filter=has_more)(lambda _event: field.frame.toggle_help())
    if field.kind.is_long:
        bindings.add("c-n", eager=True)(lambda _event: field.type("\n"))
        bindings.add("c-o", eager=True)(lambda event: finish(event, InEditor(field.buffer.text), is_erased=True))
    else:
        bindings.add("c-o", eager=True)(lambda _event: None)
