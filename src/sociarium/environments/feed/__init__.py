"""A social feed over days: people with personas who read, react, write, follow and change."""

from sociarium.environments.feed.play import play, stand_at

__all__ = ["play", "stand_at"]
