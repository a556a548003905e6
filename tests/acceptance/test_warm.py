"""What the warm process begins is what a Python of its own would be."""

from __future__ import annotations

import json
import os
import signal
from dataclasses import replace
from pathlib import Path
from subprocess import DEVNULL, PIPE, Popen

import pexpect
import pytest

from tests.support.definitions import small
from tests.support.program import Program
from tests.support.program_process import Begun, Terminal, begin, begin_on_terminal
from tests.support.warm_process import Start

FOUND = """
import json, os, resource, signal, sys, termios, threading

def stream(one):
    return [repr(one.name), one.mode, one.encoding, one.errors, one.line_buffering, one.write_through, one.isatty(),
            type(one.buffer).__name__, one.fileno(), one is getattr(sys, f"__{one.name[1:-1]}__")]

def is_open(number):
    try:
        os.fstat(number)
    except OSError:
        return False
    return True

print(json.dumps({
    "streams": [stream(one) for one in (sys.stdin, sys.stdout, sys.stderr)],
    "arguments": sys.argv,
    "folder": os.getcwd(),
    "environment": dict(os.environ),
    "handlers": {number.name: str(signal.getsignal(number)) for number in signal.valid_signals() if number < 32},
    "blocked": len(signal.pthread_sigmask(signal.SIG_BLOCK, [])),
    "woken": signal.set_wakeup_fd(-1),
    "files": [number for number in range(256) if is_open(number)],
    "threads": threading.active_count(),
    "leads": [os.getsid(0) == os.getpid(), os.getpgrp() == os.getpid()],
    "umask": os.umask(0),
    "terminal": [
        os.tcgetpgrp(0) == os.getpid(), os.get_terminal_size(0), str(termios.tcgetattr(0)), os.open("/dev/tty", 0)
    ] if os.isatty(0) else None,
}))
"""


@pytest.fixture
def there(tmp_path: Path, program_environment: dict[str, str]) -> tuple[Path, dict[str, str]]:
    """A folder and an environment that are not those of the warm process."""
    return tmp_path, program_environment | {"ODD": "ünïcödé \udcff", "TZ": "Asia/Tokyo", "TERM": "dumb"}


def python(there: tuple[Path, dict[str, str]], *arguments: str, terminal: bool = False) -> Start:
    """A text as a program."""
    return Start("-c", arguments, str(there[0]), there[1], terminal)


def begun(there: tuple[Path, dict[str, str]], *arguments: str) -> Begun:
    """A text in a child of the warm process."""
    return Begun(python(there, *arguments), stdin=DEVNULL)


def test_it_finds_what_a_python_of_its_own_finds(there: tuple[Path, dict[str, str]]) -> None:
    start = python(there, FOUND, "a", "b c")
    # Leading no session of its own is the one thing that the tests' real starts differ in.
    own = Popen(start.afresh, cwd=there[0], env=there[1], stdin=DEVNULL, stdout=PIPE, text=True, start_new_session=True)
    wanted, _ = own.communicate(timeout=60)
    found, errors = begin(start).communicate(timeout=60)
    assert errors == ""
    assert json.loads(found) == json.loads(wanted)
    assert json.loads(found)["environment"]["ODD"] == there[1]["ODD"]


@pytest.mark.slow
def test_it_finds_the_terminal_that_a_python_of_its_own_finds(there: tuple[Path, dict[str, str]]) -> None:
    options = {"dimensions": (31, 87), "encoding": "utf-8", "codec_errors": "surrogateescape", "timeout": 60}
    start = python(there, FOUND, terminal=True)
    own, warm = [begin_on_terminal(start, fresh=fresh, **options) for fresh in (True, False)]
    wanted, found = json.loads(own.read()), json.loads(warm.read())
    assert found == wanted
    assert found["terminal"][:2] == [True, [87, 31]]


ENDS = {
    "code": "raise SystemExit(3)",
    "large code": "raise SystemExit(300)",
    "words": "raise SystemExit('why not')",
    "end": "print('over')",
    "error": "1 / 0",
    "interrupt": "raise KeyboardInterrupt",
    "killed": "import os; os.kill(os.getpid(), 9)",
    "at exit": "import atexit, sys; atexit.register(print, 'bye'); sys.exit(4)",
    "thread": "import threading as t, time; t.Thread(target=lambda: (time.sleep(.3), print('late'))).start(); exit(5)",
    "unbuffered": "import os, sys; sys.stdout.write('no line'); sys.stderr.write('none'); os._exit(6)",
    "cycle": "import sys\nclass A:\n def __del__(self): print('freed')\na = A(); a.a = a; del a; sys.exit(7)",
    "broken pipe": "import os, sys; os.close(1); os.dup2(os.pipe()[1], 1); print('x'); sys.exit(0)",
    "input": "import sys; print(repr(sys.stdin.read()))",
}


@pytest.mark.slow
@pytest.mark.parametrize("name", ENDS)
def test_it_ends_as_a_python_of_its_own_ends(there: tuple[Path, dict[str, str]], name: str) -> None:
    own, warm = [begin(python(there, ENDS[name]), fresh=fresh) for fresh in (True, False)]
    (wanted, wanted_errors), (said, errors) = [one.communicate(timeout=60) for one in (own, warm)]
    assert (warm.returncode, said) == (own.returncode, wanted)
    assert errors.splitlines()[-1:] == wanted_errors.splitlines()[-1:]


def test_it_reads_its_stdin_to_the_end(there: tuple[Path, dict[str, str]]) -> None:
    script = "import sys; text = sys.stdin.read(); print(len(text), text[-3:])"
    process = Begun(python(there, script), stdin=PIPE)
    assert process.communicate("ü" * 200_000 + "end", timeout=60) == ("200003 end\n", "")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGKILL])
def test_a_signal_reaches_it_alone(there: tuple[Path, dict[str, str]], number: signal.Signals) -> None:
    script = "import pathlib, time; pathlib.Path('ready').touch(); time.sleep(60)"
    process, other = begun(there, script), begun(there, "import time; time.sleep(60)")
    while not (there[0] / "ready").exists():
        assert process.poll() is None
    process.send_signal(number)
    assert process.wait(timeout=60) == -number
    assert other.poll() is None
    other.kill()
    assert other.wait(timeout=60) == -signal.SIGKILL


@pytest.mark.slow
def test_two_are_at_work_at_once(there: tuple[Path, dict[str, str]]) -> None:
    script = """
import os, pathlib, sys, time
pathlib.Path(sys.argv[1]).touch()
while not pathlib.Path(sys.argv[2]).exists():
    time.sleep(0.01)
print(os.environ["WHO"])
"""
    folder, environment = there
    one = begun((folder, environment | {"WHO": "one"}), script, "a", "b")
    two = begun((folder, environment | {"WHO": "two"}), script, "b", "a")
    assert [each.communicate(timeout=60) for each in (one, two)] == [("one\n", ""), ("two\n", "")]


@pytest.mark.slow
def test_an_interrupt_at_its_terminal_reaches_it(there: tuple[Path, dict[str, str]]) -> None:
    script = "import time; print('ready'); time.sleep(60)"
    terminal = Terminal(python(there, script, terminal=True), encoding="utf-8", timeout=60)
    terminal.expect("ready")
    assert terminal.isalive()
    terminal.sendintr()
    terminal.expect("KeyboardInterrupt")
    terminal.expect(pexpect.EOF)
    terminal.close()
    assert (terminal.exitstatus, terminal.signalstatus) == (None, signal.SIGINT)


def test_closing_its_terminal_ends_it(there: tuple[Path, dict[str, str]]) -> None:
    script = "import time; print('ready'); time.sleep(60)"
    terminal = Terminal(python(there, script, terminal=True), encoding="utf-8", timeout=60)
    terminal.expect("ready")
    terminal.close()
    assert terminal.signalstatus == signal.SIGHUP


@pytest.mark.slow
def test_it_draws_other_numbers_each_time(there: tuple[Path, dict[str, str]]) -> None:
    script = "import random; print(random.random())"
    assert len({begun(there, script).communicate(timeout=60) for _ in range(3)}) == 3


def test_what_python_reads_at_its_own_start_needs_one(program: Program) -> None:
    program.environment["PYTHONIOENCODING"] = "ascii"
    with pytest.raises(AssertionError, match="begin it afresh"):
        program("--help")
    assert replace(program, fresh=True)("--help").code == 0


@pytest.mark.slow
def test_the_program_says_what_it_says_from_a_python_of_its_own(program: Program) -> None:
    own = replace(program, fresh=True)
    assert program("run", program.file(small(sweep="{factors: {messages: 4}}")), "--json").code == 0
    for arguments in (("--help",), ("list", "runs", "--json"), ("show", "nothing"), ("status", "--no-such-option")):
        assert program(*arguments) == own(*arguments)
    run = program("list", "runs", "--json").json[0]["run"]
    screens = [one.terminal("show", run) for one in (program, own)]
    said, wanted = [screen.read() for screen in screens]
    assert said == wanted
    assert os.fspath(run) in said
