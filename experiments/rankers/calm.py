"""A ranker that keeps quarrels small: of each six hours, what was least disputed comes first.

`sociarium run experiments/rankers/calm.yaml --allow-code` uses it. Its contract: docs/feeds.md, "A ranker of your own".
"""

from __future__ import annotations

from collections.abc import Sequence

from sociarium.experiment.rng import Draws
from sociarium.ports.rankers import RankedPost, RankingReader


def calm(posts: Sequence[RankedPost], reader: RankingReader, rng: Draws) -> Sequence[RankedPost]:
    """The same posts: the latest six hours before older ones, and of each six hours the least disputed first."""

    def place(post: RankedPost) -> tuple[int, float, float]:
        age = (reader.day - post.day) * 1440 + reader.minute - post.minute
        disputes = (post.replies + post.quotes) / (1 + post.likes)
        return age // 360, disputes, rng.random()

    return sorted(posts, key=place)
