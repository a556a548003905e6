"""Messages of runs that are not done: the same number in every list, whatever became of the run, feeds among them."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest

from sociarium import runs
from sociarium.count_text import count_text
from sociarium.records.runs import Claim, Outcome, RunState
from sociarium.runner.library.message_counts import size_of
from sociarium.runner.workers.process import this_worker
from sociarium.stores.sqlite import SqliteStore
from tests.support.definitions import small, small_feed
from tests.support.older_stores import Call, program

AT = "2026-03-01T08:00:00.000Z"
SWEEP = "{factors: {messages: 30}, replicates: 2}"
FILES = {"conversation": small(sweep=SWEEP), "feed": small_feed(days="9", sweep="{replicates: 2}")}


@pytest.fixture
def call(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Call:
    return program(f"sqlite:///{tmp_path / 's.db'}", tmp_path, monkeypatch, capsys)


def stopped(call: Call, folder: Path, kind: str) -> tuple[str, int]:
    """A run that was stopped in the middle, and how many messages or posts of it stand."""
    (folder / "mine.yaml").write_text(FILES[kind], encoding="utf-8")
    assert call("run", "mine.yaml", "--max-tokens", "900", "--concurrency", "1").code == 3
    run = next(row["run"] for row in call("list", "runs", "--json").json if row["started"])
    shown = call("show", run, "--json").json
    assert shown["state"] == "pending"
    return run, len(shown["posts" if kind == "feed" else "messages"])


@pytest.mark.parametrize("kind", FILES)
@pytest.mark.parametrize("state", [None, RunState.FAILED, RunState.CANCELLED])
def test_what_was_said_in_a_run_that_is_not_done_counts(
    call: Call, tmp_path: Path, kind: str, state: RunState | None
) -> None:
    run, number = stopped(call, tmp_path, kind)
    assert number
    store = SqliteStore(tmp_path / "s.db")
    if state is not None:
        [standing] = store.run_statuses([run])
        claim = Claim(run, standing.token + 1, "w2", AT, 0, Outcome(state, error="no"))
        assert store.claim(claim) == claim
    rows = {row["run"]: row["messages"] for row in call("list", "runs", "--json").json}
    assert rows.pop(run) == number
    assert set(rows.values()) == {0}
    assert count_text(number, "message") in call("status").out
    assert {row.id: row.messages for row in runs(store=store.url)}[run] == number
    [experiment] = {row["experiment"] for row in call("list", "runs", "--json").json}
    assert size_of(store, experiment)[1] == number
    store.close()


@pytest.mark.parametrize("kind", FILES)
def test_a_run_whose_worker_is_gone_is_shown_in_the_state_that_lists_give_it(
    call: Call, tmp_path: Path, kind: str
) -> None:
    run, _ = stopped(call, tmp_path, kind)
    store = SqliteStore(tmp_path / "s.db")
    # Its process id is of this machine, and began at another time than it says.
    store.record_heartbeat(replace(this_worker(), id="gone", started="long ago"))
    [standing] = store.run_statuses([run])
    claim = Claim(run, standing.token + 1, "gone", AT, standing.protocol or 0)
    assert store.claim(claim) == claim
    assert store.run_statuses([run])[0].state is RunState.RUNNING
    store.close()
    [listed] = [row["state"] for row in call("list", "runs", "--json").json if row["run"] == run]
    assert (listed, call("show", run, "--json").json["state"]) == ("pending", "pending")
    assert "replicate 1 · pending" in call("show", run).out


@pytest.mark.slow
def test_a_stopped_conversation_has_its_share_of_the_bar_and_a_fork_its_own_length(call: Call, tmp_path: Path) -> None:
    run, number = stopped(call, tmp_path, "conversation")
    share = round(100 * number / 60)
    assert re.search(rf"{number} messages, {share} %", call("status").out)
    assert call("resume").code == 0
    assert call("extend", run, "--days", "2", "--messages", "90", "--max-tokens", "200").code == 3
    said = int(re.search(r"(\d+) messages, ", call("status").out)[1])  # type: ignore[index]  # the line above has it
    # What it has of its origin is no work of this sweep.
    assert re.search(rf"{said} messages, {round(100 * (said - 30) / 60)} %", call("status").out)


def own_days_done(call: Call, *, begins: int, days: int) -> list[float]:
    """How much of their own days is done of the feeds that were begun and are not finished, by their last posts."""
    shares = []
    for row in call("list", "runs", "--state", "pending", "--json").json:
        if row["started"] and row["messages"]:
            last = call("show", row["run"], "--json").json["posts"][-1]
            hours, minutes = map(int, last["time"].split(":"))
            shares.append((last["day"] - 1 + (60 * hours + minutes) / 1440 - begins) / (days - begins))
    return shares


@pytest.mark.slow
def test_a_stopped_feed_has_the_share_of_its_days_and_an_extension_that_of_those_it_adds(
    call: Call, tmp_path: Path
) -> None:
    run, _ = stopped(call, tmp_path, "feed")
    share = round(100 * sum(own_days_done(call, begins=0, days=9)) / 2)
    assert 0 < share < 100
    assert re.search(rf"messages?, {share} %", call("status").out)
    assert call("resume").code == 0
    assert call("extend", run, "--days", "20", "--max-tokens", "6000").code == 3
    [done] = own_days_done(call, begins=9, days=20)
    assert 0 < round(100 * done) < 100
    assert re.search(rf"messages, {round(100 * done)} %", call("status").out)


@pytest.mark.slow
def test_heads_say_which_posts_of_a_feed_are_counted(call: Call, tmp_path: Path) -> None:
    events = "[{name: news, author: paper, post: The bridge is closed.}]"
    (tmp_path / "mine.yaml").write_text(small_feed(events=events, days="3"), encoding="utf-8")
    assert call("run", "mine.yaml").code == 0
    [row] = call("list", "runs", "--json").json
    posts = call("show", row["run"], "--json").json["posts"]
    written = sum(bool(post["call"]) for post in posts)
    assert 0 < written < row["messages"] == len(posts)
    head, line = (text.split() for text in call("list", "runs").out.splitlines())
    assert line[head.index("posts")] == str(len(posts))
    results = call("results", "Small").out
    assert re.search(r"posts that models wrote a run.*\n *runs +written.*\n *1 +" + f"{written}.0 ", results)
    assert "written: posts in words of a model" in results
