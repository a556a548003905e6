"""Models that say nothing: it is said, by model and condition, and never passes for success."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from tests.servers.answers import Answer, Answering, Ask, words_of
from tests.support.definitions import small, small_feed
from tests.support.program import Program, Said
from tests.support.server_experiments import PROTOCOLS, entry, server


def silent(_: Ask) -> Answer:
    """`nothing-but-empty`."""
    return Answer("")


def unreadable(_: Ask) -> Answer:
    """`feed-steps-all-skipped`."""
    return Answer("no.")


def silent_where(words: str) -> Answering:
    """A model that says nothing where its prompt holds these words."""
    return lambda ask: Answer("") if words in str(ask.messages) else words_of(ask)


def run(program: Program, text: str, *options: str) -> Said:
    return program("run", program.file(text), "--yes", *options)


def log_of(program: Program) -> str:
    return "\n".join(path.read_text() for path in sorted((program.folder / "logs").glob("*.log")))


GOALS = """
  - {title: Starting prompt, private: {guard: I am <SELF_NAME>., prisoner: I am <SELF_NAME>.}}
  - {title: Goal, shared: {variants: {loud: Speak up., quiet: Be quiet.}}}"""


@pytest.mark.slow
@pytest.mark.parametrize("protocol", PROTOCOLS)
@pytest.mark.parametrize("concurrency", [1, 16])
def test_a_model_that_says_nothing_at_all_pauses_its_sweep_until_that_is_allowed(
    program: Program, protocol: str, concurrency: int
) -> None:
    with server(protocol, answering=silent, slots=4, latency=0.002) as served:
        text = small(models=f"{{m: {entry(served)}}}", sweep="{factors: {messages: 4}, replicates: 60}")
        options = ("--concurrency", str(concurrency), "--json")
        paused = run(program, text, *options)
        assert paused.code == 3
        done = paused.json["counts"]["done"]
        assert 5 <= done < 60
        assert paused.json["counts"] == {"pending": 60 - done, "running": 0, "done": done, "failed": 0, "cancelled": 0}
        assert done == 5 or concurrency > 1
        [word] = paused.json["paused"].values()
        assert re.search(r"'m' said nothing at all in its first \d+ runs.* resume --allow-empty", word)
        assert paused.json["faults"]["by_model"]["m"]["silent_runs"] == done
        asked = len(served.chats)
        assert (again := program("resume", "--yes", "--json")).code == 3
        assert again.json["paused"] == {"m": again.json["paused"]["m"]}
        assert len(served.chats) == asked, "a paused model was asked"
        finished = program("resume", "--yes", "--json", "--allow-empty")
    assert (finished.code, finished.json["counts"]["done"], finished.json["paused"]) == (1, 60, {})
    faults = finished.json["faults"]
    assert (faults["messages"], faults["empty"], faults["runs"], faults["silent_runs"]) == (240, 240, 60, 60)
    assert faults["reasons"] == {"empty": {"nothing": 240}}


@pytest.mark.slow
def test_the_first_runs_count_across_starts_of_the_program(program: Program) -> None:
    with server("openai", answering=silent) as served:
        text = small(models=f"{{m: {entry(served)}}}", sweep="{factors: {messages: 2}, replicates: 20}")
        codes = [run(program, text, "--limit", "2", "--json").code for _ in range(4)]
        assert codes == [1, 1, 3, 3]
        assert program("status", "--json").json["counts"]["done"] in {5, 6}


@pytest.mark.slow
def test_a_model_that_spoke_once_is_not_paused_later(program: Program) -> None:
    spoken: list[Ask] = []

    def answering(ask: Ask) -> Answer:
        spoken.append(ask)
        return words_of(ask) if len(spoken) == 1 else Answer("")

    with server("openai", answering=answering) as served:
        text = small(models=f"{{m: {entry(served)}}}", sweep="{factors: {messages: 2}, replicates: 12}")
        said = run(program, text, "--concurrency", "1", "--json")
    assert (said.code, said.json["counts"]["done"], said.json["paused"]) == (1, 12, {})


@pytest.mark.slow
def test_a_silent_model_waits_and_the_others_go_on(program: Program) -> None:
    with server("openai", answering=silent) as mute, server("openai") as other:
        models = f"{{m: {entry(mute)}, n: {entry(other)}}}"
        text = small(models=models, sweep="{factors: {model: [m, n], messages: 2}, replicates: 20}")
        said = run(program, text, "--concurrency", "2", "--json")
        assert said.code == 3
        states = {(one["condition"]["model"], one["state"]) for one in program("list", "runs", "--json").json}
    assert states == {("m", "done"), ("m", "pending"), ("n", "done")}
    assert list(said.json["paused"]) == ["m"]
    assert {name: one["empty"] for name, one in said.json["faults"]["by_model"].items()} == {
        "m": said.json["faults"]["empty"],
        "n": 0,
    }


@pytest.mark.slow
def test_the_end_status_lists_show_and_the_log_say_how_much_is_empty(program: Program) -> None:
    with server("openai", answering=silent) as served:
        said = run(program, small(models=f"{{m: {entry(served)}}}", sweep="{factors: {messages: 4}, replicates: 3}"))
    assert said.code == 1
    for text in (said.out, program("status").out, log_of(program)):
        assert "12 of 12 messages are empty" in text
        assert "m: 12 of 12 (12 nothing at all)" in text
        assert "3 of 3 runs have no word of anybody" in text
    for text in (said.out, log_of(program)):
        assert "That is no success: more is empty of a model or condition than --max-empty allows (0.02)" in text
        assert re.search(r"Look at one with: \S+( \S+)? show [0-9a-f]{8}", text)
    assert program("list", "runs").out.count("4/4 empty") == 3
    assert "12/12 empty" in program("list", "sweeps").out
    first = program("list", "runs", "--json").json[0]
    assert (first["faults"]["empty"], first["faults"]["silent_runs"]) == (4, 1)
    assert "4 of 4 messages are empty." in program("show", first["run"]).out


def test_names_without_words_and_answers_cut_off_are_told_apart(program: Program) -> None:
    def answering(ask: Ask) -> Answer:
        system = ask.messages[0]["content"]
        if "Guard" in system:
            return Answer(system.removeprefix("I am ").removesuffix(".") + ":")
        return Answer("", thinking="long", finish="length")

    with server("openai", answering=answering) as served:
        said = run(program, small(models=f"{{m: {entry(served)}}}"), "--json")
    assert said.code == 1
    assert said.json["faults"]["reasons"]["empty"] == {"name_only": 2, "token_limit": 2}
    assert said.json["faults"]["name_only"] == 2


@pytest.mark.slow
@pytest.mark.parametrize("reading", ["by_list", "together"])
def test_a_feed_whose_steps_are_all_skipped_never_passes_for_success(program: Program, reading: str) -> None:
    with server("openai", answering=unreadable) as served:
        text = small_feed(
            models=f"{{m: {entry(served)}}}",
            feed=f"{{reading: {reading}, post: chosen}}",
            events="[{name: news, day: 1, author: newswire, post: The river rises.}]",
            sweep="{replicates: 8}",
        )
        paused = run(program, text, "--concurrency", "1", "--json")
        assert (paused.code, paused.json["counts"]["done"]) == (3, 5)
        finished = program("resume", "--yes", "--allow-empty")
    assert finished.code == 1
    faults = program("status", "--json").json["faults"]
    assert faults["steps"] == faults["skipped_steps"] > 0
    assert faults["silent_runs"] == faults["runs"] == 8
    assert set(faults["reasons"]["skipped_steps"]) <= {"read invalid", "plan invalid", "post empty"}
    assert sum(faults["reasons"]["skipped_steps"].values()) == faults["steps"]
    for said in (finished.out, program("status").out):
        assert f"{faults['steps']} of {faults['steps']} steps were skipped" in said
    assert "skipped" in program("list", "runs").out


def test_a_population_that_nobody_could_write_is_no_success(program: Program) -> None:
    with server("openai", answering=unreadable) as served:
        people = "[{generate: 4, role: person, model: m, prompt: Invent somebody.}]"
        said = run(program, small_feed(models=f"{{m: {entry(served)}}}", people=people, days="1"), "--json")
    assert said.code == 1
    assert (said.json["faults"]["people"], said.json["faults"]["missing_people"]) == (4, 4)
    assert said.json["faults"]["silent_runs"] == 1


def probed(program: Program, answering: Callable[[Ask], Answer]) -> Said:
    with server("openai", answering=answering) as served:
        text = small(
            models=f"{{m: {entry(served)}, side: {entry(served)}}}",
            summarizer="[{title: Starting prompt, content: Summarise.}]",
            probes="[{name: trust, of: [guard], at: [end], ask: Trust?, answer: {from: 0, to: 10}}]",
            sweep="{factors: {messages: 6, days: 2, speaker_selection: auto, model.summarizer: side, "
            "model.probes: side, model.manager: side}, replicates: 2}",
        )
        return run(program, text, "--json")


@pytest.mark.slow
def test_what_readers_on_the_side_leave_out_is_counted_with_their_model(program: Program) -> None:
    def answering(ask: Ask) -> Answer:
        if ask.schema is not None or "Summarise" in ask.messages[0]["content"]:
            return Answer("")
        return words_of(ask)

    said = probed(program, answering)
    assert said.code == 0, "messages were spoken"
    side, speaker = (said.json["faults"]["by_model"][name] for name in ("side", "m"))
    assert (side["probes"], side["invalid_probes"]) == (2, 2)
    assert (side["summaries"], side["empty_summaries"]) == (2, 2)
    assert (side["choices"], side["random_speaker"]) == (8, 8)
    assert (speaker["messages"], speaker["empty"], speaker["probes"]) == (12, 0, 0)
    for words in ("2 of 2 answers to probes are invalid", "2 of 2 summaries are empty", "8 of 8 speakers were drawn"):
        assert words in program("status").out


def conditions(program: Program, answering: Answering, *options: str) -> Said:
    with server("openai", answering=answering) as served:
        sweep = "{factors: {section.Goal: [loud, quiet], messages: 4}, replicates: 4}"
        return run(program, small(models=f"{{m: {entry(served)}}}", sections=GOALS, sweep=sweep), *options)


def test_a_condition_that_stands_out_is_named_and_decides_the_exit_code(program: Program) -> None:
    said = conditions(program, silent_where("Be quiet."), "--max-empty", "0.6", "--json")
    assert said.code == 1, "half of all is empty, and all of one condition"
    assert [(one.get("condition"), one.get("model")) for one in said.json["faults"]["exceeded"]] == [
        ({"section.Goal": "quiet", "messages": 4}, None)
    ] * 2
    counted = [(one["condition"]["section.Goal"], one["empty"]) for one in said.json["faults"]["by_condition"]]
    assert counted == [("quiet", 16)]
    assert "Stands out: section.Goal=quiet: 16 of 16 messages are empty" in program("status").out


@pytest.mark.parametrize(("share", "code"), [("0.49", 1), ("0.5", 0), ("1", 0)])
def test_what_is_allowed_to_be_empty_is_for_the_researcher_to_say(program: Program, share: str, code: int) -> None:
    said = conditions(program, silent_where("I am Guard"), "--max-empty", share)
    assert said.code == code
    assert "16 of 32 messages are empty" in said.out
    assert ("That is no success" in said.out) == (code == 1)


@pytest.mark.parametrize("share", ["-0.1", "1.01", "nan", "many"])
def test_a_share_is_a_number_from_0_to_1(program: Program, share: str) -> None:
    said = program("run", program.file(small()), "--max-empty", share)
    assert (said.code, said.out) == (2, "")
    assert "--max-empty" in said.err


@pytest.mark.slow
def test_where_everybody_speaks_nothing_is_said_of_emptiness(program: Program) -> None:
    said = conditions(program, words_of)
    assert said.code == 0
    for text in (said.out, program("status").out, program("list", "runs").out, program("list", "sweeps").out):
        assert "empty" not in text
        assert "faults" not in text
    assert "nothing is empty or flagged" in log_of(program)


@pytest.mark.slow
def test_what_runs_counted_travels_in_an_archive(program: Program) -> None:
    conditions(program, silent_where("Be quiet."))
    before = program("status", "--json").json["faults"]
    assert program("export", "Small", "--format", "archive", "--out", "out").code == 0
    [archive] = (program.folder / "out").glob("*.zip")
    assert program("import", str(archive), "--store", "sqlite:///other.db").code == 0
    assert program("status", "--json", "--store", "sqlite:///other.db").json["faults"] == before


@pytest.mark.slow
@pytest.mark.parametrize(("level", "model"), [("option.temperature=0.5", "m"), ("model=n", "n")])
def test_forks_are_judged_by_what_was_said_anew_and_by_whom(program: Program, level: str, model: str) -> None:
    answers = [words_of]
    with server("openai", answering=lambda ask: answers[0](ask)) as served:
        models = f"{{m: {entry(served)}, n: {entry(served)}}}"
        run(program, small(models=models, sweep="{factors: {messages: 60, model: m}, replicates: 7}"))
        [sweep] = program("list", "sweeps", "--json").json
        answers[0] = silent
        options = ("--at", "59", "--all", "--no-sham", "--set", level, "--concurrency", "1", "--yes")
        forked = program("fork", sweep["sweep"], *options, "--json")
    assert (forked.code, forked.json["counts"]["done"], list(forked.json["paused"])) == (3, 5, [model])
    faults = forked.json["faults"]
    assert (faults["messages"], faults["empty"], faults["copied"]["messages"]) == (300, 5, 295)
    assert {"model": model, "what": "messages", "empty": 5, "of": 5} in faults["exceeded"]
    said = program("status").out
    assert f"{model}: 5 of " in said
    assert "295 messages were copied from other runs; only what was said anew is judged." in said
