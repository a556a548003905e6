"""The end of a start is told to a command of the user's own, whatever the end; what becomes of it changes nothing."""

from __future__ import annotations

import signal
import time

import pytest

from tests.support.deadlines import deadline
from tests.support.definitions import small
from tests.support.program import Program, Said, ended
from tests.support.server_experiments import entry, server

TELL = 'cat > told.txt; echo "$SOCIARIUM_EXIT $SOCIARIUM_SWEEP" > how.txt'
SWEEP = "{factors: {messages: [2, 4]}, replicates: 3}"


def told(program: Program) -> tuple[str, list[str]]:
    """What the command read, and its exit code and sweep."""
    return (program.folder / "told.txt").read_text(encoding="utf-8"), (
        (program.folder / "how.txt").read_text(encoding="utf-8").split()
    )


def run(program: Program, *options: str, command: str = TELL) -> Said:
    return program("run", program.file(small(title="Wing", sweep=SWEEP)), "--json", "--notify", command, *options)


def test_a_sweep_that_is_done_gives_its_summary_to_the_command(program: Program) -> None:
    done = run(program)
    text, how = told(program)
    assert done.code == 0
    assert how == ["0", done.json["sweep"]]
    assert text.startswith("Wing: 6 of 6 runs done;")
    assert "messages  done  failed" in text
    assert "\n4            3       0" in text
    assert "\x1b" not in text


@pytest.mark.parametrize("options", [("--max-tokens", "1"), ("--max-time", "0s")])
def test_a_bound_is_told_with_the_command_to_go_on(program: Program, options: tuple[str, ...]) -> None:
    assert run(program, *options).code == 3
    text, how = told(program)
    assert how[0] == "3"
    assert "Stopped:" in text
    assert f"resume {how[1][:8]}" in text


def test_an_interrupt_is_told(program: Program) -> None:
    with server("openai", latency=0.3) as served:
        file = program.file(small(models=f"{{m: {entry(served)}}}", sweep=SWEEP))
        playing = program.begin("run", file, "--concurrency", "1", "--notify", TELL)
        end = deadline()
        while not served.chats:
            assert time.monotonic() < end
            time.sleep(0.02)
        playing.send_signal(signal.SIGINT)
        assert ended(playing).code == 130
    text, how = told(program)
    assert how[0] == "130"
    assert "interrupted" in text


@pytest.mark.parametrize(
    ("command", "warning"),
    [("exit 7", "ended with exit code 7"), ("no-such-command-here", "ended with exit code 127"), ("true", "")],
)
def test_a_command_that_fails_is_a_warning_and_changes_nothing(program: Program, command: str, warning: str) -> None:
    done = run(program, command=command)
    assert (done.code, done.json["counts"]["done"]) == (0, 6)
    assert ("the command of --notify" in done.err) == bool(warning)
    assert warning in done.err
    assert "no-such-command-here" not in "".join(
        path.read_text(encoding="utf-8") for path in (program.folder / "logs").iterdir()
    )


def test_a_command_that_prints_leaves_stdout_to_the_document(program: Program) -> None:
    done = run(program, command="cat")
    assert done.json["counts"]["done"] == 6
    assert "Wing: 6 of 6 runs done;" in done.err


@pytest.mark.slow
def test_resume_in_the_background_tells_its_end(program: Program) -> None:
    assert run(program, "--limit", "1", command="true").code == 0
    begun = program("resume", "--detach", "--notify", TELL)
    assert begun.code == 0, begun.err
    end = deadline()
    while not (program.folder / "how.txt").exists() or not told(program)[1]:
        assert time.monotonic() < end
        time.sleep(0.05)
    assert told(program)[1][0] == "0"
