"""The kinds of experiments, by the environment that a file names."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sociarium.experiment.conversation.environment_spec import CONVERSATION
from sociarium.experiment.definition import Definition
from sociarium.experiment.design.settable import Settable, model_settables
from sociarium.experiment.environment_spec import EnvironmentSpec
from sociarium.experiment.feed.environment_spec import FEED
from sociarium.experiment.prompts.text import variant_names

DEFAULT_ENVIRONMENT = "conversation"

ENVIRONMENTS: Mapping[str, EnvironmentSpec[Any, Any]] = {"conversation": CONVERSATION, "feed": FEED}


def spec_of(definition: Definition) -> EnvironmentSpec[Any, Any]:
    """The kind of a definition."""
    return ENVIRONMENTS[definition.environment]


def settables(definition: Definition) -> dict[str, Settable]:
    """Every slot of a definition by name."""
    kind = spec_of(definition)
    slots = [
        *kind.slots(definition),
        *model_settables(definition.models, kind.model_users(definition)),
        *(Settable(name, choices=variant_names(text)) for name, text in kind.texts(definition).items()),
    ]
    return {slot.name: slot for slot in slots}
