"""The kinds of experiments, by the environment that a file names."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sociarium.experiment.conversation.environment_spec import CONVERSATION
from sociarium.experiment.definition import Definition
from sociarium.experiment.design.settable import Slot, model_slots
from sociarium.experiment.environment_spec import Kind
from sociarium.experiment.feed.environment_spec import FEED
from sociarium.experiment.prompts.text import variant_names

DEFAULT_ENVIRONMENT = "conversation"

KINDS: Mapping[str, Kind[Any, Any]] = {"conversation": CONVERSATION, "feed": FEED}


def kind_of(definition: Definition) -> Kind[Any, Any]:
    """The kind of a definition."""
    return KINDS[definition.environment]


def slots(definition: Definition) -> dict[str, Slot]:
    """Every slot of a definition by name."""
    kind = kind_of(definition)
    found = [
        *kind.slots(definition),
        *model_slots(definition.models, kind.model_users(definition)),
        *(Slot(name, choices=variant_names(text)) for name, text in kind.texts(definition).items()),
    ]
    return {slot.name: slot for slot in found}
