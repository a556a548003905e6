"""Hostile text in definitions and replies: stored raw, shown harmless, and never a path or a control."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path

import pexpect
import pytest

from sociarium.errors import SociariumError
from sociarium.exchange.sanitize import file_name, sanitize
from sociarium.experiment.document import parse
from sociarium.ports.clock import SystemClock
from sociarium.ports.model import ModelRequest, ServedReply
from sociarium.ports.observer import News
from sociarium.providers.offline import Offline
from sociarium.runner.models.router import RouteSpec
from sociarium.runner.run.event_loop import finish
from sociarium.runner.sweep.play_options import PlayOptions
from sociarium.runner.sweep.save import save_sweep
from sociarium.runner.sweep.start import SweepPorts, start
from sociarium.stores.sqlite import SqliteStore
from tests.support.definitions import small
from tests.support.program import Program

ANSI = "\x1b[2J\x1b]0;owned\x07\x9b31m"
BIDI = "\u202eabc\u2066"
WORST = f"{ANSI}../../x\x00{BIDI}[bold red]{{}}%s{'a' * 300}"
MEGABYTE = "x" * 1_000_000

_OWN_SEQUENCES = re.compile(r"\x1b\[[0-9;]*m|\x1b\[\?25[hl]|\x1b\[[0-9]*[AK]|\x1b\[1A|\r")
_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


def hostile_file() -> str:
    quoted = json.dumps(WORST)
    return small(
        title=quoted,
        note=quoted,
        starting_message=quoted,
        models=f"{{{quoted}: {{provider: offline, model: {quoted}}}}}",
        roles=f"{{{quoted}: {{}}, prisoner: {{}}}}",
        sections=f"[{{title: Starting prompt, private: {{{quoted}: {quoted}, prisoner: {json.dumps(MEGABYTE)}}}}}]",
        sweep=f"{{factors: {{model: [{quoted}], messages: 4}}}}",
    )


class HostileModel(Offline):
    """Says the worst, in turn."""

    async def ask(self, request: ModelRequest) -> ServedReply:
        served = await super().ask(request)
        said = [f"So: {WORST}", MEGABYTE, "half a pair: \ud83d here", "=cmd|' /C calc'!A0"]
        return replace(served, reply=replace(served.reply, text=said[len(request.messages) % 4]))


class Ignoring:
    """Nobody listens."""

    def notice(self, news: News) -> None:
        pass


@pytest.fixture
def hostile(program: Program) -> Program:
    """A folder with a store in which the worst definition was played with the worst replies."""
    program.file(hostile_file())
    definition = parse((program.folder / "mine.yaml").read_bytes(), source="mine.yaml", read=lambda _: b"")
    (program.folder / "experiments").mkdir()
    store = SqliteStore(program.folder / "experiments" / "sociarium.db")
    begun = save_sweep(store, definition, "main", creator="tester", clock=SystemClock())

    models = {WORST: [RouteSpec(HostileModel(), "server")]}
    finish(start(store, begun, models, PlayOptions(), SweepPorts(observer=Ignoring())))
    store.close()
    return program


@pytest.mark.slow
def test_what_is_stored_reads_back_as_it_was(hostile: Program) -> None:
    [run] = hostile("list", "runs", "--json").json
    told = hostile("show", run["run"], "--json").json
    assert told["state"] == "done", told["error"]
    assert told["condition"] == {"model": WORST, "messages": 4}
    assert told["starting_message"] == WORST
    assert told["agents"][0]["role"] == WORST
    assert [agent["system_prompt"] for agent in told["agents"]] == [WORST, MEGABYTE]
    said = {message["content"]: message["flags"] for message in told["messages"]}
    assert set(said) <= {f"So: {WORST}", MEGABYTE, "half a pair: \ufffd here", "=cmd|' /C calc'!A0"}
    # The stand-in may say the same to the other's words, which is an echo.
    assert {*said.get("half a pair: \ufffd here", ["replaced"])} - {"repeated", "echoed"} == {"replaced"}
    assert hostile("replay", run["run"]).code == 0


@pytest.mark.slow
@pytest.mark.parametrize("command", [("list", "experiments"), ("list", "runs"), ("status",), ("show",), ("plan",)])
def test_nothing_of_it_reaches_the_terminal_as_a_control(hostile: Program, command: tuple[str, ...]) -> None:
    run = hostile("list", "runs", "--json").json[0]["run"]
    extra = {"show": [run], "plan": ["mine.yaml", "--prompts"]}.get(command[0], [])
    terminal = hostile.terminal(*command, *extra, columns=80)
    terminal.expect(pexpect.EOF)
    text = str(terminal.before)
    terminal.close()
    assert terminal.exitstatus == 0, text[-2000:]
    assert _CONTROLS.search(_OWN_SEQUENCES.sub("", text)) is None
    assert "␛" in text or command in {("status",), ("list", "runs")}, "the hostile text was not shown at all"


@pytest.mark.slow
def test_no_file_is_written_outside_the_folder_of_an_export(hostile: Program) -> None:
    run = hostile("list", "runs", "--json").json[0]["run"]

    def other_files() -> set[Path]:
        return {path for path in hostile.folder.parent.rglob("*") if {"out", "logs"}.isdisjoint(path.parts)}

    before = other_files()
    for kind in ("txt", "jsonl"):
        assert hostile("export", run, "--format", kind, "--out", "out").code == 0
    assert other_files() == before
    written = [path for path in (hostile.folder / "out").rglob("*") if path.is_file()]
    assert len(written) == 4
    for path in written:
        assert len(path.name) < 100
        assert _CONTROLS.search(path.name) is None
        assert _CONTROLS.search(path.read_text()) is None


@pytest.mark.parametrize(
    "name", ["../../x", "..", ".", "", "/etc/passwd", "a\\b", "a\x00b", "CON" * 200, "\u202e", "囚" * 90]
)
def test_a_name_becomes_one_part_of_a_path(name: str) -> None:
    part = file_name(name)
    assert part
    assert len(part) <= 80
    assert len(f".{part}-deposit.sociarium.zip.123456.part".encode()) <= 255
    assert Path(part).name == part
    assert not part.startswith(".")


def test_visible_text_keeps_lines_and_letters() -> None:
    assert sanitize("Grüße, 世界 👩‍🚀\n\tgo") == "Grüße, 世界 👩‍🚀\n\tgo"
    assert sanitize("\x1b[1m\x07\x9b\u202e") == "␛[1m␇⟨9B⟩⟨202E⟩"


def test_an_error_message_carries_no_controls(program: Program) -> None:
    said = program("show", ANSI)
    assert said.code == 2
    assert _CONTROLS.search(said.err) is None
    assert issubclass(SociariumError, Exception)
