"""Stores with runs that were played in this process."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from sociarium.ports.clock import SystemClock
from sociarium.ports.model import Model, ModelRequest, ServedReply
from sociarium.ports.observer import News
from sociarium.ports.store import Store
from sociarium.providers.offline import Offline
from sociarium.runner.models.router import RouteSpec
from sociarium.runner.run.event_loop import finish
from sociarium.runner.run.replay import ReplayResult, replay
from sociarium.runner.sweep.play_options import PlayOptions
from sociarium.runner.sweep.save import StartedSweep, save_sweep
from sociarium.runner.sweep.start import SweepPorts, start
from tests.support.definitions import definition, small

ODD = ["=1+1", "-3 degrees", "@home", "+49 30", '"quoted", and; more', "'=kept", "two\nlines\r\nof it",
       "plain ünïcödé 🙂", "\t tab", "＝full", "'plain apostrophe", " =space",
       '=HYPERLINK("http://x.invalid")']  # fmt: skip
"""Replies that a spreadsheet could take for something else."""


class Saying(Offline):
    """Answers with given texts in turn, where free text is asked for."""

    def __init__(self, texts: list[str]) -> None:
        super().__init__()
        self._texts = texts
        self._said = 0

    async def ask(self, request: ModelRequest) -> ServedReply:
        served = await super().ask(request)
        if request.schema is not None:
            return served
        self._said += 1
        return replace(served, reply=replace(served.reply, text=self._texts[self._said % len(self._texts)]))


class _Silent:
    def notice(self, news: News) -> None:
        """Nobody looks."""


SIX_REPLICATES = "{factors: {messages: [4, 6], days: 2, first_speaker: [guard, prisoner]}, replicates: 6}"
"""Of four conditions, as `two_days` takes a sweep."""


def played(
    store: Store,
    text: str,
    *,
    creator: str = "ada",
    model: Model | None = None,
    sweep: str = "main",
    **options: int | None,
) -> StartedSweep:
    """Play a sweep of a YAML text to its end, or as far as `limit` says."""
    begun = saved(store, text, creator=creator, sweep=sweep)
    offers: Mapping[str, list[RouteSpec]] = {
        name: [RouteSpec(model or Offline(), "server")] for name in begun.definition.models
    }
    finish(
        start(
            store,
            begun,
            offers,
            PlayOptions(**options),  # type: ignore[arg-type]
            SweepPorts(observer=_Silent()),
        )
    )
    return begun


def replayed(store: Store, run: str) -> ReplayResult:
    """A run, replayed from its record alone."""
    return finish(replay(store, run))


def saved(store: Store, text: str, *, creator: str = "ada", sweep: str = "main") -> StartedSweep:
    """Save a YAML text and its sweep, none of whose runs is played."""
    return save_sweep(store, definition(text), sweep, creator=creator, clock=SystemClock())


def two_days(**changes: str) -> str:
    """Four conditions of two replicates, with two days, a summary, a probe and an event."""
    parts = {
        "title": "Two days",
        "note": "=a note",
        "summarizer": "[{title: Starting prompt, content: Summarise.}]",
        "probes": "[{name: trust, at: [end], ask: Trust?, answer: {from: 0, to: 10}}]",
        "events": "[{name: bell, day: 1, after_message: 1, text: The bell rings.}]",
        "sweep": "{factors: {messages: [4, 6], days: 2, first_speaker: [guard, prisoner]}, replicates: 2}",
    }
    return small(**(parts | changes))
