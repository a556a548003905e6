"""A person who is asked for consent before the first question, where the experiment asks for it."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field

from sociarium.errors import PersonGone
from sociarium.ports.clock import Clock
from sociarium.ports.person import HumanPlayer, Question
from sociarium.ports.store import Store
from sociarium.runner.library.consent import has_consented, keep_consent

AGREE, DECLINE = "I agree", "I do not agree"


@dataclass(slots=True)
class ConsentingPerson:
    """See `HumanPlayer`; nothing else is asked of who does not agree.

    Attributes:
        text: that is agreed to.
        by: who sits there.
    """

    person: HumanPlayer
    store: Store
    experiment: str
    text: str
    by: str
    clock: Clock
    _has_agreed: bool = False
    _turn: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def ask(self, question: Question) -> str:
        """The answer, after consent.

        Raises:
            PersonGone: nobody is there to answer, or who is there does not agree.
        """
        async with self._turn:
            if not self._has_agreed:
                await self._ask_consent()
                self._has_agreed = True
        return await self.person.ask(question)

    async def _ask_consent(self) -> None:
        store, by = self.store, self.by
        if await asyncio.to_thread(has_consented, store, self.experiment, self.text, person=by):
            return
        question = Question("", f"{by}, do you agree to take part?", f"{self.text}\n", (AGREE, DECLINE))
        if await self.person.ask(question) != AGREE:
            raise PersonGone(f"{by} does not agree to take part; nothing was asked")
        await asyncio.to_thread(keep_consent, store, self.experiment, self.text, person=by, clock=self.clock)
