"""What the earlier simulator kept, as records: every field has a value, whatever its document lacked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

RESEARCHER = "researcher"
"""Whom the earlier simulator named where the researcher spoke; compared in any case."""


@dataclass(frozen=True, slots=True)
class LegacySection:
    """A section; `role` is empty for one that all share."""

    index: float
    title: str
    content: str
    role: str


@dataclass(frozen=True, slots=True)
class Llm:
    """A model with its options as they were written."""

    model: str
    options: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class LegacyExperiment:
    """An experiment.

    Attributes:
        id: as people saw it.
        tags: placeholders that were declared, of roles and of all.
        conversations: ids, as the database has them.
    """

    id: str
    creator: str
    note: str
    favourite: bool
    created: str
    starting_message: str
    llms: tuple[Llm, ...]
    roles: tuple[str, ...]
    sections: tuple[LegacySection, ...]
    summarizer: tuple[LegacySection, ...]
    tags: frozenset[str]
    conversations: tuple[object, ...]


@dataclass(frozen=True, slots=True)
class LegacyConversation:
    """A conversation.

    Attributes:
        run: the id that its run has here: its own.
        n_messages: as asked for; None where it does not say.
        agents: role -> how many; None where it does not say.
        messages: ids, as the database has them.
    """

    id: str
    run: str
    creator: str
    note: str
    favourite: bool
    created: str
    n_messages: int | None
    days: int | None
    speaker_selection: str
    starting_message: str | None
    llm: Llm
    agents: Mapping[str, int] | None
    messages: tuple[object, ...]


@dataclass(frozen=True, slots=True)
class LegacyMessage:
    """A message; day and index are None where it does not say."""

    id: str
    day: int | None
    index: int | None
    role: str
    speaker: str
    content: str
