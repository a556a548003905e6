"""The commands from end to end: what they print, their JSON, their exit codes."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from sociarium.errors import DefinitionError
from tests.support.definitions import SPECIFICATION, definition, small
from tests.support.program import Program


def two_by_two(**changes: str) -> str:
    """Two conditions of two replicates, with two days, a summary, a probe and an event."""
    parts = {
        "summarizer": "[{title: Starting prompt, content: Summarise.}]",
        "probes": "[{name: trust, at: [start, end], ask: Trust?, answer: {from: 0, to: 10}}]",
        "events": "[{name: bell, day: 1, after_message: 1, text: The bell rings.}]",
        "sweep": "{factors: {messages: 4, days: 2, first_speaker: [guard, prisoner]}, replicates: 2}",
    }
    return small(**(parts | changes))


@pytest.mark.slow
def test_the_demo_runs_to_the_end_and_says_how_to_look_at_it(program: Program) -> None:
    said = program("demo")
    assert said.code == 0
    assert "16 of 16 runs done" in said.out
    assert "2 of 2 runs done" in said.out
    shown = re.search(r" show ([0-9a-f]{8})", said.out)
    assert shown
    transcript = program("show", shown.group(1))
    assert transcript.code == 0
    assert "Offline" in transcript.out
    again = program("demo")
    assert again.code == 0
    assert "nothing was left to ask" in again.out
    told = program("demo", "--json").json
    assert (told["counts"]["done"], told["feed"]["counts"]["done"]) == (16, 2)


def test_run_tells_what_it_came_to(program: Program) -> None:
    file = program.file(two_by_two())
    told = program("run", file, "--json").json
    assert set(told) >= {"experiment", "sweep", "counts", "seconds", "messages", "tokens", "cost_usd"}
    assert told["counts"] == {"pending": 0, "running": 0, "done": 4, "failed": 0, "cancelled": 0}
    assert told["messages"] == 16
    assert told["cost_usd"] == 0
    again = program("run", file, "--json").json
    assert (again["messages"], again["counts"], again["sweep"]) == (0, told["counts"], told["sweep"])


def test_show_tells_everything_of_a_run(program: Program) -> None:
    program("run", program.file(two_by_two()))
    runs = program("list", "runs", "--json").json
    assert len(runs) == 4
    assert set(runs[0]) == {
        "run", "sweep", "experiment", "environment", "condition", "replicate", "protocol", "state", "ended", "messages",
        "error", "title", "started", "finished",
        "faults", "ran_by", "cost",
    }  # fmt: skip
    told = program("show", runs[0]["run"][:10], "--json").json
    assert (told["run"], told["state"], told["ended"]) == (runs[0]["run"], "done", "completed")
    assert [agent["role"] for agent in told["agents"]] == ["guard", "prisoner"]
    assert told["agents"][0]["system_prompt"] == f"I am {told['agents'][0]['name']}."
    assert [(message["day"], message["index"]) for message in told["messages"]] == [(1, 1), (1, 2), (2, 1), (2, 2)]
    assert set(told["messages"][0]) >= {"seq", "day", "index", "role", "speaker", "content", "flags"}
    assert [summary["day"] for summary in told["summaries"]] == [1]
    assert [(probe["at"], type(probe["answer"])) for probe in told["probes"]] == [
        ("start", int), ("start", int), ("end", int), ("end", int),
    ]  # fmt: skip
    assert [event["content"] for event in told["events"]] == ["The bell rings."]
    assert len(told["calls"]) == 4 + 1 + 4
    wanted = {"key", "model", "options", "prompt_tokens", "completion_tokens", "started", "seconds", "attempts"}
    assert set(told["calls"][0]) >= wanted | {"finish_reason", "served_model", "fingerprint"}
    assert told["calls"][0]["served_model"] == "offline"
    assert told["calls"][0]["endpoint"] is None, "no server was asked"


def test_the_requests_are_shown_word_for_word(program: Program) -> None:
    program("run", program.file(two_by_two()))
    [run, *_] = program("list", "runs", "--where", "first_speaker=guard", "--json").json
    told = program("show", run["run"], "--prompts", "--json").json
    requests = {request["key"]: request for request in told["requests"]}
    guard = told["agents"][0]["name"]
    first = requests["day1/turn1/reply"]["messages"]
    assert first == [{"role": "system", "content": f"I am {guard}."}, {"role": "user", "content": "Start."}]
    said = told["messages"][0]["content"]
    second = requests["day1/turn2/reply"]["messages"]
    assert second[1]["content"] == f"Start.\n\n{guard}: {said}\n\nResearcher: The bell rings."
    summary = told["summaries"][0]["content"]
    assert requests["day2/turn1/reply"]["messages"][1]["content"] == f"Start.\nDay 1 summary:\n{summary}"


def test_runs_are_listed_by_their_condition_and_state(program: Program) -> None:
    program("run", program.file(two_by_two()), "--limit", "3")
    listed = program("list", "runs", "--where", "first_speaker=guard", "--json").json
    assert {run["condition"]["first_speaker"] for run in listed} == {"guard"}
    assert len(program("list", "runs", "--state", "done", "--json").json) == 3
    assert len(program("list", "runs", "--state", "pending", "--json").json) == 1
    assert program("list", "experiments", "--creator", "nobody", "--json").json == []
    [experiment] = program("list", "experiments", "--json").json
    assert (experiment["title"], experiment["creator"]) == ("Small", "tester")
    assert program("list", "runs", "--role", "nobody", "--json").json == []
    assert program("list", "runs", "--where", "nonsense").code == 2


@pytest.mark.slow
def test_a_limited_sweep_goes_on_with_resume_and_says_how_it_stands(program: Program) -> None:
    file = program.file(two_by_two())
    limited = program("run", file, "--limit", "1", "--json")
    assert (limited.code, limited.json["counts"]["done"], limited.json["counts"]["pending"]) == (0, 1, 3)
    status = program("status", "--json").json
    assert status["counts"] == {"pending": 3, "running": 0, "done": 1, "failed": 0, "cancelled": 0}
    assert status["failures"] == []
    assert "1 done" in program("status").out
    assert program("resume", "--json").json["counts"]["done"] == 4
    assert program("resume", status["sweep"][:6], "--json").json["messages"] == 0


@pytest.mark.slow
def test_a_budget_stops_with_its_own_exit_code_and_can_be_resumed(program: Program) -> None:
    file = program.file(two_by_two(sweep="{factors: {messages: 4, days: 2}, replicates: 40}"))
    stopped = program("run", file, "--max-tokens", "500", "--json")
    assert stopped.code == 3
    assert stopped.json["counts"]["pending"] > 0
    assert stopped.json["counts"]["running"] == 0
    assert program("resume", "--json").json["counts"]["done"] == 40
    assert program("run", file, "--max-time", "soon").code == 2
    finished = program("run", file, "--max-time", "0s", "--json")
    assert (finished.code, finished.json["stopped"]) == (0, None), "nothing was left to do"
    assert program("resume", "--max-time", "0s", "--workers", "2").code == 0


@pytest.mark.slow
def test_replay_verifies_runs_and_finds_what_was_changed(program: Program) -> None:
    import sqlite3

    told = program("run", program.file(two_by_two()), "--json").json
    assert program("replay", told["sweep"]).code == 0
    connection = sqlite3.connect(program.folder / "experiments" / "sociarium.db")
    run = connection.execute("SELECT run FROM events WHERE key = 'day1/turn1'").fetchone()[0]
    connection.execute("UPDATE runs SET content = replace(content, 'I am', 'You are') WHERE id = ?", (run,))
    connection.commit()
    connection.close()
    broken = program("replay", told["sweep"])
    assert broken.code == 1
    assert run in broken.out
    assert "start/probe/trust/guard.1" in broken.out
    told = program("replay", run, "--json").json
    assert "diverges" in told[0]["error"]


def test_exports_stay_below_their_folder_and_jsonl_holds_whole_runs(program: Program) -> None:
    told = program("run", program.file(two_by_two()), "--json").json
    assert program("export", told["sweep"], "--out", "out").code == 0
    files = sorted(str(path.relative_to(program.folder / "out")) for path in (program.folder / "out").rglob("*.txt"))
    assert "prompts/guard.txt" in files
    assert len([name for name in files if name.startswith("dry/")]) == 4
    assert program("export", "Small", "--format", "jsonl", "--out", "lines").code == 0
    lines = (program.folder / "lines" / "runs.jsonl").read_text().splitlines()
    run = json.loads(lines[0])["run"]
    shown = program("show", run, "--json").json
    assert json.loads(lines[0]) == shown
    assert len(lines) == 4


@pytest.mark.slow
def test_plan_prints_its_numbers_and_stores_nothing(program: Program) -> None:
    program.file("A board reads the log.", "oversight.md")
    told = program("plan", program.file(SPECIFICATION), "--json").json
    wanted = {"conditions", "runs", "factors", "shared", "messages", "calls", "tokens", "cost_usd", "warnings"}
    assert set(told) >= wanted
    assert (told["conditions"], told["runs"], told["messages"]) == (512, 5120, 102400)
    assert set(told["calls"]) == {"agent", "summarizer", "manager", "probe"}
    assert told["tokens"]["prompt"][0] < told["tokens"]["prompt"][1]
    assert 0 < told["cost_usd"][0] < told["cost_usd"][1]
    assert "5,120 runs" in program("plan", "mine.yaml").out
    prompts = program("plan", "mine.yaml", "--prompts", "--json").json["prompts"]
    assert any("A board reads the log." in prompt["text"] for prompt in prompts)
    assert not (program.folder / "experiments").exists()
    assert not (program.folder / "logs").exists()


def test_a_files_models_can_be_played_by_others(program: Program) -> None:
    file = program.file(two_by_two(models="{big: {provider: ollama, model: llama3, context: 4096}}"))
    assert program("run", file, "--model", "big=offline", "--json").json["counts"]["done"] == 4
    unknown = program("run", file, "--model", "bug=offline")
    assert (unknown.code, "did you mean big?" in unknown.err) == (2, True)


@pytest.mark.parametrize(
    ("words", "proposal"),
    [
        (("list", "runz"), "'runz' is not one of 'experiments', 'sweeps', 'runs'; did you mean runs?"),
        (("list", "runs", "--state", "don"), "did you mean done?"),
        (("export", "x", "--format", "cvs"), "did you mean csv?"),
    ],
)
def test_a_word_that_is_none_of_several_is_told_the_nearest(
    program: Program, words: tuple[str, ...], proposal: str
) -> None:
    answered = program(*words)
    assert answered.code == 2
    assert proposal in answered.err
    assert "Value error" not in answered.err


def test_a_sweep_among_several_is_named(program: Program) -> None:
    file = program.file(small(sweep=None, sweeps="{pilot: {factors: {messages: 2}}, main: {factors: {messages: 4}}}"))
    unnamed = program("run", file)
    assert unnamed.code == 2
    assert "pilot, main" in unnamed.err
    assert program("run", file, "--sweep", "pilot", "--json").json["messages"] == 2
    assert program("run", file, "--sweep", "main", "--json").json["messages"] == 4
    assert len(program("list", "sweeps", "--json").json) == 2


@pytest.mark.slow
def test_a_colleague_gets_an_experiment_of_their_own_and_may_resume_mine(program: Program) -> None:
    file = program.file(two_by_two())
    mine = program("run", file, "--limit", "1", "--json").json
    program.environment["SOCIARIUM_USER"] = "colleague"
    theirs = program("run", file, "--json").json
    assert theirs["experiment"] != mine["experiment"]
    assert theirs["counts"]["done"] == 4
    assert program("resume", mine["sweep"], "--json").json["counts"]["done"] == 4


def test_the_schema_is_json_and_knows_the_keys(program: Program) -> None:
    schema = program("schema").json
    assert {"title", "models", "roles", "sections", "sweep", "sweeps", "probes", "events"} <= set(schema["properties"])


BAD = {
    "empty": ("", 1),
    "unknown key": (two_by_two(modls="{}"), 10),
    "tabs": ("title: x\nroles:\n\tguard: {}\n", 3),
    "too few messages": (small(sweep="{factors: {messages: 2, days: 3}}"), 6),
}


@pytest.mark.parametrize("kind", BAD)
def test_bad_files_get_one_clear_message_and_store_nothing(program: Program, kind: str) -> None:
    text, line = BAD[kind]
    said = program("run", program.file(text), "--json")
    assert said.code == 2
    assert said.err.startswith("Error: mine.yaml: 1 problem\n")
    [problem] = said.json["problems"]
    assert problem["line"] in {line, None}
    assert problem["mend"]
    assert list(program.folder.iterdir()) == [program.folder / "mine.yaml"]


def test_a_huge_file_is_refused_before_it_is_read(program: Program) -> None:
    with (program.folder / "huge.yaml").open("wb") as file:
        file.truncate(60_000_000)
    said = program("plan", "huge.yaml")
    assert said.code == 2
    assert "60 MB" in said.err


@pytest.mark.parametrize(
    "arguments",
    [
        ("run", "nowhere.yaml"),
        ("run", "."),
        ("plan", "nowhere.yaml"),
        ("show", "abc"),
        ("resume",),
        ("status",),
        ("replay", "ffff"),
        ("export", "Nothing"),
        ("list", "everything"),
        ("list", "runs", "--store", "ftp://x"),
        ("list", "runs", "--store", "sqlite:///not/there.db"),
        ("list", "runs", "--sweep", "zz"),
        ("nonsense",),
        ("run", "--concurrency", "0", "x.yaml"),
    ],
)
def test_what_cannot_be_done_is_said_in_one_message(program: Program, arguments: tuple[str, ...]) -> None:
    said = program(*arguments)
    assert said.code == 2
    assert said.err.count("Error") == 1
    assert said.out == ""


def test_a_file_that_is_no_store_is_refused(program: Program) -> None:
    (program.folder / "x.db").write_text("hello, this is not a database, not at all" * 50)
    said = program("list", "runs", "--store", "sqlite:///x.db")
    assert said.code == 2
    assert "not a Sociarium store" in said.err


@pytest.mark.slow
def test_help_lists_every_command_and_each_explains_itself(program: Program) -> None:
    from sociarium.cli.command_names import COMMANDS

    listed = program("--help").out
    for command, sentence in COMMANDS.items():
        assert command in listed
        said = program(command, "--help")
        assert said.code == 0
        assert sentence.split()[0] in said.out


@pytest.mark.slow
def test_the_shipped_experiments_are_sound_and_play(program: Program) -> None:
    shipped = sorted((Path(__file__).parents[2] / "experiments").glob("*.yaml"))
    assert len(shipped) >= 3
    for path in shipped:
        found = path.read_text()
        try:
            sweeps = list(definition(found).all_sweeps)
        except DefinitionError as error:
            raise AssertionError(str(error)) from None
        played = program(
            "run", str(path), "--sweep", sweeps[-1], "--limit", "6", "--json",
            *(option for name in definition(found).models for option in ("--model", f"{name}=offline")),
        )  # fmt: skip
        assert played.code == 0
        assert played.json["counts"]["done"] == 6


@pytest.mark.slow
def test_the_readmes_first_experiment_is_sound_and_comes_to_what_the_readme_says(program: Program) -> None:
    readme = (Path(__file__).parents[2] / "README.md").read_text()
    example, *_ = re.findall(r"```yaml\n(.*?)```", readme, re.DOTALL)
    told = program("plan", program.file(example, "kitchen.yaml"), "--json").json
    assert (told["conditions"], told["runs"]) == (4, 80)
    assert program("run", "kitchen.yaml", "--json").json["counts"]["done"] == 80
    assert len(program("list", "runs", "--where", "agents.tenant=2", "--json").json) == 40


@pytest.mark.slow
def test_a_fault_of_the_program_is_told_in_one_line_and_logged(program: Program) -> None:
    hook = "import sociarium.cli.commands.schema as s; s.json_schema = lambda: 1 / 0"
    script = f"{hook}; from sociarium.cli.app import main; main(['schema'])"
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=program.folder, env=program.environment, capture_output=True, text=True
    )
    assert done.returncode == 1
    assert done.stderr.startswith("Error: a fault of Sociarium, ZeroDivisionError: division by zero; please report it")
    assert "Traceback" not in done.stderr
    [log] = (program.folder / "logs").iterdir()
    assert "ZeroDivisionError" in log.read_text()


def test_an_opening_is_shown_as_it_was_read_wherever_it_is_shown(program: Program) -> None:
    text = small(starting_message="The <GUARD_NUMWORD> <GUARD_NOUN> wait.", sweep="{factors: {messages: 2}}")
    program("run", program.file(text), "--yes")
    [row] = program("list", "runs", "--json").json
    assert program("show", row["run"], "--json").json["starting_message"] == "The one guard wait."
    assert "The one guard wait." in program("show", row["run"]).out
    for form in ("txt", "jsonl"):
        program("export", row["run"], "--format", form, "--out", form)
        written = "".join(path.read_text() for path in (program.folder / form).rglob("*") if path.is_file())
        assert "The one guard wait." in written
        assert "NUMWORD" not in written


def test_the_log_says_who_did_what(program: Program) -> None:
    program("import", program.file(small(title="Wing")))
    program("duplicate", "Wing", "--title", "Other wing")
    ids = {row["title"]: row["experiment"] for row in program("list", "experiments", "--json").json}
    program("edit", "Other wing", "--note", "soft")
    program("export", "Wing", "--format", "yaml", "--out", "out")
    program("delete", "Other wing", "--yes")
    for command, words in {
        "import": "tester imported mine.yaml into sqlite:///",
        "duplicate": "tester duplicated the experiment",
        "edit": ": revision 2, no favourite, note: soft",
        "export": f"tester exported the experiment {ids['Wing']} 'Wing' (no sweep), named 'Wing', as yaml into out: 0",
        "delete": f"tester deleted the experiment {ids['Other wing']} 'Other wing': 0 runs",
    }.items():
        [log] = (program.folder / "logs").glob(f"*-{command}-*.log")
        assert words in log.read_text()


def test_a_command_goes_on_where_no_log_can_be_written(program: Program) -> None:
    program("import", program.file(small(title="Wing")))
    for log in (program.folder / "logs").iterdir():
        log.unlink()
    (program.folder / "logs").rmdir()
    (program.folder / "logs").write_text("no folder")
    said = program("edit", "Wing", "--note", "soft")
    assert (said.code, said.err.startswith("Not logged: the log ")) == (0, True)


def test_a_text_that_a_comment_cuts_is_said_before_it_is_played(program: Program) -> None:
    text = small(starting_message="We meet by the harbour #together now", sweep="{factors: {messages: 2}}")
    file = program.file(text)
    words = "'#together now' is a comment and no part of the text; put the whole text in quotes"
    assert any(words in warning for warning in program("plan", file, "--json").json["warnings"])
    said = program("run", file, "--yes")
    assert (said.code, words in said.err) == (0, True)
