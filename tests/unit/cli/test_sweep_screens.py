"""A sweep that is played and one that has ended, as `docs/screens` shows them; drawn from fixed numbers."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from rich.console import Console

from sociarium.api.progress import OpenRun, SweepProgress
from sociarium.cli.display.progress import LiveProgress
from sociarium.cli.display.run_summary import print_next_steps, print_summary
from sociarium.cli.display.sentence_console import SentenceConsole
from sociarium.errors import Transient
from sociarium.ports.model import ModelRequest, ServedReply
from sociarium.ports.observer import MessageAdded, RunDone, RunFailed, RunStarted, Waiting
from sociarium.providers.offline import Offline
from sociarium.records.runs import Counters
from sociarium.runner.library.faults import MAX_EMPTY
from sociarium.runner.prediction import FinishedRuns
from sociarium.runner.workers.shutdown import StopSwitch
from sociarium.stores.sqlite import SqliteStore
from tests.support.definitions import definition, small
from tests.support.documented_screens import SIZES, compare_screen, refuse_colours_of_one_background
from tests.support.hand_clock import HandClock
from tests.support.sweeps_in_process import play, prepared
from tests.support.terminal_screen import Screen

GUARD, PRISONER, OTHER = "4f0c2a917b3de685", "b81d07c35e9a4f26", "07e6d2f94c1b8a53"
"""Runs that are open."""


def drawn(size: tuple[int, int], draw: Callable[[Console], None]) -> str:
    """What is written to a terminal of a size, whose colours are read on dark and on light, and as it stands there."""
    written = io.StringIO()
    console = SentenceConsole(
        file=written, width=size[0], height=size[1], force_terminal=True, color_system="standard",
        markup=False, highlight=False, emoji=False, legacy_windows=False,
    )  # fmt: skip
    draw(console)
    refuse_colours_of_one_background(written.getvalue())
    screen = Screen(size[0], 100)
    screen.write(written.getvalue().replace("\n", "\r\n"))
    return screen.text() + "\n"


def under_way(clock: HandClock) -> SweepProgress:
    """A sweep of 240 runs after 25 minutes: three are open, and some were finished on the evening before."""
    standing = SweepProgress(
        clock, title="Who washes up", runs=240, done=96, failed=2, done_here=64, messages=768, messages_before=390,
        messages_of_done=760, prompt_tokens=1_284_300, completion_tokens=61_740, began=1.0, share_before=0.14,
        open_runs={
            GUARD: OpenRun({"model": "llama", "share": 2, "tone": "calm"}, 12, 7),
            PRISONER: OpenRun({"model": "llama", "share": 4, "tone": "calm"}, 12, 4),
            OTHER: OpenRun({"model": "gpt", "share": 4, "tone": "calm"}, 12, 9),
        },
        costs=FinishedRuns(),
    )  # fmt: skip
    for cost in (0.031, 0.028, 0.034, 0.030):
        standing.costs.take_cost(cost)
    return standing


@pytest.mark.parametrize("size", SIZES, ids=str)
def test_a_sweep_that_is_played_looks_as_the_docs_show_it(size: tuple[int, int]) -> None:
    clock = HandClock()

    def draw(console: Console) -> None:
        live = LiveProgress(console, clock)
        for run, one in under_way(clock).open_runs.items():
            live.notice(RunStarted(run, one.condition, replicate=1, resumed=False))
        live.standing = under_way(clock)
        clock.seconds = 1430.0
        live.notice(Waiting("http://localhost:11434: nobody answers", "http://localhost:11434"))
        clock.seconds = 1501.0
        for run, author, role, content in (
            (GUARD, "Guard_510", "guard", "You have been at the sink for an hour. Who was it that asked you to?"),
            (PRISONER, "Prisoner_441", "prisoner", "Nobody did. Somebody has to, and I would rather it were not me."),
            (OTHER, "Guard_127", "guard", "Then we draw lots, and whoever loses washes up until the end of the week."),
        ):
            live.notice(MessageAdded(run, author, role, content))
        live.notice(RunFailed("c3a9e1745d", "gpt: the server said 500 three times, the last time after 41 s"))
        Console.print(console, live.picture())  # as it is drawn in place

    compare_screen("playing", size, drawn(size, draw))


def test_levels_in_which_runs_differ_are_said_also_when_the_runs_that_are_open_are_alike() -> None:
    live = LiveProgress(Console(file=io.StringIO()), HandClock())
    for run, tone in ((GUARD, "calm"), (PRISONER, "loud"), (OTHER, "calm")):
        live.notice(RunStarted(run, {"model": "llama", "tone": tone}, replicate=1, resumed=False))
    live.notice(RunDone(PRISONER, "completed", Counters(2, 2, 10, 10)))
    live.notice(MessageAdded(GUARD, "Guard_510", "guard", "Who was it?"))
    [line] = live._latest
    assert line.plain == "calm  Guard_510: Who was it?"


class Fragile(Offline):
    """Does not answer for a while, and for another while says nothing."""

    calls = 0

    async def ask(self, request: ModelRequest) -> ServedReply:
        self.calls += 1
        if self.calls in range(11, 17):
            raise Transient("the server said 500: the model is overloaded")
        served = await super().ask(request)
        return replace(served, reply=replace(served.reply, text="")) if self.calls in range(23, 28) else served


def test_a_sweep_that_has_ended_looks_as_the_docs_show_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shutil.which", lambda name: name)  # the program's name in commands is the one on the path
    store = SqliteStore(tmp_path / "s.db")
    text = small(
        title="Who washes up",
        models="{llama: {provider: offline}, gpt: {provider: offline}}",
        sweep="{factors: {model: [llama, gpt], messages: [2, 4]}, replicates: 3}",
    )
    begun = prepared(store, definition(text))
    outcome = replace(play(store, begun, Fragile(), concurrency=1, limit=10), seconds=31.0)
    monkeypatch.setattr(SqliteStore, "url", "sqlite:///experiments/sociarium.db")

    def draw(console: Console) -> None:
        log = Path("logs/20260301-080000-run-4711.log")
        print_summary(console, store, begun, outcome, StopSwitch(), log, max_empty=MAX_EMPTY)
        print_next_steps(console, store, begun)

    for size in SIZES:
        compare_screen("ended", size, drawn(size, draw))
