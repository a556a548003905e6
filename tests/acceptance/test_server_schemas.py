"""Structured answers of servers that keep little of a schema: nothing gets another meaning, and all is counted."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

import pytest
from ruamel.yaml import YAML

from sociarium.environments.protocols import protocol_of
from sociarium.stores.sqlite import SqliteStore
from tests.servers.answers import Answer, Answering, Ask, careless, words_of
from tests.servers.stand_in import StandIn
from tests.support.definitions import small_feed
from tests.support.older_stores import play_by
from tests.support.played_stores import played
from tests.support.program import Program
from tests.support.server_experiments import PROTOCOLS, entry, sent, server

FEED = """\
title: Small
environment: feed
models: {{m: {model}}}
people:
  - {{handle: ada, follows: [ben]}}
  - {{handle: ben, follows: [ada]}}
  - {{generate: 2, role: troll, model: m, prompt: Write a troll.}}
graph: {{kind: complete}}
feed: {{post: {post}, tick: 4h, reading: {reading}}}
memory: {{max_words: 20, reflect_every: 1}}
events: [{{name: news, day: 1, author: wire, post: The bridge closes.}}]
probes: [{{name: mood, at: [end], ask: Mood?, answer: {{from: 0, to: 10}}}}]
days: 2
"""


def fed(program: Program, served: StandIn, *, post: str = "chosen", reading: str = "by_list") -> dict[str, Any]:
    """A feed that was played on a server, in full, as `show` tells of it."""
    text = FEED.format(model=entry(served), post=post, reading=reading)
    (program.folder / "feed.yaml").write_text(text, encoding="utf-8")
    said = program("run", "feed.yaml", "--json", "--yes")
    assert said.json["counts"]["done"] == 1, said.err
    [run] = program("list", "runs", "--json").json
    told: dict[str, Any] = program("show", run["run"], "--json").json
    assert program("replay", run["run"]).code == 0
    return told


def judging(change: Callable[[dict[str, Any]], None]) -> Answering:
    """A model that keeps to its schema, apart from what it answers about posts."""

    def answering(ask: Ask) -> Answer:
        said = words_of(ask)
        if ask.schema is None or "posts" not in ask.schema["properties"]:
            return said
        answer = json.loads(said.text)
        for judged in answer["posts"].values():
            change(judged)
        return Answer(json.dumps(answer))

    return answering


def of_case(text: str) -> Mapping[str, Any]:
    """Values that a case of a server gives, as the JSON that was seen."""
    values: Mapping[str, Any] = json.loads(text)
    return values


def probabilities(told: Mapping[str, Any], kind: str) -> set[float]:
    return {one["probability"] for one in told["reactions"] if one["kind"] == kind}


@pytest.mark.slow
@pytest.mark.parametrize("protocol", PROTOCOLS)
@pytest.mark.parametrize("reading", ["by_list", "together"])
def test_every_schema_that_goes_out_has_bounds_that_every_grammar_keeps(
    program: Program, protocol: str, reading: str
) -> None:
    with server(protocol) as served:
        told = fed(program, served, reading=reading)
        schemas = [schema for schema in (sent(call).schema for call in served.chats) if schema]
    assert {name for schema in schemas for name in schema["properties"]} >= {"posts", "follow", "answer", "persona"}
    spelled = json.dumps(schemas)
    assert '"number"' not in spelled
    assert all("maxLength" in part or "enum" in part for part in strings(schemas))
    assert (told["skipped"], told["repaired"], told["session_flags"]) == ([], [], {})


def strings(schema: Any) -> list[Mapping[str, Any]]:
    parts = schema.values() if isinstance(schema, dict) else schema if isinstance(schema, list) else ()
    own = [schema] if isinstance(schema, dict) and schema.get("type") == "string" else []
    return own + [found for part in parts for found in strings(part)]


@pytest.mark.slow
@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_a_feed_survives_a_server_that_ignores_lengths_and_counts_what_was_cut(program: Program, protocol: str) -> None:
    with server(protocol, answering=careless) as served:
        told = fed(program, served)
    assert told["ended"] == "completed"
    assert told["skipped"] == []
    assert told["session_flags"]["words_cut"] == told["sessions"] > 0
    assert {len(person["state"].split()) for person in told["people"]} == {20}
    assert max(len(one["words"]) for one in told["reactions"]) <= 300
    chosen = [post for post in told["posts"] if post["kind"] == "post" and post["source"] == "person"]
    assert chosen
    assert {tuple(post["flags"]) for post in chosen} == {("words_cut",)}
    assert max(len(post["content"]) for post in chosen) <= 1900
    for person in told["people"]:
        if person["generated"]:
            assert len(person["persona"]) == 1900
            assert len(person["bio"]) <= 300
            assert len(person["handle"]) <= 32


NUMBER_BOUNDS = '{"like": 3.6, "reply": 1e31}'


@pytest.mark.slow
@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_a_probability_without_meaning_is_asked_for_again_and_its_step_then_skipped(
    program: Program, protocol: str
) -> None:
    """A probability without meaning is asked for again, and the step is then skipped; none is taken for another."""
    with server(protocol, answering=judging(lambda judged: judged.update(of_case(NUMBER_BOUNDS)))) as served:
        told = fed(program, served)
        reads = [call for call in map(sent, served.chats) if call.schema and "posts" in call.schema["properties"]]
    assert told["reactions"] == []
    skipped = [one for one in told["skipped"] if one["step"].startswith("read/")]
    assert skipped
    assert {one["why"] for one in skipped} == {"invalid"}
    assert len(reads) == 3 * len(skipped)
    for call in reads:
        answer = call.schema["$defs"]["answer"]["properties"] if call.schema else {}
        assert {answer[kind]["type"] for kind in ("like", "reply", "repost", "quote")} == {"integer"}


@pytest.mark.slow
@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_a_percentage_with_a_fraction_is_read_as_one_and_flagged(program: Program, protocol: str) -> None:
    change = {"like": 99.5, "reply": 0, "repost": 0, "quote": 0}
    with server(protocol, answering=judging(lambda judged: judged.update(change))) as served:
        told = fed(program, served, post="daily")
    assert probabilities(told, "like") == {0.995}
    assert {one["values"] for one in told["repaired"]} >= {1}


PROBABILITY_PERCENT = '{"like": 80, "reply": "0.8"}'


@pytest.mark.slow
@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_a_probability_in_percent_or_in_quotes_is_read_as_the_share_it_means(program: Program, protocol: str) -> None:
    fixed = {"repost": 0, "quote": 1, **of_case(PROBABILITY_PERCENT)}
    with server(protocol, answering=judging(lambda judged: judged.update(fixed))) as served:
        told = fed(program, served, post="daily")
    assert probabilities(told, "like") == {0.8}
    assert probabilities(told, "reply") == {0.8}
    assert probabilities(told, "quote") <= {0.01}
    assert {tuple(one["flags"]) for one in told["reactions"] if one["kind"] == "like"} == {()}
    assert {tuple(one["flags"]) for one in told["reactions"] if one["kind"] == "reply"} == {("repaired",)}
    seen = sum(post["seen"] for post in told["posts"])
    assert sum(one["values"] for one in told["repaired"]) == seen
    assert told["session_flags"]["repaired"] > 0
    assert "had to be repaired" in program("show", told["run"]).out


def test_own_words_that_ask_for_shares_are_told_of_before_the_start(program: Program) -> None:
    text = {"title": "Small", "environment": "feed", "models": {"m": {"provider": "offline"}},
            "people": [{"handle": "ada", "follows": ["ben"]}, {"handle": "ben"}],
            "prompts": {"read": "Say how likely you are to react, from 0 to 1."}}  # fmt: skip
    with (program.folder / "feed.yaml").open("w", encoding="utf-8") as file:
        YAML().dump(text, file)
    [warning] = program("plan", "feed.yaml", "--json").json["warnings"]
    assert "whole percent" in warning


@pytest.mark.slow
def test_runs_under_different_rules_are_not_listed_or_exported_without_a_word(
    program: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = protocol_of("feed")
    store = SqliteStore(program.folder / "mixed.db")
    play_by(now - 1, monkeypatch)
    played(store, small_feed(sweep="{replicates: 2}"), limit=1)
    there = ("--store", "sqlite:///mixed.db")
    alone = program("list", "runs", *there)
    assert "rules" not in alone.out
    before = program("export", "Small", "--format", "csv", "--out", "before", "--json", *there)
    assert before.json["protocols"] == [now - 1]
    assert "rules" not in before.err
    play_by(now, monkeypatch)
    played(store, small_feed(sweep="{replicates: 2}"))
    store.close()
    assert {run["protocol"] for run in program("list", "runs", "--json", *there).json} == {now - 1, now}
    assert "rules" in program("list", "runs", *there).out
    after = program("export", "Small", "--format", "jsonl", "--out", "after", *there)
    assert after.code == 0
    assert f"protocols {now - 1} and {now}" in after.err
