"""People without a model: a small declared policy, by which somebody acts at each log-on."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from sociarium.experiment.frozen import Frozen


class Trigger(Frozen):
    """The posts that somebody reacts to, and how surely."""

    words: Annotated[
        tuple[Annotated[str, Field(min_length=1)], ...],
        Field(description="whole words or phrases, in any case, of which a post holds one; none: any post"),
    ] = ()
    p: Annotated[float, Field(ge=0, le=1, description="probability for each such post that is shown")] = 1.0


class OwnPosts(Frozen):
    """What somebody posts of their own accord."""

    each_day: Annotated[
        tuple[str, ...],
        Field(min_length=1, description="one at the first log-on of each day, in turn; an empty one posts nothing"),
    ]

    def text_of(self, day: int) -> str:
        """The text of a day, from 1."""
        return self.each_day[(day - 1) % len(self.each_day)].strip()


class Rule(Frozen):
    """What somebody without a model does; an empty one only reads."""

    like: Annotated[Trigger | None, Field(description="which posts are liked")] = None
    repost: Annotated[Trigger | None, Field(description="which posts are shared")] = None
    post: Annotated[OwnPosts | None, Field(description="what is posted, day by day")] = None
    follow_back: Annotated[bool, Field(description="follows whoever follows them")] = False


def posts_of(rule: Rule | None) -> tuple[str, ...]:
    """The texts that somebody posts by a rule; none without one."""
    return () if rule is None or rule.post is None else rule.post.each_day
