"""How fast calls to a server may begin: so many a minute, and so many tokens a minute.

What is bounded a minute is spread over it: a call begins when what began before it is paid for. So no minute, wherever
it begins, has more than the bound and one call. Tokens of a call are known when it is answered; before that they are
estimated from its prompt, by how the calls before it came out, and the difference is given back or taken then.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from sociarium.ports.clock import Clock
from sociarium.ports.model import ModelReply, ModelRequest

_MINUTE = 60.0
_CHARACTERS_PER_TOKEN = 4.0
"""Of a prompt, before the first answer says better."""
_FIRST_REPLY = 200.0
"""Tokens of a reply, before the first one; less where `max_tokens` says so."""
_WEIGHT = 0.1
"""Of the newest answer, in what is learned of prompts and replies."""


@dataclass(slots=True)
class TokenGuess:
    """What calls to a server come to, learned from its answers.

    A server that counts no tokens teaches nothing: the guess stands.
    """

    _density: float = 1.0 / _CHARACTERS_PER_TOKEN
    _reply: float | None = None

    def of(self, request: ModelRequest) -> float:
        """Tokens that a request will come to, its reply included."""
        reply = _FIRST_REPLY if self._reply is None else self._reply
        most = request.model.options.get("max_tokens")
        return _characters(request) * self._density + (reply if most is None else min(reply, float(most)))

    def learn(self, request: ModelRequest, reply: ModelReply) -> float | None:
        """Take an answer in; returns the tokens that the call came to, None where the server does not say."""
        prompt, completion = reply.prompt_tokens, reply.completion_tokens
        if prompt is None and completion is None:
            return None
        if prompt and (characters := _characters(request)):
            self._density += _WEIGHT * (prompt / characters - self._density)
        if completion is not None:
            before = completion if self._reply is None else self._reply
            self._reply = before + _WEIGHT * (completion - before)
        return float((prompt or 0) + (completion or 0))


@dataclass(slots=True)
class RateLimit:
    """When the next call to a server may begin. Lives on one event loop.

    Attributes:
        per_minute, tokens_per_minute: bounds; None for none.
    """

    clock: Clock
    per_minute: float | None = None
    tokens_per_minute: float | None = None
    guess: TokenGuess = field(default_factory=TokenGuess)
    _calls_paid: float = 0.0
    _tokens_paid: float = 0.0

    @property
    def seconds_to_next(self) -> float:
        """Until the next call may begin; 0 or less where it may now. Answers to other calls may change it."""
        return max(self._calls_paid, self._tokens_paid) - self.clock.monotonic()

    @property
    def is_bound(self) -> bool:
        """Whether there is any bound."""
        return self.per_minute is not None or self.tokens_per_minute is not None

    def change(self, per_minute: float | None, tokens_per_minute: float | None) -> None:
        """Have other bounds; what began before is paid for by the new ones, as far as that makes nobody wait longer."""
        now = self.clock.monotonic()
        self._calls_paid = _end_of_payment(self._calls_paid, now, self.per_minute, per_minute)
        self._tokens_paid = _end_of_payment(self._tokens_paid, now, self.tokens_per_minute, tokens_per_minute)
        self.per_minute, self.tokens_per_minute = per_minute, tokens_per_minute

    def begin(self, request: ModelRequest | None) -> float:
        """A call begins; returns the tokens that are reserved for it."""
        now = self.clock.monotonic()
        if self.per_minute is not None:
            self._calls_paid = max(now, self._calls_paid) + _MINUTE / self.per_minute
        if self.tokens_per_minute is None or request is None:
            return 0.0
        tokens = self.guess.of(request)
        self._tokens_paid = max(now, self._tokens_paid) + tokens * _MINUTE / self.tokens_per_minute
        return tokens

    def settle(self, reserved: float, request: ModelRequest | None, reply: ModelReply) -> None:
        """A call was answered: what it came to is learned, and counts instead of what was reserved for it."""
        if self.tokens_per_minute is None or request is None:
            return
        if (tokens := self.guess.learn(request, reply)) is not None:
            self.correct(reserved, tokens)

    def correct(self, reserved: float, tokens: float) -> None:
        """A call came to other tokens than were reserved for it; none where it never reached its server."""
        if self.tokens_per_minute is not None:
            self._tokens_paid += (tokens - reserved) * _MINUTE / self.tokens_per_minute


def _end_of_payment(until: float, now: float, before: float | None, bound: float | None) -> float:
    """Until when is paid what began under one bound a minute, by another."""
    if before is None or bound is None or until <= now:
        return min(until, now)
    return now + (until - now) * min(before / bound, 1.0)


def _characters(request: ModelRequest) -> int:
    return sum(len(message.content) for message in request.messages)
