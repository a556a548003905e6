"""A store whose file cannot be written is read as it stands, and nothing is written beside it."""

from __future__ import annotations

import shutil
import sqlite3
from pathlib import Path

import pytest

from sociarium.errors import SetupError, StoreMismatch
from sociarium.stores.sqlite import SqliteStore, database
from sociarium.stores.sqlite import source as ways
from tests.support.definitions import small
from tests.support.played_stores import played


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A store with a run in it."""
    path = tmp_path / "store" / "s.db"
    path.parent.mkdir()
    store = SqliteStore(path)
    played(store, small(sweep="{factors: {messages: 2}}"))
    store.close()
    return path


@pytest.fixture
def _locked(monkeypatch: pytest.MonkeyPatch) -> None:
    """Files cannot be written; whoever runs the tests may be root, whom rights do not stop."""
    monkeypatch.setattr(database, "can_be_written", lambda path: False)


def as_it_stands(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def runs(path: Path) -> list[str]:
    store = SqliteStore(path)
    try:
        sweeps = [sweep.id for experiment in store.experiments() for sweep in store.sweeps(experiment.id)]
        return [slot.status.run for sweep in sweeps for slot in store.slots(sweep)]
    finally:
        store.close()


@pytest.mark.usefixtures("_locked")
@pytest.mark.parametrize("network", ["", "nfs4"])
def test_a_file_that_cannot_be_written_is_read_and_stays_as_it_is(
    file: Path, network: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "network_file_system", lambda path: network)
    before = file.read_bytes()
    assert len(runs(file)) == 1
    assert file.read_bytes() == before
    # What others lock is seen on a local disk alone; elsewhere the file is taken as nobody changes it.
    assert not network or list(file.parent.iterdir()) == [file]


@pytest.mark.usefixtures("_locked")
def test_writing_to_it_is_refused_with_the_reason(file: Path) -> None:
    store = SqliteStore(file)
    try:
        with pytest.raises(SetupError, match="can only be read here"):
            store.delete_part(None, most=1)  # type: ignore[arg-type]  # it is refused before it is looked at
        assert "can only be read here" in store.check_health()[0].problem
    finally:
        store.close()


@pytest.mark.usefixtures("_locked")
def test_a_log_that_no_connection_can_read_there_is_read_in_a_copy(
    file: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    # The rows of a process that was killed stand in the log alone.
    writer = sqlite3.connect(file)
    writer.execute("PRAGMA wal_autocheckpoint=0")
    writer.execute("CREATE TABLE later (x)")
    writer.commit()
    left = tmp_path / "left"
    shutil.copytree(file.parent, left)
    writer.close()
    (left / "s.db-shm").unlink()
    monkeypatch.setattr(ways, "_is_readable_and_whole", lambda uri: False)
    before = as_it_stands(left)
    store = SqliteStore(left / "s.db")
    copy = Path(store._source.database)
    assert [row[0] for row in store._read("SELECT name FROM sqlite_master WHERE name = 'later'")] == ["later"]
    store.close()
    assert as_it_stands(left) == before
    assert not copy.exists()


@pytest.mark.usefixtures("_locked")
def test_what_is_no_store_is_refused_as_ever(tmp_path: Path) -> None:
    (tmp_path / "s.db").write_bytes(b"SQLite format 3\0" + b"x" * 4000)
    with pytest.raises(SetupError, match="not a Sociarium store"):
        SqliteStore(tmp_path / "s.db")


@pytest.mark.usefixtures("_locked")
def test_another_version_is_refused_as_ever(file: Path) -> None:
    writer = sqlite3.connect(file)
    writer.execute("PRAGMA user_version=99")
    writer.close()
    with pytest.raises(StoreMismatch):
        SqliteStore(file)


@pytest.mark.usefixtures("_locked")
def test_columns_of_this_version_are_added_in_a_copy(file: Path) -> None:
    table, column, _ = ways.LATER_COLUMNS[0]
    writer = sqlite3.connect(file)
    writer.execute(f"ALTER TABLE {table} DROP COLUMN {column}")
    writer.close()
    before = file.read_bytes()
    assert len(runs(file)) == 1
    assert file.read_bytes() == before
