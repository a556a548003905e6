"""People whom a model wrote, beside the quotas by which it was asked to."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from sociarium.analysis.humans.census import CensusComparison, CensusPerson, shares_comparison
from sociarium.errors import BadInput
from sociarium.experiment.canonical import canonical_json
from sociarium.ports.store import Store


@dataclass(slots=True)
class _Group:
    """The people of one population of the file, over replicates.

    Attributes:
        people: population run, handle and persona.
    """

    name: str
    quotas: Mapping[str, Mapping[str, float]]
    people: list[tuple[str, str, Mapping[str, str]]] = field(default_factory=list)


def quota_comparisons(store: Store, people: Sequence[tuple[str, str, Mapping[str, str]]]) -> list[CensusComparison]:
    """Each population of the file beside its quotas.

    A quota's attribute is the field of that name of the persona, which shows what the model made of it. Where no
    persona has one, it is what each person was asked to be, and the rows say so.

    Args:
        people: population, handle and fields; each once or more.

    Raises:
        BadInput: nobody was written by quotas.
    """
    groups: dict[bytes, _Group] = {}
    of_population: dict[str, _Group] = {}
    for run in store.runs(sorted({population for population, _, _ in people})):
        content = json.loads(run.content)
        if content.get("environment") == "population" and content.get("quotas"):
            group = _Group(content["name"], content["quotas"])
            of_population[run.id] = groups.setdefault(canonical_json([group.name, group.quotas]), group)
    for population, handle, fields in people:
        if population in of_population:
            of_population[population].people.append((population, handle, fields))
    if not groups:
        raise BadInput(
            "--quotas is about people whom a model writes by `quotas:` of `generate:`; these runs have none (of "
            "others, --census CENSUS.csv has the shares)"
        )
    return [_comparison(store, group) for group in groups.values()]


def _comparison(store: Store, group: _Group) -> CensusComparison:
    shown = {name for _, _, fields in group.people for name in fields}
    asked = {name for name in group.quotas if name not in shown}
    by_handle = _asked_of(store, sorted({population for population, _, _ in group.people})) if asked else {}
    persons = {
        (population, handle): CensusPerson(population, {**by_handle.get((population, handle), {}), **fields})
        for population, handle, fields in group.people
    }
    result = shares_comparison(f"the quotas of {group.name}", group.quotas, list(persons.values()))
    why = "personas have no such field: this is what each was asked to be"
    rows = (
        replace(row, note="; ".join(filter(None, (row.note, why)))) if row.attribute in asked else row
        for row in result.rows
    )
    return replace(result, rows=tuple(rows))


def _asked_of(store: Store, populations: Sequence[str]) -> dict[tuple[str, str], Mapping[str, str]]:
    """Population and handle -> what the person was asked to be."""
    return {
        (run, event.happening.data["person"]["handle"]): event.happening.data["quotas"]
        for run in populations
        for event in store.events(run)
        if event.happening.kind == "person" and event.happening.data["person"] is not None
    }
