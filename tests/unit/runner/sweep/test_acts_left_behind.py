"""Acts from outside that came after the moment of a fork do not come along, and that is said."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from sociarium.cli.display.lineage import lineage_sentences
from sociarium.exchange.run_document import run_document
from sociarium.ports.clock import SystemClock
from sociarium.ports.model import ModelRequest, ServedReply
from sociarium.providers.offline import Offline
from sociarium.records.inputs import Input
from sociarium.records.plans import Deletion
from sociarium.runner.sweep.derive import ForkRequest
from sociarium.runner.sweep.forks import DerivedPlan, origin_of_run, place_sweep, plan_forks
from sociarium.runner.sweep.order import SweepOrder
from sociarium.stores.sqlite import SqliteStore
from tests.support.definitions import small_feed
from tests.support.played_stores import saved
from tests.support.sweeps_in_process import play


class _Posting(Offline):
    """Answers, and puts a post into a run when its second day has begun."""

    def __init__(self, store: SqliteStore, run: str) -> None:
        super().__init__()
        self._store = store
        self._run = run

    async def ask(self, request: ModelRequest) -> ServedReply:
        if len(self._store.inputs(self._run)) < 2 and self._is_day_two():
            for number in (2, 3):
                self._store.put_input(Input(self._run, number, "newswire", f"News {number}.", "ada", ""))
        return await super().ask(request)

    def _is_day_two(self) -> bool:
        return any(event.happening.day == 2 for event in self._store.events(self._run))


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqliteStore]:
    opened = SqliteStore(tmp_path / "store.db")
    yield opened
    opened.close()


@pytest.fixture
def run(store: SqliteStore) -> str:
    """A feed of three days, with a post from outside on the first and two after that."""
    begun = saved(store, small_feed(days="3"))
    [member, run] = SweepOrder(begun.definition, begun.sweep, "ada", "").at(0)
    store.place_runs([member], [run])
    store.put_input(Input(run.id, 1, "newswire", "Early news.", "ada", ""))
    play(store, begun, _Posting(store, run.id))
    assert len([one for one in store.events(run.id) if one.happening.author == "newswire"]) == 3
    return run.id


def _forks(store: SqliteStore, run: str, at: str) -> DerivedPlan:
    request = ForkRequest(at=at, changes={}, sham=True)
    return plan_forks(store, origin_of_run(store, run), request, creator="ada", clock=SystemClock())


def test_a_plan_counts_what_will_not_come_along(store: SqliteStore, run: str) -> None:
    assert _forks(store, run, "day1").acts_left_behind == {run: 2}
    assert _forks(store, run, "day3").acts_left_behind == {}


def test_a_fork_knows_what_did_not_come_along_even_when_its_origin_is_gone(store: SqliteStore, run: str) -> None:
    plan = _forks(store, run, "day1")
    begun = place_sweep(store, plan)
    [own] = plan.runs
    assert run_document(store, own)["lineage"]["origin"]["acts_left_behind"] == 0
    play(store, begun)
    mark = Deletion("run", run, begun.experiment.id, "", "ada", "")
    store.mark_deletion(mark)
    while store.delete_part(mark, most=1_000):
        pass
    lineage = run_document(store, own)["lineage"]
    assert lineage["origin"]["acts_left_behind"] == 2
    assert "2 acts from outside came after day1 in that run, and did not come along" in list(lineage_sentences(lineage))
