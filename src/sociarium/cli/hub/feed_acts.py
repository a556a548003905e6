"""Acting in a feed that is played: who does it, what, on which post, in which words."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from sociarium.api.post_drafts import ask_for_draft
from sociarium.cli.display.output import words
from sociarium.cli.put_act import put_in
from sociarium.cli.questions.answers import Back, TypedAnswer
from sociarium.cli.questions.checks import nonempty
from sociarium.cli.questions.completion import Suggestion
from sociarium.cli.wizard.context import WizardContext
from sociarium.cli.wizard.flow import QuestionFlow
from sociarium.environments.feed.derive import DerivedFeed, derive
from sociarium.errors import BadInput, SociariumError
from sociarium.exchange.sanitize import one_line
from sociarium.records.inputs import WITH_WORDS, ActKind
from sociarium.runner.run.drafting import draft_record, read_draft, wish_draft
from sociarium.runner.run.inputs import LONGEST, Act, read_handle

_MOST_POSTS = 60
_KINDS = (
    TypedAnswer("Post something", "post"),
    TypedAnswer("Answer a post", "reply"),
    TypedAnswer("Quote a post", "quote"),
    TypedAnswer("Share a post as it is", "repost"),
    TypedAnswer("Like a post", "like"),
    TypedAnswer("Follow somebody", "follow"),
)
_OF_POSTS = {"reply", "quote", "repost", "like"}
_OPTIONS: Mapping[ActKind, str] = {"reply": "--reply-to", "quote": "--quote"}


@dataclass(frozen=True, slots=True)
class _Feed:
    """A feed as it stands; people by handle in small letters."""

    run: str
    derived: DerivedFeed
    people: Mapping[str, dict[str, Any]]

    @property
    def posts(self) -> list[dict[str, Any]]:
        """The latest that somebody wrote, the last first."""
        return [post for post in reversed(self.derived.posts) if post["kind"] != "repost"][:_MOST_POSTS]


def act_in_feed(context: WizardContext, run: str) -> None:
    """Ask who does what, and put it in; whoever goes back has done nothing."""
    with context.store() as store:
        derived = derive(store.events(run))
    feed = _Feed(run, derived, {person["handle"].casefold(): person for person in derived.people})
    wish = QuestionFlow(context.prompts, part="Act in this feed").run(partial(_ask_act, context, feed))
    if wish is None or isinstance(wish, Back):
        return
    context.show_command(*_command_of(wish, run))
    with context.store() as store:
        put = partial(put_in, store, run, wish, creator=context.config.creator, as_json=False)
        context.attempt(put, None)


def _ask_act(context: WizardContext, feed: _Feed, questions: QuestionFlow) -> Act | None:
    """The act; None where a draft is not wanted."""
    author = questions.text(
        "author",
        "Who does it?",
        hint="A handle: of a person of the feed, or of an account outside, such as a newspaper.",
        check=_handle_fault,
        complete=partial(_handles, feed),
    )
    kind = questions.choose("kind", "What do they do?", _kinds(feed))
    target = "" if kind == "post" else _ask_target(questions, feed, author, kind)
    wish = Act(kind, author, target=target)
    if kind not in WITH_WORDS:
        return wish
    person = feed.people.get(_bare(author).casefold())
    if person is not None and person["model"] is not None:
        model = f"The model of @{person['handle']} does, from an idea"
        how = questions.choose(
            "how", "Who finds the words?", [TypedAnswer("I write them", "own"), TypedAnswer(model, "idea")]
        )
        if how == "idea":
            return _ask_draft(context, questions, feed.run, wish)
    return replace(wish, text=questions.long_text("words", "The words:", check=_words_fault))


def _kinds(feed: _Feed) -> list[TypedAnswer]:
    """What can be done; where nothing was posted yet, most of it cannot."""
    is_silent = not feed.posts
    return [
        replace(entry, unavailable="nothing was posted yet" if is_silent and entry.value in _OF_POSTS else "")
        for entry in _KINDS
    ]


def _ask_target(questions: QuestionFlow, feed: _Feed, author: str, kind: ActKind) -> str:
    if kind == "follow":
        others = [one["handle"] for key, one in feed.people.items() if key != _bare(author).casefold()]
        entries = [TypedAnswer(f"@{one_line(handle, most=40)}", handle) for handle in others]
        return str(questions.choose("target", "Whom do they follow?", entries))
    entries = [TypedAnswer(_post_line(post), post["id"]) for post in feed.posts]
    return str(questions.choose("target", "Which post?", entries))


def _ask_draft(context: WizardContext, questions: QuestionFlow, run: str, wish: Act) -> Act | None:
    idea = questions.text(
        "idea", "What should they say?", hint="In a few words; the model says it in their voice.", check=nonempty
    )

    def draft() -> Act:
        with context.store() as store:
            asked = wish_draft(store, run, wish, idea)
        served = asyncio.run(ask_for_draft(asked, context.config))
        return replace(wish, text=read_draft(asked, served), draft=draft_record(asked, served))

    try:
        drafted = questions.remember(f"draft {wish} {idea}", draft)
    except SociariumError as error:
        questions.ask_again("idea", str(error))
    questions.say(words(drafted.text))
    return drafted if questions.confirm("wanted", "Post it?") else None


def _handle_fault(text: str) -> str:
    try:
        read_handle(text)
    except BadInput as error:
        return f"{str(error)[:1].upper()}{str(error)[1:]}."
    return ""


def _words_fault(text: str) -> str:
    longest = f"A post has {LONGEST:,} characters at most; this one has {len(text):,}."
    return nonempty(text) or (longest if len(text.strip()) > LONGEST else "")


def _handles(feed: _Feed, text: str) -> list[Suggestion]:
    at = "@" if text.startswith("@") else ""
    begun = _bare(text).casefold()
    return [Suggestion(0, f"{at}{one['handle']}") for key, one in feed.people.items() if key.startswith(begun)]


def _bare(author: str) -> str:
    return author.strip().lstrip("@")


def _post_line(post: Mapping[str, Any]) -> str:
    return one_line(f"{post['id']} @{post['author']}, day {post['day']}, {post['time']}: {post['content']}", most=100)


def _command_of(wish: Act, run: str) -> list[str]:
    """The command that does the same."""
    if wish.kind not in WITH_WORDS:
        return [wish.kind, run[:12], wish.target, "--as", wish.author]
    words = ["--idea", wish.draft["idea"]] if wish.draft is not None else [wish.text]
    option = [_OPTIONS[wish.kind], wish.target] if wish.kind in _OPTIONS else []
    return ["post", run[:12], "--as", wish.author, *option, *words]
