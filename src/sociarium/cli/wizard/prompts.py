"""Questions on a terminal. Each gives its answer, or BACK for Esc; Ctrl-C and Ctrl-D raise `Leave` everywhere."""

from __future__ import annotations

import math
from collections.abc import Callable, Container, Sequence
from dataclasses import dataclass
from enum import Enum, auto
from functools import partial
from typing import Any, Final

import questionary
from prompt_toolkit import PromptSession
from prompt_toolkit.formatted_text import FormattedText
from prompt_toolkit.key_binding import KeyBindings, KeyPressEvent
from prompt_toolkit.keys import Keys
from questionary import Question
from rich.cells import cell_len, set_cell_size
from rich.console import Console

from sociarium.cli.display.output import words
from sociarium.exchange.sanitize import sanitize

SEARCHED_FROM = 11
"""Entries from which on a list is searched by typing."""

_KEY_PAUSE = 0.05
"""Seconds in which the keys of one sequence come: a lone Esc is known after that."""
_STYLE = questionary.Style([("instruction", "fg:ansibrightblack"), ("bottom-toolbar", "noreverse fg:ansibrightblack")])
_MARK = "?"
_PAGING = (
    ("b", "previous"),
    ("pageup", "previous"),
    ("up", "previous"),
    ("down", "next"),
    ("pagedown", "next"),
    ("q", "end"),
)


class Back(Enum):
    """The answer of who wants to go one question back."""

    BACK = auto()


BACK: Final = Back.BACK


class Leave(Exception):
    """Whoever sits there pressed Ctrl-C or Ctrl-D."""


@dataclass(frozen=True, slots=True)
class _InEditor:
    """What stood in the text when the editor was asked for."""

    text: str


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry of a list: what it says, and what choosing it gives."""

    text: str
    value: Any


Check = Callable[[str], str]
"""What is wrong with an answer; empty when nothing is."""


def nothing_wrong(_text: str) -> str:
    """Every answer will do."""
    return ""


def nonempty(text: str) -> str:
    """An answer has to be there."""
    return "" if text.strip() else "Write something."


def unused_name(names: Container[str]) -> Check:
    """An answer has to be there, and to be none of these names."""
    return lambda text: nonempty(text) or (f"{text!r} is taken; choose another." if text.strip() in names else "")


class Prompts:
    """Puts questions to whoever sits at the terminal.

    Args:
        edited: opens a text in an editor and returns what became of it.
    """

    def __init__(self, screen: Console, edited: Callable[[str], str]) -> None:
        self.screen = screen
        self._edited = edited

    def text(self, question: str, *, hint: str = "", default: str = "", check: Check = nothing_wrong) -> str | Back:
        """A line."""
        self._hint(hint)
        return _answer(self._line(question, default=default, check=check, keys="Enter: done · Esc: back"))

    def long_text(
        self, question: str, *, hint: str = "", default: str = "", check: Check = nothing_wrong
    ) -> str | Back:
        """One line or several, or written in an editor."""
        self._hint(hint)
        keys = "Enter: done · Ctrl-N: new line · Ctrl-O: write it in your editor · Esc: back"
        while True:
            answer = self._line(question, default=default, check=check, keys=keys, several=True)
            if not isinstance(answer, _InEditor):
                return _answer(answer)
            default = self._edited(answer.text)

    def secret(self, question: str, *, hint: str = "") -> str | Back:
        """A line that is not shown."""
        self._hint(hint)
        answer = self._line(question, default="", check=nothing_wrong, keys="Enter: done · Esc: back", hidden=True)
        return _answer(answer)

    def choose(self, question: str, entries: Sequence[Entry], *, hint: str = "", default: Any = None) -> Any | Back:
        """One entry of a list."""
        self._hint(hint)
        many = len(entries) >= SEARCHED_FROM
        is_offered = any(entry.value == default for entry in entries)
        choices = self.choices(entries)
        question_asked = questionary.select(
            sanitize(question),
            choices=choices,
            default=choices[_at(entries, default)] if is_offered else None,
            instruction=f"({'type to search, ' if many else ''}Enter; Esc: back)",
            qmark=_MARK,
            style=_STYLE,
            use_search_filter=many,
            use_jk_keys=False,
        )
        chosen = self.ask(question_asked)
        return chosen if chosen is BACK else entries[chosen].value

    def several(
        self, question: str, entries: Sequence[Entry], *, hint: str = "", default: Sequence[Any] = (), least: int = 0
    ) -> list[Any] | Back:
        """Any entries of a list, in its order."""
        self._hint(hint)
        many = len(entries) >= SEARCHED_FROM
        choices = self.choices(entries)
        for choice, entry in zip(choices, entries, strict=True):
            choice.checked = entry.value in default
        asked = questionary.checkbox(
            sanitize(question),
            choices=choices,
            validate=lambda chosen: len(chosen) >= least or f"Mark at least {least}, with the space bar.",
            instruction=f"({'type to search, ' if many else ''}Space marks, Enter: done; Esc: back)",
            qmark=_MARK,
            style=_STYLE,
            use_search_filter=many,
            use_jk_keys=False,
        )
        chosen = self.ask(asked)
        return BACK if chosen is BACK else [entries[place].value for place in sorted(chosen)]

    def confirm(self, question: str, *, hint: str = "", default: bool = True) -> bool | Back:
        """Yes or no."""
        answer: bool | Back = self.choose(
            question, [Entry("Yes", True), Entry("No", False)], hint=hint, default=default
        )
        return answer

    def read_key(self, line: str) -> str:
        """One key under a line: `next`, `previous` or `end`."""
        bindings = _leaving(KeyBindings(), back="end")
        bindings.add(Keys.Any)(partial(_exit, "next"))
        for key, meaning in _PAGING:
            bindings.add(key, eager=True)(partial(_exit, meaning))
        # Questionary's own question of this kind lets no keys be added.
        fragments = [("class:question", f" {sanitize(line)} ")]
        asked = Question(PromptSession(FormattedText(fragments), key_bindings=bindings, style=_STYLE).app)
        answer = self._run(asked)
        return str(answer) if answer else "next"

    def _line(
        self,
        question: str,
        *,
        default: str,
        check: Check,
        keys: str,
        several: bool = False,
        hidden: bool = False,
    ) -> Any:
        bindings = _leaving(KeyBindings())
        bindings.add("enter", eager=True)(lambda event: event.current_buffer.validate_and_handle())
        if several:
            bindings.add("c-n", eager=True)(lambda event: event.current_buffer.newline(copy_margin=False))
            bindings.add("c-o", eager=True)(lambda event: _exit(_InEditor(event.current_buffer.text), event))
        asked = questionary.text(
            sanitize(question),
            default=default,
            validate=lambda text: check(text) or True,
            qmark=_MARK,
            style=_STYLE,
            multiline=several,
            instruction="",
            key_bindings=bindings,
            validate_while_typing=False,
            bottom_toolbar=keys,
            is_password=hidden,
        )
        answer = self._run(asked)
        return answer.strip() if isinstance(answer, str) else answer

    def ask(self, question: Question) -> Any:
        """The answer to a question of questionary's, with the keys that every question has."""
        bindings = question.application.key_bindings
        assert isinstance(bindings, KeyBindings)
        _leaving(bindings)
        return self._run(question)

    def _run(self, question: Question) -> Any:
        question.application.ttimeoutlen = _KEY_PAUSE
        try:
            return question.application.run()
        except (KeyboardInterrupt, EOFError):
            raise Leave from None

    def _hint(self, hint: str) -> None:
        if hint:
            self.screen.print(words(f"  {hint}", "dim"))

    def list_style(self, instruction: str) -> dict[str, Any]:
        """How every list looks."""
        return {"instruction": f"({instruction})", "qmark": _MARK, "style": _STYLE, "use_jk_keys": False}

    def choices(self, entries: Sequence[Entry]) -> list[questionary.Choice]:
        """Entries as questionary lists them, cut to the width; the value is the place."""
        width = max(self.screen.width - 8, 20)
        return [
            questionary.Choice(_fitting(sanitize(entry.text).replace("\n", " "), width), value=place)
            for place, entry in enumerate(entries)
        ]


def _answer(answer: Any) -> str | Back:
    assert isinstance(answer, str | Back)
    return answer


def _at(entries: Sequence[Entry], value: Any) -> int:
    return next(place for place, entry in enumerate(entries) if entry.value == value)


def _fitting(text: str, width: int) -> str:
    return text if cell_len(text) <= width else f"{set_cell_size(text, width - 1)}…"


def _exit(answer: Any, event: KeyPressEvent) -> None:
    event.app.exit(result=answer, style="class:aborting")


def _leaving(bindings: KeyBindings, back: Any = BACK) -> KeyBindings:
    """Key bindings with those that every question has: Esc gives `back`."""
    bindings.add("escape", eager=True)(partial(_exit, back))
    for key in ("c-c", "c-d"):
        bindings.add(key, eager=True)(
            lambda event: event.app.exit(exception=KeyboardInterrupt(), style="class:aborting")
        )
    return bindings


def whole(least: int, most: int | None = None) -> Check:
    """Whole numbers in a range."""
    return lambda text: _number_fault(text, least, most, int)


def decimal(least: float, most: float | None = None) -> Check:
    """Numbers in a range; nothing is an answer too."""
    return lambda text: _number_fault(text, least, most, float) if text.strip() else ""


def _number_fault(text: str, least: float, most: float | None, kind: type[int] | type[float]) -> str:
    bounds = f"from {least:g} to {most:g}" if most is not None else f"{least:g} or more"
    try:
        value: float = kind(text)
    except ValueError:
        value = math.nan
    if not math.isfinite(value) or value < least or (most is not None and value > most):
        return f"Write a {'whole ' if kind is int else ''}number, {bounds}."
    return ""
