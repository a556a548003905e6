"""From a definition and a condition's levels to the content of its runs."""

from __future__ import annotations

from sociarium.experiment.definition import Definition
from sociarium.experiment.design.settable import Settings
from sociarium.experiment.environments import spec_of
from sociarium.experiment.stored_content import RunContent
from sociarium.experiment.sweep import Streams


def resolve(definition: Definition, settings: Settings, *, streams: Streams = "common") -> RunContent:
    """The content of a condition.

    Args:
        definition: checked.
        settings: what the condition's levels set; other slots have their defaults.
        streams: of the sweep.
    """
    content: RunContent = spec_of(definition).resolve(definition, settings, streams)
    return content
