"""How many runs went into something, why others did not, and what brings them in."""

from __future__ import annotations

from sociarium.cli.display.command_hints import pasteable
from sociarium.count_text import count_text, one_or_many
from sociarium.exchange.selection import Selection
from sociarium.exchange.tables.read import RunAccount

_UNFINISHED = frozenset({"not begun", "waiting to go on"})


def account_line(account: RunAccount) -> str:
    """How many runs are in, and how many are not, by reason."""
    left_out = ", ".join(f"{count:,} {reason}" for reason, count in account.left_out.items())
    counted = f"{account.taken:,} of {count_text(account.planned, 'run')} {_verb(account)} in"
    return f"{counted}; not: {left_out}" if left_out else counted


def _verb(account: RunAccount) -> str:
    """Of a run that is the only one, whether it is in or not."""
    return one_or_many(1 if account.planned == 1 else account.taken, "is", "are")


def missing_runs_message(account: RunAccount, chosen: Selection) -> str:
    """Which runs of a selection are not in, with the command that brings them in; empty where none is absent."""
    if not chosen.sweeps and not chosen.left_out:
        return f"No run is in: it was not played yet. Play it: {pasteable('run', chosen.experiment.id[:8])}"
    if not account.left_out:
        return ""
    line = f"{account_line(account)}."
    if _UNFINISHED.isdisjoint(account.left_out):
        return line
    if len(chosen.sweeps) == 1 or chosen.run is not None:  # a run of several is played by any; the first is the latest
        return f"{line} Go on with: {pasteable('resume', chosen.sweeps[0].id[:8])}"
    return f"{line} {pasteable('list', 'sweeps')} names what is to go on."
