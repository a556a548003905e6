"""`sociarium view`: where it listens, what it says, and how it ends."""

from __future__ import annotations

import re
import socket
from dataclasses import replace
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pexpect
import pytest

from tests.support.definitions import small
from tests.support.program import Program
from tests.support.served_pages import viewing


@pytest.fixture
def stocked(program: Program) -> Program:
    """The program in a folder whose store holds a small sweep."""
    store = f"sqlite:///{program.folder}/store.db"
    known = replace(program, environment=program.environment | {"SOCIARIUM_STORE": store})
    assert known("run", known.file(small()), "--yes").code == 0
    return known


def ended(screen: pexpect.spawn) -> tuple[int, str]:
    screen.sendintr()
    screen.expect(pexpect.EOF)
    screen.close()
    return screen.exitstatus, screen.before


def get(address: str, **headers: str) -> tuple[int, str]:
    try:
        with urlopen(Request(address, headers=headers), timeout=30) as answer:
            return answer.status, answer.read().decode()
    except HTTPError as error:
        return error.code, error.read().decode()


@pytest.mark.slow
def test_pages_are_served_until_ctrl_c_which_is_quiet(stocked: Program) -> None:
    with viewing(stocked) as (screen, address):
        status, page = get(address)
        assert status == 200
        assert "Small" in page
        code, said = ended(screen)
    assert code == 0
    assert "Traceback" not in said
    assert said.replace("^C", "").count("\n") <= 3


@pytest.mark.slow
def test_an_open_live_page_does_not_hold_the_end_up(stocked: Program) -> None:
    sweep = stocked("list", "sweeps", "--json").json[0]["sweep"]
    with viewing(stocked) as (screen, address):
        host = re.sub(r"http://|/$", "", address)
        with socket.create_connection(host.split(":"), timeout=30) as line:
            line.sendall(f"GET /sweeps/{sweep}/live HTTP/1.1\r\nHost: {host}\r\n\r\n".encode())
            assert line.recv(100).startswith(b"HTTP/1.1 200")
            assert ended(screen)[0] == 0


@pytest.mark.slow
def test_a_run_is_opened_at_once(stocked: Program) -> None:
    run = stocked("list", "runs", "--json").json[0]["run"]
    with viewing(stocked, run[:8]) as (_, address):
        assert address.endswith(f"/runs/{run}")
        assert "Small" in get(address)[1]
    said = stocked("view", "ffffffff", "--no-browser")
    assert (said.code, "list runs" in said.err) == (2, True)


def test_a_sweep_is_opened_by_its_id(stocked: Program) -> None:
    sweep = stocked("list", "sweeps", "--json").json[0]["sweep"]
    with viewing(stocked, sweep[:8]) as (_, address):
        assert address.endswith(f"/sweeps/{sweep}")


@pytest.mark.slow
def test_a_sweep_is_written_as_pages_that_need_no_server(stocked: Program) -> None:
    sweep = stocked("list", "sweeps", "--json").json[0]["sweep"]
    told = stocked("view", "--export", "pages", sweep[:8])
    assert (told.code, "index.html" in told.out) == (0, True)
    assert "Small" in (stocked.folder / "pages" / "index.html").read_text()
    again = stocked("view", "--export", "pages", sweep[:8])
    assert (again.code, "holds something" in again.err) == (2, True)
    nothing = stocked("view", "--export", "other")
    assert (nothing.code, "TARGET" in nothing.err) == (2, True)


def test_a_port_in_use_is_said_in_one_line_with_its_mend(stocked: Program) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        said = stocked("view", "--no-browser", "--port", str(port))
    assert said.code == 2
    assert said.err.count("\n") == 1
    assert f"--port {port + 1}" in said.err


@pytest.mark.parametrize("host", ["192.0.2.1", "no.such.host.invalid"])
def test_an_address_that_is_not_this_machines_is_said(stocked: Program, host: str) -> None:
    said = stocked("view", "--no-browser", "--host", host)
    assert said.code == 2
    assert "127.0.0.1" in said.err


@pytest.mark.slow
def test_other_machines_need_the_token_that_is_printed(stocked: Program) -> None:
    with viewing(stocked, "--host", "0.0.0.0") as (screen, address):
        port = re.search(r":(\d+)/", address)
        token = re.search(r"token=(\S+)", address)
        assert port
        assert token
        near = f"http://127.0.0.1:{port[1]}/experiments"
        assert get(near)[0] == 401
        assert get(near, Cookie=f"sociarium_token_{port[1]}={token[1]}")[0] == 200
        screen.expect("not encrypted")


@pytest.mark.slow
def test_who_acts_is_said(stocked: Program) -> None:
    with viewing(stocked) as (screen, _):
        screen.expect("You act as tester")
    with viewing(stocked, "--read-only") as (screen, address):
        screen.expect("Nothing can be changed")
        assert "read-only" in get(address)[1]


@pytest.mark.slow
def test_pages_are_served_where_no_log_can_be_written(stocked: Program) -> None:
    for log in (stocked.folder / "logs").iterdir():
        log.unlink()
    (stocked.folder / "logs").rmdir()
    (stocked.folder / "logs").write_text("a file where the folder would be")
    with viewing(stocked) as (_, address):
        assert get(address)[0] == 200


def test_a_store_that_is_not_there_is_not_made(program: Program, tmp_path: Path) -> None:
    said = program("view", "--no-browser", "--store", f"sqlite:///{tmp_path}/none.db")
    assert said.code == 2
    assert " demo --store" in said.err
    assert not (tmp_path / "none.db").exists()


@pytest.mark.slow
@pytest.mark.parametrize("package", ["fastapi", "uvicorn", "jinja2"])
def test_without_the_extra_the_line_that_installs_it_is_said(program: Program, tmp_path: Path, package: str) -> None:
    (tmp_path / "empty").mkdir()
    text = f"raise ModuleNotFoundError('it is not here', name={package!r})\n"
    (tmp_path / "empty" / f"{package}.py").write_text(text)
    bare = replace(program, fresh=True, environment=program.environment | {"PYTHONPATH": str(tmp_path / "empty")})
    said = bare("view", "--no-browser")
    assert said.code == 2
    assert "pip install 'sociarium[viewer]'" in said.err
