"""What is empty is said wherever pages show sweeps, by model and reason."""

from __future__ import annotations

import re
from collections.abc import Callable

from starlette.testclient import TestClient

from sociarium.ports.model import ModelRequest
from sociarium.stores.sqlite import SqliteStore
from sociarium.viewer.pages.compare import compare_page
from tests.support.definitions import small
from tests.support.interviewed import Replying
from tests.support.played_stores import Saying, played

Client = Callable[..., TestClient]


def test_pages_that_list_sweeps_say_how_many_runs_are_mostly_empty(client: Client, store: SqliteStore) -> None:
    sweep = played(store, small(sweep="{factors: {messages: 2}, replicates: 3}"), model=Saying([""])).sweep
    for path in ("/experiments", f"/experiments/{sweep.experiment}"):
        assert f'href="/sweeps/{sweep.id}#emptiness">3 mostly empty</a>' in client().get(path).text
    assert re.search(r"<strong>Three runs</strong>\s*are mostly empty", client().get("/experiments").text)


def test_the_page_of_a_sweep_names_models_and_reasons(client: Client, store: SqliteStore) -> None:
    sweep = played(store, small(), model=Saying([""])).sweep
    assert "<bdi>dry</bdi>: 4 of 4 (4 nothing at all)" in client().get(f"/sweeps/{sweep.id}").text


def test_an_earlier_answer_is_not_taken_for_a_last_one_that_could_not_be_read(store: SqliteStore) -> None:
    asked: list[str] = []

    def says(request: ModelRequest) -> str | None:
        if request.purpose != "probe":
            return None
        asked.append("")
        return '{"answer": 3}' if len(asked) <= 2 else "Who knows?"

    probes = "[{name: trust, ask: How far?, answer: {from: 0, to: 10}, at: [each_day]}]"
    text = small(probes=probes, sweep="{factors: {messages: 4, days: 2}}")
    run = next(iter(store.slots(played(store, text, model=Replying(says)).sweep.id))).status.run
    assert not [one for one in compare_page(store, run, run).endings if one.name.startswith("trust")]


def test_an_answer_on_a_scale_below_zero_is_shown_with_both_ends(client: Client, store: SqliteStore) -> None:
    probes = "[{name: trust, ask: How far?, answer: {from: -5, to: 0}, at: [end]}]"
    begun = played(store, small(probes=probes), model=Replying(lambda asked: "-2" if asked.schema else None))
    run = next(iter(store.slots(begun.sweep.id))).status.run
    assert "-2 of -5 to 0" in client().get(f"/runs/{run}").text
