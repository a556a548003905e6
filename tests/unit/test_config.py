"""What the environment and `.env` say."""

from __future__ import annotations

from pathlib import Path

import pytest
from dotenv import dotenv_values

from sociarium.config import Config, load, save
from sociarium.errors import SetupError


def config(**values: str) -> Config:
    return Config(values)


@pytest.mark.parametrize(
    ("values", "url"),
    [
        ({}, "sqlite:///experiments/sociarium.db"),
        ({"SOCIARIUM_STORE": "sqlite:///x.db", "DB_CLUSTER_URL": "h"}, "sqlite:///x.db"),
        ({"DB_CLUSTER_URL": "c0.example.net"}, "mongodb+srv://c0.example.net/sociarium"),
        (
            {"DB_CLUSTER_URL": "c0.example.net", "DB_USER": "ada", "DB_PASSWORD": "p@ss/word", "DB_NAME": "lab"},
            "mongodb+srv://ada:p%40ss%2Fword@c0.example.net/lab",
        ),
        ({"DB_CLUSTER_URL": "localhost:27017"}, "mongodb://localhost:27017/sociarium"),
        ({"DB_CLUSTER_URL": "a.lab,b.lab/own?tls=true"}, "mongodb://a.lab,b.lab/own?tls=true"),
        ({"DB_CLUSTER_URL": "10.0.0.7"}, "mongodb://10.0.0.7/sociarium"),
        (
            {"DB_CLUSTER_URL": "mongodb://box:27017", "DB_USER": "ada", "DB_PASSWORD": "x"},
            "mongodb://ada:x@box:27017/sociarium",
        ),
        (
            {"DB_CLUSTER_URL": "mongodb://me:y@box/own?tls=true", "DB_USER": "ada", "DB_PASSWORD": "x", "DB_NAME": "z"},
            "mongodb://me:y@box/own?tls=true",
        ),
    ],
)
def test_the_store_is_where_the_variables_say(values: dict[str, str], url: str) -> None:
    assert config(**values).store_url == url


def test_the_environment_wins_over_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / ".env").write_text("SOCIARIUM_USER=file\nDB_NAME=lab\nOPENAI_API_KEY='sk-1'\n")
    monkeypatch.setenv("SOCIARIUM_USER", "environment")
    found = load(tmp_path)
    assert found.creator == "environment"
    assert found.secret("OPENAI_API_KEY") == "sk-1"
    assert "sk-1" not in repr(found)


def test_a_file_in_another_encoding_is_told_where_it_sets_something_and_shows_nothing_of_it(tmp_path: Path) -> None:
    path = tmp_path / ".env"
    path.write_bytes("# Schlüssel\nLAB_KEY=plain\n".encode("cp1252"))
    assert load(tmp_path).secret("LAB_KEY") == "plain"
    path.write_bytes("\ufeffLAB_KEY=plain\r\n".encode())
    assert load(tmp_path).secret("LAB_KEY") == "plain"
    path.write_bytes("LAB_KEY=geheim-schlüssel\n".encode("cp1252"))
    with pytest.raises(SetupError, match=r"LAB_KEY in .*\.env holds what is not UTF-8") as caught:
        load(tmp_path)
    assert "geheim" not in str(caught.value)
    path.write_bytes("LAB_KEY=plain\n".encode("utf-16"))
    with pytest.raises(SetupError, match="is UTF-16"):
        load(tmp_path)


def test_a_line_that_sets_nothing_is_told_with_its_file(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    (tmp_path / ".env").write_text("A=1\nB C geheim\n")
    assert load(tmp_path).secret("A") == "1"
    [record] = caplog.records
    assert record.getMessage() == f"{tmp_path / '.env'}: line 2 sets nothing; write NAME=value, or # before it"


def test_who_works_is_told_by_three_variables_in_turn() -> None:
    assert config(SOCIARIUM_USER="ada", DB_USER="lab").creator == "ada"
    assert config(DB_USER="lab").creator == "lab"
    assert config().creator
    assert config(SOCIARIUM_USER="Jose\u0301").creator == config(SOCIARIUM_USER="Jos\u00e9").creator
    assert config(SOCIARIUM_USER="ada").is_creator_named
    assert config(DB_USER="lab").is_creator_named
    assert not config(SOCIARIUM_USER=" ").is_creator_named


@pytest.mark.parametrize("text", ["soon", "0", "-1", "99999"])
def test_a_lease_that_makes_no_sense_is_refused(text: str) -> None:
    with pytest.raises(SetupError, match="SOCIARIUM_LEASE"):
        _ = config(SOCIARIUM_LEASE=text).lease


def test_proxies_are_named_by_either_spelling_and_one_may_stand_for_both() -> None:
    found = config(HTTPS_PROXY="http://proxy:1", http_proxy="http://proxy:2", no_proxy="lab.example")
    assert (found.https_proxy, found.http_proxy, found.no_proxy) == ("http://proxy:1", "http://proxy:2", "lab.example")
    assert config(ALL_PROXY="socks5://proxy:3").https_proxy == config(all_proxy="socks5://proxy:3").http_proxy


@pytest.mark.parametrize("value", ["plain", "p@ss:w/rd?#%", "it's \\ here", 'a "b" $HOME `c`', " ends ", ""])
def test_what_is_saved_is_read_back(tmp_path: Path, value: str) -> None:
    save({"DB_PASSWORD": value}, tmp_path)
    assert dotenv_values(tmp_path / ".env")["DB_PASSWORD"] == value
    assert (tmp_path / ".env").stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_saving_changes_only_its_lines(tmp_path: Path, end: str) -> None:
    lines = [
        "# mine",
        "",
        "export DB_USER = ada # she",
        "OTHER='several",
        "DB_NAME=not this one'",
        "",
        "DB_NAME=old",
        "DB_NAME=older",
        "\xe9=odd",
        "LAST=1",
    ]
    (tmp_path / ".env").write_bytes(end.join(lines).encode("latin-1"))
    save({"DB_NAME": "new", "DB_USER": "eve", "DB_PASSWORD": "x y"}, tmp_path)
    lines[2] = "export DB_USER=eve"
    lines[6:8] = ["DB_NAME=new", "DB_NAME=new"]
    wanted = end.join([*lines, "DB_PASSWORD='x y'", ""])
    assert (tmp_path / ".env").read_bytes() == wanted.encode("latin-1")


def test_a_place_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    with pytest.raises(SetupError, match="cannot be written"):
        save({"DB_NAME": "x"}, tmp_path / "missing")


def test_a_mark_of_the_byte_order_stays_before_the_first_setting_that_is_changed(tmp_path: Path) -> None:
    path = tmp_path / ".env"
    path.write_bytes("\ufeffLAB_KEY=plain\r\nDB_NAME=lab\r\n".encode())
    save({"LAB_KEY": "other"}, tmp_path)
    assert path.read_bytes() == "\ufeffLAB_KEY=other\r\nDB_NAME=lab\r\n".encode()
    assert load(tmp_path).secret("LAB_KEY") == "other"


def test_what_would_be_read_differently_is_not_saved(tmp_path: Path) -> None:
    with pytest.raises(SetupError, match="DB_PASSWORD"):
        save({"DB_PASSWORD": "a${HOME}b"}, tmp_path)
    assert not (tmp_path / ".env").exists()
