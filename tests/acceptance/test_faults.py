"""Servers that fail, go away, refuse or are not there: what it costs, and what is said."""

from __future__ import annotations

import time
from itertools import count
from pathlib import Path
from subprocess import Popen

import pytest

from tests.servers.answers import Answer, Ask, words_of
from tests.servers.faults import Faults
from tests.servers.ollama_server import OllamaDialect, ollama_server
from tests.servers.openai_server import OpenAIDialect, openai_server
from tests.servers.stand_in import StandIn
from tests.servers.wire import Request, Response, as_json
from tests.support.definitions import small
from tests.support.program import Program, Said, ended
from tests.support.program_process import Begun
from tests.support.server_experiments import (
    PROTOCOLS,
    assert_verified,
    entry,
    in_turn,
    nothing_is_stored,
    runs,
    server,
    started,
)


def sweep_of(served: StandIn, replicates: int, *, messages: int = 6, **options: object) -> str:
    """A file of so many conversations on a server."""
    sweep = f"{{factors: {{messages: {messages}}}, replicates: {replicates}}}"
    return small(models=f"{{m: {entry(served, **options)}}}", sweep=sweep)


def run(program: Program, text: str, *options: str) -> Said:
    """Run a file, asking nothing."""
    return program("run", program.file(text), "--yes", "--json", *options)


@pytest.mark.slow
@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_a_sweep_through_every_fault_ends_with_every_run_complete(program: Program, protocol: str) -> None:
    faults = Faults(seed=3, error=0.1, drop=0.05, garbage=0.05, limited_every=9, retry_after="0.02")
    with server(protocol, faults=faults) as served:
        said = run(program, sweep_of(served, 60), "--concurrency", "60")
        assert said.code == 0, said.err
        assert said.json["counts"] == {"pending": 0, "running": 0, "done": 60, "failed": 0, "cancelled": 0}
        assert said.json["messages"] == 360
        met = [call.fault for call in served.chats]
    assert {"error", "drop", "garbage", "limited"} <= set(met)
    assert met.count(None) == 360, "an answer was thrown away"
    assert_verified(program, said.json["sweep"], 60)


def wait_for_calls(served: StandIn, process: Begun | Popen[str], number: int) -> None:
    """Wait until the server was asked so often; fails when the program ends before."""
    while len(served.chats) < number:
        assert process.poll() is None, process.communicate()
        time.sleep(0.01)


def wait_for_words(folder: Path, process: Begun | Popen[str], words: str) -> None:
    """Wait until the log holds these words; fails when the program ends before."""
    while not any(words in path.read_text() for path in (folder / "logs").glob("*.log")):
        assert process.poll() is None, process.communicate()
        time.sleep(0.01)


@pytest.mark.slow
@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_a_server_that_is_away_for_a_while_costs_no_run(program: Program, protocol: str) -> None:
    with server(protocol, latency=0.01, slots=8) as served:
        file = program.file(sweep_of(served, 30))
        with started(program, "run", file, "--yes", "--json") as process:
            wait_for_calls(served, process, 40)
            served.away()
            wait_for_words(program.folder, process, f"waiting for {served.url}")
            time.sleep(1.5)
            assert process.poll() is None, "it gave up"
            served.back()
            said = ended(process)
    assert said.code == 0, said.err
    assert said.json["counts"] == {"pending": 0, "running": 0, "done": 30, "failed": 0, "cancelled": 0}
    assert_verified(program, said.json["sweep"], 30)


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_each_call_says_which_server_answered_it(program: Program, protocol: str) -> None:
    with server(protocol) as served:
        assert run(program, sweep_of(served, 1)).code == 0
        [told] = runs(program)
        assert {call["endpoint"].removesuffix("/v1") for call in told["calls"]} == {served.url.removesuffix("/v1")}
        assert all("cached_tokens" in call for call in told["calls"])


@pytest.mark.slow
def test_a_call_that_hangs_is_given_up_after_its_time_and_made_again(program: Program) -> None:
    with server("openai") as served:
        served.faults.next("hang", "cut", "shape", "overloaded")
        assert run(program, sweep_of(served, 1, messages=4, timeout=0.5)).code == 0
        assert [call.fault for call in served.chats] == ["hang", "cut", "shape", "overloaded", *[None] * 4]


FILTERED = as_json({"error": {"message": "The prompt was filtered.", "code": "content_filter"}}, 400)


@pytest.mark.parametrize("kind", ["the model", "the filter of the answer", "the filter of the prompt"])
def test_a_refusal_is_how_a_run_ends_and_no_failure(program: Program, kind: str) -> None:
    dialect = OpenAIDialect()

    def answering(ask: Ask) -> Answer:
        if ask.messages[0]["content"].startswith("I am Guard"):
            if kind == "the filter of the prompt":
                dialect.override = FILTERED
            return words_of(ask)
        if kind == "the model":
            return Answer("", finish="refused", refusal="I will not play that.")
        return Answer("", finish="refused")

    dialect.answering = answering
    with openai_server(dialect) as served:
        said = run(program, sweep_of(served, 1))
        assert said.code == 0, said.err
        assert len(served.chats) == 2, "a refusal was asked again"
    [told] = runs(program)
    assert (told["state"], told["ended"], told["error"]) == ("done", "refused", None)
    assert [("refused" in message["flags"]) for message in told["messages"]] == [False, True]
    assert told["messages"][1]["content"] == ("I will not play that." if kind == "the model" else "")


LONG = " ".join(["word"] * 60)


def longer_and_longer(protocol: str) -> OpenAIDialect | OllamaDialect:
    """A model that takes in 256 tokens, and says much each time."""
    if protocol == "openai":
        return OpenAIDialect(context=256, answering=in_turn(LONG))
    return OllamaDialect(answering=in_turn(LONG))


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_a_prompt_that_does_not_fit_ends_the_run_and_is_never_cut(program: Program, protocol: str) -> None:
    dialect = longer_and_longer(protocol)
    serving = openai_server(dialect) if isinstance(dialect, OpenAIDialect) else ollama_server(dialect)
    with serving as served:
        said = run(program, sweep_of(served, 1, messages=20, context=256))
        assert said.code == 0, said.err
        answers = [call.status for call in served.chats]
    [told] = runs(program)
    assert (told["state"], told["ended"]) == ("done", "context_cut")
    assert 2 <= len(told["messages"]) < 6
    assert all({*message["flags"]} <= {"repeated", "echoed"} for message in told["messages"])
    assert all(message["content"] == LONG for message in told["messages"])
    assert answers == [200] * len(told["messages"]) + [400]
    assert program("replay", said.json["sweep"]).code == 0


def refused_setup(program: Program, text: str, *options: str) -> str:
    """What is said when nothing starts: one message, nothing stored, nothing asked."""
    said = run(program, text, *options)
    assert said.code == 2, said.err
    assert said.err.count("Error") == 1
    assert "fault of Sociarium" not in said.err
    assert nothing_is_stored(program.folder, "mine.yaml")
    return said.err


def test_a_key_that_is_not_set_stops_the_sweep_before_it_starts(program: Program) -> None:
    with server("openai", key="sk-fictional") as served:
        said = refused_setup(program, sweep_of(served, 2, api_key_env="SOME_KEY"))
        assert "SOME_KEY, which is not set; put it into .env" in said
        assert served.received == []


def stopped_at_its_first_call(program: Program, text: str, *, runs: int) -> str:
    """Why the sweep stops where the first call to its model is refused: a matter of setup; every run is pending."""
    said = run(program, text)
    assert said.code == 2, said.err
    assert "fault of Sociarium" not in said.err
    assert said.json["counts"] == {"pending": runs, "running": 0, "done": 0, "failed": 0, "cancelled": 0}
    assert said.json["stopped"]["why"] == "misconfigured"
    assert set(said.json["returned"].values()) <= {said.json["stopped"]["message"].partition(": ")[2]}
    assert f"Stopped: {said.json['stopped']['message'][:100]}" in said.err
    return str(said.json["stopped"]["message"])


def test_a_key_that_the_server_refuses_stops_the_sweep_at_its_first_call(program: Program) -> None:
    program.environment["SOME_KEY"] = "sk-another-one"
    with server("openai", key="sk-fictional") as served:
        text = sweep_of(served, 2, api_key_env="SOME_KEY")
        said = stopped_at_its_first_call(program, text, runs=2)
        assert "the first call to 'm' was refused" in said
        assert "the server refuses the key in SOME_KEY" in said
        assert "check it in the environment or .env" in said
        assert len(served.chats) == 1
        program.environment["SOME_KEY"] = "sk-fictional"
        assert run(program, text).json["counts"]["done"] == 2, "the same command goes on"


def test_a_model_that_does_not_exist_stops_the_sweep_at_its_first_call(program: Program) -> None:
    with server("openai") as served:
        said = stopped_at_its_first_call(program, sweep_of(served, 20, model="nowhere"), runs=20)
        assert "nowhere" in said
        assert len(served.chats) == 1


def test_a_model_that_ollama_does_not_know_stops_the_sweep_before_it_starts(program: Program) -> None:
    with server("ollama") as served:
        assert "nowhere" in refused_setup(program, sweep_of(served, 2, model="nowhere"))
        assert served.chats == []


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_a_server_that_is_not_there_stops_the_sweep_before_it_starts(program: Program, protocol: str) -> None:
    with server(protocol) as served:
        served.away()
        said = refused_setup(program, sweep_of(served, 2))
        assert served.url in said
        assert ("start it with `ollama serve`" if protocol == "ollama" else "start the server") in said


def test_every_model_that_cannot_be_asked_is_named_at_once(program: Program) -> None:
    with server("openai") as one, server("ollama") as other:
        other.away()
        models = f"{{a: {entry(one)}, b: {entry(other)}}}"
        one.away()
        said = refused_setup(program, small(models=models, sweep="{factors: {model: [a, b]}}"))
        assert "a: " in said
        assert "b: " in said


def revoking(after: int) -> OpenAIDialect:
    """A server that takes another key after so many calls."""
    dialect = OpenAIDialect(key="sk-fictional")
    number = count(1)

    def answering(ask: Ask) -> Answer:
        if next(number) == after:
            dialect.key = "sk-changed"
        return words_of(ask)

    dialect.answering = answering
    return dialect


@pytest.mark.slow
@pytest.mark.parametrize("concurrency", [1, 5])
def test_a_key_that_is_revoked_on_the_way_fails_no_run_and_is_no_storm(program: Program, concurrency: int) -> None:
    program.environment["SOME_KEY"] = "sk-fictional"
    dialect = revoking(after=8)
    with openai_server(dialect) as served:
        text = sweep_of(served, 20, messages=4, api_key_env="SOME_KEY")
        said = run(program, text, "--concurrency", str(concurrency))
        assert said.code == 3
        counts = said.json["counts"]
        assert (counts["failed"], counts["running"], counts["pending"]) == (0, 0, 20 - counts["done"])
        assert sum(call.status == 401 for call in served.chats) <= concurrency
        [cause] = said.json["paused"].values()
        assert "the server refuses the key in SOME_KEY" in cause
        dialect.key = "sk-fictional"
        assert program("resume", "--yes", "--json").json["counts"]["done"] == 20


def test_a_model_whose_key_is_revoked_stops_no_other_model(program: Program) -> None:
    program.environment["SOME_KEY"] = "sk-fictional"
    with openai_server(revoking(after=2)) as served, server("openai") as other:
        models = f"{{m: {entry(served, api_key_env='SOME_KEY')}, n: {entry(other)}}}"
        text = small(models=models, sweep="{factors: {model: [m, n], messages: 4}, replicates: 4}")
        said = run(program, text, "--concurrency", "1")
        assert said.code == 3
        assert said.json["counts"] == {"pending": 4, "running": 0, "done": 4, "failed": 0, "cancelled": 0}
        assert list(said.json["paused"]) == ["m"]


class Refusing(OpenAIDialect):
    """A server that takes no prompt with a certain word in it, once it has answered, and does not say why."""

    answered = 0

    def refusal(self, request: Request) -> Response | None:
        """Bad request, where the word stands in it."""
        if self.answered and b"poison" in request.body:
            return Response(400, b"Bad Request")
        self.answered += 1
        return None


def test_one_run_that_a_server_does_not_take_is_given_back_and_costs_no_other_run(program: Program) -> None:
    sections = """
  - {title: Starting prompt, private: {guard: I am <SELF_NAME>., prisoner: I am <SELF_NAME>.}}
  - {title: Goal, shared: {variants: {a: One., b: Two., bad: A poison., c: Three.}}}"""
    sweep = "{factors: {section.Goal: [a, b, bad, c], messages: 4}}"
    with openai_server(Refusing()) as served:
        text = small(models=f"{{m: {entry(served)}}}", sections=sections, sweep=sweep)
        said = run(program, text, "--concurrency", "1")
        assert said.code == 3
        assert said.json["counts"] == {"pending": 1, "running": 0, "done": 3, "failed": 0, "cancelled": 0}
        [cause] = said.json["returned"].values()
        assert "refuses the request with status 400: Bad Request" in cause
        assert said.json["paused"] == {}
        assert sum(call.status == 400 for call in served.chats) == 1


def test_an_option_that_a_server_refuses_is_named_and_never_left_out(program: Program) -> None:
    dialect = OpenAIDialect(refuses={"top_k": "Unrecognized request argument supplied: top_k"})
    with openai_server(dialect) as served:
        cause = stopped_at_its_first_call(program, sweep_of(served, 8, top_k=40), runs=8)
        assert [call.json["top_k"] for call in served.chats] == [40]
    assert "refuses the option `top_k`" in cause
    assert "take it out of the model's entry" in cause


def test_a_model_that_a_server_without_a_list_lacks_is_said_with_its_mend(program: Program) -> None:
    with openai_server(OpenAIDialect(listing=False)) as served:
        cause = stopped_at_its_first_call(program, sweep_of(served, 8, model="nowhere"), runs=8)
    assert "'nowhere'" in cause
    assert "the server does not have it" in cause


def test_an_account_without_credit_is_no_server_that_asks_for_patience(program: Program) -> None:
    words = {"error": {"message": "You exceeded your current quota.", "code": "insufficient_quota"}}
    dialect = OpenAIDialect(override=Response(429, as_json(words).body, {"retry-after": "1"}))
    with openai_server(dialect) as served:
        cause = stopped_at_its_first_call(program, sweep_of(served, 8), runs=8)
        assert len(served.chats) == 1
    assert "has no credit left" in cause
