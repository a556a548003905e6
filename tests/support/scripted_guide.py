"""Somebody who opens the pages of an experiment after a script, without a terminal."""

from __future__ import annotations

import io
from collections.abc import Sequence
from copy import deepcopy
from typing import Any

from rich.console import Console

from sociarium.cli.command_call import run_command
from sociarium.cli.hub import hub
from sociarium.cli.hub.editor import Editor
from sociarium.cli.questions.answers import BACK, Back, Step, TypedAnswer
from sociarium.cli.questions.prompts import QuestionPrompts
from sociarium.cli.wizard.context import WizardContext
from sociarium.config import Config
from sociarium.editing.drafts import Draft


class ScriptedPrompts(QuestionPrompts):
    """Answers with one word of a script after the other: an entry by how it begins, a text as it is; then with Esc."""

    def __init__(self, script: Sequence[str]) -> None:
        super().__init__(Console(file=io.StringIO()), lambda text: text)
        self.rest = list(script)
        self.refusal = ""

    def at(self, step: Step) -> QuestionPrompts:
        return self

    def dropping_typed_keys(self) -> QuestionPrompts:
        return self

    def choose(self, question: str, entries: Sequence[TypedAnswer], **_: Any) -> Any:
        if not self.rest:
            return BACK
        word = self.rest.pop(0)
        for entry in entries:
            if entry.text.lstrip("! ").casefold().startswith(word.casefold()):
                return entry.value
        raise AssertionError(f"{question} has no {word!r}: {[entry.text for entry in entries]}")

    def several(self, question: str, entries: Sequence[TypedAnswer], **_: Any) -> list[Any] | Back:
        if not self.rest:
            return BACK
        words = self.rest.pop(0).split("|")
        return [entry.value for entry in entries if entry.text in words]

    def confirm(self, question: str, **_: Any) -> bool | Back:
        return self.rest.pop(0) == "yes" if self.rest else BACK

    def text(self, question: str, *, check: Any = None, **_: Any) -> str | Back:
        if not self.rest:
            return BACK
        answer = self.rest.pop(0)
        if check is not None and (fault := check(answer)):
            raise AssertionError(f"{question} {answer!r}: {fault}")
        return answer

    long_text = text


def edited(document: dict[str, Any], script: Sequence[str]) -> dict[str, Any]:
    """What becomes of a document when a part of its page is opened and the rest of a script answered."""
    part, *rest = script
    prompts = ScriptedPrompts(rest)
    context = WizardContext(Config({}), prompts, "sqlite:///:memory:", is_configured=True, call_command=run_command)
    editor = Editor(context, Draft(deepcopy(document)), saved=document, is_kept=False)
    with editor.at(part):
        hub._OPEN[part](editor)
    assert not prompts.rest, f"nobody asked for {prompts.rest}"
    return editor.document
