"""Speaking into a live feed: a post from outside is kept as an input, and the run takes it up at its next moment."""

from __future__ import annotations

from pydantic import TypeAdapter, ValidationError

from sociarium.errors import BadInput
from sociarium.experiment.feed.people import Handle
from sociarium.experiment.feed.run_content import FeedContent
from sociarium.experiment.stored_content import read_content
from sociarium.ports.clock import Clock
from sociarium.ports.store import Store
from sociarium.records.inputs import Input
from sociarium.records.runs import RunState

LONGEST = 10_000
"""Characters of a post."""

_HANDLE: TypeAdapter[str] = TypeAdapter(Handle)


def post(store: Store, run_id: str, author: str, text: str, *, creator: str, clock: Clock) -> Input:
    """Put a post into a run that is not over.

    Args:
        author: handle of a person, or of an account outside.
        creator: who puts it there.

    Raises:
        NotFound: there is no such run.
        BadInput: it is no feed, it is over, or it cannot be posted so.
    """
    content = read_content(store.run(run_id).content)
    if not isinstance(content, FeedContent):
        raise BadInput(f"run {run_id} is a {content.environment}; only into a feed can be posted")
    state = store.run_statuses([run_id])[0].state
    if state is RunState.DONE:
        raise BadInput(f"run {run_id} is over; `sociarium list runs --state running` shows those that are not")
    handle, words = author.strip().lstrip("@"), text.strip()
    try:
        _HANDLE.validate_python(handle)
    except ValidationError:
        raise BadInput(
            f"{author!r} is no handle; write a name of 1 to 50 characters without spaces, @, #, <, > and slashes"
        ) from None
    if not words or len(words) > LONGEST:
        raise BadInput(f"a post has 1 to {LONGEST} characters; this one has {len(words)}")
    try:
        words.encode()
    except UnicodeEncodeError:
        raise BadInput("the post holds bytes that are no text; write it in UTF-8") from None
    number = max((one.number for one in store.inputs(run_id)), default=0)
    while True:
        number += 1
        post = Input(run_id, number, handle, words, creator, clock.now())
        # Another may have put a post there meanwhile: then ours is the next.
        if store.put_input(post) == post:
            return post


def is_person(store: Store, run_id: str, handle: str) -> bool:
    """Whether somebody of that handle is there by now."""
    folded = handle.casefold()
    return any(
        event.happening.kind == "person" and event.happening.author.casefold() == folded
        for event in store.events(run_id)
    )
