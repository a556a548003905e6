"""A request's identity: what a stored answer is held against when a run is replayed."""

from __future__ import annotations

from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sociarium.experiment.canonical import canonical_json, canonical_text, fingerprint
from sociarium.ports.model import ChatMessage, ModelIdentity, ModelRequest, Speaker

texts = st.text(st.characters())
"""Of any characters, halves of surrogate pairs too."""
values = st.dictionaries(
    texts, st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | texts
)
messages = st.lists(st.builds(ChatMessage, st.sampled_from(get_args(Speaker)), texts)).map(tuple)


@pytest.mark.slow
@given(messages, values, st.none() | values, st.lists(texts).map(tuple))
def test_a_request_is_known_by_the_canonical_json_of_all_that_it_says(
    said: tuple[ChatMessage, ...], options: dict[str, Any], schema: dict[str, Any] | None, stop: tuple[str, ...]
) -> None:
    request = ModelRequest(ModelIdentity("a", "openai", "b", options), said, schema, stop, purpose="reply")
    assert request.fingerprint() == fingerprint(
        {
            "model": ["a", "openai", "b", options],
            "messages": [[message.role, message.content] for message in said],
            "schema": schema,
            "stop": list(stop),
        }
    )


@given(values)
def test_a_canonical_text_is_canonical_json(value: dict[str, Any]) -> None:
    assert canonical_text(value).encode() == canonical_json(value)
