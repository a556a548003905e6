"""Interviews in the shared store."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, fields

from sociarium.records.interviews import Interview
from sociarium.records.journal import Call
from sociarium.stores.mongo import schema
from sociarium.stores.mongo.database import MongoDatabase
from sociarium.stores.mongo.documents import Document, json_text

_FIELDS = tuple(field.name for field in fields(Interview))


class MongoInterviews(MongoDatabase):
    """The interviews port."""

    def add_interview(self, interview: Interview) -> Interview:
        """See the port."""
        document = _interview_document(interview)
        with self._mapped_errors():
            conflicts = self._insert_missing(schema.INTERVIEWS, [document])
        return _interview(conflicts[document["_id"]]) if conflicts else interview

    def interviews(self, run: str) -> list[Interview]:
        """See the port."""
        return list(self.interviews_of([run]))

    def interviews_of(self, runs: Sequence[str]) -> Iterator[Interview]:
        """See the port."""
        for matches in self._pages_of_runs(schema.INTERVIEWS, {}, runs):
            yield from sorted(map(_interview, matches), key=lambda one: (one.run, one.asked, one.sitting, one.turn))


def _interview_document(record: Interview) -> Document:
    return {
        "_id": f"{record.run}/{record.sitting}/{record.turn}",
        **{name: getattr(record, name) for name in _FIELDS},
        "call": json_text(asdict(record.call)),
        "reply": json_text(dict(record.reply)),
        "answer": json_text(record.answer),
        "flags": list(record.flags),
        "former": json_text([dict(one) for one in record.former]),
        "schema": schema.SCHEMA,
    }


def _interview(document: Document) -> Interview:
    # What came later to interviews is not in documents that were written before.
    values = {name: document[name] for name in _FIELDS if name in document}
    values["call"] = Call(**json.loads(document["call"]))
    values |= {name: json.loads(document[name]) for name in ("reply", "answer")}
    values["flags"] = tuple(document.get("flags", ()))
    values["former"] = tuple(json.loads(document.get("former", "[]")))
    return Interview(**values)
