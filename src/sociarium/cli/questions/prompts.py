"""Every kind of question, put to whoever sits at the terminal; the package says what all have in common."""

from __future__ import annotations

import copy
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from prompt_toolkit import PromptSession
from prompt_toolkit.formatted_text import FormattedText
from prompt_toolkit.key_binding import KeyBindings
from prompt_toolkit.keys import Keys
from questionary import Question
from rich.console import Console

from sociarium.cli.display.columns import ListColumn
from sociarium.cli.questions.answers import BACK, Back, Step, TypedAnswer
from sociarium.cli.questions.checks import Check, decimal, nothing_wrong, whole
from sociarium.cli.questions.completion import Complete, nothing_to_complete
from sociarium.cli.questions.field import Field, FieldKind
from sociarium.cli.questions.field_keys import InEditor, field_question
from sociarium.cli.questions.list_question import choice_question, order_question, several_question
from sociarium.cli.questions.list_state import ListState
from sociarium.cli.questions.screen import STYLE, ScreenFrame, answer_of, drop_typed_keys, finish, with_leaving
from sociarium.exchange.sanitize import sanitize

_PAGING = (
    ("b", "previous"),
    ("pageup", "previous"),
    ("up", "previous"),
    ("down", "next"),
    ("pagedown", "next"),
    ("q", "end"),
    ("/", "search"),
    ("n", "again"),
)


class QuestionPrompts:
    """Puts questions to whoever sits at the terminal. Every method may raise `Leave`.

    Args:
        screen: where what stands between questions is shown.
        edited: opens a text in an editor and returns what became of it.
    """

    def __init__(self, screen: Console, edited: Callable[[str], str]) -> None:
        self.screen = screen
        self._edited = edited
        self._step = ""
        self._drops_typed = False

    def at(self, step: Step) -> QuestionPrompts:
        """The same questions, each under a line that says where it stands."""
        placed = copy.copy(self)
        placed._step = str(step)
        return placed

    def dropping_typed_keys(self) -> QuestionPrompts:
        """The same questions, answered only by keys that are pressed once they can be read: for what cannot be undone.

        All others take what was typed while nothing was asked.
        """
        careful = copy.copy(self)
        careful._drops_typed = True
        return careful

    def text(
        self,
        question: str,
        *,
        hint: str = "",
        default: str = "",
        check: Check = nothing_wrong,
        complete: Complete = nothing_to_complete,
    ) -> str | Back:
        """A line.

        Args:
            default: what is proposed: Enter takes it, typing replaces it.
            complete: what Tab offers.
        """
        frame = self._frame(question, hint)
        answer = self._line(Field(frame, default=default, check=check, kind=FieldKind(), complete=complete))
        assert not isinstance(answer, InEditor)
        return answer

    def long_text(
        self,
        question: str,
        *,
        hint: str = "",
        default: str = "",
        check: Check = nothing_wrong,
        complete: Complete = nothing_to_complete,
    ) -> str | Back:
        """One line or several, with word wrap, or written in an editor.

        Args:
            default: what stands there, to be edited.
            complete: what Tab offers.
        """
        kind = FieldKind(is_long=True)
        while True:
            frame = self._frame(question, hint)
            answer = self._line(Field(frame, default=default, check=check, kind=kind, complete=complete))
            if not isinstance(answer, InEditor):
                return answer
            default = self._edited(answer.text)

    def secret(self, question: str, *, hint: str = "") -> str | Back:
        """A line that is not shown."""
        kind = FieldKind(is_hidden=True)
        answer = self._line(Field(self._frame(question, hint), default="", check=nothing_wrong, kind=kind))
        assert not isinstance(answer, InEditor)
        return answer

    def whole(
        self, question: str, *, least: int, most: int | None = None, default: int | None = None, hint: str = ""
    ) -> int | Back:
        """A whole number in a range."""
        proposed = "" if default is None else str(default)
        answer = self.text(question, hint=hint, default=proposed, check=whole(least, most))
        return answer if isinstance(answer, Back) else int(answer)

    def decimal(
        self, question: str, *, least: float, most: float | None = None, default: float | None = None, hint: str = ""
    ) -> float | Back | None:
        """A number in a range; None for nothing."""
        proposed = "" if default is None else f"{default:g}"
        answer = self.text(question, hint=hint, default=proposed, check=decimal(least, most))
        return answer if isinstance(answer, Back) else float(answer) if answer else None

    def choose(
        self,
        question: str,
        entries: Sequence[TypedAnswer],
        *,
        hint: str = "",
        default: Any = None,
        columns: Sequence[ListColumn] = (),
    ) -> Any | Back:
        """One entry of a list.

        Args:
            default: the value that is pointed at; the first that is available when no entry has it.
            columns: of a table whose rows the entries are, as it is seen; what the entries say is searched.
        """
        pointed = next((at for at, entry in enumerate(entries) if entry.value == default), None)
        choice = choice_question(self._frame(question, hint), ListState(entries, pointed=pointed), columns)
        answer = answer_of(choice)
        if answer is BACK:
            return BACK
        assert isinstance(answer, int)
        return entries[answer].value

    def several(
        self,
        question: str,
        entries: Sequence[TypedAnswer],
        *,
        hint: str = "",
        default: Sequence[Any] = (),
        least: int = 0,
    ) -> list[Any] | Back:
        """Any entries of a list, in its order.

        Args:
            default: the values that are marked.
            least: how many have to be marked.
        """
        marked = [at for at, entry in enumerate(entries) if entry.value in default and not entry.unavailable]
        state = ListState(entries, marked=marked)
        return _values(entries, answer_of(several_question(self._frame(question, hint), state, least=least)))

    def order(self, question: str, entries: Sequence[TypedAnswer], *, hint: str = "") -> list[Any] | Back:
        """All entries of a list, in the order that they are put in."""
        return _values(entries, answer_of(order_question(self._frame(question, hint), entries)))

    def confirm(self, question: str, *, hint: str = "", default: bool = True) -> bool | Back:
        """Yes or no."""
        answer: bool | Back = self.choose(
            question, [TypedAnswer("Yes", True), TypedAnswer("No", False)], hint=hint, default=default
        )
        return answer

    def read_key(self, line: str) -> str:
        """One key under a line: `next`, `previous`, `search`, `again` or `end`."""
        bindings = with_leaving(KeyBindings(), back="end")
        bindings.add(Keys.Any)(partial(finish, answer="next"))
        for key, meaning in _PAGING:
            bindings.add(key, eager=True)(partial(finish, answer=meaning))
        # Questionary's own question of this kind lets no keys be added.
        fragments = [("class:question", f" {sanitize(line)} ")]
        paging = Question(PromptSession(FormattedText(fragments), key_bindings=bindings, style=STYLE).app)
        answer = answer_of(paging)
        return str(answer) if answer else "next"

    def _frame(self, question: str, hint: str) -> ScreenFrame:
        if self._drops_typed:
            drop_typed_keys()
        return ScreenFrame(question, self._step, hint)

    def _line(self, field: Field) -> str | InEditor | Back:
        answer = answer_of(field_question(field))
        assert isinstance(answer, str | InEditor | Back)
        return answer


def _values(entries: Sequence[TypedAnswer], answer: object) -> list[Any] | Back:
    if answer is BACK:
        return BACK
    assert isinstance(answer, list)
    return [entries[position].value for position in answer]
