"""An archive is a store that is read: the same numbers, and nothing of it is changed."""

from __future__ import annotations

from pathlib import Path

import pytest

import sociarium
from sociarium.bootstrap import open_store
from sociarium.errors import BadInput, NotFound, SetupError
from sociarium.exchange.archive.write import export
from sociarium.exchange.folder import Folder
from sociarium.exchange.targets import selection
from sociarium.exchange.transfer import parts
from sociarium.stores.sqlite import SqliteStore
from tests.support.definitions import small
from tests.support.played_stores import played, two_days


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    store = SqliteStore(tmp_path / "store.db")
    begun = played(store, two_days())
    chosen = selection(store, begun.sweep.id, creator="ada")
    path = export(parts(store, chosen), Folder(tmp_path), "wing", exported="2026-03-01", progress=lambda _: None)
    store.close()
    return path


def test_tables_of_an_archive_are_those_of_the_store_it_came_from(archive: Path, tmp_path: Path) -> None:
    for name in ("runs", "messages", "probes"):
        rows = [sociarium.table(name, "Two days", store=one).to_pylist() for one in (archive, tmp_path / "store.db")]
        assert rows[0] == rows[1] != []


def test_an_archive_is_read_and_never_written(archive: Path) -> None:
    before = archive.read_bytes()
    store = open_store(str(archive))
    with pytest.raises(SetupError, match="can only be read"):
        played(store, small())
    store.close()
    assert archive.read_bytes() == before


def test_a_changed_archive_is_read_anew(archive: Path) -> None:
    open_store(str(archive)).close()
    archive.write_bytes(archive.read_bytes()[:-40])
    with pytest.raises(BadInput):
        open_store(str(archive))


def test_what_is_no_archive_and_an_archive_in_place_of_a_target_say_what_to_do(archive: Path, tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="cannot be read"):
        open_store(str(tmp_path / "none.zip"))
    (tmp_path / "text.zip").write_text("no archive", encoding="utf-8")
    with pytest.raises(BadInput):
        open_store(str(tmp_path / "text.zip"))
    store = open_store(str(archive))
    with pytest.raises(NotFound, match=r"`--store wing\.zip`"):
        selection(store, "wing.zip", creator="ada")
    store.close()
