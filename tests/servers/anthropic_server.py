"""A stand-in that speaks Anthropic's Messages API.

python -m tests.servers.anthropic_server --port 0 --slots 64 --latency 0.05
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from tests.servers.answers import Answer, Answering, Ask, tokens, words_of
from tests.servers.command import serve
from tests.servers.stand_in import Dialect, StandIn
from tests.servers.wire import Request, Response, as_json

_KNOWN = {"model", "messages", "system", "stop_sequences", "max_tokens", "tools", "tool_choice"}
_OPTIONS = {"temperature", "top_p", "top_k", "thinking", "output_config", "metadata", "service_tier", "stream"}
_KINDS = {
    400: "invalid_request_error",
    401: "authentication_error",
    403: "permission_error",
    404: "not_found_error",
    413: "request_too_large",
    429: "rate_limit_error",
    500: "api_error",
    529: "overloaded_error",
}


@dataclass(slots=True)
class AnthropicDialect:
    """Messages and the list of models.

    Attributes:
        models: served, with the context that the list tells.
        any_model: whether every name is served.
        key: asked for, if any.
        adaptive: whether a model decides itself how long it thinks, and takes no budget.
        shows: whether a model knows `display`.
        tools: whether a model can be made to call a tool.
        context: tokens that a prompt may have.
        cache: tokens from which a marked prefix is kept; prefixes that were kept are read from there.
        base: what stands before the calls.
    """

    models: dict[str, int | None] = field(default_factory=lambda: {"stand-in": 8192})
    any_model: bool = False
    key: str | None = None
    adaptive: bool = False
    shows: bool = True
    tools: bool = True
    context: int | None = None
    cache: int = 1024
    answering: Answering = words_of
    override: Response | None = None
    listing: bool = True
    base: str = ""
    chat: str = ""
    kept: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.chat = self.chat or f"{self.base}/v1/messages"

    async def prepare(self, request: Request) -> None:
        """Nothing is waited for."""

    def refusal(self, request: Request) -> Response | None:
        """Wrong key, missing version, unknown model, a field that the API does not have, a prompt too long."""
        if self.override is not None:
            return self.override
        if wrong := self._wrong_key(request):
            return wrong
        body = request.json
        if "anthropic-version" not in request.headers:
            return error(400, "anthropic-version: header is required")
        if not self.any_model and body["model"] not in self.models:
            return error(404, f"model: {body['model']}")
        return self._wrong_field(body) or self._wrong_thinking(body) or self._too_long(body)

    def answer(self, request: Request) -> Response:
        """A message."""
        body = request.json
        options = {name: value for name, value in body.items() if name not in _KNOWN}
        prompt = [{"role": "system", "content": _text_of(body["system"])}] if "system" in body else []
        spoken = [{"role": one["role"], "content": _text_of(one["content"])} for one in body["messages"]]
        tool = body["tools"][0] if "tools" in body else None
        ask = Ask(
            body["model"],
            [*prompt, *spoken],
            tool["input_schema"] if tool else None,
            tuple(body.get("stop_sequences", ())),
            body["max_tokens"],
            options,
        )
        said = self.answering(ask)
        message: dict[str, Any] = {
            "id": "msg_stand_in",
            "type": "message",
            "role": "assistant",
            "model": ask.model,
            "content": _blocks(said, tool),
            "stop_reason": _stop_reason(said, tool),
            "stop_sequence": None,
        }
        if said.counted:
            message["usage"] = self._usage(body, ask, said)
        return as_json(message)

    async def other(self, request: Request) -> Response:
        """The list of models."""
        if wrong := self._wrong_key(request):
            return wrong
        if request.path == f"{self.base}/v1/models" and self.listing:
            cards = [
                {"type": "model", "id": name, "display_name": name, "max_input_tokens": context}
                for name, context in self.models.items()
            ]
            return as_json({"data": cards, "has_more": False})
        return error(404, "Not found")

    def failure(self, status: int, words: str) -> Response:
        """A server error in the API's words; it is overloaded with a status of its own."""
        return error(529 if status == 503 else status, words)

    def _wrong_key(self, request: Request) -> Response | None:
        sent = request.headers.get("x-api-key", "")
        if self.key is None or sent == self.key:
            return None
        # Servers echo what they were sent: whoever reads this must not pass it on.
        return error(401, f"invalid x-api-key: {sent}")

    def _wrong_field(self, body: Mapping[str, Any]) -> Response | None:
        if "max_tokens" not in body:
            return error(400, "max_tokens: Field required")
        for name in body:
            if name not in _KNOWN | _OPTIONS:
                return error(400, f"{name}: Extra inputs are not permitted")
        for place, message in enumerate(body["messages"]):
            if message["role"] not in {"user", "assistant"}:
                return error(400, f"messages.{place}.role: Input should be 'user' or 'assistant'")
        if "tools" in body and not self.tools:
            return error(400, "tool_choice: this model cannot be made to use a tool")
        if "tools" in body and body["tools"][0]["input_schema"].get("type") != "object":
            return error(400, "tools.0.input_schema.type: Field required")
        return None

    def _wrong_thinking(self, body: Mapping[str, Any]) -> Response | None:
        thinking = body.get("thinking") or {"type": "disabled"}
        kind = thinking["type"]
        if kind == "disabled":
            return None
        if kind == "enabled" and self.adaptive:
            return error(400, '"thinking.type.enabled" is not supported for this model. Use "thinking.type.adaptive".')
        if kind == "adaptive" and not self.adaptive:
            return error(400, "adaptive thinking is not supported on this model")
        if "display" in thinking and not self.shows:
            return error(400, "thinking.adaptive.display: Extra inputs are not permitted")
        if kind == "enabled" and not 1024 <= thinking["budget_tokens"] < body["max_tokens"]:
            return error(400, "`max_tokens` must be greater than `thinking.budget_tokens`")
        if body.get("temperature", 1) != 1:
            return error(400, "`temperature` may only be set to 1 when thinking is enabled")
        if body.get("tool_choice", {}).get("type") in {"tool", "any"}:
            return error(400, "Thinking may not be enabled when tool_choice forces tool use.")
        return None

    def _too_long(self, body: Mapping[str, Any]) -> Response | None:
        asked = sum(tokens(text) for text in _texts(body))
        if self.context is None or asked <= self.context:
            return None
        return error(400, f"prompt is too long: {asked} tokens > {self.context} maximum")

    def _usage(self, body: Mapping[str, Any], ask: Ask, said: Answer) -> dict[str, int]:
        """Counts with what was kept and read: everything before the last marker that is long enough."""
        written, read, begun, length = 0, 0, "", 0
        for block in _all_blocks(body):
            begun, length = begun + block["text"] + "\0", length + tokens(block["text"])
            if "cache_control" in block and length >= self.cache:
                written, read = (0, length) if begun in self.kept else (length - read, read)
                self.kept.add(begun)
        prompt = sum(tokens(message["content"]) for message in ask.messages)
        return {
            "input_tokens": prompt - written - read,
            "cache_creation_input_tokens": written,
            "cache_read_input_tokens": read,
            "output_tokens": tokens(said.text) + tokens(said.thinking),
        }


def _all_blocks(body: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    for content in (body.get("system", ""), *(message["content"] for message in body["messages"])):
        yield from ([{"text": content}] if isinstance(content, str) else content)


def _texts(body: Mapping[str, Any]) -> Iterator[str]:
    return (block["text"] for block in _all_blocks(body))


def _text_of(content: str | list[dict[str, Any]]) -> str:
    return content if isinstance(content, str) else "".join(block["text"] for block in content)


def _blocks(said: Answer, tool: Mapping[str, Any] | None) -> list[dict[str, Any]]:
    blocks: list[dict[str, Any]] = []
    if said.thinking:
        blocks.append({"type": "thinking", "thinking": said.thinking, "signature": "c2lnbmVk"})
    if said.finish == "refused":
        return [*blocks, *([{"type": "text", "text": said.refusal}] if said.refusal else [])]
    if tool is not None:
        blocks.append({"type": "tool_use", "id": "toolu_1", "name": tool["name"], "input": json.loads(said.text)})
    elif said.text:
        blocks.append({"type": "text", "text": said.text})
    return blocks


def _stop_reason(said: Answer, tool: Mapping[str, Any] | None) -> str:
    reasons = {"stop": "tool_use" if tool is not None else "end_turn", "length": "max_tokens", "refused": "refusal"}
    return reasons[said.finish]


def error(status: int, message: str, *, kind: str = "") -> Response:
    """An error as the API writes it."""
    words = {"type": kind or _KINDS.get(status, "api_error"), "message": message}
    return as_json({"type": "error", "error": words, "request_id": "req_stand_in"}, status)


@contextmanager
def anthropic_server(dialect: AnthropicDialect | None = None, **settings: Any) -> Iterator[StandIn]:
    """Serve from a thread; settings are those of `StandIn`."""
    spoken: Dialect = dialect or AnthropicDialect()
    with StandIn(spoken, **settings).serving() as server:
        yield server


if __name__ == "__main__":
    serve(AnthropicDialect(any_model=True))
