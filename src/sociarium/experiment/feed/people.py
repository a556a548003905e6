"""People of a feed, as they are written, read from files, or written by a model."""

from __future__ import annotations

import re
from typing import Annotated, Any, Literal

from pydantic import Field

from sociarium.experiment.feed.default_role import DEFAULT_ROLE
from sociarium.experiment.feed.rules import Rule
from sociarium.experiment.frozen import Frozen

HANDLE = r"^[^\s@#<>/\\\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]+$"
"""One word, of characters that can be seen."""
Handle = Annotated[str, Field(min_length=1, max_length=50, pattern=HANDLE)]
"""A name by which people mention each other, without the `@`."""

_LONGEST_STEM = 40
_NOT_IN_HANDLES = re.compile(r"[\s@#<>/\\\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]+")


def handle_stem(name: str) -> str:
    """What handles made of a name begin with."""
    return _NOT_IN_HANDLES.sub("_", name.strip())[:_LONGEST_STEM].strip("_") or DEFAULT_ROLE


ActivityKind = Literal["post", "repost", "quote", "reply", "like"]


class PastDeed(Frozen):
    """Something that a person did before the run begins.

    Attributes:
        text: the person's own words; for a repost or a like, the words of the other.
        of: who wrote what was reposted, quoted, answered or liked.
        at: when, ISO 8601, where it is known.
        weight: how telling it is beside others of the person, for the choice under a budget: larger comes first.
    """

    kind: Annotated[ActivityKind, Field(description="what it was")] = "post"
    text: Annotated[
        str, Field(min_length=1, description="the person's own words; of a repost or like, those of the other")
    ]
    of: Annotated[str | None, Field(description="whose post was reposted, quoted, answered or liked")] = None
    at: Annotated[str | None, Field(description="when, as 2024-05-01T09:30, where it is known")] = None
    weight: Annotated[
        float, Field(description="how telling it is: under a budget of tokens the larger comes first")
    ] = 0.0


class Person(Frozen):
    """Somebody on the network.

    Attributes:
        persona: free text, or any tree of JSON values.
        background: general knowledge that the person brings along; never condensed.
        history: what the person did before, the oldest first.
        follows: handles.
        followers_count: followers beyond the people who are simulated.
        role: the archetype, with sections of its own.
        consent: where that of a person who exists is documented; kept with the file, no part of what is asked.
        rule: by which they act; None for one who is played by a model.
    """

    handle: Annotated[Handle, Field(description="one word, without @; each their own")]
    name: Annotated[str, Field(description="as others see it")] = ""
    bio: Annotated[str, Field(description="as others see it")] = ""
    persona: Annotated[
        Any, Field(description="who the person is: free text, or any tree; stands in the prompt as it is")
    ] = ""
    background: Annotated[str, Field(description="what the person knows; never condensed")] = ""
    history: Annotated[tuple[PastDeed, ...], Field(description="what the person did before, the oldest first")] = ()
    follows: Annotated[tuple[Handle, ...], Field(description="handles")] = ()
    followers_count: Annotated[int, Field(ge=0, description="followers beyond the people who are simulated")] = 0
    role: Annotated[str, Field(min_length=1, description="the archetype, with sections of its own")] = DEFAULT_ROLE
    consent: Annotated[
        str, Field(description="of a person who exists: where it is documented; never asked or sent")
    ] = ""
    rule: Annotated[Rule | None, Field(description="by which the person acts instead of a model")] = None
