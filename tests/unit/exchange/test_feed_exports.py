"""Feeds as tables and networks: they say what the feed's account says, whatever people wrote."""

from __future__ import annotations

import csv
import json
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any

import networkx as nx
import pytest

from sociarium.cli.targets import selection
from sociarium.environments.protocols import protocol_of
from sociarium.errors import BadInput
from sociarium.exchange import graphml
from sociarium.exchange.folder import Folder
from sociarium.exchange.run_document import run_document
from sociarium.exchange.selection import RunFilter
from sociarium.exchange.tables import csv_file
from sociarium.exchange.tables.export import export
from sociarium.ports.model import ModelRequest, ServedReply
from sociarium.providers.offline import Offline
from sociarium.stores.sqlite import SqliteStore
from tests.support.definitions import small_feed
from tests.support.older_stores import play_by
from tests.support.played_stores import ODD, Saying, played, two_days

FEED = small_feed(
    people="""
  - {handle: ada, name: '<A & "B">', bio: "=1+1", persona: {likes: tea}, follows: [bob]}
  - {handle: bob, follows: [ada, cyn]}
  - {handle: cyn, follows: [ada]}
  - {generate: 3, role: troll, model: dry, prompt: Invent a troll.}""",
    newcomers="{model: dry, prompt: Invent a neighbour.}",
    graph="{kind: complete}",
    events="[{name: news, author: news_wire, post: 'The doom is near. #doom'}]",
    policy="{match: {words: [doom]}, do: label}",
    probes="[{name: mood, at: [end], ask: How do you feel?}]",
    memory="{reflect_every: 1}",
    days="3",
)


class Shares(Offline):
    """Gives probabilities as shares, and more words than are asked for."""

    async def ask(self, request: ModelRequest) -> ServedReply:
        served = await super().ask(request)
        if request.purpose != "read":
            return served
        said = json.loads(served.reply.text)
        for answer in said["posts"].values():
            answer |= {"like": 0.9, "reply": "0.1", "repost": 0.2, "quote": "5 %", "words": "w" * 400}
        return replace(served, reply=replace(served.reply, text=json.dumps(said)))


TABLES = ("people", "posts", "reactions", "exposures", "judgements", "follows", "states")


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> SqliteStore:
    found = SqliteStore(tmp_path_factory.mktemp("feed") / "s.db")
    played(found, FEED, model=Saying([*ODD, "a\x07b\x00 \ufffe control"]))
    return found


@pytest.fixture
def told(store: SqliteStore) -> dict[str, Any]:
    [run] = runs(store)
    return run_document(store, run, exposures=True)


def runs(store: SqliteStore, title: str = "Small") -> list[str]:
    found = selection(store, title, creator="ada")
    return [place.status.run for _, place in found.runs(store, RunFilter())]


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, strict=True))


def test_every_table_has_a_row_for_each_thing_of_the_account(
    store: SqliteStore, told: dict[str, Any], tmp_path: Path
) -> None:
    export(store, selection(store, "Small", creator="ada"), RunFilter(), Folder(tmp_path), [csv_file], lambda _: None)
    sheets = {path.stem: rows(path) for path in tmp_path.iterdir()}
    assert set(sheets) == {"runs", "messages", "calls", "probes", *TABLES}
    for name in TABLES:
        assert len(sheets[name]) == len(told[name]) > 0
        assert {row["run"] for row in sheets[name]} == {told["run"]}
    assert sheets["messages"] == []
    assert sheets["runs"][0]["messages"] == str(len(told["posts"]))
    assert sheets["runs"][0]["protocol"] == str(protocol_of("feed")) == str(told["protocol"])
    counted = ("steps_skipped", "values_repaired", "sessions_cut")
    assert [sheets["runs"][0][name] for name in counted] == ["0", "0", "0"]
    assert {row["flags"] for row in sheets["reactions"]} == {""}
    for row, post in zip(sheets["posts"], told["posts"], strict=True):
        assert [row[key] for key in ("id", "author", "kind", "time")] == [
            post[key] for key in ("id", "author", "kind", "time")
        ]
        assert int(row["likes"]) == post["likes"]
        assert int(row["negative"]) == post["sentiments"]["negative"]
    assert sheets["posts"][0]["policy"] == "label"
    assert sheets["posts"][0]["hashtags"] == "doom"
    ada = next(row for row in sheets["people"] if row["handle"] == "ada")
    assert (ada["bio"], ada["persona"]) == ("'=1+1", '{"likes": "tea"}')
    assert not any(cell[:1] in "=+-@" for row in sheets["posts"] for cell in (row["content"],) if cell)


def test_every_answer_about_a_post_is_in_the_table_whether_it_came_to_a_reaction_or_not(
    store: SqliteStore, told: dict[str, Any], tmp_path: Path
) -> None:
    export(store, selection(store, "Small", creator="ada"), RunFilter(), Folder(tmp_path), [csv_file], lambda _: None)
    judged = rows(tmp_path / "judgements.csv")
    skipped = {(one["person"], one["day"], one["time"]) for one in told["skipped"]}
    assert {(row["person"], row["post"]) for row in judged} == {
        (one["person"], one["post"]) for one in told["exposures"]
        if (one["person"], one["day"], one["time"]) not in skipped
    }  # fmt: skip
    assert any(not row["drawn"] for row in judged)
    for row in judged:
        drawn = {kind for kind in ("like", "reply", "repost", "quote") if float(row[f"{kind}_draw"]) < float(row[kind])}
        assert set(row["drawn"].split()) == drawn
    by_kind = Counter(kind for row in judged for kind in row["drawn"].split())
    assert by_kind["like"] == sum(one["kind"] == "like" for one in told["reactions"])


def test_repairs_and_cuts_are_counted_in_the_account_and_the_tables(tmp_path: Path) -> None:
    store = SqliteStore(tmp_path / "s.db")
    played(store, FEED.replace("title: Small", "title: Repaired"), model=Shares())
    [run] = runs(store, "Repaired")
    told = run_document(store, run)
    values = sum(one["values"] for one in told["repaired"])
    assert values > 10
    assert {"person", "day", "time", "step", "values"} == set(told["repaired"][0])
    assert told["session_flags"]["repaired"] <= len(told["repaired"])
    export(
        store, selection(store, "Repaired", creator="ada"), RunFilter(), Folder(tmp_path), [csv_file], lambda _: None
    )
    [row] = rows(tmp_path / "runs.csv")
    assert row["values_repaired"] == str(values)
    assert row["sessions_cut"] == str(told["session_flags"]["words_cut"]) != "0"
    assert {one["flags"] for one in rows(tmp_path / "reactions.csv")} == {"repaired"}
    assert all(0 <= float(one["probability"]) <= 1 for one in rows(tmp_path / "reactions.csv"))


def test_runs_under_different_rules_are_told_apart(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = SqliteStore(tmp_path / "s.db")
    text = small_feed(sweep="{replicates: 2}")
    now = protocol_of("feed")
    play_by(now - 1, monkeypatch)
    played(store, text, limit=1)
    found = selection(store, "Small", creator="ada")
    assert found.protocols(store, RunFilter()) == [now - 1]
    play_by(now, monkeypatch)
    played(store, text)
    assert found.protocols(store, RunFilter()) == [now - 1, now]
    export(store, found, RunFilter(), Folder(tmp_path), [csv_file], lambda _: None)
    assert sorted(row["protocol"] for row in rows(tmp_path / "runs.csv")) == [str(now - 1), str(now)]


def test_networks_are_read_back_as_they_are_told(store: SqliteStore, told: dict[str, Any], tmp_path: Path) -> None:
    follows, replies = list(graphml.export(store, runs(store), Folder(tmp_path)))
    tied = nx.read_graphml(follows)
    people = {person["handle"]: person for person in told["people"]}
    assert set(tied.nodes) == set(people)
    assert {handle: tied.out_degree(handle) for handle in people} == {
        handle: person["following"] for handle, person in people.items()
    }
    assert {handle: tied.in_degree(handle) for handle in people} == {
        handle: person["followers"] for handle, person in people.items()
    }
    assert tied.nodes["ada"]["name"] == '<A & "B">'
    assert tied.nodes["ada"]["generated"] is False
    assert {data["since"] for _, _, data in tied.edges(data=True)} <= {0, 1, 2, 3}
    answered = nx.read_graphml(replies)
    authors = {post["id"]: post["author"] for post in told["posts"]}
    counts = Counter((post["author"], authors[post["parent"]]) for post in told["posts"] if post["kind"] == "reply")
    assert counts
    assert {(source, target): data["weight"] for source, target, data in answered.edges(data=True)} == dict(counts)
    outside = set(answered.nodes) - set(people)
    assert outside <= {"news_wire"}


def test_what_xml_cannot_hold_is_replaced() -> None:
    person = {"handle": "a\x07]]>", "name": "\x00\ud800 & <b>", "role": "r", "joined": 0, "generated": True}
    text = "".join(graphml.graph_lines([person], [graphml.GraphTie("a\x07]]>", 'x"y', 2)], "weight"))
    graph = nx.parse_graphml(text)
    assert set(graph.nodes) == {"a\ufffd]]>", 'x"y'}
    assert graph.nodes["a\ufffd]]>"]["name"] == "\ufffd\ufffd & <b>"


def test_follows_at_the_end_are_those_that_were_not_taken_back() -> None:
    changes = [("a", "b", "follow", 0), ("a", "c", "follow", 0), ("a", "b", "unfollow", 1), ("a", "b", "follow", 3),
               ("a", "c", "unfollow", 2)]  # fmt: skip
    told = {"follows": [dict(zip(("person", "other", "change", "day"), change, strict=True)) for change in changes]}
    assert graphml.follows(told) == [graphml.GraphTie("a", "b", 3)]


def test_conversations_have_no_networks(store: SqliteStore, tmp_path: Path) -> None:
    played(store, two_days(), limit=1)
    with pytest.raises(BadInput, match="none of these runs is one"):
        list(graphml.export(store, runs(store, "Two days"), Folder(tmp_path)))
    assert not list(tmp_path.iterdir())
