"""Drafts of posts: a run is replayed as far as it has come, and a person's model asked what they would write there."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from sociarium.environments.feed.drafting import draft_prompt, stand_now
from sociarium.environments.feed.people import PersonState
from sociarium.environments.feed.state import FeedState
from sociarium.environments.feed.visit.drafts import read_text
from sociarium.environments.requests import model_request
from sociarium.errors import BadInput, ModelError, NotFound
from sociarium.experiment.definition import Definition
from sociarium.experiment.document import from_json
from sociarium.experiment.problems import did_you_mean
from sociarium.ports.model import ModelRequest, ServedReply
from sociarium.ports.store import Store
from sociarium.runner.run import journal_codec
from sociarium.runner.run.inputs import LONGEST, Act, post_of, refuse_over
from sociarium.runner.run.replay_recorder import JournalEnds, ReplayRecorder
from sociarium.runner.run.stage import RunStage

_WHY_NOTHING = {"refused": "it refused", "overlong": "what the person has in mind does not fit its context"}


@dataclass(frozen=True, slots=True)
class DraftWish:
    """What is asked of a person's model.

    Attributes:
        run: its id.
        definition: of the run, where it says how the model is served.
        model: its name there.
        idea: in the words of who has it.
    """

    run: str
    definition: Definition
    model: str
    request: ModelRequest
    idea: str


def wish_draft(store: Store, run_id: str, act: Act, idea: str) -> DraftWish:
    """Make the request for a draft. Off the event loop: it replays the run.

    Raises:
        NotFound: there is no such run, person or post by now.
        BadInput: it is no feed, it is over, nothing of it is known yet, no model plays the person, or the idea is none.
        Divergence: what is stored of the run is not what it does.
    """
    words = idea.strip()
    if not words or len(words) > LONGEST:
        raise BadInput(f"an idea has 1 to {LONGEST} characters; this one has {len(words)}")
    content, run = refuse_over(store, run_id), store.run(run_id)
    recorder = ReplayRecorder(run_id, {entry.key: entry for entry in store.journal(run_id)}, None)
    stage = RunStage(run, content.streams, recorder)
    feed = asyncio.run(stand_now(content, stage, JournalEnds))
    if feed is None:
        raise BadInput(f"run {run_id[:12]} has not begun; nobody is there who could draft anything")
    member = _member(feed, act.author, run_id)
    target = post_of(store, run_id, act) if act.kind != "post" else ""
    post = next((one for one in feed.world.posts if one.id == target), None)
    if act.kind != "post" and post is None:
        raise NotFound(f"run {run_id[:12]} has no post {act.target!r} by now")
    assert act.kind in {"post", "reply", "quote"}
    prompt = draft_prompt(feed, member, act.kind, post, words)
    request = model_request(feed.content.models, stage, f"draft/{uuid4().hex}", prompt)
    return DraftWish(run_id, _definition_of(store, run_id), prompt.model, request, words)


def read_draft(wish: DraftWish, served: ServedReply) -> str:
    """What a model wrote. Raises `ModelError` where it wrote nothing."""
    text = read_text(served.reply)
    if text is None:
        reason = _WHY_NOTHING.get(served.reply.finish_reason, "it said nothing")
        raise ModelError(f"the model {wish.model!r} drafted nothing: {reason}; write the words yourself, or try again")
    return text


def draft_record(wish: DraftWish, served: ServedReply) -> dict[str, Any]:
    """What is kept of a draft beside the act: see `Input`."""
    request = wish.request
    return {
        "idea": wish.idea,
        "model": wish.model,
        "request": {
            "messages": [{"role": message.role, "content": message.content} for message in request.messages],
            "options": dict(request.model.options),
            "fingerprint": request.fingerprint(),
        },
        "reply": journal_codec.reply_as_json(served.reply),
        "call": {"options": dict(served.sent), "served_model": served.served_model, "digest": served.digest},
    }


def _member(feed: FeedState, author: str, run_id: str) -> PersonState:
    member = feed.people.find(author)
    if member is None:
        names = [one.handle for one in feed.people.members]
        raise NotFound(
            f"run {run_id[:12]} has no person {author!r} by now, and only a person's model drafts; "
            f"{did_you_mean(author, names)}"
        )
    if member.model is None:
        raise BadInput(f"no model plays @{member.handle}; write the words yourself")
    return member


def _definition_of(store: Store, run_id: str) -> Definition:
    """The experiment as the run's sweep has it: it says where models are served."""
    members = store.members_of_run(run_id)
    if not members:
        raise BadInput(f"run {run_id[:12]} belongs to no sweep, so nothing says where its models are served")
    return from_json(store.version(store.sweep(members[0].sweep).version).document)
