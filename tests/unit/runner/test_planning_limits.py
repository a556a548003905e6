"""What a plan says of servers' limits: those that make a sweep longer, and by how much."""

from __future__ import annotations

import pytest

from sociarium.runner.planning.plan import Plan, plan
from tests.support.definitions import definition, small


def planned(limits: str, *, entry: str = "provider: openai, model: m", replicates: int = 60) -> Plan:
    models = f"{{m: {{{entry}, {limits}}}}}"
    sweep = f"{{factors: {{messages: 10}}, replicates: {replicates}}}"
    return plan(definition(small(models=models, sweep=sweep)), "main", concurrency=16)


def bound(limits: str) -> dict[str, object]:
    [limit] = planned(limits).as_dict()["limits"]
    return dict(limit)


def test_a_limit_that_does_not_bind_is_not_told() -> None:
    estimate = planned("limits: {per_minute: 100000, tokens_per_minute: 100000000, open: 16}")
    assert estimate.limits == ()
    assert estimate.seconds == planned("temperature: 1").seconds


def test_calls_a_minute_that_bind_are_told_with_the_time_that_they_take() -> None:
    assert bound("limits: {per_minute: 6}") == {"server": "openai", "limit": "per_minute: 6", "seconds": [6000, 6000]}
    assert planned("limits: {per_minute: 6}").seconds == (6000, 6000)


def test_tokens_a_minute_that_bind_are_told_with_the_time_that_they_take() -> None:
    estimate = planned("limits: {tokens_per_minute: 2000}")
    tokens = [sum(estimate.tokens[kind][end] for kind in ("prompt", "completion")) for end in (0, 1)]
    assert estimate.limits[0].seconds == pytest.approx([one * 60 / 2000 for one in tokens], rel=0.01)
    assert estimate.seconds[1] == estimate.limits[0].seconds[1]


def test_fewer_open_calls_than_runs_at_once_make_it_longer() -> None:
    assert bound("limits: {open: 4}")["seconds"] == [75, 2250]


def test_hours_make_it_as_long_as_the_days_in_which_it_is_open() -> None:
    eight_hours = planned('limits: {per_minute: 1, hours: "22:00-06:00"}', replicates=120)
    rate, hours = eight_hours.limits
    assert rate.seconds == (72_000, 72_000)
    assert hours.limit == "hours: 22:00-06:00"
    assert hours.seconds == (72_000 + 2 * 57_600, 72_000 + 3 * 57_600)
    assert eight_hours.seconds == hours.seconds


def test_servers_that_share_the_work_share_the_time() -> None:
    hosts = "provider: ollama, model: m, context: 2048, hosts: ['http://one', 'http://two']"
    limits = planned("limits: {per_minute: 3}", entry=hosts).limits
    assert [(one.server, one.seconds[1]) for one in limits] == [("http://one", 6000), ("http://two", 6000)]
