"""Announcements: what the researcher says into a conversation, or posts into a feed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sociarium.editing.arrange import add_item
from sociarium.editing.change import Change
from sociarium.editing.document import Document, is_a_feed
from sociarium.editing.people_names import handle_fault, handles
from sociarium.errors import BadInput
from sociarium.experiment.conversation.definition import RESEARCHER

OUTSIDE = "newswire"
"""An account outside, such as could post into a feed."""


def add_announcement(document: Document, event: Mapping[str, Any]) -> Change:
    """One more announcement.

    Args:
        event: as a file has it, as far as it is known; with a name.

    Raises:
        BadInput: there is no name, or another one has it; nobody can post under the handle.
    """
    author = {"author": announcer(document, str(event["author"]))} if event.get("author") else {}
    return add_item(document, "events", {**event, **author})


def announcer(document: Document, line: str) -> str:
    """Who announces something, as it was typed: a handle in a feed, any name in a conversation.

    Raises:
        BadInput: it is no handle.
    """
    if not is_a_feed(document):
        return " ".join(line.split())
    if fault := handle_fault(line, ()):
        raise BadInput(fault)
    return line.strip().removeprefix("@")


def usual_announcer(document: Document) -> str:
    """Who announces something where nobody is named: the researcher, or the first of the people of a feed."""
    return next(iter(handles(document)), OUTSIDE) if is_a_feed(document) else RESEARCHER


def text_key(document: Document) -> str:
    """The key under which an announcement has its words."""
    return "post" if is_a_feed(document) else "text"
