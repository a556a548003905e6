"""The one place where messages to people of a feed, and to whoever writes them, are made.

Every request is a system prompt and one message of the user, so none can end with an assistant's message: servers go on
with such a message, or say it again, instead of answering.
"""

from __future__ import annotations

from collections.abc import Iterable

from sociarium.environments.requests import JOINT
from sociarium.ports.model import ChatMessage


def messages_for(system: str, parts: Iterable[str]) -> tuple[ChatMessage, ChatMessage]:
    """A request's messages.

    Args:
        parts: of what is asked, in order; empty ones are left out.
    """
    return ChatMessage("system", system), ChatMessage("user", JOINT.join(filter(None, parts)))
