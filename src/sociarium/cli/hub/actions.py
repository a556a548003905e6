"""A list above a line of actions side by side; arrows lead through both, and so does the beginning of a name."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from prompt_toolkit.filters import is_done
from prompt_toolkit.key_binding import KeyBindings, KeyPressEvent
from prompt_toolkit.keys import Keys
from prompt_toolkit.layout import ConditionalContainer, Window
from prompt_toolkit.layout.controls import FormattedTextControl

from sociarium.cli.questions.answers import BACK, Back
from sociarium.cli.questions.screen import (
    Line,
    ScreenFrame,
    answer_of,
    columns,
    finish,
    fragments_of,
    hidden_when_done,
    lines_window,
    question_of,
    readable,
    rows,
)
from sociarium.cli.questions.wrapping import ELLIPSIS, cells_of, cut

_KEYS = "↑ ↓ or first letters · ← → actions · Enter: open · Esc: leave · ?: help"
_BELOW = 2
"""An empty line, and that of the actions."""
_AROUND = 4
"""Cells of the line of actions beside their names: the sign in front, and one for those left out on either side."""


@dataclass(slots=True)
class ActionList:
    """Where somebody stands among lines and actions.

    Attributes:
        names: of the lines, then of the actions.
        lines: how many of the names are lines.
        place: of the name that Enter opens.
        action: place of the action that was chosen last.
        typed: the beginning of a name, as far as it was typed.
    """

    names: Sequence[str]
    lines: int
    place: int
    action: int = 0
    typed: str = ""

    def move(self, by: int) -> None:
        """Go up or down; all actions are one line."""
        at = min(self.place, self.lines)
        place = (at + by) % (self.lines + 1)
        self._go(place + (self.action if place == self.lines else 0))

    def turn(self, by: int) -> None:
        """Go to the actions, or among them."""
        if self.place >= self.lines:
            self.action = (self.action + by) % (len(self.names) - self.lines)
        self._go(self.lines + self.action)

    def jump(self, letters: str) -> None:
        """Go to the first name that begins as it was typed."""
        for typed in (self.typed + letters.casefold(), letters.casefold()):
            for place, name in enumerate(self.names):
                if typed.strip() and name.casefold().startswith(typed):
                    self._go(place)
                    self.typed = typed
                    return

    def _go(self, place: int) -> None:
        self.place, self.typed = place, ""
        if place >= self.lines:
            self.action = place - self.lines


def choose_or_act(
    header: Sequence[Line],
    lines: Sequence[str],
    names: Sequence[str],
    actions: Sequence[str],
    *,
    default: str,
    more: str = "",
) -> str | Back:
    """The name of a line or of an action, or BACK.

    Args:
        header: stands above the lines.
        lines: as they are shown, one a name.
        default: the name that is pointed at first.
        more: what `?` shows.
    """
    every = [*names, *actions]
    page = ActionList(every, len(names), every.index(default) if default in every else len(names))
    page.action = max(page.place - page.lines, 0)
    frame = ScreenFrame("")
    frame.keys, frame.more = lambda: _KEYS, more

    def body() -> list[Line]:
        around = len(header) + len(frame.foot()) + _BELOW + 1
        return [*_visible_rows(page, lines, max(rows() - around, 1)), [("", "")], action_line(page, columns())]

    bindings = _bindings(page)
    for key in ("?", "f1"):
        bindings.add(key)(lambda _event: frame.toggle_help())
    control = FormattedTextControl(lambda: fragments_of(body()), focusable=True, show_cursor=False)
    window = Window(control, dont_extend_height=True)
    question = question_of(
        [lines_window(lambda: header), ConditionalContainer(window, ~is_done), hidden_when_done(frame.foot)],
        window,
        bindings,
    )
    answer = answer_of(question)
    return BACK if answer is BACK else str(answer)


def _bindings(page: ActionList) -> KeyBindings:
    bindings = KeyBindings()
    bindings.add("up")(lambda _event: page.move(-1))
    bindings.add("down")(lambda _event: page.move(1))
    bindings.add("left")(lambda _event: page.turn(-1))
    bindings.add("right")(lambda _event: page.turn(1))
    bindings.add("home")(lambda _event: page.jump(page.names[0]))
    bindings.add("enter", eager=True)(lambda event: finish(event, page.names[page.place], is_erased=True))

    @bindings.add(Keys.Any)
    def _(event: KeyPressEvent) -> None:
        page.jump(readable(event.data))

    return bindings


def _visible_rows(page: ActionList, lines: Sequence[str], height: int) -> list[Line]:
    """The lines that there is room for, the chosen one among them."""
    at = min(page.place, len(lines) - 1)
    top = min(max(at - height + 1, 0), max(len(lines) - height, 0))
    rows_in_view: list[Line] = []
    for place, line in enumerate(lines[top : top + height], start=top):
        is_pointed = place == page.place
        head = "› " if is_pointed else "  "
        rows_in_view.append([("class:pointed" if is_pointed else "", cut(f"{head}{line}", columns()))])
    return rows_in_view


def action_line(page: ActionList, width: int) -> Line:
    """The actions on one line: where there is no room for all, those that end with the chosen one, `…` for others."""
    is_here = page.place >= page.lines
    names = page.names[page.lines :]
    first, last = _actions_in_view(names, page.action, width - _AROUND)
    parts: Line = [("class:pointed", "› ") if is_here else ("", "  ")]
    if first:
        parts.append(("class:hint", ELLIPSIS))
    for place in range(first, last):
        is_chosen = is_here and place == page.action
        parts.append(("class:pointed", f"[{names[place]}]") if is_chosen else ("", f" {names[place]} "))
    if last < len(names):
        parts.append(("class:hint", ELLIPSIS))
    return parts


def _actions_in_view(names: Sequence[str], action: int, room: int) -> tuple[int, int]:
    """The first of those that are shown and the one after the last, so that the chosen one is among them."""
    sizes = [cells_of(name) + 2 for name in names]
    first = 0
    while first < action and sum(sizes[first : action + 1]) > room:
        first += 1
    last = action + 1
    while last < len(names) and sum(sizes[first : last + 1]) <= room:
        last += 1
    return first, last
