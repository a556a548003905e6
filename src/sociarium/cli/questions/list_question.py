"""Questions whose answer is taken from a list: one entry, several, or their order."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from prompt_toolkit.filters import is_done
from prompt_toolkit.key_binding import KeyBindings, KeyPressEvent
from prompt_toolkit.keys import Keys
from prompt_toolkit.layout import ConditionalContainer, Window
from prompt_toolkit.layout.controls import FormattedTextControl
from questionary import Question

from sociarium.cli.display.columns import ListColumn
from sociarium.cli.questions.answers import TypedAnswer
from sociarium.cli.questions.list_lines import EntryLines, TableLines, list_lines, order_lines
from sociarium.cli.questions.list_state import ListState, OrderState
from sociarium.cli.questions.screen import (
    INDENT,
    Line,
    ScreenFrame,
    columns,
    finish,
    fragments_of,
    hidden_when_done,
    lines_window,
    question_of,
    readable,
    rows,
)
from sociarium.cli.questions.wrapping import cells_of, cut

_CHOOSE_MORE = """\
Up, Down, Page Up, Page Down, Home, End: go through the list
letters: search; several words may stand in any order; Backspace takes a letter away, Ctrl-U all
Enter: choose · Esc: back · Ctrl-C: leave"""
_SEVERAL_MORE = """\
Space: mark; within a search Tab marks, and Enter marks and ends the search
Ctrl-A: mark all that are shown, or none
letters: search; several words may stand in any order; Backspace takes a letter away, Ctrl-U all
Enter: done · Esc: back · Ctrl-C: leave"""
_LEAST_PAGE = 3
_BESIDE = 3
"""Spaces between a question and its answer."""
_LEAST_ANSWER = 12


def choice_question(frame: ScreenFrame, state: ListState, columns_of_entries: Sequence[ListColumn] = ()) -> Question:
    """A question for one entry; it answers with its position.

    Args:
        columns_of_entries: of a table whose rows are the entries; none where they are no table.
    """
    lines = TableLines(state.entries, columns_of_entries) if columns_of_entries else EntryLines(state.entries)
    frame.more = _CHOOSE_MORE
    frame.keys = lambda: "type to search · Enter: choose · Esc: back · ?: keys"
    bindings = _searching(state, frame)

    @bindings.add("enter", eager=True)
    def _(event: KeyPressEvent) -> None:
        frame.reason = state.reason() if state.shown else ""
        if state.pointed is not None:
            finish(event, state.pointed)

    def answer() -> str:
        return lines.text(state.pointed) if state.pointed is not None else ""

    return _list_question(frame, lambda height: _visible_lines(state, lines, height), answer, bindings)


def several_question(frame: ScreenFrame, state: ListState, *, least: int) -> Question:
    """A question for any entries; it answers with their positions, in the order of the list."""
    lines = EntryLines(state.entries)
    frame.more = _SEVERAL_MORE
    frame.keys = lambda: (
        "Tab: mark · Enter: mark, end the search · Ctrl-U: all again · Esc: back"
        if state.query
        else "Space: mark · type to search · Enter: done · Esc: back · ?: keys"
    )
    bindings = _searching(state, frame)

    @bindings.add(" ", eager=True)
    def _(_event: KeyPressEvent) -> None:
        frame.reason = ""
        if state.query and not state.has_moved:
            state.type(" ")
        else:
            state.mark()

    bindings.add("tab", eager=True)(lambda _event: state.mark())
    bindings.add("c-a", eager=True)(lambda _event: state.mark_all())

    @bindings.add("enter", eager=True)
    def _(event: KeyPressEvent) -> None:
        if state.query:
            if state.pointed is not None:
                state.marked.add(state.pointed)
                state.erase(whole=True)
        elif len(state.marked) < least:
            frame.reason = f"Mark at least {least}, with the space bar."
        elif state.is_left_unmarked and not frame.reason:
            # Whoever goes to an entry and presses Enter mostly means that entry.
            frame.reason = f"{lines.text(state.pointed or 0)} is not marked: Space marks it, Enter leaves it so."
        else:
            finish(event, sorted(state.marked))

    def answer() -> str:
        return ", ".join(lines.text(position) for position in sorted(state.marked)) or "none"

    return _list_question(frame, lambda height: _visible_lines(state, lines, height, has_marks=True), answer, bindings)


def order_question(frame: ScreenFrame, entries: Sequence[TypedAnswer]) -> Question:
    """A question for the order of entries; it answers with their positions in the new order."""
    state, lines = OrderState(len(entries)), EntryLines(entries)
    frame.keys = lambda: (
        "↑ ↓: move it · Space: put it down · Enter: done · Esc: back"
        if state.is_held
        else "Space: take one along · ↑ ↓ · Enter: done · Esc: back"
    )
    bindings = KeyBindings()
    bindings.add("up")(lambda _event: state.move(-1))
    bindings.add("down")(lambda _event: state.move(1))
    bindings.add("pageup")(lambda _event: state.move(-10))
    bindings.add("pagedown")(lambda _event: state.move(10))
    bindings.add("home")(lambda _event: state.move(-len(entries)))
    bindings.add("end")(lambda _event: state.move(len(entries)))
    bindings.add(" ")(lambda _event: state.hold())
    bindings.add("?")(lambda _event: frame.toggle_help())
    bindings.add("f1")(lambda _event: frame.toggle_help())
    bindings.add("enter", eager=True)(lambda event: finish(event, list(state.order)))

    def answer() -> str:
        return ", ".join(lines.text(position) for position in state.order)

    def body(height: int) -> list[Line]:
        return order_lines(state, lines, height=height, width=columns())

    return _list_question(frame, body, answer, bindings)


def _searching(state: ListState, frame: ScreenFrame) -> KeyBindings:
    """The keys that go through a list and search it."""
    bindings = KeyBindings()

    def act(do: Callable[[], None]) -> Callable[[KeyPressEvent], None]:
        def handle(_event: KeyPressEvent) -> None:
            frame.reason = ""
            do()

        return handle

    def search_typed(event: KeyPressEvent) -> None:
        frame.reason = ""
        if event.data == "?" and not state.query:
            frame.toggle_help()
        elif event.key_sequence[0].key == Keys.BracketedPaste or _is_sign(event.data):
            state.type(readable(event.data))

    bindings.add(Keys.Any)(search_typed)
    bindings.add(Keys.BracketedPaste)(search_typed)
    bindings.add("f1")(act(frame.toggle_help))
    bindings.add("up")(act(lambda: state.move(-1)))
    bindings.add("down")(act(lambda: state.move(1)))
    bindings.add("pageup")(act(lambda: state.move_page(-_page())))
    bindings.add("pagedown")(act(lambda: state.move_page(_page())))
    bindings.add("home")(act(lambda: state.move_to_end(is_last=False)))
    bindings.add("end")(act(lambda: state.move_to_end(is_last=True)))
    bindings.add("backspace")(act(state.erase))
    bindings.add("c-u")(act(lambda: state.erase(whole=True)))
    return bindings


def _is_sign(data: str) -> bool:
    return bool(data) and (data[0].isprintable() or "\ud800" <= data[0] <= "\udfff")


def _page() -> int:
    return max(rows() - 10, _LEAST_PAGE)


def _visible_lines(state: ListState, lines: EntryLines, height: int, *, has_marks: bool = False) -> list[Line]:
    return list_lines(state, lines, has_marks=has_marks, height=height, width=columns())


def _list_question(
    frame: ScreenFrame, body: Callable[[int], list[Line]], answer: Callable[[], str], bindings: KeyBindings
) -> Question:
    """The question of a list.

    Args:
        body: the list on so many lines.
        answer: what stays on the screen of it.
    """

    def head() -> list[Line]:
        if not is_done():
            return frame.head()
        *above, last = [*frame.step_lines()[:1], *frame.question_lines()]
        room = columns() - sum(cells_of(part[1]) for part in last) - _BESIDE
        if room < min(_LEAST_ANSWER, cells_of(answer())):
            return [*above, last, [("class:answer", " " * 2 * INDENT + cut(answer(), columns() - 2 * INDENT))]]
        return [*above, [*last, ("class:answer", " " * _BESIDE + cut(answer(), room))]]

    def body_lines() -> list[Line]:
        # One line for what is searched for.
        around = len(frame.head()) + len(frame.foot()) + 1
        return body(max(rows() - around, 1))

    body_control = FormattedTextControl(lambda: fragments_of(body_lines()), focusable=True, show_cursor=False)
    window = Window(body_control, dont_extend_height=True)
    return question_of(
        [lines_window(head), ConditionalContainer(window, ~is_done), hidden_when_done(frame.foot)], window, bindings
    )
