"""People who exist, in an experiment's document: whether somebody is among them."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from typing import Any


def is_named(text: str | None, person: str) -> bool:
    """Whether a name or handle is somebody's, in any case and with or without an `@`."""
    return text is not None and _fold(text) == _fold(person)


def has_history_of(document: Mapping[str, Any], person: str) -> bool:
    """Whether a document holds somebody's history or archive: a person of that handle or name with posts or consent."""
    people = document.get("people")
    return isinstance(people, list) and any(
        isinstance(one, dict)
        and (bool(one.get("history")) or bool(one.get("consent")))
        and (is_named(one.get("handle"), person) or is_named(one.get("name"), person))
        for one in people
    )


def _fold(text: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split()).removeprefix("@")
