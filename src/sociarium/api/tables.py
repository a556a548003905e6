"""`sociarium.table`: the declared tables of a store, for notebooks and scripts."""

from __future__ import annotations

from typing import Any
from warnings import warn

from sociarium.api.stores import StoreAddress, store_at
from sociarium.api.targets import RunOrSweep, id_text
from sociarium.config import load as load_config
from sociarium.exchange.selection import RunFilter
from sociarium.exchange.tables.read import table_source
from sociarium.exchange.targets import selection
from sociarium.ports.clock import SystemClock
from sociarium.runner.library.looks import record_looks


def table(name: str, target: RunOrSweep, *, store: StoreAddress = None) -> Any:
    """A table of runs, as an Arrow table where pyarrow is installed (`pip install 'sociarium[tables]'`), else as rows.

    Args:
        name: runs, messages, calls, probes, agents, events, summaries, interviews, labels, measures, judge_answers; of
            feeds people, posts, reactions, exposures, judgements, follows, mutes, acts, states. Columns are those of
            docs/reference/tables.md; each factor is a column of `runs`, and `run` joins the others to it.
        target: an experiment's title or id, or a sweep or run, or the beginning of its id. Runs that nobody took up yet
            have no rows; how many they are is in the Arrow schema's metadata, `sociarium.account`, as JSON.
        store: its URL, the path of a database file, or None: the store of the configuration.

    Returns:
        A `pyarrow.Table`, or a list with a dict a row.

    Raises:
        BadInput: there is no such table.
        NotFound, Ambiguous: the target names nothing, or things of two kinds.
        SetupError: the store cannot be opened.
    """
    with store_at(store) as opened:
        config = load_config()
        source = table_source(opened, selection(opened, id_text(target), creator=config.creator), RunFilter())
        sweeps = () if source.selection.run else source.selection.sweeps
        if reason := record_looks(opened, sweeps, "table", by=config.creator, clock=SystemClock()):
            warn(reason, stacklevel=2)
        columns, rows = source.columns(name), source.rows(name)
        try:
            from sociarium.exchange.tables.arrow import arrow_table
        except ModuleNotFoundError as error:
            if error.name != "pyarrow":
                raise
            return list(rows)
        return arrow_table(columns, rows, source.account())
