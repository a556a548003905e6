"""Whose experiment or sweep it is, in a line before anything is done."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sociarium.cli.display.command_hints import pasteable
from sociarium.cli.display.output import console, words
from sociarium.count_text import count_text, one_or_many
from sociarium.exchange.sanitize import one_line
from sociarium.records.plans import Experiment, SweepRecord

_MOST_LISTED = 5


def notice(text: str) -> None:
    """Print a line on stderr, so that it stands beside JSON too."""
    console(stderr=True).print(words(text, "yellow"))


def added_message(experiment: Experiment, me: str, *, changed: bool) -> str:
    """What running somebody else's experiment does.

    Args:
        changed: whether it is run otherwise than it stands.
    """
    what = f"{_name(experiment)} is {experiment.creator}'s: a sweep is added to it under your name, {me}"
    return f"{what}, with your changes, which leave the experiment as it is." if changed else f"{what}."


def resumed_message(sweep: SweepRecord, title: str, me: str) -> str:
    """What going on with somebody else's sweep does."""
    return (
        f"{sweep.creator} began the sweep {sweep.id[:8]} of {one_line(title, most=200)!r}: it goes on as theirs; what "
        f"is played now is kept as run by you, {me}."
    )


def steered_message(sweep: SweepRecord, title: str) -> str:
    """Whose sweep was steered, where it is somebody else's."""
    of = one_line(title, most=200)
    return f"{sweep.creator} began the sweep {sweep.id[:8]} of {of!r}; its `status` names who steers it."


def own_copy_message(mine: Experiment, same_title: Sequence[Experiment]) -> str:
    """That somebody else has an experiment of the title of a file, and this one is one's own."""
    others = " and one by ".join(f"{one.creator} ({one.id[:8]})" for one in same_title)
    commands = " or ".join(pasteable("run", one.id[:8]) for one in same_title[:_MOST_LISTED])
    return (
        f"{one_line(mine.title, most=200)!r} is also the title of an experiment by {others}; this file became your "
        f"own, {mine.id[:8]}. To add a sweep to theirs instead: {commands}"
    )


def left_out_message(sweeps: Sequence[SweepRecord]) -> str:
    """That sweeps of an experiment are not among what is taken of it."""
    listed = ", ".join(f"{sweep.creator}'s {sweep.label} ({sweep.id[:8]})" for sweep in sweeps[:_MOST_LISTED])
    more = f" and {len(sweeps) - _MOST_LISTED} more" if len(sweeps) > _MOST_LISTED else ""
    return f"Left out, because they were run with changes: {listed}{more}. The id of a sweep takes that one."


def earlier_runs_message(runs_by_sweep: Mapping[str, int]) -> str:
    """That runs of an experiment are not among what is taken of it, as they are of an earlier version."""
    ids = ", ".join(sweep[:8] for sweep in list(runs_by_sweep)[:_MOST_LISTED])
    more = f" and {len(runs_by_sweep) - _MOST_LISTED} more" if len(runs_by_sweep) > _MOST_LISTED else ""
    runs = count_text(sum(runs_by_sweep.values()), "run")
    of = one_or_many(len(runs_by_sweep), "sweep")
    return f"left out: {runs} of earlier versions of the experiment ({of} {ids}{more}); a sweep's id takes that one"


def _name(experiment: Experiment) -> str:
    return f"{one_line(experiment.title, most=200)!r} ({experiment.id[:8]})"
