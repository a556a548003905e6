"""Experiments from files and texts."""

from __future__ import annotations

from dataclasses import dataclass, field
from html import escape
from pathlib import Path

from sociarium.errors import Problem
from sociarium.exchange.definition_files import read_definition
from sociarium.experiment.definition import Definition
from sociarium.experiment.document import parse
from sociarium.experiment.loading.includes import UnreadableFile


@dataclass(frozen=True, slots=True)
class Experiment:
    """A checked experiment.

    Attributes:
        title: as the file has it.
        sweeps: their names.
        notes: what was read of its file otherwise than it is probably meant, such as a text that a comment cuts; the
            first warnings of a `plan`.
        folders: where rankers of your own are looked for, beside the current folder and Python's path.
    """

    definition: Definition = field(repr=False)
    notes: tuple[Problem, ...] = field(default=(), repr=False, compare=False, kw_only=True)
    folders: tuple[Path, ...] = field(default=(), repr=False, compare=False, kw_only=True)
    title: str = field(init=False)
    sweeps: tuple[str, ...] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "title", self.definition.title)
        object.__setattr__(self, "sweeps", tuple(self.definition.all_sweeps))

    def _repr_html_(self) -> str:
        return f"<b>{escape(self.title)}</b> ({escape(', '.join(self.sweeps))})"


def load(path: str | Path) -> Experiment:
    """The checked experiment in a file. Raises `BadInput` (unreadable) or `DefinitionError` (with every fault)."""
    notes: list[Problem] = []
    definition = read_definition(Path(path), notes=notes)
    return Experiment(definition, notes=tuple(notes), folders=(Path(path).absolute().parent,))


def loads(text: str) -> Experiment:
    """The checked experiment in a YAML text, which names no other files. Raises `DefinitionError`."""

    def refuse(name: str) -> bytes:
        mend = "load the experiment from a file, or write into the text what that file holds"
        raise UnreadableFile(f"the file {name!r} cannot be read: a text has no folder in which it could be", mend)

    notes: list[Problem] = []
    definition = parse(text.encode(), source="text", read=refuse, notes=notes)
    return Experiment(definition, notes=tuple(notes))
