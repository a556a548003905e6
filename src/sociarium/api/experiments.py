"""Experiments from files and texts."""

from __future__ import annotations

from dataclasses import dataclass, field
from html import escape
from pathlib import Path

from sociarium.exchange.definition_files import read_definition
from sociarium.experiment.definition import Definition
from sociarium.experiment.document import parse


@dataclass(frozen=True, slots=True)
class Experiment:
    """A checked experiment.

    Attributes:
        title: as the file has it.
        sweeps: their names.
    """

    definition: Definition = field(repr=False)
    title: str = field(init=False)
    sweeps: tuple[str, ...] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "title", self.definition.title)
        object.__setattr__(self, "sweeps", tuple(self.definition.all_sweeps))

    def _repr_html_(self) -> str:
        return f"<b>{escape(self.title)}</b> ({escape(', '.join(self.sweeps))})"


def load(path: str | Path) -> Experiment:
    """The checked experiment in a file. Raises `BadInput` (unreadable) or `DefinitionError` (with every fault)."""
    return Experiment(read_definition(Path(path)))


def loads(text: str) -> Experiment:
    """The checked experiment in a YAML text, which names no other files. Raises `DefinitionError`."""

    def refuse(_name: str) -> bytes:
        raise OSError(0, "a text has no folder; load the experiment from a file")

    return Experiment(parse(text.encode(), source="text", read=refuse))
