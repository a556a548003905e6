"""Acts that are put into a feed from outside: by an account that is no person, or in a person's name.

An act in a person's name is an override: the person has then done it and remembers it, and it is on record as none of
their model's doing.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from sociarium.environments.feed.apply import Effects, Moment
from sociarium.environments.feed.memory.recall import Activity
from sociarium.environments.feed.network.graph import follow
from sociarium.environments.feed.people import PersonState
from sociarium.environments.feed.visit.drafts import PendingPost
from sociarium.environments.feed.world import Post, Source
from sociarium.records.events import Happening
from sociarium.records.inputs import OutsidePost

Obstacle = Literal["no such post", "no such person", "already so"]
"""Why an act has no effect."""
_LONGEST_ID = 12


def apply_act(act: OutsidePost, effects: Effects, moment: Moment) -> None:
    """Let an act take effect. One that cannot, because what it is about is not there, is on record as that."""
    _Act(act, effects, moment, effects.people.find(act.author)).apply()


@dataclass(frozen=True, slots=True)
class _Act:
    """Attributes:
    member: the person in whose name it is; None for an account outside.
    """

    act: OutsidePost
    effects: Effects
    moment: Moment
    member: PersonState | None

    @property
    def author(self) -> str:
        return self.member.handle if self.member else self.act.author

    @property
    def source(self) -> Source:
        return "override" if self.member is not None and self.act.override else "input"

    def apply(self) -> None:
        kind, post = self.act.kind, self._post()
        if kind == "post":
            self._publish(PendingPost("post", self.act.content, ""))
        elif kind == "follow":
            self._apply_follow()
        elif post is None:
            self._emit(self.act.target, "no such post")
        elif (kind == "like" or kind == "repost") and self._has_done(post):
            self._emit(post.id, "already so")
        else:
            self._apply_on(post)

    def _apply_on(self, post: Post) -> None:
        kind = self.act.kind
        if self.member is not None:
            # Whoever acts on a post has seen it.
            self.member.posts_seen.add(post.number)
        if kind == "like" or kind == "repost":
            self._remember(post)
        if kind == "like":
            self.effects.apply_outside_like(post)
            self._emit(post.id, None)
        elif kind == "reply" or kind == "quote" or kind == "repost":
            self._publish(PendingPost(kind, self.act.content, "", post))

    def _apply_follow(self) -> None:
        other = self.effects.people.find(self.act.target)
        if other is None:
            self._emit(self.act.target, "no such person")
            return
        if self.member is not None:
            is_new = follow(self.member, other)
        else:
            folded = self.act.author.casefold()
            is_new = folded not in other.outside_followers
            other.outside_followers.add(folded)
        if is_new:
            other.memory.followers.append(self.author)
        self._emit(other.handle, None if is_new else "already so")

    def _post(self) -> Post | None:
        """What it is about; of a repost what that shares. None where there is none to be seen."""
        digits = self.act.target[1:_LONGEST_ID]
        is_id = self.act.target == f"p{digits}" and digits.isascii() and digits.isdecimal()
        number = int(digits) - 1 if is_id else -1
        if not 0 <= number < len(self.effects.world.posts):
            return None
        post = self.effects.world.original_of(number)
        return None if post.verdict == "remove" else post

    def _has_done(self, post: Post) -> bool:
        """Whether whose act it is has done the same before, as their model played them, too."""
        if self.member is None:
            return (self.act.author.casefold(), self.act.kind, post.number) in self.effects.outside_acts
        return any(deed.kind == self.act.kind and deed.post == post.number for deed in self.member.memory.deeds)

    def _remember(self, post: Post) -> None:
        if self.member is None:
            self.effects.outside_acts.add((self.act.author.casefold(), self.act.kind, post.number))
        else:
            self.member.memory.deeds.append(Activity(self.moment[0], self.act.kind, post.number))

    def _publish(self, draft: PendingPost) -> None:
        self.effects.apply_outside_draft(self.author, draft, self.moment, self.source, str(self.act.number))

    def _emit(self, target: str, why: Obstacle | None) -> None:
        day, minute = self.moment
        data = {
            "time": minute,
            "kind": self.act.kind,
            "target": target,
            "source": self.source,
            "name": str(self.act.number),
            "why": why,
        }
        role = self.member.role if self.member else ""
        happening = Happening("act", day=day, author=self.author, role=role, content=self.act.content, data=data)
        self.effects.stage.emit(f"act/{self.act.number}", happening)
