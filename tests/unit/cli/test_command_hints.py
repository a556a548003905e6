"""Commands that are shown can be pasted: they are about the store that the command line named."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from importlib import import_module
from inspect import signature
from pathlib import Path

import pytest

from sociarium.cli.command_names import COMMANDS, module_name
from sociarium.cli.commands import demo
from sociarium.cli.display.command_hints import (
    WITHOUT_STORE,
    pasteable,
    program_name,
    remember_store,
    with_pasteable_commands,
)
from tests.support.definitions import small
from tests.support.older_stores import Call, program, unpack


@pytest.fixture(autouse=True)
def forgotten_store() -> Iterator[None]:
    yield
    remember_store(None)


@pytest.mark.parametrize(
    ("url", "option"),
    [
        (None, ""),
        ("sqlite:///a b.db", " --store 'sqlite:///a b.db'"),
        ("mongodb://ana:planted@box/lab", " --store mongodb://box/lab"),
    ],
)
def test_a_command_that_is_shown_names_the_store_without_its_password(url: str | None, option: str) -> None:
    remember_store(url)
    assert pasteable("status", "ab12") == f"{program_name()} status ab12{option}"
    assert pasteable("edit", "ab12", "--note", "it's") == f"{program_name()} edit ab12 --note 'it'\"'\"'s'{option}"
    assert pasteable("models", "check", "FILE") == f"{program_name()} models check FILE"
    assert pasteable("--help") == f"{program_name()} --help"


def test_commands_in_messages_of_the_library_name_the_store_too() -> None:
    remember_store("sqlite:///b.db")
    name = program_name()
    text = "it is ada's; `sociarium duplicate ab12` makes one of your own, `sociarium schema` shows more, `x: 1` not"
    assert with_pasteable_commands(text) == (
        f"it is ada's; `{name} duplicate ab12 --store sqlite:///b.db` makes one of your own, `{name} schema` shows "
        "more, `x: 1` not"
    )
    own = "`sociarium status --store sqlite:///c.db`"
    assert with_pasteable_commands(own) == own.replace("sociarium", name, 1)


def test_the_commands_without_a_store_are_those_that_have_no_such_option() -> None:
    modules = {name: import_module(module_name(name)) for name in COMMANDS}
    assert {name for name, module in modules.items() if "store" not in signature(module.command).parameters} == (
        WITHOUT_STORE
    )


def shown_commands(text: str) -> list[list[str]]:
    """The arguments of every command in what the program prints."""
    start = re.escape(program_name())
    lines = (line.partition("  #")[0] for line in text.splitlines())
    shown = [match for line in lines for match in re.findall(rf"{start} ([a-z-][^`]*)", line)]
    return [shlex.split(one.partition("   ")[0]) for one in shown]


@pytest.fixture
def call(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Call:
    """The program in ada's hands, whose configured store does not exist."""
    return program(f"sqlite:///{tmp_path / 'none.db'}", tmp_path, monkeypatch, capsys)


@pytest.mark.slow
def test_every_command_that_a_start_shows_works_when_it_is_pasted(call: Call, tmp_path: Path) -> None:
    (tmp_path / "small.yaml").write_text(small(), encoding="utf-8")
    place = ("--store", "sqlite:///other place.db")
    made = call("run", "small.yaml", "--limit", "1", *place)
    imported = call("import", "small.yaml", *place)
    copied = call("duplicate", "Small", *place)
    status = call("status", *place)
    shown = [one for said in (made, imported, copied, status) for one in shown_commands(said.out + said.err)]
    assert {one[0] for one in shown} >= {"show", "results", "status", "list", "export", "run"}
    for arguments in shown:
        assert call(*arguments).code == 0, arguments
    assert not (tmp_path / "none.db").exists()


@pytest.mark.slow
def test_what_the_demonstration_shows_works_when_it_is_pasted(
    call: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for pace in ("_PACE", "_PACE_OF_FEED"):  # nobody watches
        monkeypatch.setattr(demo, pace, 0.0)
    said = call("demo", "--store", "sqlite:///d.db")
    copy = next(line for line in said.out.splitlines() if line.strip().startswith("cp "))
    source = Path(shlex.split(copy, comments=True)[1])
    (tmp_path / "mine.yaml").write_bytes(source.read_bytes())
    shown = {arguments[0]: arguments for arguments in shown_commands(said.out)}
    assert shown["view"][-2:] == ["--store", "sqlite:///d.db"]
    for name in ("plan", "run"):
        assert call(*shown[name]).code == 0, shown[name]
    assert not (tmp_path / "none.db").exists()


def test_refusals_name_the_store_in_the_commands_that_mend_them(
    call: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = unpack(1, tmp_path)
    [corridor] = [row for row in call("list", "sweeps", "--store", url, "--json").json if row["title"] == "Corridor"]
    kept = call("resume", corridor["sweep"], "--replace", "older", "--store", url)
    assert f"--format archive --out before --store {url}" in kept.err
    told = " ".join(call("status", corridor["sweep"], "--store", url).out.split())
    assert f"--replace doubtful --store {url}`" in told
    late = call("edit", corridor["experiment"], "--note", "b", "--revision", "1", "--store", url)
    assert late.code == 0
    late = call("edit", corridor["experiment"], "--note", "it's b", "--revision", "1", "--store", url)
    [again] = shown_commands(late.err)
    assert call(*again).code == 0
    monkeypatch.setenv("SOCIARIUM_USER", "bob")
    refused = call("edit", corridor["experiment"], "--note", "mine", "--store", url)
    assert f"duplicate {corridor['experiment'][:12]} --store {url}`" in refused.err
    absent = call("show", "ffff", "--store", url, "--json")
    assert f"--store {url}`" in absent.json["error"]
    nowhere = call("list", "runs", "--store", "sqlite:///nowhere.db")
    assert "demo --store sqlite:///nowhere.db`" in nowhere.err


def test_a_name_that_is_neither_a_file_nor_anywhere_stored_is_said_to_be_neither(call: Call) -> None:
    refused = call("run", "nope")
    assert refused.code == 2
    assert "no file is called 'nope', and there is no store at" in refused.err
