"""Experiments on servers of this machine, and what the servers' records show of them."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from subprocess import Popen
from typing import Any

from tests.servers.answers import Answer, Answering, Ask, words_of
from tests.servers.anthropic_server import AnthropicDialect
from tests.servers.ollama_server import OllamaDialect, ollama_server
from tests.servers.openai_server import OpenAIDialect, openai_server
from tests.servers.stand_in import Received, StandIn
from tests.support.program import Program
from tests.support.program_process import Begun

PROTOCOLS = ("openai", "ollama")
CONTEXT = 4096
STRUCTURE = ("response_format", "format")


@contextmanager
def server(
    protocol: str, *, answering: Answering = words_of, key: str | None = None, **settings: Any
) -> Iterator[StandIn]:
    """A server that speaks a protocol and holds the model `stand-in`."""
    if protocol == "openai":
        with openai_server(OpenAIDialect(answering=answering, key=key), **settings) as served:
            yield served
    else:
        with ollama_server(OllamaDialect(answering=answering, key=key), **settings) as served:
            yield served


def entry(served: StandIn, **options: Any) -> str:
    """The model's entry in an experiment file, as YAML."""
    if isinstance(served.dialect, AnthropicDialect):
        fixed: dict[str, Any] = {"provider": "anthropic", "base_url": served.url}
    elif isinstance(served.dialect, OpenAIDialect):
        fixed = {"provider": "openai", "base_url": f"{served.url}/v1"}
    else:
        fixed = {"provider": "ollama", "hosts": f'["{served.url}"]', "context": CONTEXT}
    parts = {"model": "stand-in"} | fixed | options
    return "{" + ", ".join(f"{name}: {value}" for name, value in parts.items()) + "}"


@dataclass(frozen=True, slots=True)
class Sent:
    """A chat call as its server recorded it, whatever the protocol.

    Attributes:
        options: everything that is no message, no schema and no stop.
    """

    model: str
    messages: Sequence[Mapping[str, str]]
    options: Mapping[str, Any]
    schema: Mapping[str, Any] | None
    stop: Sequence[str]

    @property
    def system(self) -> str:
        """Its system prompt."""
        return self.messages[0]["content"]


def sent(received: Received) -> Sent:
    """What a chat call sent."""
    body = received.json
    model, messages = body.pop("model"), body.pop("messages")
    options = {**body, **body.pop("options")} if "options" in body else body
    options.pop("options", None)
    structure = next((options.pop(name) for name in STRUCTURE if name in options), None)
    schema = structure["json_schema"]["schema"] if structure and "json_schema" in structure else structure
    stop = options.pop("stop", [])
    return Sent(model, messages, options, schema, stop)


def in_turn(*texts: str) -> Answering:
    """A model that says these texts one after another, the last one for ever."""
    number = count()

    def answering(_: Ask) -> Answer:
        return Answer(texts[min(next(number), len(texts) - 1)])

    return answering


def runs(program: Program) -> list[dict[str, Any]]:
    """Every run of the experiment, in full, as `show` tells of it."""
    assert program("export", "Small", "--format", "jsonl", "--out", "told").code == 0
    return [json.loads(line) for line in (program.folder / "told" / "runs.jsonl").read_text().splitlines()]


@contextmanager
def started(program: Program, *arguments: str) -> Iterator[Begun | Popen[str]]:
    """The program at work; it is ended when the test leaves it behind."""
    begun = program.begin(*arguments)
    try:
        yield begun
    finally:
        begun.kill()
        begun.communicate()


def assert_verified(program: Program, sweep: str, number: int) -> None:
    """Every run of a sweep is complete, and as its journal says."""
    listed = program("list", "runs", "--sweep", sweep, "--json").json
    assert [(run["state"], run["ended"]) for run in listed] == [("done", "completed")] * number
    assert program("replay", sweep).code == 0


def nothing_is_stored(folder: Path, *files: str) -> bool:
    """Whether a folder holds these files and no others."""
    return {path.name for path in folder.iterdir()} == set(files)
