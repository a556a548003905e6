"""The parts of a feed that a conversation has not, or has in another way."""

from __future__ import annotations

from collections.abc import Mapping

from sociarium.cli.wizard.feeds.people import people
from sociarium.cli.wizard.feeds.posts import instructions, posts, questions
from sociarium.cli.wizard.feeds.world import days, graph, policy, reading
from sociarium.cli.wizard.text_input import Part

FEED_PARTS: Mapping[str, Part] = {
    "People": people,
    "What they read of themselves and the world": instructions,
    "Days": days,
    "Who follows whom": graph,
    "What people are shown, and when they post": reading,
    "Content policy": policy,
    "Posts of your own making": posts,
    "Private questions": questions,
}
"""In the order in which a new feed is asked for."""
