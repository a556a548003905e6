"""`steer`: what an order replaces is kept with it."""

from __future__ import annotations

from pathlib import Path

import pytest

from sociarium.stores.sqlite import SqliteStore
from tests.support.definitions import definition, small
from tests.support.older_stores import Call, program
from tests.support.sweeps_in_process import prepared


@pytest.fixture
def call(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Call:
    store = SqliteStore(tmp_path / "s.db")
    text = small(
        models="""
  day: {provider: offline, limits: {open: 4}}
  night: {provider: offline, limits: {open: 4, hours: "22:00-07:00"}}""",
        sweep="{factors: {model: [day, night]}}",
    )
    prepared(store, definition(text))
    return program(store.url, tmp_path, monkeypatch, capsys)


def former(call: Call, limit: str) -> object:
    [order] = call("steer", "--limit", limit, "--json").json["orders"]
    return order["former"]


def test_limits_of_all_models_keep_what_stood_for_each(call: Call) -> None:
    assert former(call, "hours=none") == {"hours": {"day": None, "night": "22:00-07:00"}}
    assert "limits of all models: hours none (day), 22:00-07:00 (night) -> none" in call("status").out
    assert former(call, "open=2") == {"open": 4}, "it stood for both"
    assert former(call, "open=3") == {"open": 2}


def test_what_was_said_of_one_model_stands_above_what_is_said_of_all(call: Call) -> None:
    assert former(call, "night:open=1,hours=none") == {"open": 4, "hours": "22:00-07:00"}
    assert former(call, "open=8") == {"open": 4}, "that of the other one"
    assert former(call, "night:open=2") == {"open": 1}
