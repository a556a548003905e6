"""What sessions come to: posts, reactions and follows take effect, and are told as events."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from sociarium.environments.feed.memory.recall import Activity
from sociarium.environments.feed.network.graph import follow, unfollow
from sociarium.environments.feed.network.policy import verdict
from sociarium.environments.feed.people import People, PersonState
from sociarium.environments.feed.visit.drafts import Draft
from sociarium.environments.feed.visit.visit import PersonVisit
from sociarium.environments.feed.world import Post, PostKind, Source, World, hashtags
from sociarium.environments.stage import Stage
from sociarium.experiment.feed.run_content import FeedContent
from sociarium.records.events import Happening


@dataclass(slots=True)
class Effects:
    """Changes of the world, one after another."""

    content: FeedContent
    world: World
    people: People
    stage: Stage
    _indexes: dict[int, int] = field(default_factory=dict)

    def apply_visit(self, one: PersonVisit) -> None:
        """Everything that a session came to, at the minute of its log-on."""
        for judged in one.judged:
            post = judged.shown.post
            if "like" in judged.drawn:
                post.likes += 1
                self._add_like(post)
            if "repost" in judged.drawn:
                self._publish(one, Draft("repost", "", "", post))
                self._add_repost(post)
        for draft in one.drafts:
            self._publish(one, draft)
        followed = [other.handle for other in one.intent.follow if self._follow(one.member, other)]
        left = [other.handle for other in one.intent.unfollow if unfollow(one.member, other)]
        self._emit_visit(one, followed, left)

    def apply_outside_post(self, author: str, text: str, day: int, minute: int, source: Source, name: str) -> None:
        """A post from outside takes effect: by a person of that handle, or by an account that is none."""
        member = self.people.find(author)
        draft = Draft("post", text, "")
        self._add(draft, member, member.handle if member else author, day, minute, source, name)

    def _publish(self, one: PersonVisit, draft: Draft) -> None:
        self._add(draft, one.member, one.member.handle, one.day, one.minute, "person", None)
        if draft.kind == "quote" and draft.parent is not None:
            self._add_repost(draft.parent)

    def _add(
        self,
        draft: Draft,
        member: PersonState | None,
        author: str,
        day: int,
        minute: int,
        source: Source,
        name: str | None,
    ) -> None:
        kind: PostKind = draft.kind
        found = verdict(self.content.policy, draft.text)
        post = Post(
            number=len(self.world.posts),
            author=author,
            member=member.number if member else None,
            day=day,
            minute=minute,
            kind=kind,
            content=draft.text,
            parent=draft.parent.number if draft.parent else None,
            verdict=found,
        )
        self.world.add(post)
        if member is not None and kind != "repost":
            member.memory.deeds.append(Activity(day, kind, post.number))
        self._emit(post, draft, member.role if member else "", source, name)

    def _emit(self, post: Post, draft: Draft, role: str, source: Source, name: str | None) -> None:
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

    def _emit_visit(self, one: PersonVisit, followed: list[str], left: list[str]) -> None:
        data = {
            "time": one.minute,
            "exposures": [
                {"post": shown.post.id, "list": shown.list, "rank": shown.rank, "policy": shown.post.verdict}
                | ({"via": shown.via.id} if shown.via else {})
                for shown in one.shown
            ],
            "answers": [judged.as_dict() for judged in one.judged],
            "follow": followed,
            "unfollow": left,
            "plan": one.intent.plan,
            "state": one.intent.state if one.changed else None,
            "skipped": [{"step": step, "why": why} for step, why in one.skipped],
            "repaired": [{"step": step, "values": values} for step, values in sorted(one.repaired.items())],
            "calls": one.calls,
        }
        flags = set(one.flags) | {"skipped" for _ in one.skipped[:1]}
        happening = Happening(
            "session",
            day=one.day,
            author=one.member.handle,
            role=one.member.role,
            flags=tuple(sorted(flags)),
            data=data,
        )
        self.stage.emit(f"{one.key}/session", happening)
