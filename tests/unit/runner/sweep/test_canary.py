"""The canary of a sweep: asked of hosted models beside its runs, kept with it, part of no run."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from sociarium.bootstrap import ServingOptions, open_models
from sociarium.config import Config
from sociarium.ports.clock import SystemClock
from sociarium.ports.observer import News, Steered
from sociarium.records.canary import CanaryAnswer, canary_answers, canary_changes
from sociarium.records.runs import RunState
from sociarium.runner.sweep.canary import QUESTION
from sociarium.runner.sweep.play_options import PlayOptions
from sociarium.runner.sweep.save import StartedSweep, save_sweep
from sociarium.runner.sweep.start import SweepOutcome, SweepPorts, start
from sociarium.stores.sqlite import SqliteStore
from tests.servers.answers import Answer, Ask, words_of
from tests.servers.openai_server import OpenAIDialect, openai_server
from tests.servers.stand_in import StandIn
from tests.servers.wire import Request, Response, as_json
from tests.support.definitions import definition, small


class Heard:
    def __init__(self) -> None:
        self.news: list[News] = []

    def notice(self, news: News) -> None:
        self.news.append(news)


@pytest.fixture
def store(tmp_path: Path) -> SqliteStore:
    return SqliteStore(tmp_path / "s.db")


class Refusing(OpenAIDialect):
    """Takes no canary."""

    def refusal(self, request: Request) -> Response | None:
        if json.loads(request.body)["messages"][-1]["content"] == QUESTION:
            return as_json({"error": {"message": "temperature 0 is not taken", "param": "temperature"}}, 400)
        return super().refusal(request)


def is_canary(ask: Ask) -> bool:
    return ask.messages[-1]["content"] == QUESTION


def prepared(store: SqliteStore, served: StandIn, *, canary: str = ", canary: true", more: str = "") -> StartedSweep:
    url = f'base_url: "{served.url}/v1"'
    models = (
        f"{{gpt: {{provider: openai, model: gpt, {url}, temperature: 0.9, price: {{input: 1, output: 2}}{more}}}, "
        "dry: {provider: offline}}"
    )
    sweep = f"{{factors: {{model: [gpt, dry], messages: 2}}, replicates: 3{canary}}}"
    return save_sweep(store, definition(small(models=models, sweep=sweep)), "main", creator="ada", clock=SystemClock())


async def play(store: SqliteStore, begun: StartedSweep, heard: Heard | None = None, **options: object) -> SweepOutcome:
    offers = open_models(begun.definition, list(begun.definition.models), ServingOptions(Config({}), pull=False))
    settings = PlayOptions(**{"concurrency": 1, **options})  # type: ignore[arg-type]
    return await start(store, begun, offers, settings, SweepPorts(observer=heard or Heard()))


def answers(store: SqliteStore, begun: StartedSweep) -> list[CanaryAnswer]:
    return canary_answers(store.orders(begun.sweep.id))


def asked(served: StandIn) -> int:
    return sum(chat.json["messages"][-1]["content"] == QUESTION for chat in served.chats)


async def test_a_hosted_model_is_asked_at_the_start_in_the_middle_and_at_the_end(store: SqliteStore) -> None:
    heard = Heard()
    with openai_server(OpenAIDialect(models={"gpt": 8192})) as served:
        begun = prepared(store, served)
        outcome = await play(store, begun, heard)
    kept = answers(store, begun)
    assert [(one.model, one.moment) for one in kept] == [("gpt", "start"), ("gpt", "middle"), ("gpt", "end")]
    assert [one.planned for one in kept] == [6, 6, 6]
    assert kept[0].finished == 0
    assert kept[2].finished == 6
    assert {(one.served_model, one.by, one.sent["temperature"]) for one in kept} == {("gpt", "ada", 0)}
    assert not canary_changes(kept)
    assert not [news for news in heard.news if isinstance(news, Steered)], "nobody steered anything"
    runs = [place.status for place in store.slots(begun.sweep.id)]
    assert outcome.spending.calls == sum(run.counters.calls for run in runs) + 3, "its cost counts"
    assert outcome.spending.messages == sum(run.counters.messages for run in runs) == 12
    assert kept[0].cost
    assert outcome.spending.cost == pytest.approx(
        sum(one.cost or 0.0 for one in kept) + sum(run.counters.cost or 0.0 for run in runs)
    )
    assert QUESTION not in [event.happening.content for run in runs for event in store.events(run.run)]


async def test_a_model_that_drifts_is_seen(store: SqliteStore) -> None:
    def drifting(ask: Ask) -> Answer:
        return Answer("Another one now.") if is_canary(ask) and asked(served) > 2 else words_of(ask)

    with openai_server(OpenAIDialect(models={"gpt": 8192}, answering=drifting)) as served:
        begun = prepared(store, served)
        await play(store, begun)
    [change] = canary_changes(answers(store, begun))
    assert (change.before.moment, change.after.moment) == ("middle", "end")
    assert change.after.text == "Another one now."


async def test_a_sweep_that_is_stopped_is_asked_once_at_each_moment(store: SqliteStore) -> None:
    with openai_server(OpenAIDialect(models={"gpt": 8192})) as served:
        begun = prepared(store, served)
        for limit in (2, 2, None, None):
            await play(store, begun, limit=limit)
        assert asked(served) == 3
    assert [one.moment for one in answers(store, begun)] == ["start", "middle", "end"]


async def test_nobody_asks_a_server_of_ones_own_unless_the_sweep_says_so_and_runs_are_the_same(tmp_path: Path) -> None:
    runs = []
    for canary in ("", ", canary: true"):
        store = SqliteStore(tmp_path / f"{len(canary)}.db")
        with openai_server(OpenAIDialect(models={"gpt": 8192})) as served:
            begun = prepared(store, served, canary=canary)
            await play(store, begun)
            assert bool(asked(served)) is bool(canary)
        runs.append([place.status.run for place in store.slots(begun.sweep.id)])
    assert runs[0] == runs[1]


async def test_of_several_workers_the_first_one_asks(store: SqliteStore) -> None:
    with openai_server(OpenAIDialect(models={"gpt": 8192})) as served:
        begun = prepared(store, served)
        await play(store, begun, part=(1, 2))
        assert not asked(served)


async def test_a_canary_that_is_refused_fails_no_run_and_closes_no_model(store: SqliteStore) -> None:
    with openai_server(Refusing(models={"gpt": 8192})) as served:
        begun = prepared(store, served)
        await play(store, begun)
        assert asked(served) >= 1
    assert {place.status.state for place in store.slots(begun.sweep.id)} == {RunState.DONE}
    assert not answers(store, begun)
