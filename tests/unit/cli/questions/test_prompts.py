"""Every kind of question on a terminal: its answer, the way back, the way out, and what it does not accept."""

from __future__ import annotations

import os
import pty
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from prompt_toolkit.application import create_app_session
from prompt_toolkit.input import PipeInput, create_pipe_input
from prompt_toolkit.input.vt100 import Vt100Input
from prompt_toolkit.output import DummyOutput
from rich.console import Console

from sociarium.cli.questions.answers import BACK, Leave, TypedAnswer
from sociarium.cli.questions.checks import decimal, nonempty, whole
from sociarium.cli.questions.prompts import QuestionPrompts

DOWN = "\x1b[B"
ENTRIES = [TypedAnswer(name, name.lower()) for name in ("Ada", "Bea", "Cid")]
MANY = [TypedAnswer(f"entry {number}", number) for number in range(20)]

KINDS: list[Callable[[QuestionPrompts], Any]] = [
    lambda prompts: prompts.text("Who?", default="Eve"),
    lambda prompts: prompts.long_text("What?", default="Words"),
    lambda prompts: prompts.secret("Password:"),
    lambda prompts: prompts.choose("Which?", ENTRIES),
    lambda prompts: prompts.choose("Which of many?", MANY),
    lambda prompts: prompts.several("Which ones?", ENTRIES),
    lambda prompts: prompts.several("Which of many?", MANY),
    lambda prompts: prompts.confirm("Sure?"),
    lambda prompts: prompts.whole("How many?", least=1, default=5),
    lambda prompts: prompts.decimal("How warm?", least=0, most=2, default=0.7),
    lambda prompts: prompts.order("In which order?", ENTRIES),
]


@pytest.fixture
def keys() -> Iterator[PipeInput]:
    """What is typed."""
    with create_pipe_input() as typed, create_app_session(input=typed, output=DummyOutput()):
        yield typed


@pytest.fixture
def prompts() -> QuestionPrompts:
    """Questions to a terminal that shows nothing; the editor writes in capitals."""
    return QuestionPrompts(Console(quiet=True), str.upper)


@pytest.mark.parametrize("ask", KINDS)
@pytest.mark.parametrize("key", ["\x03", "\x04"])
def test_ctrl_c_and_ctrl_d_leave(
    keys: PipeInput, prompts: QuestionPrompts, ask: Callable[[QuestionPrompts], Any], key: str
) -> None:
    keys.send_text(key)
    with pytest.raises(Leave):
        ask(prompts)


@pytest.mark.parametrize("ask", KINDS)
def test_esc_goes_back(keys: PipeInput, prompts: QuestionPrompts, ask: Callable[[QuestionPrompts], Any]) -> None:
    keys.send_text("\x1b")
    assert ask(prompts) is BACK


@pytest.mark.parametrize(
    ("ask", "typed", "answer"),
    [
        (KINDS[0], "Smith \r", "Smith"),
        (KINDS[1], "\x0emore\r", "Words\nmore"),
        (KINDS[1], "\x0f\r", "WORDS"),
        (KINDS[2], "p w\r", "p w"),
        (KINDS[3], DOWN + "\r", "bea"),
        (KINDS[4], "y 17\r", 17),
        (KINDS[5], DOWN + " " + DOWN + " \r", ["bea", "cid"]),
        (lambda prompts: prompts.several("Which?", ENTRIES, default=["ada"]), DOWN + "\r \r", ["ada", "bea"]),
        (lambda prompts: prompts.several("Which?", ENTRIES, default=["ada"]), DOWN + "\r\r", ["ada"]),
        (lambda prompts: prompts.several("Which?", ENTRIES, default=["ada"]), " " + DOWN + " " + DOWN + "\r", ["bea"]),
        (KINDS[7], DOWN + "\r", False),
        (KINDS[8], "\r", 5),
        (KINDS[8], "0\r\x7f12\r", 12),
        (KINDS[9], "\r", 0.7),
        (KINDS[9], "\x15\r", None),
        (KINDS[10], " " + DOWN + "\r", ["bea", "ada", "cid"]),
        (KINDS[0], "\x1b[C lyn\r", "Eve lyn"),
        (KINDS[0], "\x7f\r", ""),
        (KINDS[0], "\x7f\x1b[Ca\r", "Evea"),
        (KINDS[0], "\x1b[200~two\r\nlines\x07\x1b[201~\r", "two lines"),
        (KINDS[1], "\x1b[200~ two\r\nlines\x1b[201~\r", "Words two\nlines"),
        (KINDS[4], "\x1b[200~17 entry\x1b[201~\r", 17),
        (KINDS[4], "nothing like it\r\x15\r", 0),
        (KINDS[6], "17\r3\t" + DOWN + "\r\r", [3, 13, 17]),
        (lambda prompts: prompts.choose("Which?", ENTRIES, default="cid"), "\r", "cid"),
        (lambda prompts: prompts.several("Which?", ENTRIES, default=["ada"], least=1), " \r \r", ["ada"]),
        (lambda prompts: prompts.text("Who?", check=nonempty), "\rx\r", "x"),
        (lambda prompts: prompts.text("How many?", check=whole(1, 5)), "6\r\x7f2.5\r\x7f\x7f\r", "2"),
        (lambda prompts: prompts.text("How warm?", check=decimal(0, 2)), "nan\r\x15-1\r\x15 0.5\r", "0.5"),
    ],
)
def test_every_kind_of_question_returns_what_was_typed_or_chosen(
    keys: PipeInput, prompts: QuestionPrompts, ask: Any, typed: str, answer: Any
) -> None:
    keys.send_text(typed)
    assert ask(prompts) == answer


@pytest.fixture
def keyboard() -> Iterator[int]:
    """The far end of a terminal on which questions are asked."""
    far, near = pty.openpty()
    with os.fdopen(near, encoding="utf-8") as typed, create_app_session(input=Vt100Input(typed), output=DummyOutput()):
        yield far
    os.close(far)


@pytest.mark.parametrize("ask", [kind for number, kind in enumerate(KINDS) if number not in {2, 5, 6}])
def test_an_enter_that_was_typed_before_a_question_answers_it(
    keyboard: int, prompts: QuestionPrompts, ask: Callable[[QuestionPrompts], Any]
) -> None:
    os.write(keyboard, b"\r")
    assert ask(prompts) is not BACK


def test_keys_that_were_typed_early_answer_one_question_after_the_other(
    keyboard: int, prompts: QuestionPrompts
) -> None:
    os.write(keyboard, b"Smith\r\x1b[B\r\r\x1b")
    assert prompts.text("Who?") == "Smith"
    assert prompts.choose("Which?", ENTRIES) == "bea"
    assert prompts.whole("How many?", least=1, default=5) == 5
    assert prompts.confirm("Sure?") is BACK


def test_what_cannot_be_undone_is_not_answered_by_keys_that_were_typed_early(
    keyboard: int, prompts: QuestionPrompts
) -> None:
    os.write(keyboard, b"\r\r\r")
    careful = prompts.dropping_typed_keys()
    frame = careful._frame

    def frame_then_key(question: str, hint: str) -> Any:
        made = frame(question, hint)
        os.write(keyboard, b"\x1b")
        return made

    careful._frame = frame_then_key  # type: ignore[method-assign]
    assert careful.confirm("Delete it?") is BACK
