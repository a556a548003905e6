"""Pages of sweeps that go on from others: their conditions are those of their runs, and they are told apart by name."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from starlette.testclient import TestClient

from sociarium.ports.clock import SystemClock
from sociarium.records.plans import SweepRecord
from sociarium.runner.sweep.derive import ExtensionRequest, ForkRequest
from sociarium.runner.sweep.forks import origin_of_sweep, place_sweep, plan_extensions, plan_forks
from sociarium.runner.workers.process import this_worker
from sociarium.stores.sqlite import SqliteStore
from sociarium.viewer.pages.steering import target_choices
from sociarium.viewer.pages.sweep import sweep_page
from sociarium.viewer.words import now
from tests.support.definitions import small
from tests.support.played_stores import played
from tests.support.sweeps_in_process import play

Client = Callable[..., TestClient]


@pytest.fixture
def origin(store: SqliteStore) -> SweepRecord:
    return played(store, small(sweep="{factors: {messages: 2}, replicates: 3}")).sweep


@pytest.fixture
def forks(store: SqliteStore, origin: SweepRecord) -> SweepRecord:
    request = ForkRequest(at="1", changes={"option.temperature": "0.5"}, sham=True)
    begun = place_sweep(
        store, plan_forks(store, origin_of_sweep(store, origin), request, creator="ada", clock=SystemClock())
    )
    play(store, begun)
    return begun.sweep


@pytest.fixture
def extension(store: SqliteStore, origin: SweepRecord) -> SweepRecord:
    request = ExtensionRequest(messages=4)
    begun = place_sweep(
        store, plan_extensions(store, origin_of_sweep(store, origin), request, creator="ada", clock=SystemClock())
    )
    play(store, begun)
    return begun.sweep


def rows(store: SqliteStore, sweep: SweepRecord) -> dict[str, int]:
    """Runs that are done, by the label of their condition."""
    page = sweep_page(store, sweep.id, me=this_worker("ada"), now=now())
    return {row.label: row.done for group in page.groups for row in group.rows}


def test_the_arms_of_forks_are_the_rows_of_their_page(store: SqliteStore, forks: SweepRecord) -> None:
    told = rows(store, forks)
    assert list(told.values()) == [3, 3]
    assert any("sham" in label for label in told)


def test_the_runs_of_an_extension_are_counted_on_its_page(store: SqliteStore, extension: SweepRecord) -> None:
    assert list(rows(store, extension).values()) == [3]


def test_an_arm_can_be_steered_from_the_page(store: SqliteStore, forks: SweepRecord) -> None:
    assert '{"where": {"arm": "sham"}}' in [choice.value for choice in target_choices(store, forks, ["dry"])]


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["forks", "extension"])
def test_pages_say_what_a_sweep_goes_on_from(
    client: Client, store: SqliteStore, kind: str, request: pytest.FixtureRequest
) -> None:
    sweep: SweepRecord = request.getfixturevalue(kind)
    name = {"forks": "main, fork at 1", "extension": "main, extension"}[kind]
    run = next(iter(store.slots(sweep.id))).status.run
    for path in (f"/experiments/{sweep.experiment}", f"/sweeps/{sweep.id}", f"/runs/{run}", f"/runs/{run}/ask"):
        assert name in client().get(path).text, path
