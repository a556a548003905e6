"""A group conversation over days."""

from sociarium.environments.conversation.play import play, stand_at

__all__ = ["play", "stand_at"]
