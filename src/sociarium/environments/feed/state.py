"""A feed as it stands at a moment of its run: its settings, its posts and its people."""

from __future__ import annotations

from dataclasses import dataclass, field

from sociarium.environments.feed.people import People
from sociarium.environments.feed.world import World
from sociarium.environments.probe_forms import EarlierAnswers
from sociarium.experiment.feed.run_content import FeedContent


@dataclass(frozen=True, slots=True)
class FeedState:
    """What everything that happens in a feed reads; `world` and `people` change as the run goes on.

    Attributes:
        content: what the run was started with.
        world: all posts.
        people: all who have arrived.
        answers: that they gave to probes.
    """

    content: FeedContent
    world: World
    people: People
    answers: EarlierAnswers = field(default_factory=EarlierAnswers)
