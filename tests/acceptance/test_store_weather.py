"""The fault matrix of docs/reliability.md: what happens to stores on the way, and that it costs no word."""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import urlsplit

import pytest

from tests.servers.mongo_faults import Trouble, TroubledWay
from tests.support.sweep_processes import Played

_EVERY = 9
"""Every so-manieth write meets trouble."""


@pytest.mark.slow
@pytest.mark.parametrize("trouble", ["not primary", "stepped down", "drop", "unheard", "slow"])
def test_trouble_with_a_shared_store_costs_no_word_and_no_call(served_sweep: Played, trouble: Trouble) -> None:
    def plan(command: str, number: int) -> Trouble | None:
        return trouble if command in {"insert", "update"} and number > 20 and number % _EVERY == 0 else None

    server = urlsplit(served_sweep.store)
    assert server.hostname is not None
    with TroubledWay(server.hostname, server.port or 27017, plan) as way:
        through = replace(served_sweep, store=f"mongodb://127.0.0.1:{way.port}{server.path}?directConnection=true")
        assert through.play() == 0
        assert len(way.met) >= 3
    served_sweep.assert_complete(24)
    assert served_sweep.calls() == served_sweep.answers(), "an answer was lost, or asked for twice"
    assert served_sweep.play() == 0
    assert served_sweep.calls() == served_sweep.answers(), "running again asked a model"
