"""Lists of runs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sociarium.api.html import html_table
from sociarium.api.stores import StoreAddress, store_at
from sociarium.config import load as load_config
from sociarium.experiment.sweep import Level
from sociarium.ports.store import Store
from sociarium.records.lists import ListedRun, RunQuery, short_ids
from sociarium.records.runs import RunState
from sociarium.runner.library import lookup
from sociarium.runner.library.message_counts import message_count
from sociarium.runner.library.run_list import list_runs


@dataclass(frozen=True, slots=True)
class RunRow:
    """A run at its place in a sweep; `condition` is factor -> label of its level."""

    id: str
    sweep: str
    experiment: str
    condition: Mapping[str, Level]
    replicate: int
    state: RunState
    ended: str | None
    error: str | None
    messages: int


class RunRows(list[RunRow]):
    """Runs in a list that a notebook shows as a table."""

    def _repr_html_(self) -> str:
        head = ("run", "condition", "replicate", "state", "ended", "messages", "error")
        rows = (
            (id_, _condition_text(row.condition), row.replicate, row.state.value, row.ended, row.messages,
             row.error)
            for id_, row in zip(short_ids([row.id for row in self], least=12), self, strict=True)
        )  # fmt: skip
        return html_table(rows, head=head)


def runs(
    *,
    store: StoreAddress = None,
    sweep: str | None = None,
    experiment: str | None = None,
    where: Mapping[str, str] | None = None,
    state: RunState | str | None = None,
) -> RunRows:
    """Runs at their places, the latest sweep first.

    Args:
        sweep: id, or its beginning.
        experiment: id, its beginning, or title.
        where: factor -> label of its level.
        state: pending, running, done or failed; a run whose worker is seen to be gone is pending.

    Raises:
        NotFound, Ambiguous: a text names nothing, or several.
        ValueError: there is no such state.
    """
    with store_at(store) as opened:
        creator = load_config().creator
        query = RunQuery(
            where=where or {},
            state=None if state is None else RunState(state),
            sweep=lookup.find_sweep(opened, sweep).id if sweep else None,
            experiment=lookup.find_experiment(opened, experiment, creator=creator).id if experiment else None,
        )
        return RunRows(_row(opened, listed, now) for listed, now in list_runs(opened, query))


def _row(store: Store, listed: ListedRun, state: RunState) -> RunRow:
    place, status = listed.place, listed.place.status
    return RunRow(
        id=status.run,
        sweep=listed.sweep,
        experiment=listed.experiment,
        condition=place.condition,
        replicate=place.replicate,
        state=state,
        ended=status.ended,
        error=status.error,
        messages=message_count(store, status),
    )


def _condition_text(condition: Mapping[str, Level]) -> str:
    return ", ".join(f"{factor}={level}" for factor, level in condition.items())
