"""Stores that Python names: by path, by URL, and by what is neither."""

from __future__ import annotations

from pathlib import Path

import pytest

from sociarium.api.stores import store_at
from sociarium.errors import SetupError


@pytest.mark.parametrize("create", [False, True])
@pytest.mark.parametrize("address", ["ana:Zq81%2Bsecret@127.0.0.1:1/lab", "ana:Zq81secret@lab.example/lab"])
def test_an_address_without_its_scheme_is_neither_told_nor_made_a_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, address: str, create: bool
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SetupError, match="is no store that is known here") as error, store_at(address, create=create):
        pass
    assert "Zq81" not in str(error.value)
    assert not list(tmp_path.iterdir())


def test_a_file_may_have_an_at_in_its_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with store_at("study@home.db", create=True):
        assert Path("study@home.db").exists()
