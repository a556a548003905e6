"""The models under the contract suite: how each is opened, and where its protocol puts what it is asked.

The offline model has no server; what only a server can do wrong is tried on the others.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Any

from sociarium.ports.model import ChatMessage, Model, ModelIdentity, ModelRequest
from sociarium.providers.anthropic import Anthropic
from sociarium.providers.offline import Offline
from sociarium.providers.ollama import Host, Ollama
from sociarium.providers.openai import OpenAI
from tests.servers.anthropic_server import AnthropicDialect, anthropic_server
from tests.servers.anthropic_server import error as anthropic_error
from tests.servers.ollama_server import OllamaDialect, ollama_server
from tests.servers.openai_server import OpenAIDialect, openai_server
from tests.servers.stand_in import StandIn
from tests.servers.wire import Response, as_json

KEY = "sk-planted-0123456789abcdef"
MODEL = "stand-in"

OPTIONS: Mapping[str, Any] = {
    "temperature": 0.7,
    "top_p": 0.9,
    "top_k": 40,
    "min_p": 0.05,
    "seed": 12345,
    "max_tokens": 300,
    "context": 10000,
    "frequency_penalty": 0.5,
    "presence_penalty": -0.5,
    "repeat_penalty": 1.1,
    "thinking": "low",
}
"""Every option of a model entry but `extra`."""


@dataclass(frozen=True, slots=True)
class Backend:
    """A kind of model.

    Attributes:
        serving: a stand-in for its server; None for a model without one.
        opened: the adapter at an address; takes `key` and `timeout`.
        asked: every option of a model entry that it takes, but `extra`.
        written: these as its protocol writes them.
        options: the options in a body that was sent.
        schema: the JSON Schema in a body that was sent.
        messages: the messages in a body that was sent, the system prompt among them.
        key: the headers that show a key.
        odd: an answer that only this protocol has, by name.
    """

    name: str
    serving: Callable[..., AbstractContextManager[StandIn]] | None
    opened: Callable[..., Model]
    asked: Mapping[str, Any] = field(default_factory=lambda: OPTIONS)
    written: Mapping[str, Any] = field(default_factory=dict)
    options: Callable[[Mapping[str, Any]], Mapping[str, Any]] = dict
    schema: Callable[[Mapping[str, Any]], Any] = dict
    messages: Callable[[Mapping[str, Any]], Any] = lambda body: body["messages"]
    key: Callable[[str], Mapping[str, str]] = lambda key: {"authorization": f"Bearer {key}"}
    odd: Mapping[str, Response] = field(default_factory=dict)


def _openai(url: str, *, key: str | None = None, timeout: float = 20.0) -> OpenAI:
    return OpenAI(f"{url}/v1", key=key, timeout=timeout)


def _ollama(url: str, *, key: str | None = None, timeout: float = 20.0) -> Ollama:
    return Ollama(Host(url, key=key), timeout=timeout)


def _anthropic(url: str, *, key: str | None = None, timeout: float = 20.0) -> Anthropic:
    return Anthropic(url, key=key, timeout=timeout)


def _serve_anthropic(**settings: Any) -> AbstractContextManager[StandIn]:
    return anthropic_server(AnthropicDialect(), **settings)


def _anthropic_messages(body: Mapping[str, Any]) -> list[Mapping[str, str]]:
    """Its messages with the system prompt before them, without the markers of the cache."""

    def text(content: str | list[Mapping[str, str]]) -> str:
        return content if isinstance(content, str) else "".join(block["text"] for block in content)

    system = [{"role": "system", "content": text(body["system"])}] if "system" in body else []
    return [*system, *({"role": one["role"], "content": text(one["content"])} for one in body["messages"])]


def _serve_openai(**settings: Any) -> AbstractContextManager[StandIn]:
    return openai_server(OpenAIDialect(), **settings)


def _serve_ollama(**settings: Any) -> AbstractContextManager[StandIn]:
    dialect = OllamaDialect(thinkers={"stand-in:latest"})
    return ollama_server(dialect, **settings)


_SAME = ("temperature", "top_p", "top_k", "min_p", "seed", "frequency_penalty", "presence_penalty")
_COMMON = {name: OPTIONS[name] for name in _SAME}

OFFLINE = Backend("offline", None, lambda _url, **_settings: Offline())
OPENAI = Backend(
    "openai",
    _serve_openai,
    _openai,
    written=_COMMON | {"max_tokens": 300, "repetition_penalty": 1.1, "reasoning_effort": "low", "stop": ["\nBo:"]},
    options=lambda body: {name: value for name, value in body.items() if name not in {"model", "messages"}},
    schema=lambda body: body["response_format"]["json_schema"]["schema"],
    odd={
        "overlong": as_json(
            {"error": {"message": "too long", "type": "invalid_request_error", "code": "context_length_exceeded"}}, 400
        ),
        "no model": as_json({"error": {"message": "no such model", "code": "model_not_found"}}, 404),
    },
)
OLLAMA = Backend(
    "ollama",
    _serve_ollama,
    _ollama,
    written=_COMMON
    | {
        "num_ctx": 10000,
        "num_predict": 300,
        "repeat_penalty": 1.1,
        "stop": ["\nBo:"],
        "think": "low",
        "truncate": False,
        "shift": False,
    },
    options=lambda body: {
        **body["options"],
        **{name: value for name, value in body.items() if name not in {"model", "messages", "options", "stream"}},
    },
    schema=lambda body: body["format"],
    odd={
        "overlong": as_json({"error": "the prompt is longer than the context length currently available"}, 400),
        "no model": as_json({"error": "pull model manifest: file does not exist"}, 404),
    },
)

_OF_ANTHROPIC = {"temperature": 0.7, "top_p": 0.9, "top_k": 40, "max_tokens": 300}
ANTHROPIC = Backend(
    "anthropic",
    _serve_anthropic,
    _anthropic,
    asked=_OF_ANTHROPIC | {"context": 10000, "thinking": False},
    written=_OF_ANTHROPIC | {"stop_sequences": ["\nBo:"], "thinking": {"type": "disabled"}},
    options=lambda body: {name: value for name, value in body.items() if name not in {"model", "messages", "system"}},
    schema=lambda body: body["tools"][0]["input_schema"],
    messages=_anthropic_messages,
    key=lambda key: {"x-api-key": key},
    odd={
        "overlong": anthropic_error(400, "prompt is too long: 208310 tokens > 200000 maximum"),
        "no model": anthropic_error(404, "model: nowhere"),
    },
)

BACKENDS = [OFFLINE, OPENAI, OLLAMA, ANTHROPIC]
SERVED = [OPENAI, OLLAMA, ANTHROPIC]
SEEDED = [OFFLINE, OPENAI, OLLAMA]
"""Those whose protocol has a seed."""


def asking(
    *said: str,
    model: str = MODEL,
    options: Mapping[str, Any] | None = None,
    schema: Mapping[str, Any] | None = None,
    stop: tuple[str, ...] = (),
    system: str = "You are Guard_417.",
) -> ModelRequest:
    """A request: a system prompt, and what was said, the user first."""
    roles = ("user", "assistant")
    spoken = (ChatMessage(roles[place % 2], text) for place, text in enumerate(said or ("Hello.",)))  # type: ignore[arg-type]
    identity = ModelIdentity("entry", "any", model, options or {})
    return ModelRequest(identity, (ChatMessage("system", system), *spoken), schema, stop)
