"""Interviews: what agents answered who were asked after a run, beside the run, which they do not change."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sociarium.records.journal import Call
from sociarium.records.served_versions import version_of

LABEL = "what the model says when it is asked later; no evidence of why it acted so, never a confirmatory outcome"
"""Stands wherever interviews are shown."""


@dataclass(frozen=True, slots=True)
class Interview:
    """A question to an agent of a run, asked after the run, and its answer; run, sitting and turn are its identity.

    It is what a model says when it is asked later: no evidence of why it acted as it did.

    Attributes:
        sitting: an id of what was asked in one go: its questions and answers stand in the prompts of those that follow.
        turn: of the question in its sitting, from 1.
        agent: its name in the run; of a feed, the person's handle.
        at: the moment in the run at which it is asked, such as `day2/turn7`, `day3` or `end`.
        question: in the words of who asked.
        fingerprint: SHA-256 of the canonical request.
        call: facts of the call: the model's name in the experiment file, the options as really sent, what the server
            says it was.
        reply: the model's reply, as journals keep replies.
        by: who asked.
        asked: UTC, ISO 8601.
        other_model: whether another model was asked than the one that played the agent, or another version of it.
        cost: in US dollars; None where no price is known.
        answer: JSON value that the reply was read as; None for free text, or where it could not be read.
        form: in which an answer was asked for, such as `0-10` or `yes, no, unsure`; empty for free text.
        flags: what is noted of the answer, as of those to private questions.
        provider_model: what was asked, such as `openai:gpt-4.1-mini`.
        former: replies before this one that gave no answer, as journals keep replies; they are paid for too.
    """

    run: str
    sitting: str
    turn: int
    agent: str
    at: str
    question: str
    fingerprint: str
    call: Call
    reply: Mapping[str, Any]
    by: str
    asked: str
    other_model: bool = False
    cost: float | None = None
    answer: Any = None
    form: str = ""
    flags: tuple[str, ...] = ()
    provider_model: str = ""
    former: tuple[Mapping[str, Any], ...] = ()

    @property
    def id(self) -> str:
        """Names it among those of its run."""
        return f"{self.sitting}/{self.turn}"

    @property
    def text(self) -> str:
        """What the model said."""
        return str(self.reply.get("text", ""))

    @property
    def model(self) -> str:
        """The name in the experiment file of the model that was asked."""
        return self.call.model

    @property
    def version(self) -> str | None:
        """What served it: the digest of its weights, else the version that the server names."""
        return version_of(self.call.digest, self.call.served_model)
