"""Errors of the chat completions protocol, in whichever form and with whichever status they come."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from sociarium.providers.errors import readable_words
from sociarium.providers.openai.event_stream import completion_of_events
from sociarium.providers.openai.options import WRITTEN_AS
from sociarium.providers.refusals import Meaning, meaning_of

_BROKEN_OFF = {
    "error": "502",
    "network_error": "502",
    "abort": "502",
    "aborted": "502",
    "cancelled": "502",
    "canceled": "502",
    "timeout": "502",
    "not_finished": "502",
    "insufficient_system_resource": "503",
}
"""Ends of a reply that are the server's fault, and the status that each would have: OpenRouter, Mistral, Cohere, Zhipu,
vLLM, SGLang, TensorRT-LLM, DeepSeek. What was said until then is half of a reply."""
_LONGEST_RAW = 2000
"""Letters of a plain text behind a gateway that are read."""
_IN_WORDS = re.compile(r"\s*[^\s{\[\"]\S*\s+\S")
_NOBODY_TAKES_IT = re.compile(r"no endpoints found that (support|can handle)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class ErrorBody:
    """An error as a server words it.

    Attributes:
        code: the protocol's name for it; empty where it has none.
        codes: every name that the server gives to it.
        parameter: the option that it is about.
        generated: what the model wrote, where that is what the server refuses.
        words: the message without what the server echoes of the request, in which anything may stand.
    """

    message: str
    code: str = ""
    codes: frozenset[str] = frozenset()
    parameter: str = ""
    generated: str = ""
    words: str = ""

    def meaning(self, status: int) -> Meaning | None:
        """What it means, by the table of refusals."""
        return meaning_of(status, self.words, self.codes)

    def option(self, sent: Mapping[str, Any]) -> str | None:
        """The refused option, as the experiment file calls it; None when the complaint is about something else."""
        inside = sent.get("chat_template_kwargs")
        names = [*sent, *(inside if isinstance(inside, Mapping) else ())]
        option = next((name for name in names if self.parameter.split(".")[0] == name), None) or next(
            (name for name in names if re.search(rf"(?<!\w){re.escape(name)}(?!\w)", self.words, re.IGNORECASE)), None
        )
        if option is None:
            return None
        if option not in sent:
            option = "chat_template_kwargs"
        return WRITTEN_AS.get(option, option)


def read_error(body: bytes) -> ErrorBody:
    """What an error's body says, in whatever form a server puts it: Google into a list, Cloudflare as a list."""
    text = body.decode("utf-8", "replace")
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        value = completion_of_events(body)
    return ErrorBody(readable_words(text), words=text) if value is None else _error_of(value, text)


def _error_of(value: Any, text: str) -> ErrorBody:
    if isinstance(value, list) and len(value) == 1:
        value = value[0]
    error = value.get("error", value) if isinstance(value, dict) else value
    if isinstance(error, dict) and isinstance(error.get("errors"), list) and error["errors"] and "message" not in error:
        error = error["errors"][0]
    if not isinstance(error, dict):
        message = error if isinstance(error, str) else text
        return ErrorBody(message, words=message)
    detail = next((error[name] for name in ("message", "detail", "msg", "Message") if name in error), None)
    generated = error.get("failed_generation")
    own = ErrorBody(
        detail if isinstance(detail, str) else text,
        str(error.get("code") or ""),
        frozenset(_codes(error)),
        str(error.get("param") or ""),
        generated if isinstance(generated, str) else "",
        detail if isinstance(detail, str) else _without_echo(detail),
    )
    behind = _error_behind(error.get("metadata"))
    if behind is None:
        return own
    return replace(
        own,
        message=f"{own.message}: {behind.message}",
        codes=own.codes | behind.codes,
        parameter=own.parameter or behind.parameter,
        generated=own.generated or behind.generated,
        words=f"{own.words}: {behind.words}",
    )


def _error_behind(metadata: Any) -> ErrorBody | None:
    """The error of the server behind a gateway, which hands it on as it came: OpenRouter says no more of its own."""
    raw = metadata.get("raw") if isinstance(metadata, dict) else None
    try:
        value = json.loads(raw) if isinstance(raw, str) else None
    except (ValueError, RecursionError):
        words = readable_words(str(raw))[:_LONGEST_RAW]
        return ErrorBody(words, words=words) if _IN_WORDS.match(words) else None
    return _error_of(value, str(raw)) if isinstance(value, dict | list) and value else None


def refusal_within(value: Any) -> ErrorBody | None:
    """The error that a body is, whatever its status; None for what is none.

    Older vLLM, FastChat and gateways put it into an answer of status 200, MiniMax beside choices that are null. Where
    the server behind a gateway fails on the way, it stands at the choice, beside the half of a reply.
    """
    if not isinstance(value, dict):
        return None
    if value.get("choices"):
        return _broken_off(value["choices"])
    is_error = any(value.get(name) for name in ("error", "errors", "detail")) or value.get("object") == "error"
    if is_error or ("code" in value and ("message" in value or "msg" in value)):
        return _error_of(value, json.dumps(value, ensure_ascii=False))
    status = value.get("base_resp")
    if isinstance(status, dict) and status.get("status_code"):
        words = str(status.get("status_msg") or status["status_code"])
        return ErrorBody(words, codes=frozenset({f"base_resp {status['status_code']}"}), words=words)
    return None


def _broken_off(choices: Any) -> ErrorBody | None:
    choice = choices[0] if isinstance(choices, list) else None
    if not isinstance(choice, dict):
        return None
    # OpenRouter tells a server's network error as a `stop`, and in its own word beside that.
    reason = _fault(choice.get("finish_reason")) or _fault(choice.get("native_finish_reason"))
    if not reason:
        return None
    if isinstance(choice.get("error"), dict):
        return _error_of(choice, json.dumps(choice["error"], ensure_ascii=False))
    words = f"the reply was broken off ({reason})"
    return ErrorBody(words, _BROKEN_OFF[reason], words=words)


def _fault(reason: Any) -> str:
    """An end of a reply that is the server's fault, as `_BROKEN_OFF` has it; empty for every other one."""
    if not reason or reason == "stop":  # nearly always
        return ""
    plain = str(reason).strip().casefold()
    return plain if plain in _BROKEN_OFF else ""


def status_of(error: ErrorBody) -> int:
    """With which status an error would have come that came with status 200: by its code, then by its words.

    FastChat's codes have two digits more, and its own meaning for what begins with 403.
    """
    code = re.fullmatch(r"([45]\d\d)(\d\d)?", error.code)
    if code:
        return 400 if code[2] and code[1] == "403" else int(code[1])
    means = error.meaning(400)
    if means is None:
        return 502
    return 429 if means == "rate_limit" else 400


def is_of_request(status: int, error: ErrorBody) -> bool:
    """Whether a 404 is about what was asked for, not about the address: nobody behind a gateway takes it so."""
    return status == 404 and _NOBODY_TAKES_IT.search(error.words) is not None


def _without_echo(body: Any) -> str:
    """What a validator says, as FastAPI words it: where and what; not its `input`, which may be the whole prompt."""
    if isinstance(body, dict):
        return _without_echo(body.get("detail"))
    faults = [fault for fault in body if isinstance(fault, dict)] if isinstance(body, list) else []
    return "; ".join(f"{fault.get('loc', '')}: {fault.get('msg', '')}" for fault in faults)


def _codes(error: Mapping[str, Any]) -> Iterator[str]:
    for name in ("code", "type", "status"):
        yield str(error.get(name) or "")
    inner, metadata, details = error.get("innererror"), error.get("metadata"), error.get("details")
    if isinstance(inner, dict):
        yield str(inner.get("code") or "")
    if isinstance(metadata, dict):
        # OpenRouter's own names; its `invalid_prompt` is any prompt that a server does not take.
        yield str(metadata.get("error_type") or "").replace("invalid_prompt", "")
        if "flagged_input" in metadata:
            yield "flagged_input"
    choices = error.get("choices")  # Azure AI refuses so what a reply says: a completion, with status 400
    if isinstance(choices, list) and choices and isinstance(choices[0], dict):
        yield str(choices[0].get("finish_reason") or "")
    for detail in details if isinstance(details, list) else ():
        if isinstance(detail, dict):
            yield str(detail.get("reason") or "")
