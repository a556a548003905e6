"""Runs of an experiment that were begun, as lists in which one is chosen."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sociarium.cli.display.columns import ListColumn
from sociarium.cli.display.conditions import varying_factors
from sociarium.cli.display.lists import columns_of, shared_line
from sociarium.cli.list_rows import rows_of_runs
from sociarium.cli.questions.answers import BACK, Step, TypedAnswer
from sociarium.cli.wizard.context import WizardContext
from sociarium.editing.words import slot_words
from sociarium.exchange.sanitize import one_line
from sociarium.ports.store import Store
from sociarium.records.lists import ListedRun, RunQuery
from sociarium.records.plans import Experiment
from sociarium.records.runs import RunState, SweepSlot
from sociarium.runner.library.run_list import list_runs

_ALL, _FAVOURITES, _STATE = "\0all", "\0favourites", "\0state"


@dataclass(frozen=True, slots=True)
class PlayedRun:
    """A run that was begun.

    Attributes:
        state: as it is now; of a run that was left half-played: pending.
        row: as `list --json` prints it.
    """

    place: SweepSlot
    state: RunState
    row: Mapping[str, Any]
    favourite: bool
    note: str


def played_runs(context: WizardContext, experiment: Experiment, *, sweep: str | None = None) -> list[PlayedRun]:
    """The runs of an experiment, or of one sweep of it, of which something was asked; the latest sweep's first."""
    with context.store() as store:
        listed = list(_runs_with_words(list_runs(store, RunQuery(experiment=experiment.id, sweep=sweep))))
        edits = store.latest_edits("run", [one.place.status.run for one, _ in listed])
        rows = list(rows_of_runs(store, listed))
    played = []
    for (one, state), row in zip(listed, rows, strict=True):
        edit = edits.get(one.place.status.run)
        played.append(PlayedRun(one.place, state, row, bool(edit and edit.favourite), edit.note if edit else ""))
    return played


def count_runs(store: Store, experiment: str) -> int:
    """How many runs of an experiment were begun; the writing of a feed's people is none."""
    return sum(1 for _ in _runs_with_words(list_runs(store, RunQuery(experiment=experiment))))


def _runs_with_words(runs: Iterable[tuple[ListedRun, RunState]]) -> Iterable[tuple[ListedRun, RunState]]:
    """Each run once, where it was taken up: one that waits again after a stop has words, too."""
    ids: set[str] = set()
    for one, state in runs:
        status = one.place.status
        if status.run not in ids and (status.token or state is not RunState.PENDING):
            ids.add(status.run)
            yield one, state


def choose_some(context: WizardContext, played: Sequence[PlayedRun], noun: str) -> list[PlayedRun] | None:
    """Those with a level, a state or a star, where that tells some from others; None for back."""
    filters = _filters(played)
    if not filters:
        return list(played)
    chosen = context.prompts.choose(f"Which {noun}s?", [TypedAnswer(f"All {len(played)}", (_ALL, "")), *filters])
    if chosen is BACK:
        return None
    kind, level = chosen
    if kind == _ALL:
        return list(played)
    if kind == _FAVOURITES:
        return [one for one in played if one.favourite]
    if kind == _STATE:
        return [one for one in played if one.state.value == level]
    return [one for one in played if str(one.place.condition.get(kind)) == level]


def has_filters(played: Sequence[PlayedRun]) -> bool:
    """Whether anything tells some of them from others."""
    return bool(_filters(played))


def _filters(played: Sequence[PlayedRun]) -> list[TypedAnswer]:
    entries = []
    if any(one.favourite for one in played) and not all(one.favourite for one in played):
        entries.append(TypedAnswer("Favourites", (_FAVOURITES, "")))
    states = sorted({one.state.value for one in played})
    entries += [TypedAnswer(f"state: {state}", (_STATE, state)) for state in states if len(states) > 1]
    for factor in varying_factors(one.place.condition for one in played):
        levels = dict.fromkeys(str(one.place.condition[factor]) for one in played if factor in one.place.condition)
        entries += [TypedAnswer(one_line(f"{slot_words({}, factor)}: {level}"), (factor, level)) for level in levels]
    return entries


def choose_run(context: WizardContext, played: Sequence[PlayedRun], question: str = "Which one?") -> PlayedRun | None:
    """One of a table with a column for each factor in which they differ; what they share stands above."""
    if not played:
        return None
    rows = [one.row for one in played]
    columns = _columns(played, columns_of("runs", rows))
    names = [" · ".join(filter(None, cells)) for cells in zip(*(column.cells for column in columns), strict=True)]
    entries = [TypedAnswer(name, one) for name, one in zip(names, played, strict=True)]
    prompts = context.prompts.at(Step(shared_line(rows)))
    chosen = prompts.choose(question, entries, columns=columns)
    return None if chosen is BACK else chosen


def _columns(played: Sequence[PlayedRun], of_lists: Sequence[ListColumn]) -> list[ListColumn]:
    """Those of lists, with a star behind the id, and what was noted behind all."""
    first, *others = of_lists
    stars = ListColumn("★", ["★" if one.favourite else "" for one in played], "id", 1)
    return [first, stars, *others, ListColumn("note", [one.note for one in played], rank=1)]
