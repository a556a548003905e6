"""Stores that earlier versions left behind, under the commands of this one."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from sociarium.cli.app import main
from sociarium.environments import protocols
from sociarium.stores.sqlite import SqliteStore

DATA = Path(__file__).parents[1] / "data"


@dataclass(frozen=True, slots=True)
class Said:
    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


Call = Callable[..., Said]


def unpack(protocol: int, folder: Path) -> str:
    """The URL of a copy of the store that a protocol's last version left, brought up to the schema of today."""
    (folder / "old.db").write_bytes(gzip.decompress((DATA / f"protocol_{protocol}" / "store.db.gz").read_bytes()))
    SqliteStore(folder / "old.db", migrate=True).close()
    return f"sqlite:///{folder / 'old.db'}"


def play_by(protocol: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let every kind of run have this protocol."""
    monkeypatch.setattr(protocols, "PROTOCOLS", dict.fromkeys(protocols.PROTOCOLS, protocol))


def program(url: str, folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Call:
    """The program in ada's hands, on a store."""
    monkeypatch.chdir(folder)
    monkeypatch.setenv("SOCIARIUM_USER", "ada")
    monkeypatch.setenv("SOCIARIUM_STORE", url)
    monkeypatch.setenv("COLUMNS", "200")

    def calling(*arguments: str) -> Said:
        capsys.readouterr()
        with pytest.raises(SystemExit) as end:
            main(list(arguments))
        said = capsys.readouterr()
        return Said(int(end.value.code or 0), said.out, said.err)

    return calling


def sweeps(call: Call) -> dict[str, str]:
    """Title -> id of its sweep."""
    return {row["title"]: row["sweep"] for row in call("list", "sweeps", "--json").json}
