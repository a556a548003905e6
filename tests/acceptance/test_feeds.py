"""Feeds as a user runs them: killed and taken up again, with people written for all conditions alike."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from pathlib import Path
from random import Random
from typing import Any

import pexpect
import pytest

from sociarium.environments.feed.derive import derive
from sociarium.exchange.run_document import run_document
from sociarium.records.runs import RunState
from sociarium.stores.sqlite import SqliteStore
from tests.support.played_stores import replayed
from tests.support.program import Program
from tests.support.sweep_processes import Played, embedded
from tests.support.thorough import sized

KILLED = -9

ONE = "  - {{handle: person{0}, persona: Number {0}., follows: [person{1}]}}"
GIVEN = "\n".join(ONE.format(n, (n + 3) % 12) for n in range(12))
FEED = f"""\
title: Fed
environment: feed
models: {{dry: {{provider: offline}}}}
people:
{GIVEN}
  - {{generate: 8, role: troll, model: dry, prompt: Write a troll., quotas: {{age: {{young: 0.25, old: 0.75}}}}}}
graph: {{kind: small_world, degree: 4}}
feed: {{sessions_per_day: 1, recent: 4, following: 4, replies: 4, tick: 2h}}
memory: {{recent: 4, reflect_every: 2}}
probes: [{{name: mood, at: [start, end], ask: Mood?, answer: {{from: 0, to: 10}}}}]
events: [{{name: news, day: 2, every: 2, author: newswire, post: The river rises.}}]
days: 5
"""


@pytest.fixture
def fed(tmp_path: Path, program_environment: dict[str, str]) -> Played:
    """A feed of 20 people and 5 days."""
    return feed_in(tmp_path / "killed", program_environment)


def feed_in(folder: Path, environment: dict[str, str]) -> Played:
    folder.mkdir()
    path = folder / "feed.yaml"
    path.write_text(FEED, encoding="utf-8")
    return Played(path, folder, environment | {"SOCIARIUM_LEASE": "3600"}, embedded(folder))


def records(played: Played) -> dict[str, Any]:
    """What the run and its population left behind, apart from times and tokens."""
    store = SqliteStore(played.folder / "store.db")
    try:
        [sweep] = store.sweeps()
        [place] = store.slots(sweep.id)
        assert place.status.state is RunState.DONE
        assert replayed(store, place.status.run).ended == "completed"
        journal = [(one.key, one.fingerprint, one.answer) for one in store.journal(place.status.run)]
        told = derive(store.events(place.status.run))
        assert place.status.counters.messages == len(told.posts)
        counted = sum(post[name] for post in told.posts for name in ("likes", "replies", "reposts", "quotes"))
        assert counted == len(told.reactions)
        return {
            "events": [(one.key, one.seq, one.happening) for one in store.events(place.status.run)],
            "journal": sorted(journal, key=lambda one: one[0]),
            "counters": place.status.counters,
        }
    finally:
        store.close()


@pytest.mark.slow
@pytest.mark.parametrize("kills", [7, sized(30, 18)])
def test_a_feed_that_is_killed_again_and_again_equals_an_undisturbed_one(
    fed: Played, tmp_path: Path, program_environment: dict[str, str], kills: int
) -> None:
    draw = Random(6)
    points = [f"call:{draw.randint(1, 40)}" for _ in range(kills - 12)]
    points += [f"{when}:append:{draw.randint(1, 8)}" for when in ("before", "inside", "after") for _ in range(4)]
    draw.shuffle(points)
    for point in points:
        assert fed.play("--kill", point, "--pace", "0") == KILLED, f"not reached: {point}"
    assert fed.play("--pace", "0") == 0
    # A set is in another order in a Python of its own.
    undisturbed = replace(feed_in(tmp_path / "undisturbed", program_environment), fresh=True)
    assert undisturbed.play("--pace", "0.002") == 0
    one, other = records(fed), records(undisturbed)
    assert one["events"] == other["events"]
    assert one["journal"] == other["journal"]
    assert one["counters"] == other["counters"]
    kinds = Counter(happening.kind for _, _, happening in one["events"])
    assert kinds["person"] == 20
    assert kinds["session"] == 100
    assert kinds["post"] > 100
    assert kinds["state"] > 10
    calls = undisturbed.calls()
    assert fed.calls() <= calls + kills * 64


@pytest.mark.slow
def test_people_of_a_replicate_are_the_same_in_all_conditions_and_are_asked_for_once(program: Program) -> None:
    text = FEED.replace("days: 5", "days: 1") + (
        "sweep: {factors: {people.troll: [2, 13], feed.ranking: [chronological, random]}, replicates: 2}\n"
    )
    (program.folder / "feed.yaml").write_text(text)
    assert program("run", "feed.yaml", "--json", "--yes").json["counts"]["done"] == 8
    store = SqliteStore(program.folder / "experiments" / "sociarium.db")
    [sweep] = store.sweeps()
    runs = [run_document(store, place.status.run) for place in store.slots(sweep.id)]
    assert len(runs) == 8
    trolls: dict[tuple[int, int], set[str]] = {}
    populations: dict[int, set[str]] = {}
    for run in runs:
        written = [person for person in run["people"] if person["generated"]]
        count = run["condition"]["people.troll"]
        assert len(written) == count
        described = repr([(one["handle"], one["name"], one["bio"], one["persona"]) for one in written])
        trolls.setdefault((run["replicate"], count), set()).add(described)
        populations.setdefault(run["replicate"], set()).update(one["population"] for one in written)
    assert all(len(some) == 1 for some in trolls.values())
    assert len(trolls) == 4
    assert [len(some) for some in populations.values()] == [1, 1]
    for [population] in populations.values():
        told = run_document(store, population)
        assert [person["number"] for person in told["people"]] == list(range(1, 14))
        assert len(told["calls"]) == 13
        ages = Counter(person["quotas"]["age"] for person in told["people"][:12])
        assert ages == {"young": 3, "old": 9}
    store.close()
    assert program("replay", population).code == 0
    assert "Population troll: 13 people, 0 failed" in program("show", population).out


@pytest.mark.slow
def test_show_tells_of_a_feed_in_full_and_its_exposures_when_asked(program: Program) -> None:
    (program.folder / "feed.yaml").write_text(FEED.replace("days: 5", "days: 2"))
    program("run", "feed.yaml", "--json", "--yes")
    [run] = program("list", "runs", "--json").json
    assert run["messages"] > 20
    listed = program("show", run["run"], "--json", "--exposures").json
    store = SqliteStore(program.folder / "experiments" / "sociarium.db")
    told = run_document(store, run["run"])
    store.close()
    assert told["exposures"] == len(listed["exposures"]) > 50
    assert set(listed["exposures"][0]) >= {"person", "post", "day", "time", "list", "rank", "policy"}
    person = {"handle", "name", "role", "generated", "joined", "followers", "following", "state"}
    assert set(told["people"][0]) >= person
    post = {"id", "author", "day", "time", "kind", "parent", "content", "hashtags", "likes", "replies", "reposts",
            "quotes"}  # fmt: skip
    assert set(told["posts"][0]) >= post
    reaction = {"post", "author", "kind", "sentiment", "probability", "day", "time"}
    assert set(told["reactions"][0]) >= reaction
    assert len(told["probes"]) == 40
    assert {"key", "model", "prompt_tokens", "started", "attempts"} <= set(told["calls"][0])
    shown = program("show", run["run"]).out
    [head] = [line for line in shown.splitlines() if " posts · " in line]
    assert head.endswith(" exposures"), "piped, a sentence is one line"
    for post_ in told["posts"]:
        assert post_["content"].split(" ")[0] in shown
    assert "\x1b" not in shown


@pytest.mark.slow
def test_a_post_reaches_a_feed_while_it_is_played(fed: Played, program_environment: dict[str, str]) -> None:
    program = Program(fed.folder, program_environment)
    process = fed.start("--pace", "0.01")
    try:
        while not fed.calls():
            assert process.poll() is None
        with fed.opened() as store:
            [sweep] = store.sweeps()
            [place] = store.slots(sweep.id)
        told = program("post", place.status.run, "--as", "person3", "The dam holds.", "--store", fed.store, "--json")
        assert told.json["number"] == 1
        assert process.wait(timeout=120) == 0
    finally:
        process.kill()
        process.communicate()
    with fed.opened() as store:
        found = derive(store.events(place.status.run))
        assert replayed(store, place.status.run).ended == "completed"
    [post] = [one for one in found.posts if one["source"] == "override"]
    assert (post["author"], post["content"], post["name"]) == ("person3", "The dam holds.", "1")
    assert [one for one in found.exposures if one["post"] == post["id"]]
    late = program("post", place.status.run, "--as", "person3", "Too late.", "--store", fed.store)
    assert (late.code, "is over" in late.err, " extend " in late.err) == (2, True, True)


@pytest.mark.slow
def test_people_and_accounts_outside_act_in_a_feed_while_it_is_played(
    fed: Played, program_environment: dict[str, str]
) -> None:
    program = Program(fed.folder, program_environment)
    process = fed.start("--pace", "0.01")
    try:
        while not fed.calls() or not _posts(fed):
            assert process.poll() is None
        with fed.opened() as store:
            [sweep] = store.sweeps()
            [place] = store.slots(sweep.id)
        run, first, common = place.status.run, _posts(fed)[0], ("--store", fed.store, "--json")
        acts = [
            program("post", run, "--as", "radio", "--reply-to", first, "So?", *common),
            program("post", run, "--as", "person3", "--quote", first, "Ha.", *common),
            program("like", run, "--as", "radio", first, *common),
            program("repost", run, "--as", "person3", first, *common),
            program("follow", run, "--as", "radio", "@person5", *common),
            program("post", run, "--as", "person4", "--idea", "Rain is good.", "--yes", *common),
        ]
        assert [(one.code, one.err) for one in acts] == [(0, "")] * 6
        assert process.wait(timeout=120) == 0
    finally:
        process.kill()
        process.communicate()
    assert [one.json["number"] for one in acts] == [1, 2, 3, 4, 5, 6]
    assert [one.json["kind"] for one in acts] == ["reply", "quote", "like", "repost", "follow", "post"]
    assert [one.json["person"] for one in acts] == [False, True, False, True, False, True]
    assert acts[5].json["draft"] == {"idea": "Rain is good.", "model": "dry"}
    with fed.opened() as store:
        found = derive(store.events(run))
        assert replayed(store, run).ended == "completed"
        assert store.inputs(run)[5].draft is not None
    put = [(one["author"], one["kind"], one["source"]) for one in found.posts if one["name"] in {"1", "2", "4", "6"}]
    assert sorted(put) == [("person3", "quote", "override"), ("person3", "repost", "override"),
                           ("person4", "post", "override"), ("radio", "reply", "input")]  # fmt: skip
    assert [(one["kind"], one["why"]) for one in found.acts] == [("like", None), ("follow", None)]
    counted = sum(post[name] for post in found.posts for name in ("likes", "replies", "reposts", "quotes"))
    assert counted == len(found.reactions)


def _posts(fed: Played) -> list[str]:
    """Ids of the posts of the only run so far."""
    with fed.opened() as store:
        runs = [place.status.run for sweep in store.sweeps() for place in store.slots(sweep.id)]
        return [event.happening.data["id"] for run in runs for event in store.events(run)
                if event.happening.kind == "post"]  # fmt: skip


@pytest.mark.slow
def test_a_draft_is_shown_on_a_terminal_before_it_is_posted(
    tmp_path: Path, program_environment: dict[str, str]
) -> None:
    program = Program(tmp_path, program_environment)
    (tmp_path / "feed.yaml").write_text(FEED, encoding="utf-8")
    assert program("run", "feed.yaml", "--yes", "--max-tokens", "40000").code == 3
    [run] = [one for one in program("list", "runs", "--json").json if one["state"] != "done"]
    arguments = ("post", run["run"], "--as", "person1", "--idea", "Rain is good.")
    unseen = program(*arguments)
    assert (unseen.code, "--yes" in unseen.err) == (2, True)
    for answer, words in (("n", "Nothing was posted"), ("y", "@person1 speaks in run")):
        terminal = program.terminal(*arguments)
        terminal.expect("drafted by dry")
        terminal.expect("Post it?")
        terminal.sendline(answer)
        terminal.expect(words)
        terminal.expect(pexpect.EOF)
    store = SqliteStore(tmp_path / "experiments" / "sociarium.db")
    try:
        assert [one.author for one in store.inputs(run["run"])] == ["person1"]
    finally:
        store.close()


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("post", "x", "--as", "a"), "either the words"),
        (("post", "x", "--as", "a", "Hi.", "--idea", "y"), "either the words"),
        (("post", "x", "--as", "a", "Hi.", "--reply-to", "p1", "--quote", "p1"), "two kinds of posts"),
    ],
)
def test_what_cannot_be_meant_is_refused_before_a_store_is_opened(
    program: Program, arguments: tuple[str, ...], told: str
) -> None:
    refused = program(*arguments)
    assert (refused.code, told in refused.err) == (2, True)


@pytest.mark.slow
def test_two_workers_share_the_people_that_one_of_them_writes(
    tmp_path: Path, program_environment: dict[str, str]
) -> None:
    sweep = "sweep: {factors: {feed.ranking: [chronological, popular, random]}, replicates: 2}\n"
    shared = feed_in(tmp_path / "shared", program_environment)
    shared.file.write_text(FEED.replace("days: 5", "days: 1") + sweep)
    workers = [shared.start("--concurrency", "2", "--pace", "0.005", calls=f"calls{n}") for n in (1, 2)]
    for worker in workers:
        out, errors = worker.communicate(timeout=120)
        assert worker.returncode == 0, out + errors
    with shared.opened() as store:
        [begun] = store.sweeps()
        runs = [run_document(store, place.status.run) for place in store.slots(begun.id)]
        assert [run["state"] for run in runs] == ["done"] * 6
        written = {person["population"] for run in runs for person in run["people"] if person["generated"]}
        assert len(written) == 2
        for population in written:
            assert len(run_document(store, population)["calls"]) == 8
            assert replayed(store, population).ended == "completed"
        answered = sum(len(run["calls"]) for run in runs) + 16
    assert shared.calls("calls1") + shared.calls("calls2") == answered
