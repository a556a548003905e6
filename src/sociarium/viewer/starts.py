"""Sweeps that are begun from pages: each by one process, however often a button is pressed."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from threading import Lock, Thread

from loguru import logger

from sociarium.api.background import Background, begin_background, code_at_once
from sociarium.errors import SociariumError
from sociarium.ports.store import Store
from sociarium.records.runs import Worker
from sociarium.runner.library.status import sweep_status
from sociarium.runner.sweep.save import StartedSweep

_MOST = 200
_PLAYED = (0, 1)
"""Exit codes of a process that did its work; with 1 some runs failed, which the sweep's page says."""


class SweepBusy(SociariumError):
    """Somebody works on the sweep already."""


class EndedAtOnce(SociariumError):
    """The process that was to play a sweep ended before it did; the message is its own."""


@dataclass(frozen=True, slots=True)
class StartForm:
    """A start that a page asks for.

    Attributes:
        id: of the form: sent twice, it is one start.
        options: of the start, as words of a command line.
        environment: variables of its process: the store, and who plays.
    """

    id: str
    options: Sequence[str]
    environment: Mapping[str, str]


class Starts:
    """The processes that these pages have begun.

    Concurrency: any thread may ask; who asks for a sweep that is being begun waits until it is.
    """

    def __init__(self) -> None:
        self._lock = Lock()
        self._of_sweeps: dict[str, Lock] = {}
        self._background: dict[str, Background] = {}
        self._forms: OrderedDict[str, str] = OrderedDict()

    def begin(self, store: Store, begun: StartedSweep, request: StartForm, *, me: Worker) -> None:
        """Let a process of its own play what is left of a sweep; returns once it plays, or has played.

        Of two servers that begin the same sweep at the same moment both play it: runs are claimed, so that none is
        played twice.

        Raises:
            SweepBusy: somebody works on it.
            EndedAtOnce: the process did not come to play.
            SetupError: the file for its words cannot be written, or no other process can open the store.
        """
        sweep = begun.sweep.id
        with self._lock:
            lock = self._of_sweeps.setdefault(sweep, Lock())
        with lock:
            if self._forms.get(request.id) == sweep:
                return
            self._refuse_busy(store, begun, me)
            background = begin_background(begun, request.options, command="view", environment=request.environment)
            logger.info("the sweep {} is played in the background: process {}", sweep, background.process.pid)
            self._background[sweep] = background
            code = code_at_once(store, begun, background)
            # Nobody else collects it when it ends.
            Thread(target=background.process.wait, daemon=True).start()
            # One that played, and left it before the end, says why on the sweep's page.
            if code is not None and code not in _PLAYED and not background.stop:
                raise EndedAtOnce(background.words.strip() or f"the process ended with {code} and said nothing")
            self._forms[request.id] = sweep
            while len(self._forms) > _MOST:
                self._forms.popitem(last=False)

    def _refuse_busy(self, store: Store, begun: StartedSweep, me: Worker) -> None:
        background = self._background.get(begun.sweep.id)
        if background is not None and background.process.poll() is None:
            raise SweepBusy(
                f"these pages have begun it already, as process {background.process.pid}, which works on it or waits "
                f"for a server; its words are in {background.log}"
            )
        workers = sweep_status(store, begun.sweep, me=me).workers.values()
        if workers:
            names = ", ".join(f"{one.by or 'somebody'} on {one.host} (process {one.pid})" for one in workers)
            raise SweepBusy(f"it is played already, by {names}; a further process would only share its runs")
