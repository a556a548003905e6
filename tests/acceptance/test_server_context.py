"""What servers make of prompts: text that stands last is gone on with, counts that lie, prompts cut in silence."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import count

import pytest

from sociarium.environments.conversation.continuation import CONTINUATION
from tests.servers.answers import Answer, Ask
from tests.servers.ollama_server import OllamaDialect, ollama_server
from tests.servers.openai_server import OpenAIDialect, openai_server
from tests.servers.wire import Request, Response, as_json
from tests.support.definitions import small
from tests.support.program import Program
from tests.support.server_experiments import PROTOCOLS, assert_verified, entry, runs, sent, server

Counting = Callable[[Sequence[str]], int]
"""Tokens of a prompt, given the texts of its messages."""


def going_on() -> Callable[[Ask], Answer]:
    """A model that goes on with its own message where that stands last, as llama.cpp does; its manager names one."""
    number = count(1)

    def answering(ask: Ask) -> Answer:
        if ask.schema is not None:
            names = ask.schema["properties"]["speaker"]["enum"]
            return Answer(json.dumps({"speaker": names[0]}))
        *_, last = ask.messages
        if last["role"] == "assistant":
            return Answer(f"{last['content']} And so on.")
        return Answer(f"{next(number)} words.")

    return answering


@pytest.mark.slow
@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_no_request_ends_with_the_speakers_own_message_and_no_turn_is_a_copy(program: Program, protocol: str) -> None:
    """The case `ends-with-own-message`."""
    with server(protocol, answering=going_on()) as served:
        text = small(models=f"{{m: {entry(served)}}}", sweep="{factors: {messages: 6, speaker_selection: auto}}")
        said = program("run", program.file(text), "--yes", "--json")
        assert said.code == 0, said.err
        calls = [sent(call) for call in served.chats]
    for call in calls:
        spoken = [message["role"] for message in call.messages if message["role"] != "system"]
        assert spoken == [("user", "assistant")[number % 2] for number in range(len(spoken))]
        assert spoken[-1] == "user"
    replies = [call for call in calls if call.schema is None]
    assert [call.messages[-1]["content"] for call in replies] == ["Start.", *[CONTINUATION] * 5]
    [run] = runs(program)
    assert {message["role"] for message in run["messages"]} == {"guard"}
    assert [message["flags"] for message in run["messages"]] == [[]] * 6
    assert [message["continuation"] for message in run["messages"]] == [False, *[True] * 5]
    assert program("show", run["run"]).out.count("[after the continuation line]") == 5
    assert program("export", "Small", "--format", "csv", "--out", "tables").code == 0
    table = (program.folder / "tables" / "runs.csv").read_text(encoding="utf-8-sig")
    [row] = csv.DictReader(table.splitlines())
    assert (row["continuations"], row["flag.repeated"]) == ("5", "0")
    assert_verified(program, said.json["sweep"], 1)


def test_a_model_that_copies_itself_is_flagged(program: Program) -> None:
    with server("openai", answering=lambda _: Answer("I said it all.")) as served:
        text = small(models=f"{{m: {entry(served)}}}")
        assert program("run", program.file(text), "--yes", "--json").code == 0
    [run] = runs(program)
    assert [message["flags"] for message in run["messages"]] == [[], [], ["repeated"], ["repeated"]]


@dataclass(slots=True)
class CountingOpenAI(OpenAIDialect):
    """Counts prompts in its own way."""

    counting: Counting = len

    def answer(self, request: Request) -> Response:
        """A completion."""
        value = json.loads(OpenAIDialect.answer(self, request).body)
        value["usage"]["prompt_tokens"] = self.counting(_texts(request))
        return as_json(value)


@dataclass(slots=True)
class CountingOllama(OllamaDialect):
    """Counts prompts in its own way, and cuts them whatever it is asked."""

    counting: Counting = len

    def answer(self, request: Request) -> Response:
        """A chat reply."""
        value = json.loads(OllamaDialect.answer(self, request).body)
        value["prompt_eval_count"] = self.counting(_texts(request))
        return as_json(value)


def _texts(request: Request) -> list[str]:
    return [message["content"] for message in request.json["messages"]]


def in_turn(*counts: int) -> Counting:
    number = count()
    return lambda _: counts[min(next(number), len(counts) - 1)]


def with_template(texts: Sequence[str]) -> int:
    return round(5 + 5 * len(texts) + sum(map(len, texts)) / 4.2)


CASES: dict[str, tuple[str, Counting]] = {
    "only-uncached-counted": ("openai", in_turn(900, 12, 14, 15)),
    "template-overhead": ("openai", with_template),
    "template-overhead, ollama": ("ollama", with_template),
}


@pytest.mark.slow
@pytest.mark.parametrize("case", CASES)
def test_counts_of_tokens_that_prove_nothing_raise_no_suspicion(program: Program, case: str) -> None:
    protocol, counting = CASES[case]
    sections = '[{title: Starting prompt, private: {guard: "You are <SELF_NAME>.", prisoner: "You are <SELF_NAME>."}}]'
    said = _said(program, protocol, counting, words=8, sections=sections, messages=40, context=2048)
    [run] = runs(program)
    assert (run["ended"], len(run["messages"])) == ("completed", 40)
    assert {str(message["flags"]) for message in run["messages"]} == {"[]"}
    assert_verified(program, said, 1)


def test_an_ollama_that_cuts_although_it_is_asked_not_to_ends_the_run(program: Program) -> None:
    counting: Counting = lambda texts: min(with_template(texts), 512)  # noqa: E731
    said = _said(program, "ollama", counting, words=60, messages=40, context=512)
    [run] = runs(program)
    assert (run["state"], run["ended"]) == ("done", "context_cut")
    *before, last = (message["flags"] for message in run["messages"])
    assert (set(map(str, before)), last) == ({"[]"}, ["context_cut"])
    assert program("replay", said).code == 0


@pytest.mark.slow
def test_a_server_that_cuts_in_silence_is_suspected_and_ends_no_run(program: Program) -> None:
    """Ollama's /v1, whose context nobody can set there."""
    counting: Counting = lambda texts: min(with_template(texts), 2048)  # noqa: E731
    said = _said(program, "openai", counting, words=90, messages=40)
    [run] = runs(program)
    assert (run["ended"], len(run["messages"])) == ("completed", 40)
    assert run["messages"][0]["flags"] == []
    assert run["messages"][-1]["flags"] == ["context_suspected"]
    assert_verified(program, said, 1)


def _said(
    program: Program, protocol: str, counting: Counting, *, words: int, messages: int,
    sections: str | None = None, **options: int,
) -> str:  # fmt: skip
    """Play one conversation with a server that counts so; returns its sweep."""
    number = count(1)
    answering = lambda _: Answer(f"{next(number)} " + "word " * words)  # noqa: E731
    if protocol == "openai":
        serving = openai_server(CountingOpenAI(counting=counting, answering=answering))
    else:
        serving = ollama_server(CountingOllama(counting=counting, answering=answering, strict_context=False))
    with serving as served:
        changes = {"sections": sections} if sections else {}
        models = f"{{m: {entry(served, **options)}}}"
        text = small(models=models, sweep=f"{{factors: {{messages: {messages}}}}}", **changes)
        said = program("run", program.file(text), "--yes", "--json")
        assert said.code == 0, said.err
    sweep: str = said.json["sweep"]
    return sweep
