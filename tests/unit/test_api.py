"""The Python interface."""

from __future__ import annotations

import asyncio
import re
import subprocess
import sys
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import pytest

import sociarium
from sociarium import Message, PlayKeywords, Transcript
from sociarium.errors import BadInput, DefinitionError
from sociarium.exchange.run_document import run_document
from sociarium.ports.observer import News, RunDone, SweepStarted
from sociarium.records.runs import RunState
from sociarium.runner.sweep.play_options import PlayOptions
from sociarium.stores.sqlite import SqliteStore
from tests.support.definitions import small, small_feed
from tests.support.played_stores import played

PAGE = Path(__file__).parents[2] / "docs" / "python.md"


@pytest.fixture
def page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """The names that the page's code leaves, played in an empty folder."""
    monkeypatch.chdir(tmp_path)
    names: dict[str, Any] = {}
    for block in re.findall(r"```python\n(.*?)```", PAGE.read_text(), re.DOTALL):
        exec(block, names)
    return names


@pytest.mark.slow
def test_the_page_leads_to_transcripts(page: dict[str, Any]) -> None:
    assert page["result"].counts.done == page["plan"].runs == len(page["transcripts"])
    assert len(page["transcripts"][0]) > 0
    assert list(sociarium.messages(page["result"], store="study.db")) == [m for t in page["transcripts"] for m in t]
    assert sociarium.resume(store=Path("study.db")).calls == 0
    assert len(sociarium.table("messages", page["result"], store="study.db")) == len(page["lines"])


@pytest.mark.parametrize(
    "text", [small(), small_feed(), small_feed(models="{dry: {provider: offline, limits: {loaded: 1}}}")]
)
async def test_what_is_planned_is_the_same_in_a_running_loop(text: str) -> None:
    planned = await asyncio.to_thread(sociarium.plan, sociarium.loads(text))
    assert sociarium.plan(sociarium.loads(text)) == planned
    assert planned.runs


@pytest.mark.slow
async def test_a_running_loop_is_no_obstacle(page: dict[str, Any], tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/loop.db"
    assert sociarium.run(page["experiment"], store=url).counts.done
    assert not (await sociarium.run_async(page["experiment"], store=url)).calls


def test_hostile_text_is_escaped() -> None:
    line = Message("r", 1, 1, 1, "<b>", "<i>", "<script>", ())
    shown = Transcript("r", {}, 1, RunState.DONE, "", (line,), (), (), ())._repr_html_()
    assert "<script>" not in shown
    assert "&lt;script&gt;" in shown
    assert "<i>" not in shown


def test_a_transcript_in_a_notebook_begins_with_what_its_agents_read(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/opened.db"
    parts = {"starting_message": "There are <AGENTS_NUM> of you.",
             "events": "[{name: bell, day: 1, after_message: 1, author: Bell, text: It rings.}]"}  # fmt: skip
    sociarium.run(sociarium.loads(small(**parts)), store=url)
    transcript = sociarium.transcript(sociarium.runs(store=url)[0], store=url)
    lines = re.findall(r"<tr><th>(.*?)</th><td>(.*?)</td></tr>", transcript._repr_html_())
    assert lines[0] == ("starting message", "There are 2 of you.")
    assert lines[2] == ("Bell", "It rings.")
    assert [event["content"] for event in transcript.events] == ["It rings."]
    table = sociarium.table("runs", transcript.run, store=url)
    assert table.to_pylist()[0]["starting_message"] == "There are 2 of you."


def test_a_text_that_names_a_file_is_told_that_it_has_no_folder() -> None:
    with pytest.raises(DefinitionError, match="a text has no folder") as refused:
        sociarium.loads(small_feed(people="[{file: people.csv}]"))
    assert "load the experiment from a file" in str(refused.value)
    assert "relative to this file" not in str(refused.value)


def test_importing_the_package_loads_nothing_of_it() -> None:
    script = "import sys, sociarium; print(*(n for n in sys.modules if n.startswith('sociarium.') or n == 'pydantic'))"
    done = subprocess.run([sys.executable, "-c", script], check=True, capture_output=True, text=True)
    assert done.stdout.split() == ["sociarium.version"]


def test_everything_that_is_offered_is_there() -> None:
    for name in sociarium.__all__:
        assert getattr(sociarium, name) is not None
    assert set(sociarium.__all__) <= set(dir(sociarium))
    with pytest.raises(AttributeError, match="no attribute 'lod'"):
        _ = sociarium.lod


def test_keywords_are_the_options_of_a_start_and_an_observer() -> None:
    options = {
        field.name: field.type
        for field in fields(PlayOptions)
        if field.name not in {"lease", "part", "whole_concurrency"}
    }
    keywords = {name: kind.__forward_arg__ for name, kind in PlayKeywords.__annotations__.items()}
    assert set(keywords) == {*options, "observer"}
    differing = {name for name in options if options[name] != keywords[name]}
    assert differing == {"accept_digest"}  # any sequence there


def test_the_page_names_every_keyword() -> None:
    rows = re.findall(r"^\| (`.*?) \|", PAGE.read_text(), re.MULTILINE)
    assert {name for row in rows for name in re.findall(r"`(\w+)`", row)} == set(PlayKeywords.__annotations__)


def test_a_wrong_option_is_refused_before_anything_is_saved(page: dict[str, Any], tmp_path: Path) -> None:
    wrong: dict[str, Any]
    for wrong, error, message in (
        ({"max_cots": 3}, TypeError, "no option 'max_cots'.*max_cost"),
        ({"lease": 3}, TypeError, "no option 'lease'"),
        ({"concurrency": 0}, BadInput, "^concurrency is 0"),
        ({"max_time": "7h"}, BadInput, "^max_time is '7h'"),
        ({"accept_digest": "local"}, BadInput, "^accept_digest is 'local'"),
        ({"observer": print}, BadInput, "^observer is .*`notice`"),
    ):
        with pytest.raises(error, match=message):
            sociarium.run(page["experiment"], store=tmp_path / "none.db", **wrong)
        with pytest.raises(error, match=message):
            sociarium.resume(store="study.db", **wrong)
    assert not (tmp_path / "none.db").exists()


class Listener:
    """Notes what it hears, and whether it was entered and left."""

    def __init__(self) -> None:
        self.news: list[News] = []
        self.is_open = False

    def __enter__(self) -> None:
        self.is_open = True

    def __exit__(self, *_error: object) -> None:
        self.is_open = False

    def notice(self, news: News) -> None:
        assert self.is_open
        self.news.append(news)


@pytest.mark.slow
def test_an_observer_hears_of_a_start_while_it_is_open(page: dict[str, Any], tmp_path: Path) -> None:
    listener = Listener()
    result = sociarium.run(page["experiment"], store=tmp_path / "heard.db", observer=listener)
    assert isinstance(listener.news[0], SweepStarted)
    assert sum(isinstance(news, RunDone) for news in listener.news) == result.counts.done
    assert not listener.is_open


@pytest.fixture
def feed_store(tmp_path: Path) -> tuple[Path, str]:
    """A store with the run of a feed."""
    path = tmp_path / "feed.db"
    store = SqliteStore(path)
    people = "[{handle: ada}, {handle: bob}, {handle: cyn}, {handle: dan}, {handle: eve}]"
    text = small_feed(people=people, graph="{kind: complete}", days="4", memory="{reflect_every: 1}")
    begun = played(store, text, limit=1)
    run = next(slot.status.run for slot in store.slots(begun.sweep.id) if slot.status.state is RunState.DONE)
    store.close()
    return path, run


def test_a_feed_is_its_people_posts_reactions_and_states(feed_store: tuple[Path, str]) -> None:
    path, run = feed_store
    store = SqliteStore(path)
    document = run_document(store, run)
    store.close()
    feed = sociarium.feed(run[:16], store=path)
    assert [person.handle for person in feed.people] == [person["handle"] for person in document["people"]]
    assert [(post.author, post.day, post.text) for post in feed] == [
        (post["author"], post["day"], post["content"]) for post in document["posts"]
    ]
    parents = {post["id"]: (post["kind"], post["parent"]) for post in document["posts"]}
    for post in feed:
        kind, parent = parents[post.id]
        assert {"reply": post.reply_to, "quote": post.quote, "repost": post.share_of}.get(kind) == parent
        assert sum(other is not None for other in (post.reply_to, post.quote, post.share_of)) == (kind != "post")
    assert {kind for kind, _ in parents.values()} == {"post", "reply", "quote", "repost"}
    assert [(reaction.post, reaction.author, reaction.kind, reaction.day) for reaction in feed.reactions] == [
        (one["post"], one["author"], one["kind"], one["day"]) for one in document["reactions"]
    ]
    assert sum(len(states) for states in feed.states.values()) == len(document["states"])
    assert all(state.day == day for day, states in feed.states.items() for state in states)
    assert any(state.memory for states in feed.states.values() for state in states)
    assert feed.state is RunState.DONE
    assert feed._repr_html_().count("<tr>") == 1 + sum(post.share_of is None for post in feed)


def test_posts_are_escaped_where_a_notebook_shows_them(feed_store: tuple[Path, str]) -> None:
    path, run = feed_store
    feed = sociarium.feed(run, store=path)
    hostile = replace(feed.posts[0], text="<script>", author="<b>", reply_to=None, quote=None, share_of=None)
    shown = replace(feed, posts=(hostile,))._repr_html_()
    assert "&lt;script&gt;" in shown
    assert "<script>" not in shown
    assert "<b>" not in shown


@pytest.mark.slow
def test_a_feed_is_no_conversation_and_the_reverse(feed_store: tuple[Path, str], page: dict[str, Any]) -> None:
    path, run = feed_store
    with pytest.raises(BadInput, match="no conversation; `"):
        sociarium.transcript(run, store=path)
    with pytest.raises(BadInput, match="no feed; `"):
        sociarium.feed(page["transcripts"][0].run, store="study.db")
