"""Acting in a live feed: an act from outside is kept as an input, and the run takes it up at its next moment."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import TypeAdapter, ValidationError

from sociarium.errors import BadInput, NotFound
from sociarium.experiment.feed.people import Handle
from sociarium.experiment.feed.run_content import FeedContent
from sociarium.experiment.problems import did_you_mean
from sociarium.experiment.stored_content import read_content
from sociarium.ports.clock import Clock
from sociarium.ports.store import Store
from sociarium.records.inputs import WITH_WORDS, ActKind, Input
from sociarium.records.runs import RunState
from sociarium.runner.library.consent import consent_text, refuse_without_consent

LONGEST = 10_000
"""Characters of a post."""

_HANDLE: TypeAdapter[str] = TypeAdapter(Handle)


@dataclass(frozen=True, slots=True)
class Act:
    """What somebody outside wants done in a feed.

    Attributes:
        author: handle of a person, or of an account outside; with or without `@`.
        text: the words of a post, reply or quote.
        target: id of the post that is answered, quoted, liked or shared; of a follow the handle of whom to follow.
        draft: where a model wrote the words; see `Input`.
    """

    kind: ActKind
    author: str
    text: str = ""
    target: str = ""
    draft: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class KeptAct:
    """An act as it stands in the store.

    Attributes:
        is_person: whether a person of that handle is there by now, so that it is an override.
    """

    input: Input
    is_person: bool


def act(store: Store, run_id: str, wish: Act, *, creator: str, clock: Clock) -> KeptAct:
    """Put an act into a run that is not over.

    Args:
        creator: who puts it there.

    Raises:
        NotFound: there is no such run; or no such post or person in it.
        BadInput: it is no feed, it is over, or nobody can act so.
        NotYours: the experiment asks for consent, and whoever acts has not given it.
    """
    refuse_over(store, run_id)
    experiment = store.run(run_id).experiment
    refuse_without_consent(store, experiment, consent_text(store, experiment), person=creator)
    handle, words = read_handle(wish.author), _words(wish)
    people, posts = _people_and_posts(store, run_id)
    target = _target(wish, handle, people, posts, run_id)
    number = max((one.number for one in store.inputs(run_id)), default=0)
    while True:
        number += 1
        record = Input(run_id, number, handle, words, creator, clock.now(), wish.kind, target, True, wish.draft)
        # Another may have put something there meanwhile: then ours is the next.
        if store.put_input(record) == record:
            return KeptAct(record, handle.casefold() in people)


def refuse_over(store: Store, run_id: str) -> FeedContent:
    """The content of a feed in which can be acted.

    Raises:
        NotFound: there is no such run.
        BadInput: it is no feed, or it is over.
    """
    content = read_content(store.run(run_id).content)
    if not isinstance(content, FeedContent):
        raise BadInput(f"run {run_id} is a {content.environment}; only in a feed can be acted so")
    if store.run_statuses([run_id])[0].state is RunState.DONE:
        raise BadInput(
            f"run {run_id} is over; let it go on with `sociarium extend {run_id[:12]} --days N`, and act in the new "
            "run while it is played"
        )
    return content


def post_of(store: Store, run_id: str, wish: Act) -> str:
    """The id of the post that an act is about; of a repost that of what it shares.

    Raises:
        NotFound: there is no such post by now; the nearest ids are told.
    """
    return _original_id(wish.target, _people_and_posts(store, run_id)[1], run_id)


def read_handle(author: str) -> str:
    """The handle that somebody wrote, with or without `@`.

    Raises:
        BadInput: it is none.
    """
    handle = author.strip().lstrip("@")
    try:
        return _HANDLE.validate_python(handle)
    except ValidationError:
        raise BadInput(
            f"{author!r} is no handle; write a name of 1 to 50 characters without spaces, @, #, <, > and slashes"
        ) from None


def _words(wish: Act) -> str:
    if wish.kind not in WITH_WORDS:
        return ""
    words = wish.text.strip()
    if not words or len(words) > LONGEST:
        raise BadInput(f"a post has 1 to {LONGEST} characters; this one has {len(words)}")
    try:
        words.encode()
    except UnicodeEncodeError:
        raise BadInput("the post holds bytes that are no text; write it in UTF-8") from None
    return words


def _people_and_posts(store: Store, run_id: str) -> tuple[dict[str, str], dict[str, str | None]]:
    """Handles by their small letters; ids of posts with that of the post which they share, if they do."""
    people: dict[str, str] = {}
    posts: dict[str, str | None] = {}
    for event in store.events(run_id):
        what = event.happening
        if what.kind == "person":
            people[what.author.casefold()] = what.author
        elif what.kind == "post":
            posts[what.data["id"]] = what.data["parent"] if what.data["kind"] == "repost" else None
    return people, posts


def _target(wish: Act, handle: str, people: Mapping[str, str], posts: Mapping[str, str | None], run_id: str) -> str:
    if wish.kind == "post":
        return ""
    if wish.kind == "follow":
        name = wish.target.strip().removeprefix("@")
        if name.casefold() == handle.casefold():
            raise BadInput(f"@{name} cannot follow themselves")
        if name.casefold() not in people:
            raise NotFound(f"run {run_id[:12]} has no person {name!r} by now{_nearest(name, people.values())}")
        return people[name.casefold()]
    return _original_id(wish.target, posts, run_id)


def _original_id(target: str, posts: Mapping[str, str | None], run_id: str) -> str:
    name = target.strip()
    if name not in posts:
        raise NotFound(f"run {run_id[:12]} has no post {name!r} by now{_nearest(name, posts)}")
    return posts[name] or name


def _nearest(name: str, names: Iterable[str]) -> str:
    mend = did_you_mean(name, names)
    return f"; {mend}" if mend else ""
