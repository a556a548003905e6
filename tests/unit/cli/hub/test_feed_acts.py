"""Acting in a feed that is played, in the guided program."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from sociarium.cli.command_call import run_command
from sociarium.cli.hub import feed_acts
from sociarium.cli.hub.feed_acts import act_in_feed
from sociarium.cli.wizard.context import WizardContext
from sociarium.config import Config
from sociarium.records.inputs import Input
from sociarium.stores.sqlite import SqliteStore
from tests.support.definitions import small_feed
from tests.support.played_stores import saved
from tests.support.scripted_guide import ScriptedPrompts
from tests.support.sweeps_in_process import play

FEED = small_feed(events="[{name: news, author: newswire, post: Rain again.}]", days="6")


@pytest.fixture
def under_way(tmp_path: Path) -> tuple[str, str]:
    """A store with a feed that was stopped on its way, and the feed's id."""
    store = SqliteStore(tmp_path / "s.db")
    begun = saved(store, FEED)
    play(store, begun, max_tokens=6_000)
    [slot] = store.slots(begun.sweep.id)
    store.close()
    return f"sqlite:///{tmp_path / 's.db'}", slot.status.run


def done(under_way: tuple[str, str], *script: str) -> tuple[list[Input], str]:
    """What lies in the inbox after somebody answered so, and what they were shown."""
    url, run = under_way
    prompts = ScriptedPrompts(script)
    act_in_feed(WizardContext(Config({}), prompts, url, is_configured=True, call_command=run_command), run)
    assert not prompts.rest
    store = SqliteStore(Path(url.removeprefix("sqlite:///")))
    try:
        assert isinstance(prompts.screen.file, io.StringIO)
        return store.inputs(run), prompts.screen.file.getvalue()
    finally:
        store.close()


@pytest.mark.parametrize(
    ("script", "kept", "command"),
    [
        (("radio", "Post", "Fog."), ("post", "radio", "", "Fog."), "--as radio Fog."),
        (("@ada", "Answer", "p1", "I write", "So?"), ("reply", "ada", "p1", "So?"), "--as @ada --reply-to p1 'So?'"),
        (("radio", "Quote", "p1", "Ha."), ("quote", "radio", "p1", "Ha."), "--as radio --quote p1 Ha."),
        (("radio", "Share", "p1"), ("repost", "radio", "p1", ""), "p1 --as radio"),
        (("radio", "Like", "p1"), ("like", "radio", "p1", ""), "p1 --as radio"),
        (("radio", "Follow", "@ada"), ("follow", "radio", "ada", ""), "ada --as radio"),
    ],
)
def test_who_does_what_is_asked_for_and_put_in_and_the_command_is_shown(
    under_way: tuple[str, str], script: tuple[str, ...], kept: tuple[str, ...], command: str
) -> None:
    [one], shown = done(under_way, *script)
    assert (one.kind, one.author, one.target, one.content) == kept
    assert command in shown


def test_an_idea_is_drafted_and_shown_and_posted_when_it_is_wanted(under_way: tuple[str, str]) -> None:
    [one], shown = done(under_way, "ada", "Post", "The model of @ada", "Rain is good.", "yes")
    assert one.draft is not None
    assert one.content in shown
    assert "--idea 'Rain is good.'" in shown


@pytest.mark.parametrize(
    "script",
    [(), ("ada",), ("ada", "Answer"), ("ada", "Post", "I write"), ("ada", "Post", "The model", "Rain is good.", "no")],
)
def test_who_goes_back_has_done_nothing(under_way: tuple[str, str], script: tuple[str, ...]) -> None:
    assert done(under_way, *script)[0] == []


def test_a_name_that_is_none_is_refused_at_its_question(under_way: tuple[str, str]) -> None:
    with pytest.raises(AssertionError, match="is no handle"):
        done(under_way, "a b", "Post", "Fog.")


def test_nobody_is_offered_to_follow_themselves(under_way: tuple[str, str]) -> None:
    with pytest.raises(AssertionError, match="Whom do they follow"):
        done(under_way, "@Ada", "Follow", "@ada")


def test_every_kind_of_act_is_offered() -> None:
    assert {entry.value for entry in feed_acts._KINDS} == {"post", "reply", "quote", "repost", "like", "follow"}
