"""What is read of roles, levels and flags, and the classes of the style sheet behind them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from sociarium.exchange.sanitize import one_line
from sociarium.experiment.level import Level
from sociarium.records.lists import label_of

MARKS = 5
"""Roles that are told apart by a mark; a sixth has the first one again, and its name beside it as all have."""

FLAGS: Mapping[str, str] = {
    "trimmed": "trimmed",
    "name_only": "nothing but a name",
    "empty": "said nothing",
    "repeated": "repeats itself",
    "echoed": "echoes its prompt",
    "retried": "asked again",
    "token_limit": "cut off by its token limit",
    "context_cut": "its prompt was cut",
    "context_suspected": "its prompt may be cut",
    "repaired": "read with mends",
    "refused": "refused",
    "replaced": "holds characters that were replaced",
    "random_speaker": "speaker drawn by chance",
    "invalid": "no valid answer",
}
"""Flags as the pages say them; an unknown one is said as it is."""


@dataclass(frozen=True, slots=True)
class RoleLabel:
    """A role with its mark: `r1` ... `r5`."""

    name: str
    mark: str


def roles(names: Iterable[str]) -> list[RoleLabel]:
    """Roles in their order, each once."""
    return [RoleLabel(name, f"r{at % MARKS + 1}") for at, name in enumerate(dict.fromkeys(names))]


def marks(names: Iterable[str]) -> dict[str, str]:
    """Role -> class of its mark."""
    return {role.name: role.mark for role in roles(names)}


def flag_text(flag: str) -> str:
    """A flag in words."""
    return FLAGS.get(flag, one_line(flag.replace("_", " "), most=60))


def level_text(factor: str, level: Level) -> str:
    """A level as a label: its own name, with the factor where that says too little: `mild`, `Oversight absent`."""
    label = one_line(label_of(level), most=80)
    if factor == "first_speaker":
        return f"{label} first"
    short = one_line(factor.rpartition(".")[2], most=40)
    return f"{short} {label}" if "." in factor or not isinstance(level, str) else label


def condition_text(condition: Mapping[str, Level], factors: Sequence[str]) -> str:
    """Some factors of a condition on one line: `mild, oversight absent`."""
    parts = [level_text(factor, condition[factor]) for factor in factors if factor in condition]
    return ", ".join(parts) or "the only condition"
