"""Forks that are the first to vary what a role is told: who reads its name is warned of."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from sociarium.ports.clock import SystemClock
from sociarium.runner.sweep.derive import ExtensionRequest, ForkRequest
from sociarium.runner.sweep.fork_warnings import fork_warnings
from sociarium.runner.sweep.forks import origin_of_sweep, plan_extensions, plan_forks
from sociarium.stores.sqlite import SqliteStore
from tests.support.definitions import small
from tests.support.played_stores import played

SECTIONS = "[{title: Starting prompt, private: {wolf: {variants: {bad: Bite., good: Smile.}}, sheep: Stay alive.}}]"
BAD = "{factors: {messages: [4, 6], section.Starting prompt.wolf: bad}}"
GOOD = {"section.Starting prompt.wolf": "good"}


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqliteStore]:
    opened = SqliteStore(tmp_path / "store.db")
    yield opened
    opened.close()


def _warned(store: SqliteStore, changes: dict[str, str], **parts: Any) -> list[str]:
    begun = played(store, small(**{"roles": "{wolf: {}, sheep: {}}", "sections": SECTIONS, "sweep": BAD} | parts))
    request = ForkRequest(at="2", changes=changes, sham=True)
    origin = origin_of_sweep(store, begun.sweep)
    return fork_warnings(plan_forks(store, origin, request, creator="ada", clock=SystemClock()))


def test_a_fork_that_first_varies_a_text_is_warned_of(store: SqliteStore) -> None:
    (one,) = _warned(store, GOOD)
    assert one.startswith("the texts of wolf vary, and others read its name in every condition: ")
    assert "roles:" not in one


def test_so_is_one_that_leaves_the_default(store: SqliteStore) -> None:
    assert len(_warned(store, GOOD, sweep="{factors: {messages: 4}}")) == 1


def test_so_is_a_text_that_was_read_before(store: SqliteStore) -> None:
    (one,) = _warned(store, GOOD, roles="{wolf: {name: Resident}, sheep: {}}", starting_message="The wolves meet.")
    assert "others read 'wolf' in starting_message (wolves)" in one


@pytest.mark.parametrize(
    ("changes", "parts"),
    [
        ({"option.temperature": "0.5"}, {}),
        ({"messages": "8"}, {"sweep": "{factors: {messages: 4, section.Starting prompt.wolf: [bad, good]}}"}),
        (GOOD, {"roles": "{wolf: {name: Resident}, sheep: {}}"}),
        (GOOD, {"speaker_prefix": "never"}),
        ({}, {}),
    ],
)
def test_what_gives_nothing_away_or_did_so_before_is_not(
    store: SqliteStore, changes: dict[str, str], parts: dict[str, str]
) -> None:
    assert _warned(store, changes, **parts) == []


def test_an_extension_changes_nothing(store: SqliteStore) -> None:
    begun = played(store, small(roles="{wolf: {}, sheep: {}}", sections=SECTIONS, sweep=BAD))
    origin = origin_of_sweep(store, begun.sweep)
    plan = plan_extensions(store, origin, ExtensionRequest(days=2), creator="ada", clock=SystemClock())
    assert fork_warnings(plan) == []
