"""A feed's pages: what its public does, who she is, and what readers made of a post."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from html import unescape
from itertools import pairwise

import pytest
from starlette.testclient import TestClient

from sociarium.environments.feed.derive import derive
from sociarium.errors import NotFound
from sociarium.exchange.feed_reading import FEELINGS, feed_reading
from sociarium.stores.sqlite import SqliteStore
from sociarium.viewer.pages.feed import FeedQuery, feed_page
from sociarium.viewer.pages.feed_posts import reader_rows
from sociarium.viewer.pages.network import DRAWN, network, positions, shade
from sociarium.viewer.pages.person import person_page
from sociarium.viewer.pages.thread import thread_page
from tests.support.definitions import small_feed
from tests.support.played_stores import Saying, played
from tests.support.viewer import places

Client = Callable[..., TestClient]
PROBE = "[{name: trust, at: [start, each_day, end], ask: How much?, answer: {from: 0, to: 10}}]"
PEOPLE = (
    "[{handle: ada, name: Ada L, role: expert, follows: [bob], persona: {temper: calm}}, "
    "{handle: bob, follows: [ada, cleo]}, {handle: cleo}]"
)
SAID = ["I say #Tarn and nothing else", "bread & salt", "a third thing"]


@pytest.fixture
def run(store: SqliteStore) -> str:
    """A feed of three people over three days."""
    made = small_feed(people=PEOPLE, days="3", probes=PROBE)
    return places(store, played(store, made, model=Saying(SAID)).sweep)[0].status.run


def test_everyones_timeline_holds_each_post_once_and_the_latest_first(store: SqliteStore, run: str) -> None:
    page = feed_page(store, feed_reading(store, run), FeedQuery())
    posts = [post["id"] for post in derive(store.events(run)).posts]
    assert [one.anchor for one in page.cards] == posts[::-1]
    assert page.posts == len(posts) > 3


def test_a_timeline_as_somebody_sees_it_is_what_was_shown_to_them_with_why(store: SqliteStore, run: str) -> None:
    page = feed_page(store, feed_reading(store, run), FeedQuery(reader="ada"))
    shown = [one for one in derive(store.events(run)).exposures if one["person"] == "ada"]
    assert [one.id for one in page.cards] == [one["post"] for one in shown][::-1]
    latest = shown[-1]
    assert f"on day {latest['day']} at {latest['time']}, as number {latest['rank']} of the" in page.cards[0].why
    assert page.cards[0].own is not None
    assert len({one.anchor for one in page.cards}) == len(page.cards)


def test_an_earlier_day_knows_nothing_of_what_came_later(store: SqliteStore, run: str) -> None:
    whole, first = feed_reading(store, run), feed_reading(store, run, day=1)
    assert (whole.day, first.day, first.days) == (3, 1, 3)
    assert {post["day"] for post in first.feed.posts} == {1}
    assert all(sight.day <= 1 for sight in first.sights)
    assert {answer.at for answer in first.answers} == {"start", "each_day"}
    assert "end" in {answer.at for answer in whole.answers}
    page = feed_page(store, first, FeedQuery(day=1))
    assert all(one.seen <= sum(sight.post == one.id for sight in first.sights) for one in page.cards)


def test_who_saw_a_post_stands_with_what_they_made_of_it(store: SqliteStore, run: str) -> None:
    read = feed_reading(store, run)
    post = max(read.feed.posts, key=lambda one: one["seen"])
    rows = reader_rows(read, post["id"])
    assert len(rows) == post["seen"] > 0
    answers = {
        (event.happening.author, answer["post"]): answer
        for event in store.events(run)
        if event.happening.kind == "session"
        for answer in event.happening.data["answers"]
    }
    for row in rows:
        answer = answers[(row.account.handle, post["id"])]
        assert (row.sentiment, row.words) == (answer["sentiment"], answer["words"])
        for kind in answer["drawn"]:
            assert f"p {answer['probabilities'][kind]:.2f}" in row.did


@pytest.mark.slow
def test_a_feed_counts_in_words_wherever_it_counts(client: Client, run: str) -> None:
    text = client().get(f"/runs/{run}?day=1").text
    [above] = re.findall(r"<strong>(\S+) posts</strong>", text)
    [written] = re.findall(r"<dt>written</dt><dd>(.*?)</dd>", text)
    [follows] = re.findall(r"<dt>follows</dt><dd>(.*?)</dd>", text)
    assert written.startswith(f"{above} posts")
    assert not re.search(r"\d|no replies|no quotes|no reposts", written + follows)
    assert re.search(r"1 to (\d+) of \1 posts", text)


def test_hashtags_and_search_choose_posts(store: SqliteStore, run: str) -> None:
    read = feed_reading(store, run)
    tagged = feed_page(store, read, FeedQuery(tag="tarn"))
    assert tagged.cards
    assert all(("#Tarn", "tarn") in one.parts for one in tagged.cards)
    assert tagged.matches == dict(tagged.tags)["tarn"]
    hers = feed_page(store, read, FeedQuery(text="ada l")).cards
    assert hers
    assert all("Ada L" in (one.account.name, one.via.partition(" reposted")[0]) for one in hers)
    assert feed_page(store, read, FeedQuery(text="nobody wrote this")).cards == ()


def test_a_thread_holds_what_a_post_answers_and_is_answered(store: SqliteStore, run: str) -> None:
    read = feed_reading(store, run)
    answer = next(post for post in read.feed.posts if post["kind"] in {"reply", "quote"})
    page = thread_page(store, read, answer["id"])
    assert {answer["id"], answer["parent"]} <= {one.id for one in page.cards}
    assert page.current.id == answer["id"]
    assert next(one for one in page.cards if one.id == answer["id"]).depth >= 1
    with pytest.raises(NotFound):
        thread_page(store, read, "p999")


def test_a_person_has_her_state_of_mind_day_by_day(store: SqliteStore, run: str) -> None:
    read = feed_reading(store, run)
    page = person_page(store, read, "ada")
    states = {one["day"]: one["state"] for one in read.feed.states if one["person"] == "ada" and "state" in one}
    assert {day.day: day.state for day in page.days if day.state} == states
    assert [day.day for day in page.days] == sorted((day.day for day in page.days), reverse=True)
    assert page.persona == (("temper", "calm"),)
    answers = [answer.number for answer in read.answers if (answer.person, answer.name) == ("ada", "trust")]
    assert [float(point.value) for point in page.course] == answers
    assert page.posts == sum(post["author"] == "ada" for post in read.feed.posts)
    with pytest.raises(NotFound):
        person_page(store, read, "nobody")


@pytest.mark.slow
def test_whose_opinion_moved_furthest_at_once_is_said_and_leads_to_what_they_saw(
    client: Client, store: SqliteStore, run: str
) -> None:
    read = feed_reading(store, run)
    steps = {
        (handle, before[1], after[1]): abs(after[1] - before[1])
        for handle, course in read.opinions("trust").items()
        for before, after in pairwise(course)
    }
    far = max(steps.values())
    moved = feed_page(store, read, FeedQuery()).moved
    assert moved is not None
    assert (moved.account.handle, float(moved.first), float(moved.last)) in [one for one in steps if steps[one] == far]
    handle = moved.account.handle
    feed = client().get(f"/runs/{run}").text
    assert f'href="/runs/{run}/people/{handle}"' in feed.partition("moved furthest at once")[0]
    person = unescape(client().get(f"/runs/{run}/people/{handle}").text)
    assert f'href="/runs/{run}?as={handle}&day=1"' in person


def test_the_picture_has_who_follows_whom_at_the_end_of_the_day(store: SqliteStore, run: str) -> None:
    read = feed_reading(store, run, day=1)
    picture = network(read, "trust", chosen="ada")
    assert {node.handle for node in picture.nodes} == {"ada", "bob", "cleo"}
    assert len(picture.ties) == len(read.ties)
    assert sum(tie.is_near for tie in picture.ties) == sum("ada" in pair for pair in read.ties)
    assert picture.ends == (0, 10)
    again = network(feed_reading(store, run), "trust")
    assert {node.handle: (node.x, node.y) for node in again.nodes} == {
        node.handle: (node.x, node.y) for node in picture.nodes
    }


def test_opinions_are_shaded_in_five_steps() -> None:
    assert [shade(value, (0, 10)) for value in (0, 1.9, 2, 5, 8, 10, 99)] == ["o1", "o1", "o2", "o3", "o5", "o5", "o5"]
    assert shade(None, (0, 10)) == "o0"


def test_without_a_probe_in_numbers_people_are_shaded_by_what_they_felt(store: SqliteStore) -> None:
    run = places(store, played(store, small_feed()).sweep)[0].status.run
    page = feed_page(store, feed_reading(store, run), FeedQuery())
    assert (page.network.opinion, page.network.ends) == (FEELINGS, (-1, 1))


@pytest.mark.slow
def test_a_large_public_is_drawn_without_most_of_its_labels(store: SqliteStore) -> None:
    people = [{"handle": f"p{at}", "follows": [f"p{at // 2}"] if at else []} for at in range(DRAWN + 20)]
    made = small_feed(people=json.dumps(people), days="1", feed="{sessions_per_day: 0}")
    run = places(store, played(store, made).sweep)[0].status.run
    picture = network(feed_reading(store, run), FEELINGS)
    assert (len(picture.nodes), picture.left_out[0]) == (DRAWN, 20)
    assert sum(bool(node.label) for node in picture.nodes) <= 21


def test_a_picture_of_one_or_of_nobody_has_its_place() -> None:
    assert positions((), frozenset()) == {}
    assert list(positions(("ada",), frozenset())) == ["ada"]


def test_the_names_in_the_picture_are_not_cut_off_at_its_edges(client: Client, store: SqliteStore) -> None:
    people = json.dumps([{"handle": f"p{at}", "name": f"Wilhelmina Po{at}"} for at in range(6)])
    made = small_feed(people=people, days="1", feed="{sessions_per_day: 0}")
    page = client().get(f"/runs/{places(store, played(store, made).sweep)[0].status.run}").text
    names = re.findall(r'<text class="t" x="([\d.]+)"[^>]*>([^<]*)<', page)
    assert len(names) == 6
    for x, name in names:
        assert 3.5 * len(name) <= float(x) <= 430 - 3.5 * len(name)


@pytest.mark.slow
def test_every_link_of_a_feed_leads_somewhere(client: Client, run: str) -> None:
    browser, seen = client(), set[str]()
    waiting = [f"/runs/{run}", f"/runs/{run}?as=bob&day=2", f"/runs/{run}?order=threads", f"/runs/{run}/people/ada"]
    for path in waiting:
        page = browser.get(path).text
        links = {link.replace("&amp;", "&").partition("#")[0] for link in _links(page)}
        seen |= {link for link in links if link.startswith(f"/runs/{run}")}
    assert len(seen) > 10
    assert {link: browser.get(link).status_code for link in seen} == dict.fromkeys(seen, 200)


@pytest.mark.slow
def test_an_unknown_order_and_an_unknown_person_are_said(client: Client, run: str) -> None:
    assert client().get(f"/runs/{run}?order=loudest").status_code == 422
    assert client().get(f"/runs/{run}/people/nobody").status_code == 404
    assert client().get(f"/runs/{run}?as=nobody").status_code == 200


def _links(page: str) -> list[str]:
    return [part.partition('"')[0] for part in page.split('href="')[1:]]


def test_an_earlier_day_is_the_same_where_all_of_the_feed_is_known(store: SqliteStore, run: str) -> None:
    whole = feed_reading(store, run)
    early = feed_reading(store, run, day=1)
    assert feed_reading(store, run, day=1, whole=whole) == early
    assert early.ever == whole.ever
