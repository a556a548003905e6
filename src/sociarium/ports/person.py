"""The person port: somebody at a terminal who decides.

Concurrency: runs may ask at once; an adapter puts one question at a time. Order: as asked.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from sociarium.errors import PersonGone


@dataclass(frozen=True, slots=True)
class Question:
    """What a person is asked.

    Attributes:
        run: the run that asks.
        text: the question itself.
        context: what was said so far, to be read before.
        choices: the answers allowed; empty where any text is.
    """

    run: str
    text: str
    context: str
    choices: tuple[str, ...] = ()


class HumanPlayer(Protocol):
    """Somebody who can be asked."""

    async def ask(self, question: Question) -> str:
        """The answer: one of the choices, or any text where there are none.

        Raises:
            PersonGone: nobody is there to answer.
        """
        ...


class Nobody:
    """There is no person; sweeps that need one are refused before they start."""

    async def ask(self, question: Question) -> str:
        """Raise `PersonGone`."""
        raise PersonGone(f"run {question.run} asks a person, and nobody is there")
