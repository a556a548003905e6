"""Schemas of structured answers: bounds that every server's grammar keeps, and readers that keep what they allow."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sociarium.environments.answer_schema import LONGEST, PERCENT, most_characters, with_lengths, within_bounds
from sociarium.environments.structured_output import share_in, words_in
from sociarium.experiment.feed.run_content import FeedSettings, MemoryContent
from sociarium.experiment.rng import Draws
from sociarium.providers.offline import instance
from tests.support.conversations_in_memory import played as conversation
from tests.support.feeds_in_memory import content, lively, played

THRESHOLD = 2_000
"""A repetition that llama.cpp refuses, with the whole schema."""


def parts(schema: Any) -> Iterator[Mapping[str, Any]]:
    """Every part of a schema that has a type, an enum or a reference."""
    if isinstance(schema, Mapping):
        if isinstance(schema.get("type"), str) or "enum" in schema or "$ref" in schema:
            yield schema
        for part in schema.values():
            yield from parts(part)
    elif isinstance(schema, list):
        for part in schema:
            yield from parts(part)


def assert_bounded(schema: Mapping[str, Any]) -> None:
    for part in parts(schema):
        match part.get("type"):
            case "number":
                raise AssertionError("bounds of a number are ignored")
            case "integer":
                assert {"minimum", "maximum"} <= part.keys()
            case "string":
                assert "enum" in part or part["maxLength"] < THRESHOLD
            case "array":
                assert part["maxItems"] < THRESHOLD


@pytest.mark.parametrize("reading", ["by_list", "together"])
@pytest.mark.parametrize("max_words", [1, 30, 200, 5000])
def test_every_number_of_a_feed_is_whole_and_every_string_and_list_has_a_length(reading: Any, max_words: int) -> None:
    feed = content(4, feed=FeedSettings(reading=reading, post="chosen"), memory=MemoryContent(max_words=max_words))
    schemas = [request.schema for request in played(feed).requests.values() if request.schema]
    assert len(schemas) > 8
    for schema in schemas:
        assert_bounded(schema)


def test_every_number_of_a_conversation_is_whole_and_every_choice_an_enum() -> None:
    probes = (
        "[{name: trust, at: [start], ask: Trust?, answer: {from: 0, to: 10}},"
        " {name: vote, at: [end], ask: Vote?, answer: {choices: [yes, no]}}]"
    )
    run = conversation(probes=probes, sweep="{factors: {messages: 4, speaker_selection: auto, agents.guard: 2}}")
    schemas = [request.schema for request in run.requests.values() if request.schema]
    assert {request.purpose for request in run.requests.values() if request.schema} == {"probe", "manager"}
    for schema in schemas:
        assert_bounded(schema)


@given(st.integers(0, 100))
def test_a_whole_percent_is_a_share_as_it_was_asked_for(percent: int) -> None:
    assert share_in(percent) == (percent / 100, False)


@pytest.mark.parametrize(
    ("said", "share"),
    [(0.8, 0.8), ("0.8", 0.8), ("80", 0.8), ("80 %", 0.8), ("80%", 0.8), ("0,8", 0.8), (".5", 0.5), (3.6, 0.036),
     (80.0, 0.8), (1.0, 1.0), (0.0, 0.0), (-0.0, 0.0), ("1", 0.01), ("1 %", 0.01), ("0.5 %", 0.005), ("1.0", 1.0),
     (" 12 percent ", 0.12), (1e2, 1.0)],
)  # fmt: skip
def test_what_is_clearly_meant_is_read_and_called_repaired(said: Any, share: float) -> None:
    assert share_in(said) == (share, True)
    assert math.copysign(1, share_in(said)[0]) == 1


def test_a_whole_one_is_one_percent() -> None:
    assert share_in(1) == (0.01, False)


@pytest.mark.parametrize(
    "said",
    [101, -1, 100.5, -0.1, 1e31, 10**400, True, False, None, math.nan, math.inf, "", "often", "-5", "101", "1e1",
     "0.8.1", "50-60", "8 of 10", "٨٠", [80], {"like": 80}],
)  # fmt: skip
def test_what_is_no_probability_is_not_given_a_meaning(said: Any) -> None:
    assert share_in(said) is None


@pytest.mark.slow
@given(st.recursive(st.none() | st.booleans() | st.integers() | st.floats() | st.text(), st.lists))
def test_whatever_is_read_is_a_share(said: Any) -> None:
    read = share_in(said)
    assert read is None or 0 <= read[0] <= 1


@pytest.mark.parametrize("max_words", [1, 30, 190, 5000])
def test_as_many_words_as_the_bound_has_room_for_are_kept(max_words: int) -> None:
    most = most_characters(max_words)
    kept = " ".join(["nine_long"] * max_words)[: most - 1].strip()
    assert words_in(kept, most=max_words, characters=most) == (kept, False)


def test_a_string_that_the_grammar_ended_counts_as_cut_and_a_longer_one_is_cut_there() -> None:
    most = most_characters(20)
    assert words_in("x" * most, most=20, characters=most) == ("x" * most, True)
    assert words_in("x" * 5000, most=20, characters=most) == ("x" * most, True)
    assert within_bounds({"a": ["y" * 5000], "b": 7}) == ({"a": ["y" * LONGEST], "b": 7}, True)
    assert within_bounds({"a": ["y" * (LONGEST - 1)]}) == ({"a": ["y" * (LONGEST - 1)]}, False)


def test_strings_of_a_schema_from_a_file_get_a_length_where_they_have_none() -> None:
    schema = {
        "type": "object",
        "properties": {"type": {"type": "string"}, "tea": {"type": "string", "enum": ["never"]},
                       "short": {"type": "string", "maxLength": 9}, "age": {"type": "integer"},
                       "kin": {"type": "array", "items": {"anyOf": [{"type": ["string", "null"]}]}}},
        "required": ["type"],
        "default": {"type": "string"},
    }  # fmt: skip
    got = with_lengths(schema)
    assert got["properties"]["type"] == {"type": "string", "maxLength": LONGEST}
    assert got["properties"]["kin"]["items"]["anyOf"] == [{"type": ["string", "null"], "maxLength": LONGEST}]
    for name in ("tea", "short", "age"):
        assert got["properties"][name] == schema["properties"][name]
    assert (got["required"], got["default"]) == (schema["required"], schema["default"])


@given(st.integers(0, 10_000), st.integers(1, 60), st.integers(-5, 5), st.integers(0, 5), st.integers(0, 3))
def test_the_offline_model_keeps_the_bounds_of_a_schema(seed: int, length: int, low: int, room: int, most: int) -> None:
    schema = {
        "type": "object",
        "properties": {
            "text": {"type": "string", "maxLength": length},
            "number": {"type": "integer", "minimum": low, "maximum": low + room},
            "percent": PERCENT,
            "list": {"type": "array", "items": {"type": "string", "maxLength": length}, "maxItems": most},
        },
    }
    got = instance(schema, Draws("bounds", seed))
    assert len(got["text"]) <= length
    assert low <= got["number"] <= low + room
    assert 0 <= got["percent"] <= 100
    assert isinstance(got["percent"], int)
    assert len(got["list"]) <= most
    assert all(len(text) <= length for text in got["list"])


def test_the_parts_of_schemas_are_shared_between_requests() -> None:
    run = played(content(2, days=1), lively)
    plans = [request.schema for request in run.requests.values() if request.purpose == "plan" and request.schema]
    assert len({id(schema["properties"]["state"]) for schema in plans}) == 1
    assert json.dumps(plans[0]["properties"]["plan"]) == '{"type": "string", "maxLength": 1900}'
