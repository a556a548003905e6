"""Acts in a feed, put in from its pages."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from starlette.testclient import TestClient

from sociarium.records.runs import RunState
from sociarium.stores.sqlite import SqliteStore
from tests.support.definitions import small_feed
from tests.support.played_stores import played
from tests.support.viewer import places, send

Client = Callable[..., TestClient]


@pytest.fixture
def feed(store: SqliteStore) -> str:
    """A feed that was begun and is not over: its server went away in the middle."""
    return half_played(store)


def half_played(store: SqliteStore) -> str:
    run = places(store, played(store, small_feed(title="A feed"), max_tokens=1).sweep)[0].status.run
    assert store.run_statuses([run])[0].state is not RunState.DONE
    return run


def handles(browser: TestClient, run: str) -> list[str]:
    return [one for one in re.findall(r'<option value="([^"]*)"', browser.get(f"/runs/{run}/compose").text) if one]


def test_a_post_in_a_persons_name_waits_for_the_next_tick_and_is_on_record_as_put_in(
    client: Client, store: SqliteStore, feed: str
) -> None:
    browser = client()
    handle = handles(browser, feed)[0]
    answer = send(browser, f"/runs/{feed}/acts", kind="post", author=handle, text="Is <i>anybody</i> there?")
    assert answer.status_code == 303
    [kept] = store.inputs(feed)
    assert (kept.kind, kept.author, kept.content, kept.creator) == ("post", handle, "Is <i>anybody</i> there?", "ada")
    page = browser.get(answer.headers["location"]).text
    assert "Is &lt;i&gt;anybody&lt;/i&gt; there?" in page
    assert "input 1" in page


def test_an_act_needs_consent_where_the_file_asks_for_it(client: Client, store: SqliteStore) -> None:
    text = small_feed(title="With consent", consent="Your posts are kept.")
    run = places(store, played(store, text, max_tokens=1).sweep)[0].status.run
    browser = client()
    refused = send(browser, f"/runs/{run}/acts", kind="post", outside="paper", text="News")
    assert refused.status_code == 400
    assert "has not agreed yet" in refused.text
    assert "Your posts are kept." in refused.text
    assert store.inputs(run) == []
    digest = re.findall(r'name="consent" value="([0-9a-f]{64})"', refused.text)[0]
    assert (
        send(browser, f"/runs/{run}/acts", kind="post", outside="paper", text="News", consent=digest).status_code == 303
    )
    assert send(browser, f"/runs/{run}/acts", kind="post", outside="paper", text="More").status_code == 303
    assert "Your posts are kept." not in browser.get(f"/runs/{run}/compose").text


def test_an_account_outside_can_write(client: Client, store: SqliteStore, feed: str) -> None:
    send(client(), f"/runs/{feed}/acts", kind="post", outside="@newswire", author="", text="The ferry stays.")
    assert [one.author for one in store.inputs(feed)] == ["newswire"]


def test_the_day_of_a_feed_that_is_not_over_has_no_end_yet(client: Client, feed: str) -> None:
    page = client().get(f"/runs/{feed}").text
    assert ", as it stands</h2>" in page
    assert "as it stood at its end" not in page


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"author": ""}, "say who does it"),
        ({"text": "  "}, "a post has 1 to"),
        ({"author": "", "outside": "two words"}, "is no handle"),
        ({"outside": "newswire"}, "newswire is named as an account outside; say which of them does it"),
        ({"kind": "shout"}, "nothing that can be done"),
        ({"kind": "like", "target": "p999"}, "has no post"),
        ({"kind": "follow", "whom": "nobody"}, "has no person"),
        ({"draft": "gone"}, "this draft is gone"),
    ],
)
def test_what_nobody_can_do_is_refused_and_nothing_is_put_in(
    client: Client, store: SqliteStore, feed: str, fields: dict[str, str], says: str
) -> None:
    browser = client()
    act = {"kind": "post", "author": handles(browser, feed)[0], "text": "Hello.", **fields}
    answer = send(browser, f"/runs/{feed}/acts", **act)
    assert answer.status_code in {400, 404}
    assert says.lower() in answer.text.replace("&#39;", "'").lower()
    assert store.inputs(feed) == []


def test_what_was_typed_stands_in_the_form_again_when_it_is_refused(
    client: Client, store: SqliteStore, feed: str
) -> None:
    browser = client(allow_run=True)
    typed = {"kind": "post", "text": "Long </textarea><b>thought</b>.", "idea": 'an "idea"', "outside": "two words"}
    for path in ("acts", "drafts"):
        answer = send(browser, f"/runs/{feed}/{path}", author="", **typed)
        assert answer.status_code in {400, 404}
        assert "Nothing was put in." in answer.text
        assert "Long &lt;/textarea&gt;&lt;b&gt;thought&lt;/b&gt;." in answer.text
        assert 'value="an &#34;idea&#34;"' in answer.text
        assert 'value="two words"' in answer.text
    assert store.inputs(feed) == []


def test_a_draft_by_the_persons_model_is_shown_before_anything_is_posted(
    client: Client, store: SqliteStore, feed: str
) -> None:
    browser = client(allow_run=True)
    handle = handles(browser, feed)[0]
    answer = send(browser, f"/runs/{feed}/drafts", kind="post", author=handle, idea="asks for a date, friendly")
    assert answer.status_code == 303
    assert store.inputs(feed) == []
    address = answer.headers["location"].partition("#")[0]
    page = browser.get(address).text
    [text] = re.findall(r"<textarea[^>]*>([^<]+)</textarea>", page)
    assert "Drafted in their voice" in page
    draft = address.partition("draft=")[2]
    posted = send(browser, f"/runs/{feed}/acts", kind="post", author=handle, text=text, draft=draft)
    assert posted.status_code == 303
    [kept] = store.inputs(feed)
    assert kept.draft is not None
    assert kept.draft["idea"] == "asks for a date, friendly"


def drafted(browser: TestClient, run: str, author: str) -> str:
    """The id of a draft."""
    answer = send(browser, f"/runs/{run}/drafts", kind="post", author=author, idea="asks for a date")
    return answer.headers["location"].partition("#")[0].partition("draft=")[2]


@pytest.mark.parametrize("field", ["author", "outside"])
def test_what_was_drafted_as_one_is_posted_as_nobody_else(
    client: Client, store: SqliteStore, feed: str, field: str
) -> None:
    browser = client(allow_run=True)
    one, other, *_ = handles(browser, feed)
    draft = drafted(browser, feed, one)
    name = other if field == "author" else "newswire"
    refused = send(
        browser, f"/runs/{feed}/acts", **{"kind": "post", "author": "", "text": "Mine.", "draft": draft, field: name}
    )
    assert refused.status_code == 400
    assert f"drafted as @{one}" in refused.text
    assert f'name="draft" value="{draft}"' in refused.text
    assert store.inputs(feed) == []


def test_a_draft_that_was_refused_once_is_still_one_when_it_is_posted(
    client: Client, store: SqliteStore, feed: str
) -> None:
    browser = client(allow_run=True)
    one = handles(browser, feed)[0]
    refused = send(
        browser, f"/runs/{feed}/acts", kind="post", author=one, outside="paper", text="So.",
        draft=drafted(browser, feed, one),
    )  # fmt: skip
    assert refused.status_code == 400
    [again] = re.findall(r'name="draft" value="([^"]*)"', refused.text)
    assert send(browser, f"/runs/{feed}/acts", kind="post", author=one, text="So.", draft=again).status_code == 303
    [kept] = store.inputs(feed)
    assert kept.draft is not None


def test_what_has_no_words_was_drafted_by_nobody(client: Client, store: SqliteStore, feed: str) -> None:
    browser = client(allow_run=True)
    one, other, *_ = handles(browser, feed)
    draft = drafted(browser, feed, one)
    send(browser, f"/runs/{feed}/acts", kind="follow", author=one, whom=other, draft=draft)
    assert [kept.draft for kept in store.inputs(feed)] == [None]


def test_pages_that_may_not_play_draft_nothing(client: Client, store: SqliteStore, feed: str) -> None:
    browser = client()
    assert "drafts" not in browser.get(f"/runs/{feed}/compose").text
    handle = handles(browser, feed)[0]
    assert send(browser, f"/runs/{feed}/drafts", kind="post", author=handle, idea="x").status_code == 403


@pytest.mark.slow
def test_a_feed_that_is_over_and_pages_that_only_read_offer_no_form(client: Client, store: SqliteStore) -> None:
    over = places(store, played(store, small_feed(title="Over")).sweep)[0].status.run
    page = client().get(f"/runs/{over}/compose").text
    assert "This run is over" in page
    assert 'id="composer"' not in page
    assert "Write as somebody" not in client().get(f"/runs/{over}").text
    assert send(client(), f"/runs/{over}/acts", kind="post", author="x", text="Hello.").status_code == 400
    begun = half_played(store)
    reading = client(read_only=True)
    assert 'id="composer"' not in reading.get(f"/runs/{begun}/compose").text
    assert send(reading, f"/runs/{begun}/acts", kind="post", author="x", text="Hello.").status_code == 403
    assert store.inputs(begun) == []
