"""Journal entries: the answers that a run got, under the keys by which it asked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

REPLY_TOKENS = ("prompt_tokens", "completion_tokens")
"""What a model's answer says of its tokens, each left out where its server does not."""

COPIED = "fork/copied"
"""The key of the entry behind which a journal is the run's own."""

Source = Literal["model", "record", "person", "people", "inputs"]


@dataclass(frozen=True, slots=True)
class Call:
    """Facts of a model call that the run does not see.

    Attributes:
        model: its name in the experiment file.
        sent: options as really sent.
        attempts: calls made until one was answered.
        seconds: of the answered one.
        served_model, digest, fingerprint: what the server says it was.
        endpoint: the public address of the server that answered; None where none was asked, or it was not kept.
        cached_tokens: of the prompt, those that the server had kept from calls before; None where it does not say.
        hardware: the kind behind that server: as the experiment file has it, else what the server said of itself (see
            `records.hardware`); None where nobody said it.
    """

    model: str
    sent: Mapping[str, Any]
    seconds: float
    attempts: int = 1
    served_model: str | None = None
    digest: str | None = None
    fingerprint: str | None = None
    endpoint: str | None = None
    cached_tokens: int | None = None
    hardware: str | None = None


@dataclass(frozen=True, slots=True)
class ModelTokens:
    """Tokens that calls of a run to one model took, by its name in the experiment file."""

    run: str
    model: str
    prompt_tokens: int
    completion_tokens: int


@dataclass(frozen=True, slots=True)
class JournalEntry:
    """An answer, with run and key as its identity: the first one inserted stands for ever.

    Attributes:
        ordinal: its number in the order in which the run's worker received answers.
        token: of the claim under which it was written.
        fingerprint: SHA-256 of the canonical request.
        answer: JSON value that the run got.
        call: for a model's answer.
        at: UTC, ISO 8601.
    """

    run: str
    key: str
    ordinal: int
    token: int
    fingerprint: str
    source: Source
    answer: Any
    at: str
    call: Call | None = None
