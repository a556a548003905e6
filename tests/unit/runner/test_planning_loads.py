"""What a plan says of loads, beside what a server counts in test_loads."""

from __future__ import annotations

import pytest

from sociarium.runner.planning.plan import Plan, plan
from tests.support.definitions import definition, small, small_feed

MODELS = "{a: {provider: offline, limits: {loaded: LOADED}}, b: {provider: offline}, c: {provider: offline}}"
EIGHT_EACH = "{model: [a, b, c], messages: [1, 2, 3, 4], first_speaker: [guard, prisoner]}"


def planned(factors: str, *, replicates: int = 10, concurrency: int = 16, loaded: int = 1, order: str = "") -> Plan:
    sweep = f"{{factors: {factors}, replicates: {replicates}{order}}}"
    parsed = definition(small(models=MODELS.replace("LOADED", str(loaded)), sweep=sweep))
    return plan(parsed, "main", concurrency=concurrency)


@pytest.mark.parametrize(("concurrency", "by_model", "permuted"), [(1, 21, 171), (4, 21, 61), (16, 21, 17)])
def test_loads_are_told_in_either_order_as_many_as_a_server_counts(
    concurrency: int, by_model: int, permuted: int
) -> None:
    estimate = planned(EIGHT_EACH, concurrency=concurrency)
    assert estimate.as_dict()["loads"] == {"permuted": permuted, "by_model": by_model}
    assert estimate.as_dict()["order"] == "by_model"


def on_hosts(count: int, *, loaded: int = 1) -> Plan:
    hosts = ", ".join(f'"http://gpu{number}"' for number in range(1, count + 1))
    entries = ", ".join(
        f"{name}: {{provider: ollama, model: {name}, context: 4096, hosts: [{hosts}], limits: {{loaded: {loaded}}}}}"
        for name in "abc"
    )
    return plan(definition(small(models=f"{{{entries}}}", sweep=f"{{factors: {EIGHT_EACH}, replicates: 10}}")), "main")


def test_servers_that_hold_all_models_together_load_each_once_and_mix_the_conditions() -> None:
    estimate = on_hosts(3)
    assert estimate.loads is None
    assert estimate.order == "permuted"


def test_servers_that_hold_some_of_the_models_together_are_counted_as_one() -> None:
    estimate = on_hosts(2)
    assert estimate.order == "by_model"
    assert estimate.loads is not None
    assert estimate.loads["by_model"] == planned(EIGHT_EACH, loaded=2).loads["by_model"]  # type: ignore[index]


def test_a_plan_warns_that_the_server_goes_with_the_model_where_servers_share_models_out() -> None:
    assert any("3 servers share out 3 models" in text for text in on_hosts(3).warnings)
    assert not any("share out" in text for text in [*on_hosts(1).warnings, *on_hosts(3, loaded=3).warnings])


def test_nothing_is_told_of_loads_where_servers_hold_all_models() -> None:
    estimate = planned(EIGHT_EACH, loaded=3)
    assert estimate.as_dict()["loads"] is None
    assert estimate.order == "permuted"


def test_roles_with_models_of_their_own_count_the_turns_of_those_who_speak_by_turns() -> None:
    estimate = planned("{model.guard: a, model.prisoner: b, messages: 6}", replicates=32)
    assert estimate.loads == {"permuted": 12, "by_model": 12}


@pytest.mark.slow
def test_the_loads_of_many_runs_are_told_by_the_first_of_them() -> None:
    one, thousand = planned(EIGHT_EACH, replicates=1000), planned(EIGHT_EACH, replicates=100_000)
    assert one.loads is not None
    assert thousand.loads is not None
    assert thousand.loads["by_model"] == pytest.approx(100 * one.loads["by_model"], rel=0.01)


def test_a_feed_whose_people_have_models_of_their_own_is_told_too() -> None:
    people = "[{handle: ada, role: one, follows: [bob]}, {handle: bob, role: two}]"
    sweep = "{factors: {model.one: a, model.two: b}, replicates: 2}"
    parsed = definition(small_feed(models=MODELS.replace("LOADED", "1"), people=people, sweep=sweep))
    loads = plan(parsed, "main").loads
    assert loads is not None
    assert min(loads.values()) >= 2


def test_a_plan_warns_that_time_goes_with_the_model_inside_a_replicate() -> None:
    [warning] = [text for text in planned(EIGHT_EACH, replicates=3).warnings if "model by model" in text]
    assert "more replicates" in warning
    assert any("model by model" in text for text in planned(EIGHT_EACH, order=", order: by_model", loaded=3).warnings)
    assert not any("model by model" in text for text in planned(EIGHT_EACH, order=", order: permuted").warnings)
    assert not any("model by model" in text for text in planned("{model: a}", order=", order: by_model").warnings)
