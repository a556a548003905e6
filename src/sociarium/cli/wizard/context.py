"""Who sits at the terminal, and where the work is kept."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping
from contextlib import closing, redirect_stdout
from dataclasses import dataclass
from typing import Any, TypeVar

from rich.console import Console
from rich.text import Text

from sociarium.bootstrap import open_store
from sociarium.cli.display.command_hints import pasteable, remember_store
from sociarium.cli.display.output import words
from sociarium.cli.error_report import report_error
from sociarium.cli.questions.answers import Back
from sociarium.cli.questions.prompts import QuestionPrompts
from sociarium.cli.questions.screen import INDENT
from sociarium.cli.wizard.flow import QuestionFlow
from sociarium.config import Config
from sociarium.errors import SociariumError
from sociarium.ports.store import Store

T = TypeVar("T")

CommandCall = Callable[[list[str]], int]
"""Calls a command by its words, with its exit code; raises what the command does."""

_FAILED = 1


@dataclass(frozen=True, slots=True)
class WizardContext:
    """One use of the guided program.

    Attributes:
        url: of the store, with what is needed to open it.
        is_configured: whether a command finds the store without being told.
        call_command: how commands are called; whoever began the program hands it in.
    """

    config: Config
    prompts: QuestionPrompts
    url: str
    is_configured: bool
    call_command: CommandCall

    @property
    def screen(self) -> Console:
        """Where everything is shown."""
        return self.prompts.screen

    def store(self) -> closing[Store]:
        """The store, opened for as long as a `with` lasts."""
        return closing(open_store(self.url))

    def ask(self, flow: Callable[[QuestionFlow], T], *, answers: Mapping[str, Any] | None = None) -> T | Back:
        """What a flow of questions comes to."""
        return QuestionFlow(self.prompts, answers=answers).run(flow)

    def command_text(self, *arguments: str) -> str:
        """A command as it can be typed here."""
        remember_store(None if self.is_configured else self.url)
        return pasteable(*arguments)

    def command(self, *arguments: str, quietly: tuple[str, ...] = ()) -> int:
        """Do what a command does, and show which one it is; returns its exit code, with errors told.

        Args:
            quietly: options that go without saying, as after a question that was asked here.
        """
        self.show_command(*arguments)
        return self.attempt(lambda: self.call_command([*arguments, *quietly, *self._store_words]), _FAILED)

    @property
    def _store_words(self) -> list[str]:
        """What a command has to be told of the store: nothing where it finds it, and then its hints say nothing."""
        return [] if self.is_configured else ["--store", self.url]

    def read(self, *arguments: str) -> Text:
        """What a command shows, for a terminal of this width."""
        screen = _OnTerminal()
        with redirect_stdout(screen):
            self.call_command(list(arguments))
        return Text.from_ansi(screen.getvalue())

    def attempt(self, what: Callable[[], T], otherwise: T) -> T:
        """Do something; an error is told, and something else is given instead."""
        try:
            return what()
        except SociariumError as error:
            report_error(error)
            return otherwise

    def show(self, text: str, style: str = "") -> None:
        """Show a sentence between questions, harmless whatever it says."""
        self.screen.print(words(f"{' ' * INDENT}{text}", style))

    def show_command(self, *arguments: str) -> None:
        """Show the command that does what was chosen."""
        self.screen.print(words(f"$ {self.command_text(*arguments)}", "dim"))


class _OnTerminal(io.StringIO):
    """Takes what is printed as a terminal would, with colours."""

    def isatty(self) -> bool:
        return True
