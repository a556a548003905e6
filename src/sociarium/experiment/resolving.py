"""From a definition and a condition's levels to the content of its runs."""

from __future__ import annotations

from sociarium.experiment.contents import RunContent
from sociarium.experiment.definition import Definition
from sociarium.experiment.kinds import kind_of
from sociarium.experiment.slots import Settings
from sociarium.experiment.sweep import Streams


def resolve(definition: Definition, settings: Settings, *, streams: Streams = "common") -> RunContent:
    """The content of a condition.

    Args:
        definition: checked.
        settings: what the condition's levels set; other slots have their defaults.
        streams: of the sweep.
    """
    content: RunContent = kind_of(definition).resolve(definition, settings, streams)
    return content
