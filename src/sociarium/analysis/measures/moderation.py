"""What a moderation endpoint says of messages, as measures; the texts leave this machine.

Nothing is sent until a measure is bound to an endpoint, which is done where somebody said that texts may leave.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from sociarium.analysis.measures.missing import Missing
from sociarium.analysis.measures.units import MeasuredRun
from sociarium.errors import BadInput, ModelError
from sociarium.runner.models.retry_policy import Attempts, RetryPolicy, Wait
from sociarium.runner.run.event_loop import finish

NAME = "moderation"
MODEL = "omni-moderation-2024-09-26"
"""A dated version: `omni-moderation-latest` would be another model one day, under the same name."""
AT_ONCE = 32
"""Texts of one call."""
CATEGORIES = (
    "harassment", "harassment/threatening", "hate", "hate/threatening", "illicit", "illicit/violent", "self-harm",
    "self-harm/instructions", "self-harm/intent", "sexual", "sexual/minors", "violence", "violence/graphic",
)  # fmt: skip


class Said(Protocol):
    """What an endpoint says of a text."""

    @property
    def flagged(self) -> bool: ...

    @property
    def scores(self) -> Mapping[str, float]: ...


class ModerationEndpoint(Protocol):
    """A moderation endpoint."""

    async def ask(self, texts: Sequence[str], *, model: str) -> Sequence[Said]:
        """What a model says of each text. Raises `ModelError`."""
        ...


@dataclass(slots=True)
class ModerationScores:
    """What an endpoint says of the messages of the run that is measured; each text is asked about once."""

    endpoint: ModerationEndpoint
    policy: RetryPolicy = field(default_factory=RetryPolicy)
    _run: str = ""
    _said: dict[str, Said] = field(default_factory=dict)

    def prepare(self, run: MeasuredRun, subjects: Sequence[str]) -> None:
        """Ask about the messages of a run that have no value, many in one call.

        Raises:
            ModelError: the endpoint refuses, or does not answer for long.
        """
        if run.run != self._run:
            self._run, self._said = run.run, {}
        texts = [run.by_key[one].text for one in subjects]
        new = [one for one in dict.fromkeys(texts) if one.strip() and one not in self._said]
        for start in range(0, len(new), AT_ONCE):
            some = new[start : start + AT_ONCE]
            self._said.update(zip(some, finish(self._ask(some)), strict=True))

    def flag_of(self, run: MeasuredRun, subject: str) -> bool | Missing:
        """Whether the endpoint flags a message."""
        said = self._said.get(run.by_key[subject].text)
        return Missing("no words") if said is None else said.flagged

    def score_of(self, run: MeasuredRun, subject: str, category: str) -> float | Missing:
        """How far a message is what a category names, from 0 to 1."""
        said = self._said.get(run.by_key[subject].text)
        if said is None:
            return Missing("no words")
        score = said.scores.get(category)
        return Missing("the endpoint has no such category") if score is None else score

    async def _ask(self, texts: Sequence[str]) -> Sequence[Said]:
        """What is said of each text, asked again as every call of the program is."""
        times, began = 0, time.monotonic()
        while True:
            try:
                return await self.endpoint.ask(texts, model=MODEL)
            except ModelError as error:
                times += 1
                tried = Attempts(times, time.monotonic() - began, answered=False)
                decision = self.policy.decide(error, tried, chance=0.5)
                if not isinstance(decision, Wait):
                    raise
                await asyncio.sleep(decision.seconds)


def refuse_to_send(_run: MeasuredRun, _subject: str) -> Missing:
    """What an unbound measure computes. Raises `BadInput`."""
    raise BadInput("texts are sent nowhere unless --send-texts says so")
