"""What an endpoint knows of its server: whether it is there, until when it is left in peace, what of it is told."""

from __future__ import annotations

from math import ceil
from typing import Literal

from sociarium.errors import ModelError, TimedOut
from sociarium.ports.clock import Clock
from sociarium.ports.observer import Observer, Waiting, WaitingOver
from sociarium.runner.models.retry_policy import Attempts, Cause

State = Literal["", "closed", "away", "limited", "queue"]


class Health:
    """One server's. Each cause of an error has a count of its own, so that none inherits another's patience.

    Attributes:
        not_before: moment of the clock before which nothing is asked.
        silence: with what the server was found to answer nothing at all; None once it gave a sign of life.
        answered: moment of the last answer; None before the first.
    """

    def __init__(self, name: str, clock: Clock, observer: Observer) -> None:
        self.not_before = 0.0
        self.silence: TimedOut | None = None
        self.answered: float | None = None
        self._name = name
        self._clock = clock
        self._observer = observer
        self._is_away = False
        self._is_closed = False
        self._in_queue = 0
        self._times: dict[Cause, int] = {}
        self._counted: dict[Cause, float] = {}
        self._why: dict[State, str] = {}
        self._told: State = ""

    @property
    def is_away(self) -> bool:
        """Whether the server did not answer when it was last asked."""
        return self._is_away

    @property
    def waiting(self) -> str:
        """What the endpoint waits for; empty while it works."""
        return self._why.get(self._state, "")

    def note(self, cause: Cause, error: ModelError, began: float) -> int:
        """Take an error in; returns how often in a row its cause was met, with errors of one moment counted once.

        Args:
            began: when the call did.
        """
        now = self._clock.monotonic()
        if cause == "away":
            self._is_away = True
            self.silence = error if isinstance(error, TimedOut) else None
        else:
            self._show_life()
        if cause == "limited":
            self.answered = now
        if cause == "failure":
            return 0
        if cause not in self._times or began >= self._counted[cause]:
            self._times[cause] = self._times.get(cause, 0) + 1
            self._counted[cause] = now
        self._why[cause] = str(error)
        return self._times[cause]

    def hold(self, seconds: float) -> None:
        """Ask nothing for so long."""
        self.not_before = max(self.not_before, self._clock.monotonic() + seconds)
        self.tell(seconds)

    def show_answer(self) -> None:
        """The server answered a call: whatever was counted is over."""
        self.answered = self._clock.monotonic()
        self._times.clear()
        self._show_life()
        self.tell()

    def close(self, until: str) -> None:
        """Its hours are over.

        Args:
            until: the time of day at which they begin again.
        """
        self._is_closed, self._why["closed"] = True, f"outside its hours until {until}"
        self.tell()

    def open(self) -> None:
        """Its hours have begun; patience with it begins anew, too."""
        self._is_closed = False
        self._times.clear()
        self.tell()

    def enter_queue(self) -> None:
        """A call is known to stand in the server's queue."""
        self._in_queue += 1
        self.tell()

    def leave_queue(self) -> None:
        """It no longer does."""
        self._in_queue -= 1
        self.tell()

    def tell(self, seconds: float = 0.0) -> None:
        """Say that a wait begins, becomes another one, or is over."""
        state = self._state
        if state == self._told:
            return
        self._told = state
        match state:
            case "":
                self._observer.notice(WaitingOver(self._name))
            case "closed":
                self._observer.notice(Waiting(f"{self._name}, {self._why[state]}", self._name))
            case "away":
                self._observer.notice(Waiting(f"{self._name}: {self._why[state]}", self._name))
            case "limited":
                self._observer.notice(Waiting(f"{self._name}, which asks for patience ({ceil(seconds)} s)", self._name))
            case "queue":
                self._observer.notice(Waiting(f"{self._name}, in whose queue a call stands", self._name))

    @property
    def _state(self) -> State:
        if self._is_closed:
            return "closed"
        if self._is_away:
            return "away"
        if self._clock.monotonic() < self.not_before:
            return "limited"
        return "queue" if self._in_queue else ""

    def _show_life(self) -> None:
        if self._is_away:
            self._is_away, self.silence, self.not_before = False, None, 0.0
            self._times.pop("away", None)


class TimedCall:
    """What one call has met so far.

    Attributes:
        attempts: how often it was asked.
        began: moment of the clock at which it last began.
        tokens: that were reserved for it then.
    """

    def __init__(self, clock: Clock, health: Health) -> None:
        self.attempts = 0
        self.began = 0.0
        self.tokens = 0.0
        self._clock = clock
        self._health = health
        self._times: dict[Cause, int] = {}
        self._first: dict[Cause, float] = {}

    def begin(self) -> None:
        """It is asked, or asked again."""
        self.began = self._clock.monotonic()

    def after(self, cause: Cause, error: ModelError) -> Attempts:
        """Take an error in."""
        now = self._clock.monotonic()
        in_a_row = self._health.note(cause, error, self.began)
        self._times[cause] = self._times.get(cause, 0) + 1
        if cause == "queue" and self._times[cause] == 1:
            self._health.enter_queue()
        first = self._first.setdefault(cause, self.began if cause == "queue" else now)
        times = self._times[cause] if cause in {"failure", "queue"} else in_a_row
        answered = self._health.answered
        return Attempts(times, now - first, answered is not None and answered > first)

    def forget(self) -> None:
        """Time passes that is not its server's fault: what it waited for so far does not count."""
        self._first.clear()

    def end(self) -> None:
        """It has its answer, or is given up."""
        if "queue" in self._times:
            self._health.leave_queue()
