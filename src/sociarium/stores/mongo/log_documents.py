"""Answers, inputs and events as documents of the shared store, and back."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import fields

from sociarium.records.events import Event, Happening
from sociarium.records.inputs import Input, added_fields
from sociarium.records.journal import REPLY_TOKENS, Call, JournalEntry
from sociarium.stores.mongo.documents import Document, json_text
from sociarium.stores.mongo.schema import SCHEMA

_LATER = frozenset({"endpoint", "cached_tokens", "hardware"})


def entry_document(record: JournalEntry) -> Document:
    """An answer."""
    call = record.call
    return {
        "_id": f"{record.run}/{record.key}",
        "run": record.run,
        "key": record.key,
        "ordinal": record.ordinal,
        "token": record.token,
        "fingerprint": record.fingerprint,
        "source": record.source,
        "answer": json_text(record.answer),
        "at": record.at,
        "call": call and json_text(_call_values(call)),
        # Beside the text that has them, so that they are summed without it.
        **({} if call is None else {"tokens": [call.model, *reply_tokens(record.answer)]}),
        "schema": SCHEMA,
    }


def reply_tokens(answer: Mapping[str, int]) -> list[int]:
    """Tokens of a model's answer, of prompt and completion."""
    return [answer.get(name) or 0 for name in REPLY_TOKENS]


def _call_values(call: Call) -> Document:
    values = {**_field_values(call), "sent": dict(call.sent)}
    # Versions that did not know these read what has none of them.
    return {name: value for name, value in values.items() if not (name in _LATER and value is None)}


def entry(document: Document) -> JournalEntry:
    """From `entry_document`."""
    return JournalEntry(
        run=document["run"],
        key=document["key"],
        ordinal=document["ordinal"],
        token=document["token"],
        fingerprint=document["fingerprint"],
        source=document["source"],
        answer=json.loads(document["answer"]),
        at=document["at"],
        call=None if document["call"] is None else Call(**json.loads(document["call"])),
    )


_INPUT = ("run", "number", "author", "content", "creator", "at")
"""Fields that every input has; what else it says stands in one text, under `act`."""


def input_document(record: Input) -> Document:
    """An act put into a run from outside."""
    act = added_fields(record)
    return {
        "_id": f"{record.run}:{record.number}",
        **{name: getattr(record, name) for name in _INPUT},
        **({"act": json.dumps(act)} if act else {}),
        "schema": SCHEMA,
    }


def input_(document: Document) -> Input:
    """From `input_document`."""
    return Input(**{name: document[name] for name in _INPUT}, **json.loads(document.get("act") or "{}"))


def event_document(record: Event) -> Document:
    """A happening of a run."""
    return {
        "_id": f"{record.run}/{record.key}",
        "run": record.run,
        "key": record.key,
        "seq": record.seq,
        **_field_values(record.happening),
        "flags": list(record.happening.flags),
        "data": json_text(dict(record.happening.data)),
        "digest": record.digest,
        "schema": SCHEMA,
    }


def event(document: Document) -> Event:
    """From `event_document`."""
    return Event(document["run"], document["key"], document["seq"], happening(document), document["digest"])


def happening(document: Document) -> Happening:
    """What an event says, from `event_document`."""
    values = {field.name: document[field.name] for field in fields(Happening)}
    return Happening(**{**values, "flags": tuple(document["flags"]), "data": json.loads(document["data"])})


def _field_values(value: Call | Happening) -> Document:
    return {field.name: getattr(value, field.name) for field in fields(value)}
