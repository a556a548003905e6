"""A request in the words of the chat completions protocol."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sociarium.errors import Misconfigured
from sociarium.experiment.extra_options import RESERVED
from sociarium.ports.model import ChatMessage, ModelRequest
from sociarium.providers.openai.servers import BEYOND, OFFICIAL, UNKNOWN, Server
from sociarium.providers.schema_in_words import FORM, with_schema_in_words

_AS_THEY_ARE = ("temperature", "top_p", "seed", "frequency_penalty", "presence_penalty")
_NOT_SENT = ("context",)
"""Where the protocol has no place for it: `context` bounds what the program itself sends."""

_RESERVED = RESERVED["openai"]
_REASONING = re.compile(r"^(ft:)?(o\d|gpt-[5-9])")

WRITTEN_AS = {
    "repetition_penalty": "repeat_penalty",
    "max_completion_tokens": "max_tokens",
    "reasoning_effort": "thinking",
    "chat_template_kwargs": "thinking",
    "reasoning": "thinking",
}
"""Names of the protocol that the experiment file calls otherwise."""


@dataclass(frozen=True, slots=True)
class Dialect:
    """How a server wants to be spoken to, about one model.

    Attributes:
        official: OpenAI's own server.
        limit: name of the limit of a reply.
        structured: whether it takes a JSON Schema; where not, the schema is put into words.
        system: whether it takes a system message; where not, its text goes before the first user message.
        stops: whether it takes the texts at which a reply stops; where not, or not so many, the reply is cut at them.
    """

    official: bool
    limit: str = "max_tokens"
    structured: bool = True
    system: bool = True
    stops: bool = True


def first_dialect(model: str, *, official: bool) -> Dialect:
    """How to speak at first."""
    reasoning = official and _REASONING.match(model)
    return Dialect(official, "max_completion_tokens" if reasoning else "max_tokens")


def body_of(request: ModelRequest, how: Dialect, server: Server = UNKNOWN) -> dict[str, Any]:
    """The body of a chat call.

    Options beyond the protocol go out under the names that this kind of server reads. Thinking: low, medium and high
    become `reasoning_effort`. True and false become `reasoning_effort` medium and none on OpenAI's own server and
    Ollama's, `reasoning.enabled` on OpenRouter, and `chat_template_kwargs.enable_thinking`, which vLLM, SGLang and
    llama.cpp read, elsewhere. `extra` is added as it is.

    Raises:
        Misconfigured: `extra` names what cannot be set there.
    """
    options = dict(request.model.options)
    extra = options.pop("extra", None) or {}
    body: dict[str, Any] = {name: options.pop(name) for name in _AS_THEY_ARE if name in options}
    if (limit := options.pop("max_tokens", None)) is not None:
        body[how.limit] = limit
    for name in BEYOND:
        if name in options:
            body[server.name_of(name)] = options.pop(name)
    if (thinking := options.pop("thinking", None)) is not None:
        body |= _thinking(thinking, OFFICIAL if how.official else server)
    for name in _NOT_SENT:
        options.pop(name, None)
    if options:
        raise Misconfigured(f"{_entry(request)}: {', '.join(sorted(options))}: not an option of this provider")
    _add(extra, body, request)
    if request.stop and how.stops:
        body["stop"] = list(request.stop)
    messages = request.messages
    if request.schema is not None and how.structured:
        form = {"name": "answer", "strict": True, "schema": request.schema}
        body["response_format"] = {"type": "json_schema", "json_schema": form}
    elif request.schema is not None:
        messages = with_schema_in_words(messages, request.schema)
    if not how.system:
        messages = _without_system(messages)
    spoken = [{"role": message.role, "content": message.content} for message in messages]
    return {"model": request.model.model, "messages": spoken, **body}


def sent_options(body: Mapping[str, Any]) -> dict[str, Any]:
    """The options of a call as really sent."""
    return {name: value for name, value in body.items() if name not in {"model", "messages"}}


def form_of(request: ModelRequest, how: Dialect) -> dict[str, str]:
    """What of a request goes out in another form than it has there; empty where all goes out as it is."""
    in_words = request.schema is not None and not how.structured
    has_system = in_words or any(message.role == "system" for message in request.messages)
    form = dict(FORM) if in_words else {}
    if has_system and not how.system:
        form["system"] = "before the first user message"
    if request.stop and not how.stops:
        form["stop"] = "cut from the reply"
    return form


def _thinking(thinking: bool | str, server: Server) -> dict[str, Any]:
    if isinstance(thinking, str):
        return {"reasoning_effort": thinking}
    match server.switch:
        case "reasoning_effort":
            return {"reasoning_effort": "medium" if thinking else "none"}
        case "reasoning":
            return {"reasoning": {"enabled": thinking}}
        case _:
            return {"chat_template_kwargs": {"enable_thinking": thinking}}


def _add(extra: Mapping[str, Any], body: dict[str, Any], request: ModelRequest) -> None:
    for name, value in extra.items():
        if name in _RESERVED:
            raise Misconfigured(f"{_entry(request)}: extra.{name} cannot be set; the program itself needs it")
        there = body.get(name)
        if isinstance(there, dict) and isinstance(value, Mapping) and not there.keys() & value.keys():
            body[name] = {**there, **value}
        elif name in body:
            written = WRITTEN_AS.get(name, name)
            raise Misconfigured(f"{_entry(request)}: {written} and extra.{name} are the same option; write one of them")
        else:
            body[name] = value


def _without_system(messages: tuple[ChatMessage, ...]) -> tuple[ChatMessage, ...]:
    """The same with the system prompt before the first user message, in one message with it."""
    prompt = "\n\n".join(message.content for message in messages if message.role == "system")
    others = [message for message in messages if message.role != "system"]
    if not prompt:
        return messages
    first = next((place for place, message in enumerate(others) if message.role == "user"), None)
    if first != 0:  # strict chat templates begin with the user
        return (ChatMessage("user", prompt), *others)
    return (ChatMessage("user", f"{prompt}\n\n{others[0].content}"), *others[1:])


def _entry(request: ModelRequest) -> str:
    return f"model {request.model.name!r}"
