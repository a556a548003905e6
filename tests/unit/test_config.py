"""What the environment and `.env` say."""

from __future__ import annotations

from pathlib import Path

import pytest

from sociarium.config import Config, load
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


def test_who_works_is_told_by_three_variables_in_turn() -> None:
    assert config(SOCIARIUM_USER="ada", DB_USER="lab").creator == "ada"
    assert config(DB_USER="lab").creator == "lab"
    assert config().creator


@pytest.mark.parametrize("text", ["soon", "0", "-1", "99999"])
def test_a_lease_that_makes_no_sense_is_refused(text: str) -> None:
    with pytest.raises(SetupError, match="SOCIARIUM_LEASE"):
        _ = config(SOCIARIUM_LEASE=text).lease


@pytest.mark.parametrize(
    ("url", "proxy"),
    [
        ("https://api.openai.com/v1", "http://proxy:1"),
        ("http://127.0.0.1:8000/v1", None),
        ("http://localhost:11434", None),
        ("https://inside.lab.example/v1", None),
        ("http://outside.example", "http://proxy:2"),
    ],
)
def test_a_proxy_is_for_what_lies_beyond(url: str, proxy: str | None) -> None:
    found = config(HTTPS_PROXY="http://proxy:1", http_proxy="http://proxy:2", NO_PROXY="lab.example, other")
    assert found.proxy(url) == proxy
