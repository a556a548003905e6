"""A group conversation over days."""

from sociarium.environments.conversation.play import PROTOCOL, play, stand_at

__all__ = ["PROTOCOL", "play", "stand_at"]
