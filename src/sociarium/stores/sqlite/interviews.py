"""Interviews in the embedded store."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict

from sociarium.records.interviews import Interview
from sociarium.records.journal import Call
from sociarium.stores.sqlite import rows, tables
from sociarium.stores.sqlite.database import SqliteDatabase


class SqliteInterviews(SqliteDatabase):
    """The interviews port."""

    def add_interview(self, interview: Interview) -> Interview:
        """See the port."""
        with self._writing() as writer:
            writer.execute(tables.INTERVIEWS.insert, _interview_row(interview))
            key = (interview.run, interview.sitting, interview.turn)
            return _interview(writer.execute(tables.INTERVIEWS.select_by_key, key).fetchone())

    def interviews(self, run: str) -> list[Interview]:
        """See the port."""
        return list(self.interviews_of([run]))

    def interviews_of(self, runs: Sequence[str]) -> Iterator[Interview]:
        """See the port."""
        yield from map(_interview, self._rows_of_runs(tables.INTERVIEWS, runs, "asked, sitting, turn"))


def _interview_row(record: Interview) -> rows.Row:
    return (
        record.run,
        record.sitting,
        record.turn,
        record.agent,
        record.at,
        record.question,
        record.fingerprint,
        rows.json_text(asdict(record.call)),
        rows.json_text(dict(record.reply)),
        record.by,
        record.asked,
        int(record.other_model),
        record.cost,
        rows.json_text(record.answer),
        record.form,
        rows.json_text(list(record.flags)),
        record.provider_model,
        rows.json_text([dict(one) for one in record.former]),
    )


def _interview(row: rows.Row) -> Interview:
    values = dict(zip(tables.INTERVIEWS.columns, row, strict=True))
    values["call"] = Call(**json.loads(values["call"]))
    values["reply"] = json.loads(values["reply"])
    values["answer"] = json.loads(values["answer"])
    values["other_model"] = bool(values["other_model"])
    # Rows of a store that was made before these columns hold nothing there.
    values["flags"] = tuple(json.loads(values["flags"] or "[]"))
    values["former"] = tuple(json.loads(values["former"] or "[]"))
    return Interview(**{**values, "form": values["form"] or "", "provider_model": values["provider_model"] or ""})
