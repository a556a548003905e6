"""What visits come to: posts, reactions and follows take effect, and are emitted as events."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from sociarium.environments.feed.delayed_replies import DelayedReplies, DelayedReply, delay_of
from sociarium.environments.feed.memory.recall import Activity
from sociarium.environments.feed.network.graph import follow, unfollow
from sociarium.environments.feed.network.policy import verdict
from sociarium.environments.feed.people import People, PersonState
from sociarium.environments.feed.visit.drafts import PendingPost
from sociarium.environments.feed.visit.steps import StepLog
from sociarium.environments.feed.visit.visit import PersonVisit
from sociarium.environments.feed.world import Post, PostKind, Source, World, hashtags
from sociarium.environments.stage import Stage
from sociarium.experiment.feed.run_content import FeedContent
from sociarium.records.events import Happening
from sociarium.records.inputs import ActKind

Moment = tuple[int, int]
"""A day, and a minute of it."""


@dataclass(slots=True)
class Effects:
    """Changes of the world, one after another.

    Attributes:
        delayed: replies that are under way.
        outside_acts: likes and reposts of accounts outside: handle in small letters, kind, number of the post.
    """

    content: FeedContent
    world: World
    people: People
    stage: Stage
    delayed: DelayedReplies = field(default_factory=DelayedReplies)
    outside_acts: set[tuple[str, ActKind, int]] = field(default_factory=set)
    _indexes: dict[int, int] = field(default_factory=dict)

    def apply_visit(self, visit: PersonVisit) -> None:
        """Let everything that a visit came to take effect, at the minute of its log-on."""
        for judgement in visit.judgements:
            post = judgement.exposure.post
            if "like" in judgement.drawn:
                post.likes += 1
                self._add_like(post)
            if "repost" in judgement.drawn:
                self._publish(visit, PendingPost("repost", "", "", post))
                self._add_repost(post)
        later = []
        for draft in visit.drafts:
            minutes = self._delay_of(draft, visit)
            if minutes:
                later.append(self.delayed.add(draft, visit.member, (visit.day, visit.minute), minutes))
            else:
                self._publish(visit, draft)
        followed = [other.handle for other in visit.intent.follow if self._follow(visit.member, other)]
        unfollowed = [other.handle for other in visit.intent.unfollow if unfollow(visit.member, other)]
        for handle in visit.intent.mute:
            visit.member.muted[handle.casefold()] = handle
        for handle in visit.intent.unmute:
            visit.member.muted.pop(handle.casefold(), None)
        self._emit_visit(visit, followed, unfollowed, later)

    def apply_delayed_replies(self, day: int, minute: int) -> None:
        """Let the replies that were under way until a moment take effect, each at its own minute."""
        while (reply := self.delayed.pop_due(day, minute)) is not None:
            author = reply.member.handle
            self._add(reply.draft, reply.member, author, reply.day, reply.minute, "person", None)

    def apply_outside_draft(self, author: str, draft: PendingPost, moment: Moment, source: Source, name: str) -> None:
        """A post from outside takes effect: by a person of that handle, or by an account that is none."""
        member = self.people.find(author)
        self._add(draft, member, member.handle if member else author, *moment, source, name)
        if draft.kind in {"quote", "repost"} and draft.parent is not None:
            self._add_repost(draft.parent)

    def apply_outside_like(self, post: Post) -> None:
        """A like from outside takes effect."""
        post.likes += 1
        self._add_like(post)

    def _delay_of(self, draft: PendingPost, visit: PersonVisit) -> int:
        """Minutes until a draft takes effect."""
        rule = self.content.feed.reply_delay
        if rule is None or draft.kind != "reply" or draft.parent is None:
            return 0
        return delay_of(rule, f"{visit.key}/write/{draft.parent.id}", self.stage)

    def _publish(self, visit: PersonVisit, draft: PendingPost) -> None:
        self._add(draft, visit.member, visit.member.handle, visit.day, visit.minute, "person", None)
        if draft.kind == "quote" and draft.parent is not None:
            self._add_repost(draft.parent)

    def _add(
        self,
        draft: PendingPost,
        member: PersonState | None,
        author: str,
        day: int,
        minute: int,
        source: Source,
        name: str | None,
    ) -> None:
        kind: PostKind = draft.kind
        post = Post(
            number=len(self.world.posts),
            author=author,
            member=member.number if member else None,
            day=day,
            minute=minute,
            kind=kind,
            content=draft.text,
            parent=draft.parent.number if draft.parent else None,
            verdict=verdict(self.content.policy, draft.text),
        )
        self.world.add(post)
        if member is not None and kind != "repost":
            member.memory.deeds.append(Activity(day, kind, post.number))
        self._emit(post, draft, member.role if member else "", source, name)

    def _emit(self, post: Post, draft: PendingPost, role: str, source: Source, name: str | None) -> None:
        self._indexes[post.day] = self._indexes.get(post.day, 0) + 1
        data: dict[str, Any] = {
            "id": post.id,
            "time": post.minute,
            "kind": post.kind,
            "parent": draft.parent.id if draft.parent else None,
            "hashtags": hashtags(post.content),
            "source": source,
            "name": name,
            "call": draft.call or None,
            "policy": None if post.verdict == "none" else post.verdict,
        }
        if draft.thread:
            data["thread"] = list(draft.thread)
        happening = Happening(
            "post", post.day, self._indexes[post.day], post.author, role, post.content, draft.flags, data
        )
        self.stage.emit(f"post/{post.id}", happening)

    def _follow(self, member: PersonState, other: PersonState) -> bool:
        if not follow(member, other):
            return False
        other.memory.followers.append(member.handle)
        return True

    def _add_like(self, post: Post) -> None:
        if post.member is not None:
            self.people.members[post.member].memory.likes += 1

    def _add_repost(self, post: Post) -> None:
        if post.member is not None:
            self.people.members[post.member].memory.shares += 1

    def _emit_visit(
        self, visit: PersonVisit, followed: list[str], unfollowed: list[str], later: Sequence[DelayedReply]
    ) -> None:
        data: dict[str, Any] = {
            "time": visit.minute,
            "exposures": [
                {"post": one.post.id, "list": one.list, "rank": one.rank, "policy": one.post.verdict}
                | ({"via": one.via.id} if one.via else {})
                for one in visit.exposures
            ],
            "answers": [judgement.as_dict() for judgement in visit.judgements],
            "follow": followed,
            "unfollow": unfollowed,
            "plan": visit.intent.plan,
            "state": visit.intent.state if visit.changed else None,
            "skipped": [{"step": step, "why": why} for step, why in visit.log.skipped],
            "repaired": _repair_rows(visit.log),
            "calls": visit.log.calls,
        }
        if visit.suggested:
            data["suggested"] = [other.handle for other in visit.suggested]
        for change, handles in (("mute", visit.intent.mute), ("unmute", visit.intent.unmute)):
            if handles:
                data[change] = list(handles)
        if later:
            data["later"] = [
                {"post": one.draft.parent.id, "day": one.day, "time": one.minute, "call": one.draft.call}
                for one in later
                if one.draft.parent is not None
            ]
        flags = set(visit.log.flags) | {"skipped" for _ in visit.log.skipped[:1]}
        happening = Happening(
            "session",
            day=visit.day,
            author=visit.member.handle,
            role=visit.member.role,
            flags=tuple(sorted(flags)),
            data=data,
        )
        self.stage.emit(f"{visit.key}/session", happening)


def _repair_rows(log: StepLog) -> list[dict[str, Any]]:
    """Steps with a repaired answer: how many values were put right, and kinds of repairs of its form, if any."""
    return [
        {"step": step, "values": log.repaired[step]}
        | ({"kinds": list(log.repairs[step])} if step in log.repairs else {})
        for step in sorted({*log.repaired, *log.repairs})
    ]
