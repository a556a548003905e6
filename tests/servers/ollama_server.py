"""A stand-in that speaks Ollama's native protocol.

python -m tests.servers.ollama_server --port 0 --slots 64 --latency 0.05
"""

from __future__ import annotations

import asyncio
import hashlib
import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from tests.servers.answers import Answering, Ask, tokens, words_of
from tests.servers.command import serve
from tests.servers.memory import ModelMemory
from tests.servers.stand_in import StandIn
from tests.servers.wire import Request, Response, as_json

_INTEGERS = ("num_ctx", "num_predict", "top_k", "seed")
_PULL_STEPS = 4
_BLOB = 1000


def digest_of(name: str) -> str:
    """The digest under which a model is listed here, unless a test says otherwise."""
    return hashlib.sha256(name.encode()).hexdigest()


@dataclass(slots=True)
class OllamaDialect:
    """Chat, the list of models, what is known of one, and pulls.

    Attributes:
        models: held, by full name, with their digests.
        library: what a pull can fetch.
        context: that the models were trained for.
        thinkers: models that can think.
        pull_pause: seconds between two lines of a pull's progress.
        pull_error: in which words a pull fails half way; empty when it does not.
        strict_context: whether a prompt beyond num_ctx is an error where the caller forbids to cut it.
        one_at_a_time: whether one model is loaded at once, as with OLLAMA_MAX_LOADED_MODELS=1. Who asks for another
            waits; for ever, where the last call to the loaded one had a `keep_alive`, which stands for minutes.
        load_pause: seconds that loading takes.
        loads: the models that were loaded, in order.
        memory: which models are loaded, and how often one was; None where all are from the start.
        loaded: what is said to be loaded where there is no such memory.
        on_cards: share of a loaded model that is in the memory of graphics cards; None where the server does not say.
        says_memory: whether it says what is loaded at all.
        refusing: what is answered to a chat call by its body; None where it goes well.
    """

    models: dict[str, str] = field(default_factory=lambda: {"stand-in:latest": digest_of("stand-in")})
    library: set[str] = field(default_factory=lambda: {"small:latest"})
    any_model: bool = False
    context: int = 8192
    thinkers: set[str] = field(default_factory=lambda: {"stand-in:latest"})
    pull_pause: float = 0.0
    pull_error: str = ""
    strict_context: bool = True
    one_at_a_time: bool = False
    load_pause: float = 0.0
    loads: list[str] = field(default_factory=list)
    memory: ModelMemory | None = None
    loaded: tuple[str, ...] = ()
    on_cards: float | None = None
    says_memory: bool = True
    key: str | None = None
    answering: Answering = words_of
    override: Response | None = None
    refusing: Callable[[Mapping[str, Any]], Response | None] | None = None
    chat: str = "/api/chat"
    _turn: asyncio.Lock | None = None
    _kept: bool = False

    async def prepare(self, request: Request) -> None:
        """The model is loaded, once no other is in use or kept."""
        if self.memory is not None:
            await self.memory.take(_full(request.json["model"]))
        if not self.one_at_a_time:
            return
        self._turn = self._turn or asyncio.Lock()
        body = request.json
        name = _full(body["model"])
        async with self._turn:  # who waits for another model stands before those who come later
            if self.loads[-1:] != [name]:
                if self._kept:
                    await asyncio.Event().wait()
                await asyncio.sleep(self.load_pause)
                self.loads.append(name)
            self._kept = "keep_alive" in body

    def refusal(self, request: Request) -> Response | None:
        """Unknown model, an option of the wrong type, thinking where there is none, a prompt too long."""
        if self.override is not None:
            return self.override
        if wrong := self._wrong_key(request):
            return wrong
        body = request.json
        if self.refusing is not None and (refused := self.refusing(body)):
            return refused
        name, options = _full(body["model"]), body.get("options", {})
        if name not in self.models and not self.any_model:
            return _error(404, f"model '{body['model']}' not found")
        for option in _INTEGERS:
            if not isinstance(options.get(option, 0), int):
                return _error(400, f'option "{option}" must be of type integer')
        if body.get("think") and name not in self.thinkers:
            return _error(400, f'"{body["model"]}" does not support thinking')
        asked = sum(tokens(message["content"]) for message in body["messages"])
        if self.strict_context and body.get("truncate") is False and asked > options.get("num_ctx", 4096):
            return _error(400, "the prompt is longer than the context length currently available to the model")
        return None

    def answer(self, request: Request) -> Response:
        """A whole chat reply."""
        body = request.json
        if self.memory is not None:
            self.memory.give(_full(body["model"]))
        options = body.get("options", {})
        rest = {name: value for name, value in options.items() if name not in {"stop", "num_predict"}}
        schema = body.get("format")
        stop = tuple(options.get("stop", ()))
        said = self.answering(Ask(body["model"], body["messages"], schema, stop, options.get("num_predict"), rest))
        message: dict[str, Any] = {"role": "assistant", "content": said.text}
        if said.thinking:
            message["thinking"] = said.thinking
        prompt = sum(tokens(part["content"]) for part in body["messages"])
        counts = {"prompt_eval_count": prompt, "eval_count": tokens(said.text)} if said.counted else {}
        return as_json(
            {
                "model": body["model"],
                "created_at": "2026-03-01T08:00:00.000000Z",
                "message": message,
                "done": True,
                "done_reason": "length" if said.finish == "length" else "stop",
                "total_duration": 5_000_000,
                **counts,
            }
        )

    async def other(self, request: Request) -> Response:
        """Everything but chat."""
        if wrong := self._wrong_key(request):
            return wrong
        match request.path:
            case "/api/version":
                return as_json({"version": "0.12.9"})
            case "/api/tags":
                return as_json({"models": [_card(name, digest) for name, digest in self.models.items()]})
            case "/api/ps":
                names = self.loaded if self.memory is None else self.memory.names
                entries = [_loaded_card(name, self.on_cards) for name in names]
                return as_json({"models": entries}) if self.says_memory else _error(500, "out of order")
            case "/api/show":
                return self._show(request.json["model"])
            case "/api/pull":
                return self._pull(request.json["model"])
            case _:
                return Response(404, b"404 page not found", {"content-type": "text/plain"})

    def failure(self, status: int, words: str) -> Response:
        """A server error in the protocol's words."""
        return _error(status, words)

    def _wrong_key(self, request: Request) -> Response | None:
        given = request.headers.get("authorization", "").removeprefix("Bearer ")
        if self.key is None or given == self.key:
            return None
        return _error(401, f"unauthorized: {given}")

    def _show(self, model: str) -> Response:
        name = _full(model)
        if name not in self.models and not self.any_model:
            return _error(404, f"model '{model}' not found")
        capabilities = ["completion", *(["thinking"] if name in self.thinkers else [])]
        return as_json(
            {
                "details": {"family": "standin", "parameter_size": "1B", "quantization_level": "Q4_K_M"},
                "model_info": {"general.architecture": "standin", "standin.context_length": self.context},
                "capabilities": capabilities,
            }
        )

    def _pull(self, model: str) -> Response:
        name = _full(model)
        lines: list[dict[str, Any]] = [{"status": "pulling manifest"}]
        if name not in self.library:
            lines.append({"error": "pull model manifest: file does not exist"})
            return _lines(lines, self.pull_pause)
        digest = digest_of(model)
        for step in range(_PULL_STEPS):
            completed = _BLOB * (step + 1) // _PULL_STEPS
            status = f"pulling {digest[:12]}"
            lines.append({"status": status, "digest": f"sha256:{digest}", "total": _BLOB, "completed": completed})
        if self.pull_error:
            return _lines([*lines[:3], {"error": self.pull_error}], self.pull_pause)
        self.models[name] = digest
        return _lines([*lines, {"status": "success"}], self.pull_pause)


def _full(name: str) -> str:
    return name if ":" in name else f"{name}:latest"


def _card(name: str, digest: str) -> dict[str, Any]:
    return {
        "name": name,
        "model": name,
        "modified_at": "2026-03-01T08:00:00Z",
        "size": _BLOB,
        "digest": digest,
        "details": {"family": "standin"},
    }


def _loaded_card(name: str, on_cards: float | None) -> dict[str, Any]:
    size = {} if on_cards is None else {"size_vram": round(_BLOB * on_cards)}
    return {"name": name, "model": name, "size": _BLOB, "digest": digest_of(name), **size}


def _error(status: int, words: str) -> Response:
    return as_json({"error": words}, status)


def _lines(lines: list[dict[str, Any]], pause: float) -> Response:
    pieces = [json.dumps(line).encode() + b"\n" for line in lines]
    return Response(200, headers={"content-type": "application/x-ndjson"}, pieces=pieces, pause=pause)


@contextmanager
def ollama_server(dialect: OllamaDialect | None = None, **settings: Any) -> Iterator[StandIn]:
    """Serve from a thread; settings are those of `StandIn`."""
    with StandIn(dialect or OllamaDialect(), **settings).serving() as server:
        yield server


if __name__ == "__main__":
    serve(OllamaDialect(any_model=True))
