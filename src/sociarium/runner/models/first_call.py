"""First calls: a model's first real call is made alone, and decides whether the model can be asked at all.

What a server says beforehand (a list of models, a card) is a hint. So until a model has answered, one call to it is
under way at a time, and the others wait; when it is answered the model is open, and all go on side by side. Where the
first call is refused, nothing else is asked of the model, and the sweep stops: it is a matter of setup.

A model that is open can be refused later. A key that is revoked, a model that is deleted, an account without credit
closes it at once, and only its own runs wait; the other models go on. A refusal that names no such cause may be about
that one request: the next call, of another run, is made alone; answered, it opens the model again, refused, it closes
it. So one run that a server will not take costs no night, and a server that refuses everybody is not stormed.

A request that is too large for what the account may send at all fails its run, and says nothing against the model.
Where it is the first one, those that follow are as large, as a rule because of `max_tokens`: a matter of setup.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Collection
from dataclasses import dataclass, field
from typing import TypeVar

from sociarium.errors import Misconfigured, RequestRefused, RequestTooLarge
from sociarium.runner.workers.shutdown import StopSwitch

T = TypeVar("T")


@dataclass(slots=True)
class _Gate:
    """What is known of a model at an endpoint.

    Attributes:
        answered: whether it has answered, in this start or an earlier one.
        is_open: whether calls go side by side.
        doubted_by: runs of which it refused a request, and in which words.
        closed: why nothing is asked of it any more.
        turn: of the calls that go alone, in order of arrival; one that is cancelled or fails gives it to the next.
    """

    answered: bool = False
    is_open: bool = False
    doubted_by: dict[str, str] = field(default_factory=dict)
    closed: str = ""
    turn: asyncio.Lock = field(default_factory=asyncio.Lock)

    def refuse(self, run: str) -> None:
        """Raise where nothing may be asked for a run."""
        if self.closed:
            raise Misconfigured(self.closed)
        if run in self.doubted_by:
            raise RequestRefused(self.doubted_by[run])


class FirstCalls:
    """One call at a time until a model has answered. Lives on one event loop.

    Args:
        answered: models, by their names in the file, that have answered in earlier starts of the sweep. Their first
            call goes alone too; but a refusal that may be about one request does not close them.

    Attributes:
        paused: models that closed after they had answered in this start, and why; their runs wait.
    """

    def __init__(self, stop: StopSwitch, *, answered: Collection[str] = ()) -> None:
        self.paused: dict[str, str] = {}
        self._stop = stop
        self._answered = frozenset(answered)
        self._answered_here: set[str] = set()
        self._gates: dict[tuple[str, str], _Gate] = {}

    async def call(self, model: str, endpoint: str, run: str, ask: Callable[[], Awaitable[T]]) -> T:
        """Make a call, alone where the model has not answered yet.

        Args:
            model: its name in the file.
            run: which asks.
            ask: makes the call, with all its retries.

        Raises:
            Drained: the work stops before it is this call's turn.
            Misconfigured: the call is refused, or the model was closed by another one.
            RequestTooLarge: the call is, and not the first one of the model.
            whatever `ask` raises.
        """
        gate = self._gates.get((model, endpoint))
        if gate is None:
            gate = self._gates[model, endpoint] = _Gate(answered=model in self._answered)
        if not gate.is_open:
            async with gate.turn:
                gate.refuse(run)
                if not gate.is_open:
                    self._stop.check()
                    return await self._make_call(gate, model, run, ask, alone=True)
        gate.refuse(run)
        return await self._make_call(gate, model, run, ask, alone=False)

    async def _make_call(self, gate: _Gate, model: str, run: str, ask: Callable[[], Awaitable[T]], *, alone: bool) -> T:
        try:
            answer = await ask()
        except Misconfigured as error:
            self._note_refusal(gate, model, run, error, alone=alone)
            raise
        except RequestTooLarge as error:
            if gate.answered:
                raise
            refusal = Misconfigured(str(error))
            self._note_refusal(gate, model, run, refusal, alone=alone)
            raise refusal from error
        self._answered_here.add(model)
        gate.answered = True
        if alone and not gate.closed:
            gate.is_open = True
        return answer

    def _note_refusal(self, gate: _Gate, model: str, run: str, error: Misconfigured, *, alone: bool) -> None:
        in_doubt = bool(gate.doubted_by) and alone
        if isinstance(error, RequestRefused) and gate.answered and not in_doubt:
            gate.is_open = False
            gate.doubted_by[run] = str(error)
            return
        gate.is_open = False
        gate.closed = str(error)
        if model in self._answered_here:
            self.paused[model] = (
                f"the model {model!r} is refused now, and its runs wait: {error}; `sociarium resume` goes on when that "
                "is mended"
            )
        else:
            self._stop.drain("misconfigured", f"the first call to {model!r} was refused: {error}")
