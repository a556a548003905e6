"""Acting in a feed that is played: who does it, what, on which post, in which words."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from sociarium.api.acting import ask_for_draft
from sociarium.cli.acting import put_in
from sociarium.cli.questions.answers import BACK, Back, Entry
from sociarium.cli.questions.checks import nonempty
from sociarium.cli.wizard.context import WizardContext
from sociarium.environments.feed.derive import DerivedFeed, derive
from sociarium.exchange.sanitize import one_line
from sociarium.records.inputs import WITH_WORDS, ActKind
from sociarium.runner.run.drafting import draft_record, read_draft, wish_draft
from sociarium.runner.run.inputs import Act

_MOST_POSTS = 60
_KINDS = (
    Entry("Post something", "post"),
    Entry("Answer a post", "reply"),
    Entry("Quote a post", "quote"),
    Entry("Share a post as it is", "repost"),
    Entry("Like a post", "like"),
    Entry("Follow somebody", "follow"),
)
_OPTIONS: Mapping[ActKind, str] = {"reply": "--reply-to", "quote": "--quote"}


@dataclass(frozen=True, slots=True)
class _Feed:
    """A feed as it stands; people by handle in small letters."""

    run: str
    derived: DerivedFeed
    people: Mapping[str, dict[str, Any]]


def act_in_feed(context: WizardContext, run: str) -> None:
    """Ask who does what, and put it in; whoever goes back has done nothing."""
    with context.store() as store:
        derived = derive(store.events(run))
    feed = _Feed(run, derived, {person["handle"].casefold(): person for person in derived.people})
    author = context.prompts.text(
        "Who does it?",
        hint="A handle: of a person of the feed, or of an account outside, such as a newspaper.",
        check=nonempty,
    )
    if isinstance(author, Back):
        return
    kind = context.prompts.choose("What do they do?", _KINDS)
    if isinstance(kind, Back):
        return
    target = "" if kind == "post" else _choose_target(context, feed, kind)
    if isinstance(target, Back):
        return
    wish = _with_words(context, feed, Act(kind, author, target=target))
    if wish is None:
        return
    context.show(f"$ {context.command_text(*_command_of(wish, run))}", "dim")
    with context.store() as store:
        put = partial(put_in, store, run, wish, creator=context.config.creator, as_json=False)
        context.attempt(put, None)


def _choose_target(context: WizardContext, feed: _Feed, kind: ActKind) -> str | Back:
    if kind == "follow":
        entries = [Entry(f"@{one_line(one['handle'], most=40)}", one["handle"]) for one in feed.derived.people]
        question = "Whom do they follow?"
    else:
        latest = [post for post in reversed(feed.derived.posts) if post["kind"] != "repost"][:_MOST_POSTS]
        entries = [Entry(_post_line(post), post["id"]) for post in latest]
        question = "Which post?"
    if not entries:
        context.show("There is nothing there yet.")
        return BACK
    chosen: str | Back = context.prompts.choose(question, entries)
    return chosen


def _post_line(post: Mapping[str, Any]) -> str:
    return one_line(f"{post['id']} @{post['author']}, day {post['day']}, {post['time']}: {post['content']}", most=100)


def _with_words(context: WizardContext, feed: _Feed, wish: Act) -> Act | None:
    """The act with its words; None where whoever sits there goes back."""
    if wish.kind not in WITH_WORDS:
        return wish
    person = feed.people.get(wish.author.strip().lstrip("@").casefold())
    if person is not None and person["model"] is not None:
        how = context.prompts.choose(
            "Who finds the words?",
            [Entry("I write them", "own"), Entry(f"The model of @{person['handle']} does, from an idea", "idea")],
        )
        if isinstance(how, Back):
            return None
        if how == "idea":
            return _draft(context, feed.run, wish)
    words = context.prompts.long_text("The words:", check=nonempty)
    return None if isinstance(words, Back) else replace(wish, text=words)


def _draft(context: WizardContext, run: str, wish: Act) -> Act | None:
    idea = context.prompts.text("What should they say?", hint="In a few words; the model says it in their voice.",
                                check=nonempty)  # fmt: skip
    if isinstance(idea, Back):
        return None

    def draft() -> Act:
        with context.store() as store:
            asked = wish_draft(store, run, wish, idea)
        served = asyncio.run(ask_for_draft(asked, context.config))
        return replace(wish, text=read_draft(asked, served), draft=draft_record(asked, served))

    drafted = context.attempt(draft, None)
    if drafted is None:
        return None
    context.show(drafted.text)
    return drafted if context.prompts.confirm("Post it?", default=True) is True else None


def _command_of(wish: Act, run: str) -> list[str]:
    """The command that does the same."""
    if wish.kind not in WITH_WORDS:
        return [wish.kind, run[:12], wish.target, "--as", wish.author]
    words = ["--idea", wish.draft["idea"]] if wish.draft is not None else [wish.text]
    option = [_OPTIONS[wish.kind], wish.target] if wish.kind in _OPTIONS else []
    return ["post", run[:12], "--as", wish.author, *option, *words]
