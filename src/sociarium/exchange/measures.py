"""Measures of a run as rows: one a value, and of a course one a day; judges' answers about a text are one value."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from sociarium.exchange.judgements import answer_cells, mark_of, verdicts
from sociarium.exchange.stored_run import StoredRun
from sociarium.records.events import SPOKEN, Event
from sociarium.records.judgements import is_judgement, latest_validations
from sociarium.records.labels import MISSING, SAMPLE, WHOLE_RUN, Codebook, Measure


def measure_parts(stored: StoredRun) -> dict[str, list[dict[str, Any]]]:
    """The measures of a run, by name, version and subject, and the answers of judges that are among them.

    Args:
        stored: read with its measures.
    """
    measures = [one for one in stored.measures if one.name != SAMPLE]
    if not measures:
        return {"measures": [], "judge_answers": []}
    place = _Places(stored.events)
    judgements = list(filter(is_judgement, measures))
    own = [one for one in stored.codebooks.values() if one.experiment == stored.run.experiment]
    validated = latest_validations(own) if judgements else {}
    return {
        "measures": list(_rows(measures, place, validated)),
        "judge_answers": [{**place.of(one.subject), **answer_cells(one)} for one in judgements],
    }


def _rows(measures: Sequence[Measure], place: _Places, validated: Mapping[str, Codebook]) -> Iterator[dict[str, Any]]:
    for one in measures:
        if not is_judgement(one):
            yield from _values(one, place.of(one.subject))
    for (name, version, subject), text in verdicts(measures).items():
        yield {
            "name": name,
            "version": version,
            **place.of(subject),
            "value": text.result.value,
            "missing": text.result.missing,
            "answers": text.result.answers,
            "mark": mark_of(name, version, text.judges, validated),
            "at": text.at,
        }


def _values(measure: Measure, place: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    head = {"name": measure.name, "version": measure.version, **place, "mark": "", "at": measure.at}
    value = measure.value
    reason = value.get(MISSING) if isinstance(value, Mapping) else None
    if reason is not None or not isinstance(value, Mapping):
        yield {**head, "value": None if reason is not None else value, "missing": reason}
        return
    for day, one in value.items():
        yield {**head, "day": int(day) if day.isdecimal() else None, "value": one, "missing": None}


class _Places:
    """What the subjects of a run's measures are."""

    def __init__(self, events: Iterable[Event]) -> None:
        every = list(events)
        self._spoken = {event.key: event for event in every if event.happening.kind in SPOKEN}
        self._roles = {event.happening.author: event.happening.role for event in every
                       if event.happening.kind in {"agent", "person", "message"}}  # fmt: skip

    def of(self, subject: str) -> dict[str, Any]:
        """The cells that say whose value it is."""
        if subject == WHOLE_RUN:
            return {"subject": subject, "level": "run"}
        event = self._spoken.get(subject)
        if event is None:
            return {"subject": subject, "level": "person", "person": subject, "role": self._roles.get(subject)}
        what = event.happening
        post = what.data["id"] if what.kind == "post" else None
        return {"subject": subject, "level": "message", "seq": event.seq, "post": post, "person": what.author,
                "role": what.role, "day": what.day}  # fmt: skip
