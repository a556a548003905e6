"""Answers, inputs and events as rows of the embedded store, and back."""

from __future__ import annotations

import json
from typing import Any

from sociarium.records.events import Event, Happening
from sociarium.records.inputs import Input, added_fields
from sociarium.records.journal import REPLY_TOKENS, Call, JournalEntry
from sociarium.stores.sqlite import tables
from sociarium.stores.sqlite.rows import Row, json_text, unless_none

_FIRST_CALL_VALUES = 7


def entry_row(record: JournalEntry) -> Row:
    """Columns of JOURNAL."""
    call = record.call
    call_text = call and json_text(_call_values(call))
    return (
        record.run,
        record.key,
        record.ordinal,
        record.token,
        record.fingerprint,
        record.source,
        json_text(record.answer),
        record.at,
        call_text,
    )


def _call_values(call: Call) -> list[Any]:
    values = [call.model, dict(call.sent), call.seconds, call.attempts, call.served_model, call.digest]
    values += [call.fingerprint, call.endpoint, call.cached_tokens, call.hardware]
    while values[-1] is None and len(values) > _FIRST_CALL_VALUES:
        values.pop()  # versions that knew fewer read what has no more
    return values


def entry(row: Row) -> JournalEntry:
    """From JOURNAL."""
    run_, key, ordinal, token, fingerprint, source, answer, at, call = row
    reply = unless_none(call, lambda text: Call(*json.loads(text)))
    return JournalEntry(run_, key, ordinal, token, fingerprint, source, json.loads(answer), at, reply)


def tokens_query(marks: str) -> str:
    """The query for the columns of `ModelTokens`, of as many runs as there are marks, behind the key that follows."""
    prompt, completion = (f"SUM(COALESCE(json_extract(answer, '$.{name}'), 0))" for name in REPLY_TOKENS)
    return (
        f"SELECT run, json_extract(call, '$[0]'), {prompt}, {completion} FROM journal j "  # noqa: S608  # constants
        f"WHERE run IN ({marks}) AND call IS NOT NULL AND ordinal > "
        "COALESCE((SELECT ordinal FROM journal WHERE run = j.run AND key = ?), -1) GROUP BY 1, 2"
    )


def input_row(record: Input) -> Row:
    """Columns of INPUTS."""
    act = added_fields(record)
    return (*(getattr(record, column) for column in tables.INPUTS.columns[:-1]), json_text(act) if act else None)


def input_(row: Row) -> Input:
    """From INPUTS."""
    *values, act = row
    return Input(*values, **unless_none(act, json.loads) or {})


def event_row(record: Event) -> Row:
    """Columns of EVENTS."""
    happening = record.happening
    return (
        record.run,
        record.key,
        record.seq,
        happening.kind,
        happening.day,
        happening.index,
        happening.author,
        happening.role,
        happening.content,
        json_text(happening.flags),
        json_text(dict(happening.data)),
        record.digest,
    )


def event(row: Row) -> Event:
    """From EVENTS."""
    run_, key, seq, kind, day, index, author, role, content, flags, data, digest = row
    happening = Happening(kind, day, index, author, role, content, tuple(json.loads(flags)), json.loads(data))
    return Event(run_, key, seq, happening, digest)
