"""Streams of events in place of a completion."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sociarium.providers.openai.error_body import read_error
from sociarium.providers.openai.event_stream import completion_of_events
from sociarium.providers.openai.response import read_completion


def stream(*events: Any, end: str = "\n\n", done: bool = True) -> bytes:
    lines = [one if isinstance(one, str) else f"data: {json.dumps(one, ensure_ascii=False)}" for one in events]
    return "".join(f"{line}{end}" for line in (*lines, *(["data: [DONE]"] if done else []))).encode()


def piece(content: Any = None, **more: Any) -> dict[str, Any]:
    return {"choices": [{"index": 0, "delta": {"content": content}, **more}]}


@given(st.lists(st.text(min_size=1), min_size=1), st.sampled_from(["\n\n", "\r\n\r\n", "\r\r"]))
def test_pieces_are_joined_whatever_they_hold(pieces: Sequence[str], end: str) -> None:
    body = stream(*map(piece, pieces), piece(finish_reason="length"), end=end)
    completion = completion_of_events(body)
    assert completion["choices"] == [{
        "message": {"content": "".join(pieces), "refusal": "", "reasoning_content": "", "reasoning": "",
                    "thinking": ""}, "finish_reason": "length",
    }]  # fmt: skip


def test_a_reply_has_what_its_server_tells_beside_the_words() -> None:
    first = piece("Good ") | {"model": "m", "system_fingerprint": "f"}
    usage = {"choices": [], "usage": {"prompt_tokens": 9, "completion_tokens": 2}}
    body = stream(": OPENROUTER PROCESSING", "event: chunk", first, piece("morning.", finish_reason="stop"), usage)
    read = read_completion(completion_of_events(b"\xef\xbb\xbf" + body))
    assert (read.reply.text, read.reply.finish_reason) == ("Good morning.", "stop")
    assert (read.reply.prompt_tokens, read.reply.completion_tokens) == (9, 2)
    assert (read.served_model, read.fingerprint) == ("m", "f")


def test_thinking_and_parts_of_a_content_stay_apart() -> None:
    thought = [{"type": "thinking", "thinking": [{"type": "text", "text": "plan"}]}]
    read = read_completion(completion_of_events(stream(piece(thought), piece("Good "), piece("morning."))))
    assert (read.reply.text, read.reply.thinking) == ("Good morning.", "plan")
    pieces = [{"choices": [{"delta": {"reasoning": word}}]} for word in ("pl", "an")]
    read = read_completion(completion_of_events(stream(*pieces, piece("Hello."))))
    assert (read.reply.text, read.reply.thinking) == ("Hello.", "plan")


def test_an_event_of_several_data_lines_is_one_value() -> None:
    body = b'data: {"choices": [{"message":\ndata: {"content": "Hello."}, "finish_reason": "stop"}]}\n\n'
    assert read_completion(completion_of_events(body)).reply.text == "Hello."


def test_other_choices_than_the_first_are_nobodys_words() -> None:
    other = {"choices": [{"index": 1, "delta": {"content": "no"}}]}
    assert read_completion(completion_of_events(stream(piece("yes"), other))).reply.text == "yes"


@pytest.mark.parametrize(
    "body",
    [
        b"", b"Good morning.", b"<!doctype html>", b"data: {", b"data: [DONE]\n\n", b"data: 7\n\ndata: [DONE]\n\n",
        stream(piece("Good"), done=False), stream(piece("Good"), 'data: {"choices": [{"del'),
        b"data: " + b"[" * 100_000 + b"\n\n",
    ],
)  # fmt: skip
def test_what_is_no_stream_or_half_of_one_is_no_completion(body: bytes) -> None:
    assert completion_of_events(body) is None


def test_a_content_that_is_no_text_is_refused() -> None:
    with pytest.raises(ValueError, match="no text"):
        read_completion(completion_of_events(stream(piece(7))))


def test_an_error_among_the_events_is_the_answer() -> None:
    error: Mapping[str, Any] = {"error": {"message": "overloaded", "code": 503}}
    assert completion_of_events(stream(piece("Good"), error | piece("", finish_reason="error"))) == error
    assert read_error(stream(error)).message == "overloaded"
