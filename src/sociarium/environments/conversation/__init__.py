"""A group conversation over days."""

from sociarium.environments.conversation.play import PROTOCOL, play

__all__ = ["PROTOCOL", "play"]
