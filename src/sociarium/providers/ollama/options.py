"""A request in the words of Ollama's native API."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sociarium.errors import Misconfigured
from sociarium.ports.model import ModelRequest
from sociarium.providers.ollama.package import ollama
from sociarium.providers.schema_in_words import with_schema_in_words

_WRITTEN = {
    "temperature": "temperature",
    "top_k": "top_k",
    "top_p": "top_p",
    "min_p": "min_p",
    "seed": "seed",
    "context": "num_ctx",
    "max_tokens": "num_predict",
    "repeat_penalty": "repeat_penalty",
    "frequency_penalty": "frequency_penalty",
    "presence_penalty": "presence_penalty",
}
"""Options of a model entry, and what Ollama calls them."""

# Ollama drops an option that it does not know without a word, so what it knows is held here.
_KNOWN = frozenset(ollama.Options.model_fields) | {"min_p"}


def body_of(
    request: ModelRequest, *, keep_alive: str | int | None = None, schema_in_words: bool = False
) -> dict[str, Any]:
    """The body of a chat call.

    `extra` goes among Ollama's options. A prompt that does not fit is refused rather than cut: `truncate` and `shift`
    are off.

    Args:
        schema_in_words: whether a JSON Schema stands in the prompt, for a model that takes none beside it.

    Raises:
        Misconfigured: `extra` names what Ollama does not know, or what is set already.
    """
    options = dict(request.model.options)
    extra = options.pop("extra", None) or {}
    thinking = options.pop("thinking", None)
    entry = f"model {request.model.name!r}"
    if unknown := sorted(options.keys() - _WRITTEN.keys()):
        raise Misconfigured(f"{entry}: {', '.join(unknown)}: not an option of this provider")
    spoken = {_WRITTEN[name]: value for name, value in options.items()}
    for name, value in extra.items():
        if name not in _KNOWN:
            raise Misconfigured(f"{entry}: Ollama has no option `{name}` and would ignore it; take it out of `extra`")
        if name in spoken or name == "stop":
            raise Misconfigured(f"{entry}: extra.{name} is set elsewhere; write it in one place")
        spoken[name] = value
    if request.stop:
        spoken["stop"] = list(request.stop)
    messages, schema = request.messages, request.schema
    if schema is not None and schema_in_words:
        messages, schema = with_schema_in_words(messages, schema), None
    body: dict[str, Any] = {
        "model": request.model.model,
        "messages": [{"role": message.role, "content": message.content} for message in messages],
        "stream": False,
        "truncate": False,
        "shift": False,
        "options": spoken,
    }
    if keep_alive is not None:
        body["keep_alive"] = keep_alive
    if thinking is not None:
        body["think"] = thinking
    if schema is not None:
        body["format"] = schema
    return body


def unknown_extra(options: Mapping[str, Any]) -> list[str]:
    """Names among an entry's `extra` that Ollama does not have."""
    return sorted(set(options.get("extra") or {}) - _KNOWN)


def sent_options(body: Mapping[str, Any]) -> dict[str, Any]:
    """The options of a call as really sent, on one level."""
    rest = {name: value for name, value in body.items() if name not in {"model", "messages", "options", "stream"}}
    return {**body["options"], **rest}


def option_named_in(words: str) -> str | None:
    """The option that a complaint is about, as the experiment file calls it."""
    if "support thinking" in words or "think" in words.split():
        return "thinking"
    quoted = words.split('"')
    if words.startswith('option "') and len(quoted) > 1:
        return next((name for name, spoken in _WRITTEN.items() if spoken == quoted[1]), quoted[1])
    return None
