"""Runs that were played by older rules: how many a sweep has, and in which of them words are in doubt.

Runs of two protocols are never pooled. Under the first protocol of conversations the request of an agent who spoke
twice running ended with its own last message, and model servers go on with such a text, or repeat it: what they
answered is no turn of that agent. These runs are found by who spoke, without reading what was said.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from sociarium.environments.protocols import protocol_of
from sociarium.ports.store import Store
from sociarium.records.events import Happening
from sociarium.records.plans import SweepRecord, environment_of
from sociarium.records.runs import OlderRun

NEVER_OWN_LAST_WORD = 2
"""The first protocol of conversations in which no request ends with a message of the agent that is asked."""

MOST_LOOKED_AT = 2000
"""Runs whose speakers are read for one look at a sweep."""

_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Doubts:
    """Finished conversations in which one agent spoke twice running under rules that let servers go on with its text.

    Attributes:
        messages: run -> messages that may be copies.
        unchecked: runs that were not looked at.
    """

    messages: Mapping[str, int]
    unchecked: int = 0


def protocol_of_sweep(store: Store, sweep: SweepRecord) -> int:
    """The protocol by which this version plays the runs of a sweep."""
    return protocol_of(_environment(store, sweep))


def doubts(store: Store, sweep: SweepRecord, old: Sequence[OlderRun], *, most: int | None = MOST_LOOKED_AT) -> Doubts:
    """Look for runs in which one agent spoke twice running.

    Args:
        old: finished runs of the sweep that older rules played.
        most: how many are looked at; None: all.
    """
    suspects = [one.run for one in old if one.protocol < NEVER_OWN_LAST_WORD]
    if not suspects or _environment(store, sweep) != "conversation":
        return Doubts({})
    looked_at = suspects[:most]
    messages: dict[str, int] = {}
    for start in range(0, len(looked_at), _AT_ONCE):
        outline = store.outline(looked_at[start : start + _AT_ONCE])
        for run, lines in groupby(outline, key=lambda line: line[0]):
            if count := continued_messages(what for _, what in lines):
                messages[run] = count
    return Doubts(messages, len(suspects) - len(looked_at))


def _environment(store: Store, sweep: SweepRecord) -> str:
    return environment_of(store.version(sweep.version).document)


def continued_messages(lines: Iterable[Happening]) -> int:
    """How many messages were asked for when the last words of the day were the same agent's own.

    Args:
        lines: messages and events of a conversation, in order, with or without contents.
    """
    count, last = 0, (0, "")
    for what in lines:
        # A script's lines are asked of nobody; what was empty was never sent.
        count += what.kind == "message" and "call" in what.data and (what.day, what.author) == last
        if "empty" not in what.flags:
            last = (what.day, what.author)
    return count


def run_names(runs: Iterable[str], *, most: int = 8) -> str:
    """Runs by the beginnings of their ids, the first ones."""
    ids = list(runs)
    more = f" and {len(ids) - most} more" if len(ids) > most else ""
    return ", ".join(run[:8] for run in ids[:most]) + more
