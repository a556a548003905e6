"""Commands with their arguments and options, as the generated table has them."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

TABLE = Path(__file__).with_name("options.json")


@dataclass(frozen=True, slots=True)
class OptionRow:
    """An option.

    Attributes:
        names: as they are typed.
        value: what it takes, as its help names it; empty for a flag.
        choices: the only values that it takes; empty for any.
        is_repeated: whether it may be given several times.
    """

    names: Sequence[str]
    value: str
    choices: Sequence[str]
    is_repeated: bool
    help: str


@dataclass(frozen=True, slots=True)
class CommandRow:
    """A command.

    Attributes:
        arguments: what each is, as the command's help names it.
    """

    arguments: Sequence[str]
    options: Sequence[OptionRow]

    def option(self, name: str) -> OptionRow | None:
        """The option that is typed so."""
        return next((option for option in self.options if name in option.names), None)


def read_table() -> Mapping[str, CommandRow]:
    """The table, by command."""
    tree = json.loads(TABLE.read_text(encoding="utf-8"))
    return {
        name: CommandRow(row["arguments"], [OptionRow(**option) for option in row["options"]])
        for name, row in tree.items()
    }
