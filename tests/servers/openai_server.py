"""A stand-in that speaks the OpenAI chat completions protocol.

python -m tests.servers.openai_server --port 0 --slots 64 --latency 0.05
"""

from __future__ import annotations

import gzip
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Literal

from tests.servers.answers import Answer, Answering, Ask, tokens, words_of
from tests.servers.command import serve
from tests.servers.stand_in import Dialect, StandIn
from tests.servers.wire import Request, Response, as_json

Thinking = Literal["reasoning_content", "reasoning", "tags"]

_KNOWN = {"model", "messages", "stream", "n", "stop", "response_format"}


@dataclass(slots=True)
class OpenAIDialect:
    """Chat completions and the list of models.

    Attributes:
        models: served, with the context that the list tells; None lets the list say nothing of it.
        any_model: whether every name is served.
        key: asked for, if any.
        thinking: where a model's thinking is put.
        refuses: options that it does not take, with the words in which it says so.
        structured: whether it takes `response_format`.
        listing: whether it has a list of models.
        context: tokens that a prompt may have.
        owner: whom the list names as the owner of its models.
        base, query: what stands in every address; another query is not found.
        key_header: in which the key is asked for.
        zipped: whether answers are compressed although nobody asked for that.
    """

    models: dict[str, int | None] = field(default_factory=lambda: {"stand-in": 8192})
    any_model: bool = False
    key: str | None = None
    thinking: Thinking = "reasoning_content"
    refuses: dict[str, str] = field(default_factory=dict)
    structured: bool = True
    listing: bool = True
    context: int | None = None
    fingerprint: str | None = "fp_stand_in"
    answering: Answering = words_of
    override: Response | None = None
    owner: str = "stand-in"
    base: str = "/v1"
    query: str = ""
    key_header: str = "authorization"
    zipped: bool = False
    chat: str = ""

    def __post_init__(self) -> None:
        self.chat = self.chat or f"{self.base}/chat/completions"

    async def prepare(self, request: Request) -> None:
        """Nothing is waited for."""

    def refusal(self, request: Request) -> Response | None:
        """Wrong key, unknown model, refused option, prompt too long."""
        if self.override is not None:
            return self.override
        if wrong := self._wrong_key(request):
            return wrong
        if request.query != self.query:
            return _error(404, "Resource not found")
        body = request.json
        model = body["model"]
        if not self.any_model and model not in self.models:
            return _error(
                404, f"The model `{model}` does not exist or you do not have access to it.", code="model_not_found"
            )
        for name, words in self.refuses.items():
            if name in body:
                return _error(400, words, param=name, code="unsupported_parameter")
        if "response_format" in body and not self.structured:
            return _error(400, "This response_format type is unavailable now")
        if self.context is not None and (asked := _tokens(body["messages"])) > self.context:
            return _error(
                400,
                f"This model's maximum context length is {self.context} tokens. However, your messages resulted in "
                f"{asked} tokens. Please reduce the length of the messages.",
                param="messages",
                code="context_length_exceeded",
            )
        return None

    def answer(self, request: Request) -> Response:
        """A chat completion."""
        body = request.json
        stop = body.get("stop") or ()
        schema = body.get("response_format", {}).get("json_schema", {}).get("schema")
        options = {name: value for name, value in body.items() if name not in _KNOWN}
        ask = Ask(
            body["model"],
            body["messages"],
            schema,
            (stop,) if isinstance(stop, str) else tuple(stop),
            body.get("max_completion_tokens", body.get("max_tokens")),
            options,
        )
        said = self.answering(ask)
        completion: dict[str, Any] = {
            "id": "chatcmpl-stand-in",
            "object": "chat.completion",
            "created": 1_760_000_000,
            "model": ask.model,
            "choices": [{"index": 0, "message": self._message(said), "logprobs": None, "finish_reason": _finish(said)}],
            "system_fingerprint": self.fingerprint,
        }
        if said.counted:
            prompt = _tokens(ask.messages)
            reply = tokens(said.text)
            completion["usage"] = {
                "prompt_tokens": prompt,
                "completion_tokens": reply,
                "total_tokens": prompt + reply,
            }
        good = as_json(completion)
        if not self.zipped:
            return good
        return Response(200, gzip.compress(good.body), {**good.headers, "content-encoding": "gzip"})

    async def other(self, request: Request) -> Response:
        """The list of models, or one of them."""
        if wrong := self._wrong_key(request):
            return wrong
        if request.path == f"{self.base}/models" and request.query == self.query and self.listing:
            return as_json({"object": "list", "data": [self._card(name) for name in self.models]})
        return _error(404, f"Invalid URL ({request.method} {request.path})")

    def failure(self, status: int, words: str) -> Response:
        """A server error in the protocol's words."""
        return _error(status, words, kind="server_error")

    def _wrong_key(self, request: Request) -> Response | None:
        given = request.headers.get(self.key_header, "").removeprefix("Bearer ")
        if self.key is None or given == self.key:
            return None
        # Servers echo what they were given: whoever reads this must not pass it on.
        return _error(401, f"Incorrect API key provided: {given}.", code="invalid_api_key")

    def _card(self, name: str) -> dict[str, Any]:
        card: dict[str, Any] = {"id": name, "object": "model", "created": 1_760_000_000, "owned_by": self.owner}
        if (context := self.models[name]) is not None:
            card["max_model_len"] = context
        return card

    def _message(self, said: Answer) -> dict[str, Any]:
        message: dict[str, Any] = {"role": "assistant", "content": said.text, "refusal": said.refusal or None}
        if said.refusal:
            message["content"] = None
        if said.thinking and self.thinking == "tags":
            message["content"] = f"<think>\n{said.thinking}\n</think>\n\n{said.text}"
        elif said.thinking:
            message[self.thinking] = said.thinking
        return message


def _tokens(messages: Sequence[Mapping[str, str]]) -> int:
    return sum([tokens(message["content"]) for message in messages])


def _finish(said: Answer) -> str:
    if said.finish == "refused":
        return "stop" if said.refusal else "content_filter"
    return said.finish


def _error(
    status: int, message: str, *, param: str | None = None, code: str | None = None, kind: str = "invalid_request_error"
) -> Response:
    return as_json({"error": {"message": message, "type": kind, "param": param, "code": code}}, status)


@contextmanager
def openai_server(dialect: OpenAIDialect | None = None, **settings: Any) -> Iterator[StandIn]:
    """Serve from a thread; settings are those of `StandIn`."""
    spoken: Dialect = dialect or OpenAIDialect()
    with StandIn(spoken, **settings).serving() as server:
        yield server


if __name__ == "__main__":
    serve(OpenAIDialect(any_model=True))
