"""Flows of questions: kept, gone back in, and taken up again."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from rich.console import Console

from sociarium.cli.questions.answers import BACK, TypedAnswer
from sociarium.cli.questions.prompts import QuestionPrompts
from sociarium.cli.wizard.flow import QuestionFlow


class Scripted(QuestionPrompts):
    """Answers in turn; what was proposed is noted."""

    def __init__(self, *answers: Any) -> None:
        super().__init__(Console(quiet=True), str)
        self._left = list(answers)
        self.asked: list[tuple[str, Any]] = []

    def text(self, question: str, *, default: str = "", **_rest: Any) -> Any:
        return self._next(question, default)

    def choose(self, question: str, entries: Sequence[TypedAnswer], *, default: Any = None, **_rest: Any) -> Any:
        return self._next(question, default)

    def _next(self, question: str, default: Any) -> Any:
        self.asked.append((question, default))
        return self._left.pop(0)


def names(asking: QuestionFlow) -> list[str]:
    return [asking.text(name, f"{name}?", default="-") for name in ("first", "second", "third")]


def test_going_back_asks_the_question_before_with_its_answer() -> None:
    prompts = Scripted("a", "b", BACK, BACK, "x", "y", "z")
    assert QuestionFlow(prompts).run(names) == ["x", "y", "z"]
    assert prompts.asked == [
        ("first?", "-"),
        ("second?", "-"),
        ("third?", "-"),
        ("second?", "b"),
        ("first?", "a"),
        ("second?", "b"),
        ("third?", "-"),
    ]


def test_going_back_before_the_first_question_ends_the_flow() -> None:
    assert QuestionFlow(Scripted("a", BACK, BACK)).run(names) is BACK


def test_kept_answers_are_not_asked_again() -> None:
    kept: dict[str, Any] = {}

    def keep(answers: Any) -> None:
        kept.clear()
        kept.update(answers)

    asking = QuestionFlow(Scripted("a", "b", "c"), keep=keep)
    asking.run(names)
    assert kept == {"first": "a", "second": "b", "third": "c"}
    del kept["third"]
    prompts = Scripted("z")
    assert QuestionFlow(prompts, answers=kept).run(names) == ["a", "b", "z"]
    assert prompts.asked == [("third?", "-")]


def test_an_answer_that_no_longer_fits_is_asked_for_again() -> None:
    prompts = Scripted("new")
    entries = [TypedAnswer("New", "new")]
    asking = QuestionFlow(prompts, answers={"model": "gone"})
    assert asking.run(lambda one: one.choose("model", "Which?", entries)) == "new"


def test_an_answer_of_no_use_is_asked_for_again_with_those_after_it() -> None:
    prompts = Scripted("bad host", "user", "good host", "user")
    tried: list[str] = []

    def flow(asking: QuestionFlow) -> str:
        host = asking.text("host", "host?")
        asking.text("user", "user?")
        if host.startswith("bad"):
            tried.append(host)
            asking.ask_again("host", "not reachable")
        return host

    assert QuestionFlow(prompts).run(flow) == "good host"
    assert tried == ["bad host"]
    assert prompts.asked[2:] == [("host?", "bad host"), ("user?", "user")]


def test_the_same_questions_below_another_place_are_other_questions() -> None:
    prompts = Scripted("a", "b", BACK, "c", "d")

    def flow(asking: QuestionFlow) -> list[str]:
        return [asking.below(place).text("name", "name?") for place in ("one", "two", "three")]

    assert QuestionFlow(prompts).run(flow) == ["a", "c", "d"]
