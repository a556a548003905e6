"""A sweep in the background: it is checked before, told how to be watched and stopped, and outlives its terminal."""

from __future__ import annotations

import os
import re
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from urllib.parse import urlencode
from urllib.request import Request

import pexpect
import pytest

from tests.servers.stand_in import StandIn
from tests.support.deadlines import deadline
from tests.support.definitions import small
from tests.support.program import Program
from tests.support.served_pages import read_page, viewing
from tests.support.server_experiments import entry, server
from tests.support.warm_process import ROOT

RUNS = 12
SWEEP = f"{{factors: {{messages: 6}}, replicates: {RUNS}}}"


@contextmanager
def slow_server() -> Iterator[StandIn]:
    # Its calls take longer than a command that looks at them, also where others are at work.
    with server("openai", latency=0.5, slots=4) as served:
        yield served


def file_of(program: Program, served: StandIn, **parts: str) -> str:
    return program.file(small(models=f"{{m: {entry(served)}}}", sweep=SWEEP, **parts))


def counts(program: Program) -> dict[str, int]:
    said = program("status", "--json")
    return dict(said.json["counts"]) if said.code == 0 else {}


def wait_until_done(program: Program) -> None:
    end = deadline()
    while counts(program) != {"pending": 0, "running": 0, "done": RUNS, "failed": 0, "cancelled": 0}:
        assert time.monotonic() < end, (counts(program), words_of_background(program))
        time.sleep(0.2)


def words_of_background(program: Program) -> str:
    return "\n".join(path.read_text(encoding="utf-8") for path in (program.folder / "logs").glob("*.out"))


def ends(pid: int) -> None:
    """Wait until a process is gone."""
    end = deadline()
    while time.monotonic() < end:
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return
        time.sleep(0.05)
    raise AssertionError(f"{pid} goes on")


@pytest.mark.slow
def test_a_sweep_in_the_background_says_how_it_is_watched_and_stopped(program: Program) -> None:
    with slow_server() as served:
        begun = program("run", file_of(program, served), "--detach", "--yes", "--json")
        assert begun.code == 0, begun.err
        assert set(begun.json) == {"experiment", "sweep", "pid", "log"}
        assert (program.folder / begun.json["log"]).parent == program.folder / "logs"
        assert counts(program)["running"] > 0
        worker = program("status", "--json").json["workers"][0]
        assert worker["pid"] == begun.json["pid"]
        assert os.getsid(begun.json["pid"]) == begun.json["pid"], "it is in the session of somebody's terminal"
        os.kill(begun.json["pid"], signal.SIGINT)
        ends(begun.json["pid"])
        left = counts(program)
        assert left["running"] == 0
        assert left["pending"] > 0
        assert "runs are left" in words_of_background(program)
        resumed = program("resume", begun.json["sweep"][:8], "--detach", "--yes", "--concurrency", "1")
        served.latency = 0.01
        for line in ("status", "kill -INT", f"resume {begun.json['sweep'][:8]}", "logs/"):
            assert line in resumed.out
        wait_until_done(program)
    assert len(served.chats) == RUNS * 6, "an answer was thrown away"


@pytest.mark.slow
def test_it_goes_on_when_its_terminal_is_closed(program: Program) -> None:
    with slow_server() as served:
        file = file_of(program, served)
        shell = pexpect.spawn("bash", ["--norc"], cwd=str(program.folder), encoding="utf-8", timeout=30,
                              env=program.environment | {"TERM": "dumb"})  # fmt: skip
        shell.sendline(f"{sys.executable} {ROOT / 'main.py'} run {file} --detach --yes")
        shell.expect(r"process\s+(\d+)")
        pid = int(shell.match[1])
        shell.expect("go on")
        os.kill(pid, signal.SIGHUP)
        shell.close(force=True)
        assert not shell.isalive()
        wait_until_done(program)
    assert "12 of 12 runs done" in words_of_background(program)
    assert "\x1b" not in words_of_background(program)


@pytest.mark.slow
def test_a_sweep_that_a_page_began_goes_on_when_the_pages_end(program: Program) -> None:
    with slow_server() as served:
        assert program("run", file_of(program, served), "--limit", "1", "--yes").code == 0
        sweep = program("status", "--json").json["sweep"]
        with viewing(program, "--allow-run") as (screen, address):
            path = f"{address.rstrip('/')}/sweeps/{sweep}/run"
            _, text = read_page(path)
            fields = {name: re.findall(rf'name="{name}" value="([^"]*)"', text)[-1] for name in ("form_token", "start")}
            posted = Request(path, urlencode(fields).encode(), {"Origin": address.rstrip("/")})
            landed, text = read_page(posted)
            assert landed.endswith(f"/sweeps/{sweep}"), "it did not land on the page of the sweep"
            assert f"/sweeps/{sweep}/live" in text, "nobody plays it"
            worker = program("status", "--json").json["workers"][0]
            assert os.getsid(worker["pid"]) == worker["pid"]
            screen.sendintr()
            screen.expect(pexpect.EOF)
        wait_until_done(program)
    assert len(served.chats) == RUNS * 6, "an answer was thrown away"


@pytest.mark.slow
def test_it_goes_on_when_who_began_it_is_killed(program: Program) -> None:
    with slow_server() as served:
        begun = replace(program, fresh=True).begin("run", file_of(program, served), "--detach", "--yes")
        while not served.chats:
            assert begun.poll() is None or begun.returncode == 0
            time.sleep(0.01)
        begun.kill()
        begun.communicate(timeout=30)
        wait_until_done(program)
    assert len(served.chats) == RUNS * 6


def test_what_is_wrong_is_said_before_anything_begins(program: Program) -> None:
    nobody = "{model: a, provider: openai, base_url: 'http://127.0.0.1:9/v1'}"
    wrong = {
        "models cannot be asked": ("run", program.file(small(models=f"{{m: {nobody}}}"), "away.yaml"), "--yes"),
        "add --yes to --detach": ("run", program.file(small(models=f"{{m: {nobody}}}"), "paid.yaml")),
        "a person takes part": ("run", program.file(small(models="{m: {model: a, provider: person}}"), "person.yaml")),
        "is not a time": ("run", program.file(small()), "--max-time", "soon"),
        "there is no store": ("resume",),
    }
    for reason, arguments in wrong.items():
        refused = program(*arguments, "--detach")
        assert reason in refused.err
        assert refused.code == 2, refused.err
    assert not list(program.folder.glob("logs/*.out"))
    assert not list(program.folder.glob("experiments/*.db"))


def test_the_cost_is_agreed_to_at_the_terminal_before_it_detaches(program: Program) -> None:
    with slow_server() as served:
        terminal = program.terminal("run", file_of(program, served), "--detach")
        terminal.expect("Start")
        assert not served.chats
        terminal.sendline("n")
        terminal.expect(pexpect.EOF)
        assert not list(program.folder.glob("logs/*.out"))


@pytest.mark.slow
def test_a_process_that_ends_at_once_is_quoted_and_gives_its_exit_code(program: Program) -> None:
    file = program.file(small(sweep="{factors: {messages: 2}, replicates: 2}"))
    assert program("run", file).code == 0
    again = program("run", file, "--detach", "--json")
    assert (again.code, again.json["exit_code"]) == (0, 0)
    assert "2 of 2 runs done" in again.err


def test_a_background_that_fails_at_once_is_no_success(program: Program) -> None:
    file = program.file(small(sweep="{factors: {messages: 2}, replicates: 2}"))
    assert program("run", file, "--limit", "1").code == 0
    # Only the process in the background reads this when it starts.
    broken = program.as_user("tester", PYTHONPATH=str(program.folder))
    (program.folder / "sitecustomize.py").write_text(
        "import os\nprint('no luck', flush=True)\nos._exit(7)", encoding="utf-8"
    )
    said = broken("resume", "--detach")
    assert (said.code, said.out, said.err.splitlines()[-1]) == (7, "", "no luck")
