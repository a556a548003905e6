"""Rankers of one's own and populations alone, from Python."""

from __future__ import annotations

from pathlib import Path

import pytest

import sociarium
from sociarium.errors import RankerFault, SetupError

FEED = """\
title: Ranked
environment: feed
models: {dry: {provider: offline}}
people: [{handle: a}, {handle: b}, {handle: c}, {generate: 2, role: troll, model: dry, prompt: Trolls.}]
feed: {ranking: "beside_api:calm"}
days: 2
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    (tmp_path / "beside_api.py").write_text("def calm(posts, reader, rng):\n    return posts[::-1]\n", encoding="utf-8")
    path = tmp_path / "feed.yaml"
    path.write_text(FEED, encoding="utf-8")
    return path


def test_code_is_loaded_with_leave_alone(file: Path, tmp_path: Path) -> None:
    store, experiment = f"sqlite:///{tmp_path / 's.db'}", sociarium.load(file)
    with pytest.raises(SetupError, match="allow_code=True"):
        sociarium.run(experiment, store=store)
    assert sociarium.run(experiment, store=store, allow_code=True).counts.done == 1


def test_a_plan_tries_it_where_it_may(file: Path, tmp_path: Path) -> None:
    experiment = sociarium.load(file)
    assert any("is not loaded" in warning for warning in sociarium.plan(experiment).warnings)
    assert not any("is not loaded" in warning for warning in sociarium.plan(experiment, allow_code=True).warnings)
    (tmp_path / "beside_api.py").write_text("def calm(posts, reader, rng):\n    return []\n", encoding="utf-8")
    with pytest.raises(RankerFault, match="dropped"):
        sociarium.plan(experiment, allow_code=True)


def test_people_alone_are_written(file: Path, tmp_path: Path) -> None:
    store = f"sqlite:///{tmp_path / 's.db'}"
    result = sociarium.run(sociarium.load(file), store=store, allow_code=True, population_only=True)
    assert result.counts.pending == 1
    assert result.counts.done == 0


def test_modules_of_one_name_beside_two_files_are_told_apart(file: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.mkdir()
    (other / "beside_api.py").write_text("def calm(posts, reader, rng):\n    return list(posts)\n", encoding="utf-8")
    (other / "feed.yaml").write_text(FEED.replace("Ranked", "Other"), encoding="utf-8")
    store = f"sqlite:///{tmp_path / 's.db'}"
    for path in (file, other / "feed.yaml"):
        assert sociarium.run(sociarium.load(path), store=store, allow_code=True).counts.done == 1
