"""ask as a command: what is sent, what is printed and stored, what is refused, and what other commands show of it."""

from __future__ import annotations

import csv
import json
import signal
import sqlite3
from pathlib import Path
from typing import Any

import pytest

import sociarium
from sociarium.records.interviews import LABEL
from tests.servers.answers import Answer, Ask
from tests.support.definitions import small, small_feed
from tests.support.guided_terminal import ENTER, ESC, Guide
from tests.support.played_stores import two_days
from tests.support.program import Program, ended
from tests.support.server_experiments import PROTOCOLS, entry, sent, server

OLDER = Path(__file__).parents[1] / "data" / "protocol_2" / "corridor.sociarium.zip"
ENDS = "An empty line or Esc ends."


@pytest.fixture
def swept(program: Program) -> Program:
    """A finished sweep of eight conversations of a guard and a prisoner."""
    assert program("run", program.file(two_days()), "--yes").code == 0
    return program


def _run(program: Program) -> str:
    return program("list", "runs", "--json").json[0]["run"]


def _sweep(program: Program) -> str:
    return program("list", "sweeps", "--json").json[0]["sweep"]


def _name(program: Program, run: str, role: str = "guard") -> str:
    return next(one["name"] for one in program("show", run, "--json").json["agents"] if one["role"] == role)


def _tables(program: Program) -> dict[str, list[tuple[Any, ...]]]:
    """Everything in the store but interviews, row by row."""
    [path] = program.folder.rglob("*.db")
    with sqlite3.connect(path) as connection:
        names = [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        return {
            name: sorted(connection.execute(f"SELECT * FROM {name}"), key=repr)  # names of its own tables
            for name in names
            if name != "interviews"
        }


@pytest.mark.slow
@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_the_request_is_that_of_the_run_at_that_moment_and_the_question_byte_for_byte(
    program: Program, protocol: str
) -> None:
    with server(protocol) as served:
        models = f"{{one: {entry(served, temperature=0.3)}}}"
        file = program.file(small(models=models, sweep="{factors: {messages: 6, days: 2, agents.guard: 2}}"))
        assert program("run", file, "--no-pull").code == 0
        run, of_run = _run(program), list(served.chats)
        speakers = [one["speaker"] for one in program("show", run, "--json").json["messages"]]
        before = _tables(program)

        for at in (1, 2, 4, 5):
            said = program("ask", run, "Why did you say so?", "--agent", speakers[at], "--at", str(at), "--no-pull")
            assert said.code == 0, said.err

        asked = served.chats[len(of_run) :]
    for at, received in zip((1, 2, 4, 5), asked, strict=True):
        # The run's requests stand in order: six turns, no summaries.
        body = of_run[at].body
        end = json.dumps(sent(of_run[at]).messages[-1]["content"])[:-1].encode()
        position = body.rindex(end) + len(end)
        assert received.body == body[:position] + rb"\n\nWhy did you say so?" + body[position:]
    assert _tables(program) == before
    assert program("replay", run).code == 0


def test_an_answer_is_printed_with_what_it_is(swept: Program) -> None:
    run = _run(swept)
    name = _name(swept, run)

    said = swept("ask", run, "Why?", "--agent", "role:guard", "--at", "day1/turn2")

    assert said.code == 0
    assert f"{name} at day1/turn2 of run {run[:12]}, answered by dry" in said.out
    assert "Offline: these words are stand-ins" in said.out
    assert said.out.rstrip().endswith(f"({LABEL})")


def test_json_says_who_answered_what_and_which_model(swept: Program) -> None:
    run = _run(swept)

    said = swept("ask", run, "Trust?", "--agent", "role:prisoner", "--at", "4", "--answer", "0-10", "--json").json

    assert {"interview", "run", "agent", "at", "question", "answer"} <= said.keys()
    assert (said["run"], said["role"], said["at"], said["question"]) == (run, "prisoner", said["at"], "Trust?")
    assert said["at"] in {"day1/turn4", "day2/turn1", "day2/turn2"}
    assert said["answer"] in range(11)
    assert (said["form"], said["provider_model"], said["other_model"], said["warnings"]) == (
        "0-10",
        "offline",
        False,
        [],
    )
    assert swept("show", run, "--json").json["interviews"] == [
        {key: value for key, value in said.items() if key != "warnings"}
    ]


@pytest.mark.slow
def test_another_model_is_another_models_reading_wherever_it_is_shown(program: Program) -> None:
    assert program("run", program.file(two_days()), "--yes").code == 0
    run = _run(program)
    with server("openai", answering=lambda _: Answer("Out of spite.")) as served:
        environment = {"OPENAI_BASE_URL": f"{served.url}/v1", "OPENAI_API_KEY": "a-key"}
        said = program.as_user("eve", **environment)(
            "ask", run, "Why?", "--agent", "role:guard", "--model", "dry=openai:stand-in"
        )
    assert said.code == 0
    assert "! another model's reading: dry (openai:stand-in) answers, and dry (offline) played" in said.err
    assert "Out of spite.  [another model's reading: openai:stand-in]" in said.out
    assert "[another model's reading: openai:stand-in]" in program("show", run).out
    assert program("export", run, "--format", "txt", "--out", "txt").code == 0
    [text] = (program.folder / "txt").rglob(f"{run}.txt")
    assert "Out of spite. [another model's reading: openai:stand-in]" in text.read_text()


@pytest.mark.slow
def test_a_model_that_is_served_as_another_version_is_told(program: Program) -> None:
    with server("ollama") as served:
        models = f"{{one: {entry(served)}}}"
        assert program("run", program.file(small(models=models)), "--no-pull").code == 0
        run = _run(program)
        served.dialect.models["stand-in"] = "sha256:another"  # type: ignore[attr-defined]
        said = program("ask", run, "Why?", "--agent", "role:guard", "--no-pull", "--json")
    assert said.json["other_model"]
    assert "! another version's reading: one is served as sha256:another now and was" in said.err


@pytest.mark.slow
def test_every_finished_run_of_a_sweep_is_asked_once(program: Program) -> None:
    def answering(ask: Ask) -> Answer:
        return Answer('{"answer": 7}' if ask.schema else "Well.")

    with server("openai", answering=answering) as served:
        models = f"{{one: {entry(served)}}}"
        file = program.file(small(models=models, sweep="{factors: {messages: [2, 4]}, replicates: 3}"))
        assert program("run", file, "--yes").code == 0
        before, arguments = (
            len(served.chats),
            ("ask", _sweep(program), "Trust?", "--agent", "role:guard", "--answer", "0-10"),
        )

        bounded = program(*arguments, "--max-tokens", "1", "--concurrency", "1")
        rest = program(*arguments, "--json")
        asked = len(served.chats) - before
        again = program(*arguments)

        assert len(served.chats) - before == asked == 6
    assert (bounded.code, rest.code, again.code) == (3, 0, 0)
    assert "The same command again asks what lacks an answer." in bounded.out
    assert rest.json["counts"] == {"added": 5, "standing": 1, "left_out": 0, "failed": 0, "unfinished": 0}
    assert [one["answer"] for one in rest.json["interviews"]] == [7] * 6
    assert {one["role"] for one in rest.json["interviews"]} == {"guard"}
    assert "0 answers, 6 stood already, in 6 runs; nothing was left to ask." in again.out
    assert "Answers: 7: 6." in again.out
    assert LABEL in again.out


def test_a_sweep_that_gives_no_valid_answer_is_no_success(program: Program) -> None:
    with server("openai", answering=lambda ask: Answer("I would rather not." if ask.schema else "Well.")) as served:
        file = program.file(small(models=f"{{one: {entry(served)}}}"))
        assert program("run", file, "--yes").code == 0
        arguments = "ask", _sweep(program), "Trust?", "--agent", "role:guard", "--answer", "0-10"
        first, again = program(*arguments), program(*arguments, "--max-empty", "1")
    assert (first.code, again.code) == (1, 0)
    assert "That is no success: to 1 of 1 question there is no valid answer" in " ".join(first.err.split())
    log = "".join(path.read_text() for path in (program.folder / "logs").glob("*.log"))
    assert "1 answers, 0 stood before, 1 of both not valid, 0 runs left out" in log


@pytest.mark.slow
def test_an_interrupt_finishes_the_calls_under_way_and_the_rest_is_asked_later(program: Program) -> None:
    with server("openai") as served:
        file = program.file(small(models=f"{{one: {entry(served)}}}", sweep="{factors: {messages: 2}, replicates: 12}"))
        assert program("run", file, "--yes").code == 0
        before, arguments = len(served.chats), ("ask", _sweep(program), "Why?", "--agent", "role:guard")
        served.latency = 0.3
        begun = program.begin(*arguments, "--concurrency", "2")
        while len(served.chats) < before + 3:
            assert begun.poll() is None
        begun.send_signal(signal.SIGINT)
        said = ended(begun)
        asked = len(served.chats) - before
        served.latency = 0.0
        rest = program(*arguments, "--json").json

        assert len(served.chats) - before == 12
    assert said.code == 130
    assert asked < 12
    assert rest["counts"] == {"added": 12 - asked, "standing": asked, "left_out": 0, "failed": 0, "unfinished": 0}


@pytest.mark.slow
def test_on_a_terminal_a_model_that_may_cost_money_is_asked_of_a_sweep_after_a_question(program: Program) -> None:
    with server("openai") as served:
        file = program.file(small(models=f"{{one: {entry(served)}}}"))
        assert program("run", file, "--yes").code == 0
        before, arguments = len(served.chats), ("ask", _sweep(program), "Why?", "--agent", "role:guard")
        for answer, code, calls in (("n", 0, 0), ("y", 0, 1)):
            guide = Guide(program, *arguments)
            guide.reads("role:guard at end in 1 finished run, with one.")
            guide.reads("Ask? [y/N]")
            guide.terminal.send(answer + ENTER)
            assert guide.ends() == code
            assert len(served.chats) - before == calls


def test_a_bound_on_the_cost_needs_a_price(program: Program) -> None:
    with server("openai") as served:
        file = program.file(small(models=f"{{one: {entry(served)}}}"))
        assert program("run", file, "--yes").code == 0
        said = program("ask", _sweep(program), "Why?", "--agent", "role:guard", "--max-cost", "1")
    assert said.code == 2
    assert "--max-cost needs the price of 'one'" in said.err


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("Why?", "--agent", "Gard"), "did you mean"),
        (("Why?", "--agent", "role:guard", "--at", "99"), "there is no message 99"),
        (("Why?", "--agent", "role:guard", "--at", "noon"), "is no moment of a conversation"),
        (("Why?", "--agent", "role:guard", "--answer", "10-0"), "10 is not less than 0"),
        (("Why?", "--agent", "role:guard", "--model", "dri"), "did you mean dry?"),
        ((" ", "--agent", "role:guard"), "the question is empty"),
        (("--agent", "role:guard"), "there is no question"),
    ],
)
def test_what_cannot_be_asked_is_one_line_and_exit_code_2(
    swept: Program, arguments: tuple[str, ...], words: str
) -> None:
    said = swept("ask", _run(swept), *arguments)

    assert said.code == 2
    assert words in said.err
    assert len(said.err.strip().splitlines()) == 1
    assert said.out == ""


def test_runs_of_other_rules_are_refused(program: Program) -> None:
    assert program("import", str(OLDER)).code == 0

    said = program("ask", _run(program), "Why?", "--agent", "role:guard")

    assert said.code == 2
    assert "was played under protocol 2" in said.err


def test_a_sweep_is_asked_one_question(swept: Program) -> None:
    said = swept("ask", _sweep(swept), "--agent", "role:guard")

    assert (said.code, "a sweep is asked one question" in said.err) == (2, True)


@pytest.mark.slow
def test_on_a_terminal_question_follows_question_in_one_sitting(swept: Program) -> None:
    run = _run(swept)
    guide = Guide(swept, "ask", run, "--agent", "role:guard")
    guide.reads(LABEL[:40])
    name = _name(swept, run)
    for words in ("Why?", "And then?"):
        guide.reads(ENDS)
        guide.terminal.send(words + ENTER)
        guide.reads(f"\x1b[1m{name}")  # who answers, in bold
    guide.reads(ENDS)
    guide.terminal.send(ESC)

    assert guide.ends() == 0
    first, second = swept("show", run, "--json").json["interviews"]
    assert (first["question"], second["question"]) == ("Why?", "And then?")
    assert (first["sitting"], first["turn"], second["sitting"], second["turn"]) == (
        first["sitting"],
        1,
        first["sitting"],
        2,
    )
    assert second["prompt_tokens"] > first["prompt_tokens"]


def test_an_empty_line_ends_a_chat(swept: Program) -> None:
    run = _run(swept)
    guide = Guide(swept, "ask", run, "--agent", "role:guard")
    guide.presses(f"To {_name(swept, run)}:", ENTER)

    assert guide.ends() == 0
    assert swept("show", run, "--json").json["interviews"] == []


def test_somebody_of_a_feed_is_asked_when_a_day_is_over(program: Program) -> None:
    assert program("run", program.file(small_feed()), "--yes").code == 0
    run = _run(program)

    said = program("ask", run, "How are you?", "--agent", "@ada", "--at", "day1", "--json").json

    assert (said["agent"], said["at"], bool(said["answer"])) == ("ada", "day1", True)
    shown = program("show", run, "--no-pager").out
    assert "? How are you?" in shown
    assert LABEL in "".join(shown.splitlines())
    assert program("replay", run).code == 0


def test_a_fork_is_asked_with_the_model_that_plays_it_at_the_moment(program: Program) -> None:
    models = "{dry: {provider: offline}, wet: {provider: offline, temperature: 0.5}}"
    assert program("run", program.file(small(models=models)), "--yes").code == 0
    fork = program("fork", _run(program), "--at", "2", "--set", "model=wet", "--json").json["run"]

    said = [program("ask", fork, "Why?", "--agent", "role:guard", "--at", at, "--json").json for at in ("1", "end")]

    assert [(one["model"], one["other_model"]) for one in said] == [("dry", False), ("wet", False)]


@pytest.mark.slow
def test_exports_and_archives_hold_interviews(swept: Program) -> None:
    sweep = _sweep(swept)
    assert swept("ask", sweep, "Trust?", "--agent", "role:guard", "--answer", "yes,no").code == 0
    for form in ("csv", "txt", "archive"):
        assert swept("export", sweep, "--format", form, "--out", form).code == 0

    rows = list(csv.DictReader((swept.folder / "csv" / "interviews.csv").read_text().splitlines()))
    assert [(row["role"], row["at"], row["form"]) for row in rows] == [("guard", "end", "yes, no")] * 8
    assert {row["answer"] for row in rows} <= {"yes", "no"}
    texts = [path.read_text() for path in (swept.folder / "txt" / "dry").glob("*.txt")]
    assert all(LABEL in text for text in texts)

    [archive] = [path for path in (swept.folder / "archive").rglob("*") if path.is_file()]
    other = swept.as_user("eve", SOCIARIUM_STORE="sqlite:///other.db")
    assert other("import", str(archive)).code == 0
    run = rows[0]["run"]
    assert other("show", run, "--json").json["interviews"] == swept("show", run, "--json").json["interviews"]


def test_what_a_model_answers_cannot_reach_the_terminal_as_a_control(program: Program) -> None:
    with server("openai", answering=lambda _: Answer("\x1b[2J\x07Hello")) as served:
        assert program("run", program.file(small(models=f"{{one: {entry(served)}}}")), "--yes").code == 0
        said = program("ask", _run(program), "\x1b[31mWhy?", "--agent", "role:guard")
    shown = program("show", _run(program)).out
    assert "␛[2J" in said.out
    assert not {"\x1b", "\x07"} & set(said.out + shown)


@pytest.mark.slow
def test_python_asks_and_lists_what_the_command_does(swept: Program) -> None:
    run, [path] = _run(swept), list(swept.folder.rglob("*.db"))

    [one] = sociarium.ask(run, agent="role:guard", at=2, question="Why?", store=path)
    many = sociarium.ask(_sweep(swept), agent="role:guard", at="end", question="Trust?", answer="0-10", store=path)
    again = sociarium.ask(_sweep(swept), agent="role:guard", at="end", question="Trust?", answer="0-10", store=path)

    assert (one.run, one.at, one.question, one.other_model) == (run, "day1/turn2", "Why?", False)
    assert one.answer == one.text
    assert len(many) == 8
    assert again == many
    assert sociarium.interviews(run, store=path) == [one, next(each for each in many if each.run == run)]
    assert len(sociarium.interviews(_sweep(swept), store=path)) == 9
    with pytest.raises(TypeError, match="there is no option 'limit'"):
        sociarium.ask(run, agent="role:guard", at=2, question="Why?", store=path, limit=1)  # type: ignore[call-arg]
