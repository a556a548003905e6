"""Inputs: what people outside put into a run while it is played."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any, Literal

ActKind = Literal["post", "reply", "quote", "like", "repost", "follow"]

WITH_WORDS: frozenset[ActKind] = frozenset({"post", "reply", "quote"})
"""Acts that say something."""


@dataclass(frozen=True, slots=True)
class OutsidePost:
    """What a run sees of an input: a post, or another act.

    Attributes:
        number: of the input in its run, from 1.
        author: a handle: of a person, or of an account outside.
        content: the words; empty for an act without any.
        target: id of the post that is answered, quoted, liked or shared; of `follow` a handle.
        override: whether it counts as an override where the author is a person. Inputs of versions before there were
            such acts do not.
    """

    number: int
    author: str
    content: str
    kind: ActKind = "post"
    target: str = ""
    override: bool = False


@dataclass(frozen=True, slots=True)
class Input:
    """An act put into a run from outside; run and number are its identity.

    Attributes:
        creator: who put it there.
        at: UTC, ISO 8601.
        kind, target, override: as of `OutsidePost`.
        draft: where a model wrote the words: `idea`, the `model`'s name in the file, its `request` (messages, options,
            fingerprint), the `reply` as journals keep replies, the `call`: options as sent and what served it. No run
            reads it.
    """

    run: str
    number: int
    author: str
    content: str
    creator: str
    at: str
    kind: ActKind = "post"
    target: str = ""
    override: bool = False
    draft: Mapping[str, Any] | None = None

    @property
    def seen(self) -> OutsidePost:
        """What the run sees of it."""
        return OutsidePost(self.number, self.author, self.content, self.kind, self.target, self.override)


ADDED = ("kind", "target", "override", "draft")
"""Fields that inputs of earlier versions do not have."""
_USUAL = {field.name: field.default for field in fields(Input) if field.name in ADDED}


def added_fields(record: Input | OutsidePost) -> dict[str, Any]:
    """What an input says beyond those of earlier versions, which were posts; empty where it says nothing more."""
    values = {name: getattr(record, name) for name in ADDED if hasattr(record, name)}
    return {name: value for name, value in values.items() if value != _USUAL[name]}
