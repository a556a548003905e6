"""How the steps of a visit are asked for, and what is noted of each: its calls, and why it was skipped."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, TypeVar

from sociarium.environments.feed.messages import messages_for
from sociarium.environments.feed.people import PersonState
from sociarium.environments.feed.state import FeedState
from sociarium.environments.requests import AskResult, Prompt, RunEnded, ask_until
from sociarium.environments.stage import Stage
from sociarium.ports.model import ModelReply

T = TypeVar("T")

RETRIES = 2
"""How often an answer that cannot be read is asked for again."""

SkipReason = Literal["invalid", "empty", "refused", "overlong"]


@dataclass(slots=True)
class StepLog:
    """What is on record of the steps of a visit.

    Attributes:
        calls: keys of every call, re-asked ones too.
        skipped: steps without an answer that could be used, and why.
        repaired: steps whose answers were read after a repair, with how many values of them were put right.
        repairs: steps whose answers were not written as JSON is, with the kinds of `repairs.REPAIRS`.
        flags: of the visit as a whole.
    """

    calls: list[str] = field(default_factory=list)
    skipped: list[tuple[str, SkipReason]] = field(default_factory=list)
    repaired: Counter[str] = field(default_factory=Counter)
    repairs: dict[str, tuple[str, ...]] = field(default_factory=dict)
    flags: set[str] = field(default_factory=set)

    def skip(self, step: str, reason: SkipReason) -> None:
        """Note that a step has no answer that could be used."""
        self.skipped.append((step, reason))

    def note_repair(self, step: str, values: int) -> None:
        """Note how many values of an answer were not as they were asked for; none is not worth a note."""
        if values:
            self.repaired[step] += values
            self.flags.add("repaired")

    def note_repairs(self, step: str, kinds: tuple[str, ...]) -> None:
        """Note what was repaired in the form of an answer; none is not worth a note."""
        if kinds:
            self.repairs[step] = kinds
            self.flags.add("repaired")

    def note_cut_words(self) -> None:
        """Note that words of an answer were longer than allowed."""
        self.flags.add("words_cut")

    def sort(self) -> None:
        """Bring calls and skipped steps into one order; steps that are taken side by side end in any."""
        self.calls.sort()
        self.skipped.sort()


@dataclass(frozen=True, slots=True)
class Steps:
    """Asks one person's model, or the step's own, for the steps of one visit.

    Attributes:
        key: of the visit; those of its calls begin with it.
        suggested: people of whom the network tells the person.
    """

    feed: FeedState
    member: PersonState
    key: str
    log: StepLog = field(default_factory=StepLog)
    suggested: Sequence[PersonState] = ()

    async def ask(
        self,
        step: str,
        parts: Sequence[str],
        stage: Stage,
        *,
        read: Callable[[ModelReply], T | None],
        schema: Mapping[str, Any] | None = None,
        unread: SkipReason = "invalid",
    ) -> AskResult[T] | None:
        """Ask for a step; without a value, or None, when it is skipped, which is noted.

        A step is skipped, too, whose answer is one to a prompt that the server cut.

        Args:
            step: such as `read/recent`; its first part is the purpose of the call.
            parts: of the prompt; empty ones are left out.
            read: what a reply says; None asks again, `RETRIES` times at most.
            unread: why the step is skipped when no reply could be read.
        """
        assert self.member.model is not None
        purpose = step.partition("/")[0]
        model = self.feed.content.model_of_call(purpose, self.member.model)
        key = f"{self.key}/{step}"
        messages = messages_for(self.member.system_prompt, parts)
        prompt = Prompt(model, messages, purpose=purpose, schema=schema)
        try:
            result = await ask_until(self.feed.content.models, stage, key, prompt, retries=RETRIES, read=read)
        except RunEnded:
            self.log.calls.append(key)
            self.log.skip(step, "overlong")
            return None
        self.log.calls += [key, *(f"{key}/{number}" for number in range(2, result.attempts + 1))]
        if result.cut:
            self.log.flags.add("context_cut")
            self.log.skip(step, "overlong")
            return None
        if result.value is None:
            self.log.skip(step, "refused" if result.reply.finish_reason == "refused" else unread)
        return result
