"""What a comparison with people needs of a selection beside what a report gathers."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sociarium.exchange.tables.read import TableSource


@dataclass(frozen=True, slots=True)
class Personas:
    """People of feeds.

    Attributes:
        fields: of a persona, by run and handle.
        people: population (the run that wrote the person; else the run itself), handle, fields.
    """

    fields: Mapping[tuple[str, str], Mapping[str, str]]
    people: Sequence[tuple[str, str, Mapping[str, str]]]


def load_personas(source: TableSource) -> Personas:
    """Read the personas of a selection's people; none where there are no feeds."""
    fields: dict[tuple[str, str], Mapping[str, str]] = {}
    people = []
    for run in source.runs(["people"]):
        for row in run.rows["people"]:
            own = _fields(row["persona"])
            fields[run.run, row["handle"]] = own
            people.append((row["population"] or run.run, row["handle"], own))
    return Personas(fields, people)


def scales_of(source: TableSource) -> dict[str, tuple[float, float]]:
    """Probe -> the ends of its scale, as files have them; a probe that has several scales has none here."""
    scales: dict[str, set[tuple[float, float]]] = {}
    for version in dict.fromkeys(sweep.version for sweep in source.selection.sweeps):
        for probe in json.loads(source.store.version(version).document).get("probes") or ():
            answer = probe.get("answer")
            if isinstance(answer, dict) and "from" in answer and "to" in answer:
                scales.setdefault(probe["name"], set()).add((float(answer["from"]), float(answer["to"])))
    return {name: next(iter(ends)) for name, ends in scales.items() if len(ends) == 1}


def _fields(persona: object) -> dict[str, str]:
    """The fields of a persona that is a tree; none of one that is a text."""
    if not isinstance(persona, str) or not persona.startswith("{"):
        return {}
    try:
        tree = json.loads(persona)
    except ValueError:
        return {}
    return {
        str(name): ("true" if value else "false") if isinstance(value, bool) else str(value)
        for name, value in tree.items()
        if isinstance(value, str | int | float)
    }
