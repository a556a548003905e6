"""The claim log in the embedded store: entries are inserted, then the runs' statuses are brought up to them."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence

from sociarium.records.runs import Claim, RunState
from sociarium.stores.sqlite import rows, tables
from sociarium.stores.sqlite.batch_insert import insert_rows

_START = (
    "UPDATE statuses SET state = ?, token = ?, worker = ?, by = ?, protocol = ?, started = COALESCE(started, ?), "
    "ended = NULL, error = NULL, finished = NULL WHERE run = ? AND token < ?"
)
_RELEASE = (
    "UPDATE statuses SET state = ?, token = ?, worker = ?, by = ?, ended = ?, error = ?, messages = ?, calls = ?, "
    "prompt_tokens = ?, completion_tokens = ?, by_model = ?, finished = ? WHERE run = ? AND token < ?"
)


def insert_claims(writer: sqlite3.Connection, claims: Sequence[Claim]) -> list[Claim]:
    """Insert those whose run and token are free; returns for each claim the one that stands."""
    if insert_rows(writer, tables.CLAIMS, [rows.claim_row(claim) for claim in claims]) == len(claims):
        return list(claims)
    query = tables.CLAIMS.select("WHERE run = ? AND token = ?")
    return [rows.claim(writer.execute(query, (claim.run, claim.token)).fetchone()) for claim in claims]


def bring_up(writer: sqlite3.Connection, claims: Iterable[Claim]) -> None:
    """Bring the status of each claim's run up to it, unless it is beyond it."""
    for claim in claims:
        writer.execute(*(_claim_update(claim) if claim.outcome is None else _finish_update(claim)))


def _claim_update(claim: Claim) -> tuple[str, rows.Row]:
    values = (RunState.RUNNING.value, claim.token, claim.worker, claim.by, claim.protocol, claim.at)
    return _START, (*values, claim.run, claim.token)


def _finish_update(claim: Claim) -> tuple[str, rows.Row]:
    outcome = claim.outcome
    assert outcome is not None
    values = (
        outcome.state.value,
        claim.token,
        claim.worker,
        claim.by,
        outcome.ended,
        outcome.error,
        *rows.counters_columns(outcome.counters),
        None if outcome.state is RunState.PENDING else claim.at,
    )
    return _RELEASE, (*values, claim.run, claim.token)
