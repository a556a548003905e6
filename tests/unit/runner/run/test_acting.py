"""Acting in a feed that is under way: the run takes acts up, replays them, and drafts are made where it stands."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from sociarium.api import post_drafts
from sociarium.api.post_drafts import ask_for_draft
from sociarium.config import load
from sociarium.environments.feed.derive import DerivedFeed, derive
from sociarium.errors import BadInput, ModelError, NotFound, Transient
from sociarium.ports.clock import SystemClock
from sociarium.ports.model import ModelReply, ModelRequest, ServedReply
from sociarium.providers.offline import Offline
from sociarium.records.inputs import ActKind, Input
from sociarium.records.runs import RunState
from sociarium.runner.models.router import RouteSpec
from sociarium.runner.run.drafting import DraftWish, draft_record, read_draft, wish_draft
from sociarium.runner.run.inputs import Act, act
from sociarium.runner.run.replay import replay
from sociarium.runner.sweep.order import SweepOrder
from sociarium.runner.sweep.save import StartedSweep, reopen
from sociarium.stores.sqlite import SqliteStore
from tests.support.definitions import small_feed
from tests.support.interviewed import ports
from tests.support.played_stores import saved
from tests.support.sweeps_in_process import play

FEED = small_feed(
    models="{dry: {provider: offline, seed: run}, pen: {provider: offline, temperature: 0.5}}",
    model="{write: pen, post: pen}",
    people="[{handle: ada, name: Ada, persona: Dry., follows: [bob]}, {handle: bob, follows: [ada]}, {handle: cyn}]",
    prompts="{write: Be brief., post: Be <SELF_NAME>.}",
    events="[{name: news, author: newswire, post: Rain again.}]",
    days="6",
    feed="{tick: 0}",
)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqliteStore]:
    opened = SqliteStore(tmp_path / "store.db")
    yield opened
    opened.close()


@pytest.fixture
def begun(store: SqliteStore) -> StartedSweep:
    """A feed that was stopped on its way, after some posts."""
    begun = saved(store, FEED)
    play(store, begun, max_tokens=9_000)
    return begun


@pytest.fixture
def run(store: SqliteStore, begun: StartedSweep) -> str:
    [slot] = store.slots(begun.sweep.id)
    assert slot.status.state is not RunState.DONE
    assert {event.happening.kind for event in store.events(slot.status.run)} >= {"person", "post", "session"}
    return slot.status.run


def put(store: SqliteStore, run: str, kind: ActKind, author: str, target: str = "", text: str = "") -> Input:
    return act(store, run, Act(kind, author, text, target), creator="ada", clock=SystemClock()).input


def finished(store: SqliteStore, begun: StartedSweep, run: str) -> DerivedFeed:
    play(store, reopen(store, begun.sweep))
    assert store.run_statuses([run])[0].state is RunState.DONE
    return derive(store.events(run))


@pytest.mark.slow
def test_a_run_takes_up_what_was_done_in_it_and_replays_it(store: SqliteStore, begun: StartedSweep, run: str) -> None:
    put(store, run, "reply", "bob", "p1", "Let it rain.")
    put(store, run, "like", "radio", "p1")
    put(store, run, "repost", "cyn", "p1")
    put(store, run, "follow", "radio", "ada")
    feed = finished(store, begun, run)
    assert [(one["author"], one["kind"], one["source"]) for one in feed.posts if one["source"] == "override"] == [
        ("bob", "reply", "override"), ("cyn", "repost", "override")]  # fmt: skip
    assert [(one["author"], one["kind"], one["why"]) for one in feed.acts] == [
        ("radio", "like", None), ("radio", "follow", None)]  # fmt: skip
    assert asyncio.run(replay(store, run)).ended == "completed"
    with pytest.raises(BadInput, match="sociarium extend"):
        put(store, run, "like", "radio", "p1")


def test_an_idea_is_drafted_by_the_model_of_the_step_with_who_the_person_is_and_where_they_stand(
    store: SqliteStore, run: str
) -> None:
    wish = wish_draft(store, run, Act("post", "@ADA"), "  Rain is\ngood. ")
    system, user = (message.content for message in wish.request.messages)
    assert (wish.model, wish.request.purpose, wish.idea) == ("pen", "post", "Rain is\ngood.")
    assert "Your handle: @ada" in system
    assert "Dry." in system
    assert "| Rain is\n| good." in user
    assert user.endswith("Be Ada.")
    assert "## What you lately did and read" in user


def test_a_draft_of_an_answer_sees_its_thread(store: SqliteStore, run: str) -> None:
    wish = wish_draft(store, run, Act("reply", "cyn", target="p1"), "Rain is good.")
    user = wish.request.messages[1].content
    assert "## The thread\n\n[p1] @newswire" in user
    assert "You answer post [p1] of @newswire." in user
    assert user.endswith("Be brief.")


@pytest.mark.slow
def test_what_asked_and_what_answered_is_kept_beside_the_act(store: SqliteStore, begun: StartedSweep, run: str) -> None:
    wish = wish_draft(store, run, Act("quote", "ada", target="p1"), "Rain is good.")
    served = asyncio.run(ask_for_draft(wish, load()))
    text = read_draft(wish, served)
    kept = act(store, run, Act("quote", "ada", text, "p1", draft_record(wish, served)), creator="bob",
               clock=SystemClock())  # fmt: skip
    [stored] = store.inputs(run)
    assert stored == kept.input
    assert stored.draft is not None
    assert stored.draft["reply"]["text"].strip() == stored.content
    assert stored.draft["request"]["fingerprint"] == wish.request.fingerprint()
    assert stored.draft["request"]["messages"][1]["content"] == wish.request.messages[1].content
    assert (stored.draft["idea"], stored.draft["model"]) == ("Rain is good.", "pen")
    feed = finished(store, begun, run)
    assert [(one["content"], one["source"]) for one in feed.posts if one["source"] == "override"] == [
        (text, "override")]  # fmt: skip
    assert "Rain is good." not in json.dumps([entry.answer for entry in store.journal(run)])


@dataclass
class _Failing(Offline):
    """Fails so often before it answers."""

    failures: int
    asked: int = 0

    def __post_init__(self) -> None:
        super().__init__()

    async def ask(self, request: ModelRequest) -> ServedReply:
        self.asked += 1
        if self.asked <= self.failures:
            raise Transient("HTTP 500")
        return await super().ask(request)


def test_a_server_that_fails_once_is_asked_for_the_draft_again_and_one_that_goes_on_so_is_told(
    store: SqliteStore, run: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    wish = wish_draft(store, run, Act("post", "ada"), "Rain is good.")
    for failures, asked in ((1, 2), (9, 2)):
        model = _Failing(failures)
        monkeypatch.setattr(post_drafts, "open_models", lambda *_, model=model: {"pen": [RouteSpec(model, "server")]})
        if failures == 1:
            assert read_draft(wish, asyncio.run(ask_for_draft(wish, load(), ports())))
        else:
            with pytest.raises(ModelError, match="HTTP 500"):
                asyncio.run(ask_for_draft(wish, load(), ports()))
        assert model.asked == asked


@pytest.mark.parametrize(
    ("wish", "idea", "told"),
    [
        (Act("post", "newswire"), "x", "no person 'newswire' by now, and only a person's model drafts"),
        (Act("post", "aada"), "x", "did you mean ada"),
        (Act("reply", "ada", target="p999"), "x", "no post 'p999' by now"),
        (Act("post", "ada"), " ", "an idea has 1 to 10000 characters"),
    ],
)
def test_what_cannot_be_drafted_is_refused(store: SqliteStore, run: str, wish: Act, idea: str, told: str) -> None:
    with pytest.raises((BadInput, NotFound), match=told):
        wish_draft(store, run, wish, idea)


def test_in_a_run_that_did_not_begin_nothing_is_drafted_on_what_is_not_there(store: SqliteStore) -> None:
    begun = saved(store, FEED)
    [member, record] = SweepOrder(begun.definition, begun.sweep, "ada", "").at(0)
    store.place_runs([member], [record])
    with pytest.raises((BadInput, NotFound), match=r"has not begun|no post"):
        wish_draft(store, record.id, Act("reply", "ada", target="p1"), "Rain.")


@pytest.mark.parametrize(
    ("reason", "told"), [("refused", "it refused"), ("stop", "it said nothing"), ("overlong", "does not fit")]
)
def test_a_model_that_writes_nothing_drafts_nothing(store: SqliteStore, run: str, reason: str, told: str) -> None:
    wish: DraftWish = wish_draft(store, run, Act("post", "ada"), "Rain.")
    with pytest.raises(ModelError, match=told):
        read_draft(wish, ServedReply(ModelReply(" ", finish_reason=reason), {}, 0.1))
