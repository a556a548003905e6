"""Personal archives: read with consent, others under pseudonyms, direct messages never opened."""

from __future__ import annotations

import json
import zipfile
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from sociarium.errors import DefinitionError, Problem
from sociarium.exchange.definition_files import read_definition
from sociarium.experiment.document import parse, to_json
from sociarium.experiment.feed.archive import read_archive
from sociarium.experiment.feed.definition import FeedDefinition
from sociarium.experiment.feed.people import Person
from sociarium.experiment.resolve import resolve
from tests.support.definitions import read_people, small_feed
from tests.support.twitter_archive import SECRET, Written, archive, mention, tweet

EVERYTHING = 1_000_000
KNOWN = {"account", "profile", "tweets", "tweet", "note-tweet", "like", "following"}


@dataclass
class Shelf:
    """Archives in memory, by name; remembers what was asked for."""

    archives: dict[str, Written]
    asked: list[str] = field(default_factory=list)

    def open(self, name: str) -> Opened:
        """An archive; OSError where there is none."""
        if name not in self.archives:
            raise FileNotFoundError(2, "it is not there")
        return Opened(self, self.archives[name])


@dataclass
class Opened:
    """An archive that was opened."""

    shelf: Shelf
    written: Written

    def read(self, name: str) -> bytes | None:
        """One file."""
        self.shelf.asked.append(name)
        return self.written.files.get(name)


def entry(more: str = "") -> str:
    return f"{{archive: owl, consent: form 7, budget: {EVERYTHING}{more}}}"


def people(written: Written, entries: str | None = None, **others: Written) -> list[Person]:
    shelf = Shelf({"owl": written, **others})
    text = small_feed(people=f"[{entries or entry()}]").encode()
    found = parse(text, source="a.yaml", read=read_people, archive=shelf.open)
    assert isinstance(found, FeedDefinition)
    return list(found.written_out)


def refused(entries: str, written: Written | None = None) -> tuple[Problem, ...]:
    shelf = Shelf({"owl": written or archive(2)})
    with pytest.raises(DefinitionError) as told:
        parse(small_feed(people=f"[{entries}]").encode(), source="a.yaml", read=read_people, archive=shelf.open)
    assert not shelf.asked or written is not None
    return told.value.problems


def test_counts_match_what_was_written() -> None:
    written = archive(40)
    [owner] = people(written)
    assert Counter(deed.kind for deed in owner.history) == written.counts
    assert (owner.handle, owner.name) == ("mill_owl", "Mill Owl")
    assert owner.background == "Lives in: Lower Weir. Follows 2 accounts."


def test_a_folder_and_a_zip_are_read_from_disk_and_direct_messages_stay_closed(tmp_path: Path) -> None:
    written = archive(6)
    (tmp_path / "far").mkdir()
    folder, packed = written.folder(tmp_path / "far" / "owl"), written.zipped(tmp_path / "owl.zip")
    histories = []
    for path in (str(folder), "owl.zip"):
        file = tmp_path / "a.yaml"
        file.write_text(small_feed(people=f'[{{archive: "{path}", consent: form 7, budget: {EVERYTHING}}}]'))
        found = read_definition(file)
        assert isinstance(found, FeedDefinition)
        histories.append(found.written_out[0].history)
        assert SECRET not in to_json(found)
    assert packed.exists()
    assert histories[0] == histories[1]
    assert Counter(deed.kind for deed in histories[0]) == written.counts


@pytest.mark.parametrize("inside", ["x-2024-01", "exported/data-of-me"])
def test_an_archive_in_a_folder_of_its_own_is_found(inside: str, tmp_path: Path) -> None:
    written = archive(6)
    outer, _, inner = inside.rpartition("/")
    written.files = {f"{inner}/{name}": data for name, data in written.files.items()}
    for name, data in written.files.items():
        (tmp_path / outer / "far" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / outer / "far" / name).write_bytes(data)
    with zipfile.ZipFile(tmp_path / "owl.zip", "w") as packed:
        for name, data in written.files.items():
            packed.writestr(name, data)
            packed.writestr(f"__MACOSX/data/{name}", b"")
    for path in (str(Path(outer) / "far"), "owl.zip"):
        file = tmp_path / "a.yaml"
        file.write_text(small_feed(people=f'[{{archive: "{path}", consent: form 7, budget: {EVERYTHING}}}]'))
        found = read_definition(file)
        assert isinstance(found, FeedDefinition)
        assert Counter(deed.kind for deed in found.written_out[0].history) == written.counts


def test_a_zip_as_windows_makes_it_is_read(tmp_path: Path) -> None:
    written = archive(6)
    with zipfile.ZipFile(tmp_path / "owl.zip", "w") as packed:
        for name, data in written.files.items():
            entry_of_windows = zipfile.ZipInfo()
            entry_of_windows.filename = "owl\\" + name.replace("/", "\\")
            packed.writestr(entry_of_windows, data)
    file = tmp_path / "a.yaml"
    file.write_text(small_feed(people=f"[{{archive: owl.zip, consent: form 7, budget: {EVERYTHING}}}]"))
    definition = read_definition(file)
    assert isinstance(definition, FeedDefinition)
    assert Counter(one.kind for one in definition.written_out[0].history) == written.counts


@pytest.mark.parametrize("name", ["far", "far.zip"])
def test_of_several_archives_in_one_place_none_is_chosen(name: str, tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "far.zip", "w") as packed:
        for inner in ("bo", "ada"):
            (tmp_path / "far" / inner / "data").mkdir(parents=True)
            packed.writestr(f"{inner}/data/account.js", "")
    (tmp_path / "a.yaml").write_text(small_feed(people=f"[{{archive: {name}, consent: form 7}}]"))
    with pytest.raises(DefinitionError, match="several are in it: ada, bo"):
        read_definition(tmp_path / "a.yaml")


def test_a_folder_that_holds_no_archive_is_said_at_once(tmp_path: Path) -> None:
    (tmp_path / "far" / "pictures").mkdir(parents=True)
    (tmp_path / "a.yaml").write_text(small_feed(people="[{archive: far, consent: form 7}]"))
    with pytest.raises(DefinitionError, match=r"no archive of X/Twitter is there; name the folder or \.zip that holds"):
        read_definition(tmp_path / "a.yaml")


LONG = (
    "The weir stands open since Monday, and nobody in the mill has said a word about who is to pay for the new gate. "
)


def with_files(**files: tuple[str, list[dict[str, Any]]]) -> Written:
    written = archive(0)
    for name, (wrapper, records) in files.items():
        written.put(f"{name.replace('_', '-')}.js", name, [{wrapper: record} for record in records])
    return written


def test_a_text_that_is_kept_elsewhere_whole_is_not_read_cut() -> None:
    whole = LONG + "I asked & asked, <twice>, and then went home."
    cut = tweet(1, LONG + "I asked &amp; asked, &lt;twi… https://t.co/abc")
    other = tweet(2, LONG.replace("Monday", "Tuesday") + "…")
    notes = [{"noteTweetId": "77", "core": {"text": whole}}, {"noteTweetId": "78", "core": {}}]
    [owner] = people(with_files(tweets=("tweet", [cut, other]), note_tweet=("noteTweet", notes)))
    assert [deed.text for deed in owner.history] == [whole, other["full_text"]]


def test_of_an_edited_post_the_last_version_is_read() -> None:
    versions = ["10001", "10002", "10003"]
    first = tweet(1, "The weir is shut.", edit_info={"initial": {"editTweetIds": versions}})
    later = [
        tweet(number, f"The weir is open, {number}.",
              edit_info={"edit": {"initialTweetId": "10001", "editControlInitial": {"editTweetIds": versions}}})
        for number in (2, 3)
    ]  # fmt: skip
    never = tweet(4, "Good night.", edit_info={"initial": {"editTweetIds": ["10004"]}})
    [owner] = people(with_files(tweets=("tweet", [later[1], first, later[0], never])))
    assert [deed.text for deed in owner.history] == ["The weir is open, 3.", "Good night."]


def test_likes_of_posts_that_cannot_be_shown_are_left_out_and_counted() -> None:
    texts = [
        "This Post is from a suspended account. Learn more",
        "You\u2019re unable to view this Post because this account owner limits who can view their Posts. Learn more",
        "This Tweet was deleted by the Tweet author. Learn more",
        "This Post is unavailable.",
        " https://t.co/abc https://t.co/def",
        "",
        "This post is the best of the week.",
    ]
    likes = [{"tweetId": str(number), "fullText": text} for number, text in enumerate(texts)]
    written = with_files(like=("like", likes))
    [owner] = people(written)
    assert [deed.text for deed in owner.history if deed.kind == "like"] == [texts[-1]]
    notes: list[Problem] = []
    shelf = Shelf({"owl": written})
    parse(
        small_feed(people=f"[{entry()}]").encode(), source="a.yaml", read=read_people, archive=shelf.open, notes=notes
    )
    assert [str(note) for note in notes] == [
        "line 4, people[0]: 6 posts and likes are left out, of which the archive has no words"
    ]


def test_nothing_is_ever_asked_for_but_the_files_that_are_needed() -> None:
    shelf = Shelf({"owl": archive(3)})
    read_archive(shelf.open("owl"))
    names = {name.removeprefix("data/").removesuffix(".js").partition("-part")[0] for name in shelf.asked}
    assert names <= KNOWN


def test_others_have_pseudonyms_everywhere_and_the_same_ones() -> None:
    [owner] = people(archive(3))
    spelled = json.dumps(owner.model_dump(mode="json"))
    for name in ("granite", "slate", "Jo Granite", "mill.example", "1234567", "t.co", "901"):
        assert name not in spelled
    replies = [deed for deed in owner.history if deed.kind == "reply"]
    assert {deed.of for deed in replies} == {"account_2"}
    assert replies[0].text == "@account_2 I walked there 0 times, account_2, write to [address] or [number]"
    assert {deed.of for deed in owner.history if deed.kind in {"repost", "quote"}} == {"account_1"}
    assert owner.bio == "Walks by the mill with @account_2 [link]"


def test_kinds_are_told_apart_and_texts_are_whole() -> None:
    [owner] = people(archive(1))
    found = {deed.kind: deed for deed in owner.history}
    posts = [deed.text for deed in owner.history if deed.kind == "post"]
    assert posts == ["Thought 0 about the old mill 🦉 & its wheel", "Cut in the middle of an owl"]
    assert found["repost"].text == "The council said 0 things about the water and nobo…"
    assert found["quote"].text == "This, 0 times over"
    assert found["like"].text == "A heron 0 at the weir 🌊"
    assert found["post"].at == "2023-01-05T20:19:24+00:00"
    assert found["like"].of is None


def test_the_oldest_comes_first_whatever_part_it_stood_in() -> None:
    [owner] = people(archive(20))
    dates = [deed.at for deed in owner.history if deed.at]
    assert dates == sorted(dates)


def test_an_older_archive_has_its_posts_bare_in_tweet_js() -> None:
    written = archive(2)
    for part in ("tweets.js", "tweets-part1.js"):
        del written.files[f"data/{part}"]
    written.put("tweet.js", "tweet", [tweet(1, "Long ago."), tweet(2, "Later.")])
    written.files["tweet.js"] = written.files.pop("data/tweet.js")
    [owner] = people(written)
    assert [deed.text for deed in owner.history if deed.kind == "post"] == ["Long ago.", "Later."]


@pytest.mark.parametrize("gone", ["tweets.js", "like.js", "following.js", "profile.js"])
def test_a_missing_file_is_an_empty_one(gone: str) -> None:
    written = archive(2)
    begin = f"data/{gone.removesuffix('.js')}"
    written.files = {name: data for name, data in written.files.items() if not name.startswith(begin)}
    [owner] = people(written)
    assert owner.handle == "mill_owl"
    assert owner.history


def test_without_an_account_file_a_handle_is_asked_for() -> None:
    written = archive(2)
    del written.files["data/account.js"]
    [found] = refused(entry(), written)
    assert (found.line, found.path, found.mend) == (4, "people[0]", "write a `handle:` into the entry")
    assert people(written, entry(", handle: p7"))[0].handle == "p7"


def test_the_owner_may_be_given_another_name() -> None:
    written = archive(1)
    written.put("tweets-part1.js", "tweets", [{"tweet": tweet(1, "I, @mill_owl, said so.")}], 1)
    [owner] = people(written, entry(", handle: p7"))
    assert (owner.handle, owner.name) == ("p7", "")
    assert "I, @p7, said so." in [deed.text for deed in owner.history]
    assert "owl" not in json.dumps([owner.bio, owner.background])


def test_owners_of_two_archives_know_each_other_and_share_pseudonyms() -> None:
    other = Written()
    account = {"username": "Granite_Jo", "accountId": "901", "accountDisplayName": "Jo"}
    other.put("account.js", "account", [{"account": account}])
    names = {"user_mentions": [mention("slate_kim", "902", "Kim")]}
    other.put("tweets.js", "tweets", [{"tweet": tweet(1, "@slate_kim and @mill_owl, hear me.", entities=names)}])
    owl, jo = people(archive(2), f"{entry()}, {{archive: jo, consent: form 8}}", jo=other)
    assert owl.follows == ("Granite_Jo",)
    assert {deed.of for deed in owl.history if deed.kind == "reply"} == {"Granite_Jo"}
    assert jo.history[0].text == "@account_1 and @mill_owl, hear me."
    assert {deed.of for deed in owl.history if deed.kind == "quote"} == {"account_1"}


@pytest.mark.parametrize("budget", [0, 50, 400, 2000])
def test_what_is_chosen_fits_the_budget(budget: int) -> None:
    written = archive(100)
    [owner] = people(written, f"{{archive: owl, consent: form 7, budget: {budget}}}")
    [whole] = people(written)
    costs = sum(8 + -(-len(deed.text) // 4) for deed in owner.history)
    assert costs <= budget
    assert costs >= budget - 60
    assert set(owner.history) <= set(whole.history)
    if budget >= 400:
        assert len({deed.kind for deed in owner.history}) >= 3


def test_the_most_telling_is_not_the_same_thing_twice() -> None:
    written = archive(0)
    same = [tweet(i, "The very same words about the weather, as every day.") for i in range(50)]
    other = tweet(60, "And once something else entirely about herons.")
    written.put("tweets.js", "tweets", [{"tweet": one} for one in (*same, other)])
    [owner] = people(written, "{archive: owl, consent: form 7, budget: 100}")
    assert [deed.text.split()[0] for deed in owner.history] == ["The", "And"]


@pytest.mark.parametrize(
    ("written", "path", "words"),
    [
        ("{archive: owl}", "people[0].consent", "'consent' is missing"),
        ("{archive: owl, consent: ''}", "people[0].consent", "empty"),
        ("{archive: owl, consent: '  '}", "people[0].consent", "empty"),
        ("{archive: owl, consent: x, budgit: 3}", "people[0].budgit", "unknown key"),
        ("{archive: owl, consent: x, budget: -3}", "people[0].budget", "less than 0"),
        ("{archive: gone, consent: x}", "people[0].archive", "it is not there"),
        ("{archive: 7, consent: x}", "people[0].archive", "not text"),
    ],
)
def test_an_entry_at_fault_reads_no_archive(written: str, path: str, words: str) -> None:
    [found] = refused(written)
    assert (found.line, found.path) == (4, path)
    assert words in found.message
    assert found.mend


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (lambda data: data[: len(data) // 2], "not as X/Twitter exports it"),
        (lambda data: b"window.YTD.tweets.part0 = {}", "not as X/Twitter exports it"),
        (lambda data: b"window.YTD.tweets.part0 = [7]", "something else than tweet"),
        (lambda data: b"\xff\xfe", "not as X/Twitter exports it"),
        (lambda data: b"[" * 100_000, "not as X/Twitter exports it"),
    ],
)
def test_a_spoilt_file_is_named(spoil: Callable[[bytes], bytes], words: str) -> None:
    written = archive(2)
    written.files["data/tweets.js"] = spoil(written.files["data/tweets.js"])
    [found] = refused(entry(), written)
    assert (found.path, "tweets.js" in found.message) == ("people[0].archive", True)
    assert words in found.message


def test_a_folder_without_an_archive_is_told() -> None:
    [found] = refused(entry(", handle: p7"), Written(files={"data/direct-messages.js": SECRET.encode()}))
    assert "no archive of X/Twitter" in found.message


def test_values_of_other_kinds_than_published_harm_nothing() -> None:
    written = archive(0)
    odd: list[Any] = [
        tweet(1, "One.", entities=None),
        tweet(2, "Two.", entities={"urls": "x", "user_mentions": [{"screen_name": None}, 3], "media": [{"url": 7}]}),
        tweet(3, "Three.", created_at="yesterday", favorite_count="many", id_str="x"),
        {"full_text": None},
        {"full_text": "Four.", "created_at": ["x"], "id": 4},
    ]
    written.put("tweets.js", "tweets", [{"tweet": one} for one in odd])
    written.put("like.js", "like", [{"like": {"tweetId": {}, "fullText": 3}}])
    [owner] = people(written)
    assert {deed.text for deed in owner.history} >= {"One.", "Two.", "Three.", "Four."}


def test_consent_is_kept_with_the_file_and_is_no_part_of_a_run() -> None:
    shelf = Shelf({"owl": archive(1)})
    text = small_feed(people=f"[{entry()}]").encode()
    found = parse(text, source="a.yaml", read=read_people, archive=shelf.open)
    assert json.loads(to_json(found))["people"][0]["consent"] == "form 7"
    assert "form 7" not in resolve(found, {}).model_dump_json()
