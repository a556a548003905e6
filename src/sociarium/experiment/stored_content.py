"""Stored contents, read as what they are: one function, by the environment that a content names."""

from __future__ import annotations

from functools import lru_cache
from typing import Annotated

from pydantic import Field, TypeAdapter

from sociarium.experiment.feed.code_names import is_code
from sociarium.experiment.feed.run_content import FeedContent, PopulationContent
from sociarium.experiment.run_content import Content

RunContent = Content | FeedContent
"""What a run of a sweep plays."""

AnyContent = RunContent | PopulationContent
"""What a run's record can hold; a population is a preparation of a replicate."""

LONGEST_KEPT = 64 * 1024
"""Letters of a content that is kept in memory once it is read; those of crowds are not."""

_STORED: TypeAdapter[AnyContent] = TypeAdapter(Annotated[AnyContent, Field(discriminator="environment")])


def read_content(text: str) -> AnyContent:
    """The content that a run's record holds; replicates share it, for it is immutable.

    Raises:
        pydantic.ValidationError: this version does not know it.
    """
    return _read_short(text) if len(text) <= LONGEST_KEPT else _STORED.validate_json(text)


@lru_cache(maxsize=512)
def _read_short(text: str) -> AnyContent:
    return _STORED.validate_json(text)


def last_content(content: RunContent) -> RunContent:
    """What rules when a run ends: its content, or that of its last fork."""
    return content if content.fork is None else last_content(content.fork.then)


def models_in(content: AnyContent) -> frozenset[str]:
    """The names of all models that are asked for a content, those of its populations among them."""
    names = set(content.models)
    if not isinstance(content, PopulationContent) and content.fork is not None:
        names |= models_in(content.fork.then)
    if isinstance(content, FeedContent):
        populations = [share.population for share in content.generated]
        populations += [content.newcomers.population] if content.newcomers else []
        names.update(name for population in populations for name in population.models)
    return frozenset(names)


def rankers_in(content: RunContent) -> frozenset[str]:
    """The rankers of a researcher's own that are called for a content; what a fork has of its origin is ranked."""
    last = last_content(content)
    if not isinstance(last, FeedContent):
        return frozenset()
    return frozenset(
        str(one.ranking) for one in (last.feed, *(later.feed for later in last.schedule)) if is_code(one.ranking)
    )
