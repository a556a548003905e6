"""A request in the words of the Messages API."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from sociarium.errors import Misconfigured
from sociarium.experiment.extra_options import LACKING, RESERVED
from sociarium.ports.model import ModelRequest
from sociarium.providers.schema_in_words import schema_in_words

DEFAULT_MAX_TOKENS = 4096
"""Of a reply where the entry says nothing: the API wants a limit, and every model takes this one."""
TOOL = "answer"
"""The tool that a structured answer is the input of."""
WRAPPED = "value"
"""Where the answer stands in that input if its schema is not one of an object."""

_AS_THEY_ARE = ("temperature", "top_p", "top_k")
_BUDGETS: Mapping[bool | str, int] = {"low": 1024, "medium": 4096, True: 4096, "high": 16_384}
"""Tokens of thinking, where the API wants them counted."""
_LEAST_BUDGET = 1024
_MARKER = {"type": "ephemeral"}

WRITTEN_AS = {
    "output_config": "thinking",
    "budget_tokens": "thinking",
    "stop_sequences": "stop",
}
"""Names of the API that the experiment file calls otherwise."""


@dataclass(frozen=True, slots=True)
class Form:
    """In which form a model wants what the API has several forms for.

    Attributes:
        thinking: enabled: with a budget of tokens. adaptive: with an effort.
        display: whether it is asked to show its thinking; older models do so unasked, and do not know the word.
        tool: whether it can be made to call a tool; where not, a schema is put into words.
    """

    thinking: Literal["enabled", "adaptive"] = "enabled"
    display: bool = True
    tool: bool = True


def body_of(request: ModelRequest, form: Form) -> dict[str, Any]:
    """The body of a call.

    The system prompt and the opening, which calls of a run share, end in cache markers; below the length from which the
    API caches they do nothing. A schema goes out as a tool that the model must call; a model that thinks cannot be made
    to, and is asked in words.

    Raises:
        Misconfigured: an option has no place in the API, or `extra` names what cannot be set there.
    """
    options = dict(request.model.options)
    if problem := lacking_options(options):
        raise Misconfigured(f"{_entry(request)}: {problem}")
    extra = options.pop("extra", None) or {}
    body: dict[str, Any] = {"model": request.model.model, "max_tokens": DEFAULT_MAX_TOKENS}
    body |= {name: options[name] for name in _AS_THEY_ARE if name in options}
    limit = options.get("max_tokens")
    if limit is not None:
        body["max_tokens"] = limit
    if (thinking := options.get("thinking")) is not None:
        body |= _thinking(request, thinking, limit, form)
    for name, value in extra.items():
        if name in RESERVED["anthropic"]:
            raise Misconfigured(f"{_entry(request)}: extra.{name} cannot be set; the program itself needs it")
        if name in body and not (name == "max_tokens" and limit is None):
            written = WRITTEN_AS.get(name, name)
            raise Misconfigured(f"{_entry(request)}: {written} and extra.{name} are the same option; write one of them")
        body[name] = value
    if request.stop:
        body["stop_sequences"] = list(request.stop)
    in_words = request.schema is not None and not takes_tool(request, form)
    if request.schema is not None and not in_words:
        body["tools"] = [{"name": TOOL, "description": "Gives the answer.", "input_schema": _of_object(request.schema)}]
        body["tool_choice"] = {"type": "tool", "name": TOOL}
    if system := _system_of(request, in_words=in_words):
        body["system"] = [{"type": "text", "text": system, "cache_control": _MARKER}]
    body["messages"] = _messages_of(request)
    return body


def lacking_options(options: Mapping[str, Any]) -> str:
    """What has to be said of options that the API has no place for, with the mend; empty where there are none."""
    lacking = [f"`{name}`" for name in LACKING["anthropic"] if options.get(name) is not None]
    if not lacking:
        return ""
    return (
        f"Anthropic's API has no {' and no '.join(lacking)}, and the model would be asked without; take it out of the "
        "model's entry"
    )


def takes_tool(request: ModelRequest, form: Form) -> bool:
    """Whether a schema of this request goes out as a tool."""
    return form.tool and request.model.options.get("thinking") in {None, False}


def form_of(request: ModelRequest, form: Form) -> dict[str, str]:
    """What of a request goes out in another form than it has there; empty where all goes out as it is."""
    return {"schema": "in words"} if request.schema is not None and not takes_tool(request, form) else {}


def sent_options(body: Mapping[str, Any]) -> dict[str, Any]:
    """The options of a call as really sent."""
    return {name: value for name, value in body.items() if name not in {"model", "messages", "system"}}


def is_wrapped(schema: Mapping[str, Any]) -> bool:
    """Whether an answer stands within an object that its schema does not have: the input of a tool is an object."""
    return schema.get("type") != "object"


def _of_object(schema: Mapping[str, Any]) -> Mapping[str, Any]:
    if not is_wrapped(schema):
        return schema
    return {
        "type": "object",
        "properties": {WRAPPED: schema},
        "required": [WRAPPED],
        "additionalProperties": False,
    }


def _thinking(request: ModelRequest, thinking: bool | str, limit: int | None, form: Form) -> dict[str, Any]:
    if thinking is False:
        return {"thinking": {"type": "disabled"}}
    if form.thinking == "adaptive":
        shown = {"display": "summarized"} if form.display else {}
        effort = {"output_config": {"effort": thinking}} if isinstance(thinking, str) else {}
        more = {} if limit is not None else {"max_tokens": _BUDGETS[thinking] + DEFAULT_MAX_TOKENS}
        return {"thinking": {"type": "adaptive", **shown}, **effort, **more}
    budget = _BUDGETS[thinking]
    if limit is None:
        return {"thinking": {"type": "enabled", "budget_tokens": budget}, "max_tokens": budget + DEFAULT_MAX_TOKENS}
    if limit <= _LEAST_BUDGET:
        raise Misconfigured(
            f"{_entry(request)}: `max_tokens: {limit}` bounds thinking and reply together, and thinking takes "
            f"{_LEAST_BUDGET} at least; raise it, or set `thinking: false`"
        )
    return {"thinking": {"type": "enabled", "budget_tokens": max(_LEAST_BUDGET, min(budget, limit // 2))}}


def _system_of(request: ModelRequest, *, in_words: bool) -> str:
    prompts = [message.content for message in request.messages if message.role == "system"]
    words = [schema_in_words(request.schema)] if request.schema is not None and in_words else []
    return "\n\n".join(text for text in (*prompts, *words) if text)


def _messages_of(request: ModelRequest) -> list[dict[str, Any]]:
    spoken: list[dict[str, Any]] = [
        {"role": message.role, "content": message.content} for message in request.messages if message.role != "system"
    ]
    if len(spoken) > 1 and spoken[0]["content"]:
        spoken[0]["content"] = [{"type": "text", "text": spoken[0]["content"], "cache_control": _MARKER}]
    return spoken


def _entry(request: ModelRequest) -> str:
    return f"model {request.model.name!r}"
