"""How many calls to a server may be open: fewer when it is overloaded, more again while that pays.

Halved on overload, then one more with each round of good answers (additive increase, multiplicative decrease; Chiu and
Jain, *Computer Networks and ISDN Systems* 17, 1989). Two things are looked at besides, because a server's words alone
do not tell what it can do:

Refusals may have nothing to do with how much is open: a server that turns away every third call turns away every third
one of a few, too. Where fewer open calls left the share of refused ones as it was, the halving is taken back, and such
a share is lived with until it rises.

More open calls may bring nothing: they stand in the server's own queue. Where twice as many bring no more answers a
second, the limit goes back to where it last paid, and tries again later.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from sociarium.ports.clock import Clock

_ENOUGH = 12
"""Answered and refused calls that tell which share is refused."""
_REMEMBERED = 200
"""Calls over which a share is taken; older ones count half."""
_OVERLOADED = 0.5
"""Share of refused calls from which on less is asked, whatever was seen before."""
_NOTABLE = 0.15
"""Share below which refusals are the edge of what the server can take, met now and then by asking for more."""
_HELPED = 0.7
"""A share below so much of the former one shows that a narrower limit helped."""
_WORSE = 1.5
"""Times a tolerated share from which on it is an overload again."""
_PAYS = 1.2
"""Times the best rate of answers that shows that a wider limit paid."""
_IN_VAIN = 2.0
"""Times the limit at which the best rate was seen that may be tried for a better one."""
_ROUNDS = 3
"""Times the limit that calls must have ended before a share that is tolerated is held against it."""
_LONGEST_REST = 64
"""Rounds after which growing is tried again, at most; each rest is twice the one before."""


@dataclass(slots=True)
class _Share:
    """Calls that were answered and refused under one limit."""

    answered: float = 0.0
    refused: float = 0.0

    @property
    def is_known(self) -> bool:
        return self.total >= _ENOUGH

    @property
    def total(self) -> float:
        return self.answered + self.refused

    @property
    def value(self) -> float:
        return self.refused / max(self.total, 1.0)

    def forget_some(self) -> None:
        if self.total > _REMEMBERED:
            self.answered, self.refused = self.answered / 2, self.refused / 2


@dataclass(slots=True)
class _Round:
    """Answers in a row while others waited for a place."""

    began: float
    answers: int = 0
    was_full: bool = True


@dataclass(slots=True)
class OpenCalls:
    """The limit of one server. Lives on one event loop.

    Attributes:
        most: its highest value, at which it begins.
    """

    most: int
    clock: Clock
    _value: float = 0.0
    _changed: float = 0.0
    _wide: float = 0.0
    _wider: _Share | None = None
    _here: _Share = field(default_factory=_Share)
    _tolerated: float | None = None
    _round: _Round | None = None
    _best: tuple[float, float] | None = None
    _rest: int = 0
    _next_rest: int = 1

    def __post_init__(self) -> None:
        self._value = float(self.most)

    @property
    def limit(self) -> int:
        """Calls that may be open."""
        return max(1, int(self._value))

    @property
    def refuses_anyway(self) -> bool:
        """Whether the server turns calls away however little is open: then one that it turned away says nothing of
        the others."""
        return self._tolerated is not None

    def change_most(self, most: int) -> None:
        """Have another highest value, and go there at once where the former one was not too much."""
        was_at_most = self._value >= self.most
        self.most = most
        if was_at_most or self._value > most:
            self._move(float(most))

    def take_overload(self, began: float, open_calls: int) -> None:
        """The server turned a call away, or left it in its queue.

        Args:
            began: when the call did.
            open_calls: the others that are open.
        """
        if began < self._changed:
            if self._wider is not None:
                self._wider.refused += 1
            return  # one overload is met by all calls of its moment, and narrows once
        self._here.refused += 1
        if self._wider is not None and not self._here.is_known:
            return
        if self._is_tolerable():
            return
        self._wide = self._value if self._has_helped() else max(self._wide, self._value)
        self._wider, self._here = self._here, _Share()
        self._tolerated = None
        self._move(min(self._value, open_calls + 1.0) / 2)

    def take_answer(self, began: float, *, waits: bool) -> None:
        """The server answered a call.

        Args:
            began: when the call did.
            waits: whether another one waits for its place.
        """
        share = self._here if began >= self._changed or self._wider is None else self._wider
        share.answered += 1
        share.forget_some()
        if self._tolerated is not None and self._is_settled():
            self._tolerated = min(self._tolerated, max(self._here.value, 0.01))
        if self._value < self.most:
            self._grow(waits=waits)

    def _is_tolerable(self) -> bool:
        """Whether a share of refused calls is none that a narrower limit mends."""
        share = self._here.value
        if self._tolerated is not None:
            return not self._is_settled() or share < min(_WORSE * self._tolerated + 0.05, _OVERLOADED)
        if self._wider is None or not self._wider.is_known or self._has_helped():
            return False
        if not _NOTABLE <= share < _OVERLOADED:
            return False
        self._tolerated = share
        self._wider, self._here = None, _Share()
        self._move(max(self._value, self._wide))
        return True

    def _is_settled(self) -> bool:
        """Whether answers had the time to catch up with refusals, which come at once."""
        return self._here.total >= max(_ENOUGH, _ROUNDS * self._value)

    def _has_helped(self) -> bool:
        """Whether fewer are refused since the limit was narrowed."""
        wider = self._wider
        return wider is not None and wider.is_known and self._here.value < _HELPED * wider.value

    def _grow(self, *, waits: bool) -> None:
        now = self.clock.monotonic()
        if self._round is None:
            self._round = _Round(now)
        self._round.answers += 1
        self._round.was_full &= waits
        if self._rest <= 0:
            self._value = min(self._value + 1.0 / self._value, float(self.most))
        if self._round.answers >= max(4 * self._value, 16.0):
            ended, self._round = self._round, _Round(now)
            if ended.was_full and now > ended.began:
                self._judge(ended.answers / (now - ended.began))

    def _judge(self, rate: float) -> None:
        """See whether the limit that has grown until now pays."""
        if self._rest > 0:
            self._rest -= 1
            self._best = rate, self._value
        elif self._best is None or rate > _PAYS * self._best[0]:
            self._best = rate, self._value
        elif self._value >= _IN_VAIN * self._best[1]:
            self._value = max(1.0, self._best[1])
            self._rest, self._next_rest = self._next_rest, min(2 * self._next_rest, _LONGEST_REST)

    def _move(self, value: float) -> None:
        self._value = max(1.0, min(value, float(self.most)))
        self._changed = self.clock.monotonic()
        self._round, self._best, self._rest, self._next_rest = None, None, 0, 1
