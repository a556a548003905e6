"""A sweep that one program plays while another steers it."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from subprocess import Popen
from typing import Any

from sociarium.bootstrap import open_store
from sociarium.records.runs import RunState
from tests.servers.stand_in import StandIn
from tests.support.deadlines import deadline
from tests.support.definitions import small
from tests.support.played_stores import replayed
from tests.support.played_sweep import store_of
from tests.support.program import Program
from tests.support.program_process import Begun
from tests.support.server_experiments import entry, server


@contextmanager
def player(program: Program, *arguments: str) -> Iterator[Begun | Popen[str]]:
    """A process that plays; killed when it is left behind."""
    begun = program.begin(*arguments)
    try:
        yield begun
    finally:
        begun.kill()


def until(condition: Callable[[], Any], *, what: str) -> None:
    end = deadline()
    while not condition():
        assert time.monotonic() < end, what
        time.sleep(0.05)


def status(program: Program) -> dict[str, Any]:
    said = program("status", "--json")
    return dict(said.json) if said.code == 0 else {"counts": Counter(), "workers": []}


def obeyed(program: Program, *, workers: int = 1) -> bool:
    """Whether all orders were read by who plays: so many processes at least."""
    now = status(program)
    numbers = [worker["orders"] for worker in now["workers"]]
    return len(numbers) >= workers and set(numbers) == {now["steering"]["number"]}


def under_way(program: Program, served: StandIn) -> None:
    until(lambda: len(served.chats) > 4 and status(program)["counts"]["running"], what="nothing is played")


def still(program: Program, served: StandIn) -> int:
    """How many calls were made, once none is under way any more and every answer is in the store."""

    def everything_is_stored() -> bool:
        return all(call.ended is not None for call in served.chats) and stored_answers(program) == len(served.chats)

    until(everything_is_stored, what="calls are under way")
    return len(served.chats)


def stored_answers(program: Program) -> int:
    """How many answers the store has, of all runs: what a server has sent may still be on its way there."""
    store = open_store(program.environment.get("SOCIARIUM_STORE") or store_of(program))
    try:
        return sum(len(store.journal(slot.status.run)) for sweep in store.sweeps() for slot in store.slots(sweep.id))
    finally:
        store.close()


def counts(program: Program) -> dict[str, int]:
    return dict(status(program)["counts"])


def assert_nothing_is_missing_or_double(program: Program, served: StandIn, *, kills: int, open_calls: int) -> None:
    """Every finished run has its messages, each once, and no more was asked than a death loses."""
    store = open_store(program.environment.get("SOCIARIUM_STORE") or store_of(program))
    answers = 0
    try:
        [sweep] = store.sweeps()
        for slot in store.slots(sweep.id):
            run = slot.status.run
            answers += len(store.journal(run))
            if slot.status.state is RunState.DONE:
                spoken = [event.happening for event in store.events(run) if event.happening.kind == "message"]
                assert [what.index for what in spoken] == list(range(1, len(spoken) + 1))
                assert len(spoken) == slot.condition["messages"]
                assert replayed(store, run).ended == "completed"
    finally:
        store.close()
    assert 0 <= len(served.chats) - answers <= kills * open_calls


@contextmanager
def slow_server() -> Iterator[StandIn]:
    """A server so slow that a sweep is in the middle while somebody steers it; `hurry` ends that."""
    with server("openai", latency=0.4, slots=8) as served:
        yield served


def hurry(served: StandIn) -> None:
    """Let a slow server answer at once."""
    served.latency = 0.005


def steered_file(served: StandIn) -> str:
    """Sixteen runs of two models, in four conditions."""
    models = f"{{m: {entry(served)}, n: {entry(served, temperature=0.5)}}}"
    return small(models=models, sweep="{factors: {model: [m, n], messages: [4, 6]}, replicates: 4}")
