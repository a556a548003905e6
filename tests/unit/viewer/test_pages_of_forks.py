"""Pages of sweeps that go on from others: their conditions are those of their runs, and they are told apart by name."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from sociarium.exchange.folder import Folder
from sociarium.exchange.txt import export
from sociarium.ports.clock import SystemClock
from sociarium.records.plans import SweepRecord
from sociarium.runner.sweep.derive import ARM, SHAM, ExtensionRequest, ForkRequest
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


@pytest.mark.slow
def test_what_a_fork_lets_agents_read_in_the_end_is_on_its_page_and_in_its_texts(
    client: Client, store: SqliteStore, tmp_path: Path
) -> None:
    sections = (
        '[{title: Starting prompt, private: {guard: "I am <SELF_NAME>.", prisoner: "I am <SELF_NAME>."}}, '
        "{title: Place, private: {guard: {variants: {yard: A yard., cell: A cell.}}}}]"
    )
    origin = played(store, small(sections=sections, sweep="{factors: {messages: 2, section.Place.guard: yard}}")).sweep
    request = ForkRequest(at="1", changes={"section.Place.guard": "cell"}, sham=True)
    begun = place_sweep(
        store, plan_forks(store, origin_of_sweep(store, origin), request, creator="ada", clock=SystemClock())
    )
    play(store, begun)
    runs = {slot.condition[ARM] == SHAM: slot.status.run for slot in store.slots(begun.sweep.id)}

    pages = {sham: client().get(f"/runs/{run}").text for sham, run in runs.items()}

    assert ("Reads in the end" in pages[True], "A cell." in pages[True]) == (False, False)
    assert pages[False].count("Reads in the end") == 1
    assert pages[False].index("A yard.") < pages[False].index("Reads in the end") < pages[False].index("A cell.")
    list(export(store, [runs[False]], Folder(tmp_path / "txt")))
    text = (tmp_path / "txt" / "prompts" / "guard.txt").read_text(encoding="utf-8")
    assert f"in {runs[False]}\n" in text
    assert f"in {runs[False]} in the end\n" in text
    assert text.index("A yard.") < text.index("A cell.")


@pytest.mark.slow
def test_a_model_that_a_fork_changes_stands_with_the_one_before(client: Client, store: SqliteStore) -> None:
    models = "{dry: {provider: offline}, wet: {provider: offline}}"
    origin = played(store, small(models=models, sweep="{factors: {messages: 2, model: dry}}")).sweep
    request = ForkRequest(at="1", changes={"model": "wet"})
    begun = place_sweep(
        store, plan_forks(store, origin_of_sweep(store, origin), request, creator="ada", clock=SystemClock())
    )
    play(store, begun)
    page = client().get(f"/runs/{next(iter(store.slots(begun.sweep.id))).status.run}").text
    assert page.count("dry, then wet") == 2
