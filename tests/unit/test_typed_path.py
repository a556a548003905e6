"""Paths as people type them, homes of nobody among them."""

from __future__ import annotations

from pathlib import Path

import pytest

import sociarium
from sociarium.bootstrap import open_store
from sociarium.errors import DefinitionError, SetupError
from sociarium.typed_path import typed_path
from tests.support.definitions import small_feed

NOBODY = "~nobody-of-that-name"


def test_a_home_is_put_in_and_that_of_nobody_stays(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    assert typed_path("~/study.db") == tmp_path / "study.db"
    assert typed_path("study.db") == Path("study.db")
    assert typed_path(f"{NOBODY}/study.db") == Path(NOBODY) / "study.db"


@pytest.mark.parametrize("create", [True, False])
def test_a_store_in_the_home_of_nobody_is_one_line(
    create: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SetupError, match="nobody here has the home '~nobody-of-that-name'"):
        open_store(f"sqlite:///{NOBODY}/study.db", create=create)
    assert list(tmp_path.iterdir()) == []


def test_an_archive_in_the_home_of_nobody_is_a_fault_of_the_file(tmp_path: Path) -> None:
    file = tmp_path / "feed.yaml"
    file.write_text(small_feed(people=f"[{{archive: '{NOBODY}/mine.zip', consent: form 12}}]"), encoding="utf-8")
    with pytest.raises(DefinitionError, match="cannot be read: it is not there"):
        sociarium.load(file)
