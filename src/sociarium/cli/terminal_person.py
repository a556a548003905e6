"""The person at this terminal."""

from __future__ import annotations

import asyncio
import sys

import questionary
from rich.console import Console

from sociarium.cli.display.output import words
from sociarium.errors import PersonGone, SetupError
from sociarium.exchange.sanitize import sanitize
from sociarium.experiment.definition import Definition
from sociarium.ports.person import Question
from sociarium.runner.planning.preflight import needs_person

_TELLING = 400
"""Characters of a prompt that tell agents apart."""


def refuse_without_terminal(definition: Definition, sweep_name: str) -> None:
    """Raise `SetupError` when a person is needed and nobody is there."""
    if needs_person(definition, sweep_name) and not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise SetupError(
            "`speaker_selection: manual` and `provider: person` need a person at a terminal; run it in one, or take "
            "that level or model out"
        )


class TerminalPerson:
    """Asks whoever sits at the terminal, one question at a time."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._turn = asyncio.Lock()
        self._read: dict[str, str] = {}

    async def ask(self, question: Question) -> str:
        """Show what was said since the run's last question, then ask."""
        async with self._turn:
            self._console.print(words(self._news(question)))
            prompt = (
                questionary.select(question.text, choices=[_choice(choice) for choice in question.choices])
                if question.choices
                else questionary.text(question.text)
            )
            try:
                # The program's own handling of interrupts stays in place; here Ctrl-C is a key.
                answer = await prompt.application.run_async(handle_sigint=False)
            except (KeyboardInterrupt, EOFError):
                which = f"run {question.run[:8]}" if question.run else "a run"
                raise PersonGone(f"{which} waits at the question: {question.text}") from None
        return str(answer)

    def _news(self, question: Question) -> str:
        # A model's request does not say which run it is of; its beginning, the agent's own prompt, tells them apart.
        place = question.run or question.context[:_TELLING]
        before = self._read.get(place, "")
        self._read[place] = question.context
        if before and question.context.startswith(before):
            return question.context[len(before) :].strip()
        heading = f"Run {question.run[:8]}\n\n" if question.run else ""
        return f"\n{heading}{question.context}"


def _choice(name: str) -> questionary.Choice:
    return questionary.Choice(sanitize(name), value=name)
