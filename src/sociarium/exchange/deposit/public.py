"""Records and tables of a public deposit."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from sociarium.exchange.deposit.redaction import WITHHELD, Redaction
from sociarium.exchange.tables.columns import Column
from sociarium.exchange.tables.export import SheetFormat, Write
from sociarium.exchange.transfer import Missing, Part, PlanData, RunData
from sociarium.records.inputs import Input
from sociarium.records.interviews import Interview
from sociarium.records.journal import Call, JournalEntry
from sociarium.records.judgements import is_judgement
from sociarium.records.labels import Label, Measure
from sociarium.records.plans import Edit, Version
from sociarium.records.runs import Claim, Worker


def public_parts(parts: Iterable[Part], redaction: Redaction) -> Iterator[Part]:
    """Parts of a store that anybody may read; ids stay, so that runs can be verified."""
    for part in parts:
        match part:
            case PlanData():
                yield _plans(part, redaction)
            case RunData():
                yield _run(part, redaction)
            case Missing():
                yield part


def _plans(plans: PlanData, redaction: Redaction) -> PlanData:
    experiment = plans.experiment
    return PlanData(
        replace(experiment, creator=WITHHELD, note=redaction.text(experiment.note)),
        tuple(_version(version, redaction) for version in plans.versions),
        tuple(replace(sweep, creator=WITHHELD) for sweep in plans.sweeps),
        tuple(replace(one, creator=WITHHELD) for one in plans.model_versions),
        _edit(plans.edit, redaction),
        tuple(replace(one, by=WITHHELD, reason=redaction.text(one.reason)) for one in plans.orders),
        tuple(replace(one, creator=WITHHELD, document=redaction.tree(one.document)) for one in plans.codebooks),
    )


def _run(run: RunData, redaction: Redaction) -> RunData:
    return RunData(
        replace(run.run, creator=WITHHELD),
        run.members,
        tuple(Worker(one.id, WITHHELD, "", 0, "") for one in run.workers),
        tuple(_entry(one) for one in run.journal),
        run.events,
        tuple(_claim(one, redaction) for one in run.claims),
        _edit(run.edit, redaction),
        tuple(_input(one, redaction) for one in run.inputs),
        tuple(_interview(one) for one in run.interviews),
        tuple(_label(one, redaction) for one in run.labels),
        tuple(map(_measure, run.measures)),
    )


def _version(version: Version, redaction: Redaction) -> Version:
    document = json.dumps(redaction.document(json.loads(version.document)))
    return replace(version, document=document, by=WITHHELD if version.by else None)


def _edit(edit: Edit | None, redaction: Redaction) -> Edit | None:
    return None if edit is None else replace(edit, editor=WITHHELD, note=redaction.text(edit.note))


def _call(call: Call) -> Call:
    return replace(call, endpoint=None)


def _entry(entry: JournalEntry) -> JournalEntry:
    return entry if entry.call is None else replace(entry, call=_call(entry.call))


def _input(input_: Input, redaction: Redaction) -> Input:
    draft = input_.draft
    if draft is not None:
        call = draft.get("call")
        served = {"call": {**call, "endpoint": None}} if isinstance(call, dict) else {}
        draft = redaction.tree({**draft, **served})
    return replace(input_, creator=WITHHELD, draft=draft)


def _interview(interview: Interview) -> Interview:
    return replace(interview, by=WITHHELD, call=_call(interview.call))


def _claim(claim: Claim, redaction: Redaction) -> Claim:
    outcome = claim.outcome
    if outcome is not None and outcome.error:
        outcome = replace(outcome, error=redaction.error(outcome.error))
    return replace(claim, by=None, outcome=outcome)


def _label(label: Label, redaction: Redaction) -> Label:
    if label.kind != "person":
        return label
    return replace(label, annotator=redaction.annotators.get(label.annotator, label.annotator), note="")


def _measure(measure: Measure) -> Measure:
    """A judge's answer says who asked, and where."""
    if not is_judgement(measure) or not isinstance(measure.value, Mapping):
        return measure
    return replace(measure, value={**measure.value, "by": WITHHELD, "endpoint": None})


_ABOUT = frozenset({"name", "bio", "persona", "background"})


@dataclass(slots=True)
class PublicSheets:
    """A file format of tables, whose personal columns stay empty and whose texts are searched.

    Attributes:
        remaining: name of a person -> tables in whose texts it stands all the same, which are left as they are.
    """

    format: SheetFormat
    redaction: Redaction
    remaining: dict[str, set[str]]
    SUFFIX: str

    def sheet(self, path: Path, columns: Sequence[Column]) -> AbstractContextManager[Write]:
        """See `SheetFormat`."""
        return self._sheet(path, columns)

    @contextmanager
    def _sheet(self, path: Path, columns: Sequence[Column]) -> Iterator[Write]:
        table, names = path.name.strip(".").split(".")[0], [column.name for column in columns]
        with self.format.sheet(path, columns) as write_row:

            def write(row: Sequence[Any]) -> None:
                cells = dict(zip(names, row, strict=True))
                # Of a person who exists a table says no more than that they are there.
                hidden = _ABOUT if table == "people" and cells.get("handle") in self.redaction.handles else frozenset()
                write_row(
                    [
                        None if column.name in hidden else self._cell(table, column, cells[column.name])
                        for column in columns
                    ]
                )

            yield write

    def _cell(self, table: str, column: Column, value: Any) -> Any:
        if column.personal:
            return None
        if not isinstance(value, str):
            return value
        if table == "labels" and column.name == "annotator":
            return self.redaction.annotators.get(value, value)
        text = self.redaction.error(value) if column.name == "error" else self.redaction.text(value)
        for name in self.redaction.people:
            if len(name) > 2 and name in text:  # a shorter one is in any text
                self.remaining.setdefault(name, set()).add(table)
        return text
