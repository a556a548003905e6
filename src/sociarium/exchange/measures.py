"""Measures of a run as rows: one a value, and of a course one a day."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from sociarium.ports.store import Store
from sociarium.records.events import SPOKEN, Event
from sociarium.records.labels import MISSING, WHOLE_RUN, Measure

LEVELS = ("message", "person", "run")
"""Of the rows: whose value it is; a post is a message, too."""


def measure_rows(store: Store, run: str) -> list[dict[str, Any]]:
    """The measures of a run, by name, version and subject."""
    measures = list(store.measures_of([run]))
    return rows_of_measures(measures, store.events(run)) if measures else []


def rows_of_measures(measures: Iterable[Measure], events: Sequence[Event]) -> list[dict[str, Any]]:
    """Measures of a run with what their subjects are.

    Args:
        events: of the run.
    """
    spoken = {event.key: event for event in events if event.happening.kind in SPOKEN}
    roles = {event.happening.author: event.happening.role for event in events
             if event.happening.kind in {"agent", "person", "message"}}  # fmt: skip
    return [row for one in measures for row in _rows(one, spoken, roles)]


def _rows(measure: Measure, spoken: Mapping[str, Event], roles: Mapping[str, str]) -> Iterator[dict[str, Any]]:
    place = {"name": measure.name, "version": measure.version, **_subject(measure.subject, spoken, roles)}
    value = measure.value
    reason = value.get(MISSING) if isinstance(value, Mapping) else None
    if reason is not None or not isinstance(value, Mapping):
        yield {**place, "value": None if reason is not None else value, "missing": reason, "at": measure.at}
        return
    for day, one in value.items():
        yield {**place, "day": int(day) if day.isdecimal() else None, "value": one, "missing": None, "at": measure.at}


def _subject(subject: str, spoken: Mapping[str, Event], roles: Mapping[str, str]) -> dict[str, Any]:
    if subject == WHOLE_RUN:
        return {"level": "run"}
    event = spoken.get(subject)
    if event is None:
        return {"level": "person", "person": subject, "role": roles.get(subject)}
    what = event.happening
    post = what.data["id"] if what.kind == "post" else None
    return {"level": "message", "seq": event.seq, "post": post, "person": what.author, "role": what.role,
            "day": what.day}  # fmt: skip
