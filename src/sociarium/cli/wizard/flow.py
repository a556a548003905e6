"""A flow of questions that can be gone back in and taken up again.

A flow is an ordinary function that asks one question after the other, each under a key. Its answers are kept; to go
back one question the last answer is taken out and the flow starts anew, answered from what is kept until there is
something to ask. So a draft is the answers alone, and taking it up after a crash is the same thing (as runs are: see
docs/decisions/0001).
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NoReturn, TypeVar, cast

from rich.console import RenderableType

from sociarium.cli.display.output import words
from sociarium.cli.questions.answers import BACK, Back, Step, TypedAnswer
from sociarium.cli.questions.checks import Check, nothing_wrong, whole
from sociarium.cli.questions.completion import Complete, nothing_to_complete
from sociarium.cli.questions.prompts import QuestionPrompts
from sociarium.cli.questions.screen import INDENT

T = TypeVar("T")

Answers = Mapping[str, Any]


class _OneBack(Exception):
    """The question before is to be asked again."""


def _nothing(_answers: Answers) -> None:
    pass


class QuestionFlow:
    """The questions of one flow.

    Args:
        answers: kept from before, by key.
        keep: called with all answers after each new one.
        part: what the questions are about; it stands above each, with its count.
    """

    def __init__(
        self,
        prompts: QuestionPrompts,
        *,
        answers: Answers | None = None,
        keep: Callable[[Answers], None] = _nothing,
        part: str = "",
    ):
        self._plain = prompts
        self._part = part
        self._answers: dict[str, Any] = dict(answers or {})
        self._keep = keep
        self._former: dict[str, Any] = {}
        self._order: list[str] = []
        self._unsaid: list[RenderableType] = []
        self._known: dict[str, Any] = {}
        self._place = ""

    @property
    def _prompts(self) -> QuestionPrompts:
        return self._plain.at(Step(self._part, len(self._order) + 1)) if self._part else self._plain

    def reopen(self) -> None:
        """Have the last question of a flow that ended asked again when it runs next."""
        last = self._order.pop()
        self._former[last] = self._answers.pop(last)

    def below(self, place: str) -> QuestionFlow:
        """The same flow, with keys of its own."""
        nested = copy.copy(self)
        nested._place = f"{self._place}{place}/"
        return nested

    @property
    def width(self) -> int:
        """Columns of the terminal."""
        return self._prompts.screen.width

    def run(self, flow: Callable[[QuestionFlow], T]) -> T | Back:
        """What a flow comes to; BACK when its first question was left backwards."""
        while True:
            self._order.clear()
            self._unsaid.clear()
            try:
                result = flow(self)
            except _OneBack:
                if not self._order:
                    return BACK
                last = self._order[-1]
                self._former[last] = self._answers.pop(last)
                self._keep(self._answers)
            else:
                self._flush()
                return result

    def ask_again(self, key: str, problem: str) -> NoReturn:
        """Ask a question of this flow again, and those after it, because its answer was of no use."""
        self.show_problem(problem)
        place = self._order.index(self._place + key)
        for later in self._order[place + 1 :]:
            self._former[later] = self._answers.pop(later)
        del self._order[place + 1 :]
        raise _OneBack

    def say(self, what: RenderableType) -> None:
        """Show something before the next question, unless that is answered already."""
        self._unsaid.append(what)

    def remember(self, key: str, find: Callable[[], T]) -> T:
        """Something found out once in this session, however often the flow starts anew."""
        if key not in self._known:
            self._flush()
            self._known[key] = find()
        return cast("T", self._known[key])

    def forget(self, key: str) -> None:
        """Find something out again when it is needed next."""
        self._known.pop(key, None)

    def show_problem(self, problem: str) -> None:
        """Show at once what went wrong."""
        self._flush()
        self._prompts.screen.print(words(f"{' ' * INDENT}! {problem}", "yellow"))

    def text(
        self,
        key: str,
        question: str,
        *,
        hint: str = "",
        default: str = "",
        check: Check = nothing_wrong,
        complete: Complete = nothing_to_complete,
    ) -> str:
        """A line."""
        return self._of(
            key,
            default,
            lambda value: isinstance(value, str) and not check(value),
            lambda proposed: self._prompts.text(question, hint=hint, default=proposed, check=check, complete=complete),
        )

    def whole(
        self, key: str, question: str, *, least: int, most: int | None = None, default: int, hint: str = ""
    ) -> int:
        """A whole number in a range; it is kept as it was typed."""
        return int(self.text(key, question, hint=hint, default=str(default), check=whole(least, most)))

    def long_text(
        self,
        key: str,
        question: str,
        *,
        hint: str = "",
        default: str = "",
        check: Check = nothing_wrong,
        complete: Complete = nothing_to_complete,
    ) -> str:
        """One line or several."""
        return self._of(
            key,
            default,
            lambda value: isinstance(value, str) and not check(value),
            lambda proposed: self._prompts.long_text(
                question, hint=hint, default=proposed, check=check, complete=complete
            ),
        )

    def secret(self, key: str, question: str, *, hint: str = "") -> str:
        """A line that is not shown."""
        return self._of(
            key,
            "",
            lambda value: isinstance(value, str),
            lambda _proposed: self._prompts.secret(question, hint=hint),
        )

    def choose(
        self, key: str, question: str, entries: Sequence[TypedAnswer], *, hint: str = "", default: Any = None
    ) -> Any:
        """One entry of a list."""
        values = [entry.value for entry in entries]
        return self._of(
            key,
            default,
            lambda value: value in values,
            lambda proposed: self._prompts.choose(question, entries, hint=hint, default=proposed),
        )

    def several(
        self,
        key: str,
        question: str,
        entries: Sequence[TypedAnswer],
        *,
        hint: str = "",
        default: Sequence[Any] = (),
        least: int = 0,
    ) -> list[Any]:
        """Any entries of a list."""
        values = [entry.value for entry in entries]
        return self._of(
            key,
            list(default),
            lambda values_chosen: (
                isinstance(values_chosen, list)
                and len(values_chosen) >= least
                and all(one in values for one in values_chosen)
            ),
            lambda proposed: self._prompts.several(question, entries, hint=hint, default=proposed, least=least),
        )

    def confirm(self, key: str, question: str, *, hint: str = "", default: bool = True) -> bool:
        """Yes or no."""
        return self._of(
            key,
            default,
            lambda value: isinstance(value, bool),
            lambda proposed: self._prompts.confirm(question, hint=hint, default=proposed),
        )

    def _of(self, name: str, default: T, fits: Callable[[Any], bool], put: Callable[[T], T | Back]) -> T:
        key = self._place + name
        if key in self._answers and fits(self._answers[key]):
            self._order.append(key)
            self._unsaid.clear()
            return cast("T", self._answers[key])
        self._flush()
        former = self._former.get(key, self._answers.get(key))
        answer = put(default if former is None else former)
        if isinstance(answer, Back):
            raise _OneBack
        self._answers[key] = answer
        self._order.append(key)
        self._keep(self._answers)
        return answer

    def _flush(self) -> None:
        for what in self._unsaid:
            self._prompts.screen.print(what, soft_wrap=True)
        self._unsaid.clear()
