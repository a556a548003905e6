"""What was asked of people who are written by a model, beside what came: shares, missing fields, texts much alike."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from sociarium.analysis.likeness import Likeness, likeness
from sociarium.errors import BadInput, NotFound
from sociarium.experiment.document import from_json
from sociarium.experiment.feed.run_content import PopulationContent
from sociarium.ports.store import Store
from sociarium.records.plans import SweepRecord
from sociarium.runner.run.population import record_of
from sociarium.runner.sweep.write_populations import run_of_replicate, wanted_populations

_TEXTS = ("name", "bio", "background")
_TYPES: Mapping[str, type | tuple[type, ...]] = {
    "string": str,
    "integer": int,
    "number": (int, float),
    "boolean": bool,
    "array": list,
    "object": dict,
}


@dataclass(frozen=True, slots=True)
class ShareRow:
    """A value that was asked for, and how often it came.

    Attributes:
        asked: its share; None where a schema only allows it.
        came: people who are written and of whom it holds.
        share: of those who are written.
    """

    attribute: str
    value: str
    asked: float | None
    came: int
    share: float


@dataclass(frozen=True, slots=True)
class FieldRow:
    """A field of the people who are written.

    Attributes:
        missing: people without it, or with nothing in it.
        otherwise: people in whom it has another type than the schema says.
    """

    field: str
    required: bool
    missing: int
    otherwise: int


@dataclass(frozen=True, slots=True)
class PopulationReport:
    """A population over the replicates of a sweep.

    Attributes:
        asked: people whom each replicate wants at most.
        replicates, begun: replicates of the sweep, and those with somebody written so far.
        people, failed: who are written, and whom the model did not write in three attempts.
        shares: of quotas and of a schema's enumerations, in the order of the file.
    """

    name: str
    role: str
    model: str
    asked: int
    replicates: int
    begun: int
    people: int
    failed: int
    shares: tuple[ShareRow, ...]
    fields: tuple[FieldRow, ...]
    likeness: Likeness

    def as_dict(self) -> dict[str, Any]:
        """As `--json` prints it."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class _Written:
    replicate: int
    person: Mapping[str, Any]
    quotas: Mapping[str, str]


def population_reports(store: Store, sweep: SweepRecord) -> list[PopulationReport]:
    """A report of each population of a sweep.

    Raises:
        BadInput: nobody of it is written by a model, or it has no plan.
    """
    definition = from_json(store.version(sweep.version).document)
    pairs = wanted_populations(definition, sweep.name) if sweep.name in definition.all_sweeps else []
    if not pairs:
        raise BadInput(f"nobody of the sweep {sweep.id[:8]} is written by a model")
    creator = store.experiment(sweep.experiment).creator
    return [_report(store, sweep, creator, population, count) for population, count in pairs]


def _report(
    store: Store, sweep: SweepRecord, creator: str, population: PopulationContent, count: int
) -> PopulationReport:
    written: list[_Written] = []
    failed = begun = 0
    for replicate in range(1, sweep.replicates + 1):
        run = run_of_replicate(sweep, creator, replicate, created="")
        rows = list(_people(store, record_of(run, population, created="").id))
        begun += bool(rows)
        failed += sum(person is None for person, _ in rows)
        written += [_Written(replicate, person, quotas) for person, quotas in rows if person is not None]
    return PopulationReport(
        name=population.name,
        role=population.role,
        model=population.model,
        asked=count,
        replicates=sweep.replicates,
        begun=begun,
        people=len(written),
        failed=failed,
        shares=(*_quota_rows(population, written), *_enumeration_rows(population, written)),
        fields=tuple(_field_rows(population, written)),
        likeness=likeness([(one.replicate, one.person) for one in written]),
    )


def _people(store: Store, run: str) -> Iterator[tuple[Mapping[str, Any] | None, Mapping[str, str]]]:
    try:
        store.run(run)
    except NotFound:
        return
    for event in store.events(run):
        if event.happening.kind == "person":
            yield event.happening.data["person"], event.happening.data["quotas"]


def _quota_rows(population: PopulationContent, written: Sequence[_Written]) -> Iterator[ShareRow]:
    for attribute, shares in population.quotas.items():
        counts = Counter(one.quotas.get(attribute) for one in written)
        for value, asked in shares.items():
            yield ShareRow(attribute, value, asked, counts[value], _share(counts[value], len(written)))


def _enumeration_rows(population: PopulationContent, written: Sequence[_Written]) -> Iterator[ShareRow]:
    """Shares of what a schema enumerates; where an attribute of that name has quotas, beside what these ask for."""
    for name, rules in _properties(population).items():
        if not isinstance(rules, Mapping) or not isinstance(rules.get("enum"), list):
            continue
        quotas = population.quotas.get(name, {})
        counts = Counter(str(value) for value in _values(written, name))
        allowed = [str(value) for value in rules["enum"]]
        for value in (*allowed, *sorted(counts.keys() - set(allowed))):
            where = f"persona.{name}" if value in allowed else f"persona.{name} (not allowed)"
            yield ShareRow(where, value, quotas.get(value), counts[value], _share(counts[value], len(written)))


def _field_rows(population: PopulationContent, written: Sequence[_Written]) -> Iterator[FieldRow]:
    for name in _TEXTS:
        yield FieldRow(name, False, sum(not one.person.get(name) for one in written), 0)
    required = (population.schema_ or {}).get("required", [])
    for name, rules in _properties(population).items():
        values = list(_values(written, name))
        kind = rules.get("type") if isinstance(rules, Mapping) else None
        missing = len(written) - sum(value not in (None, "", [], {}) for value in values)
        otherwise = sum(value is not None and not _is_of_type(value, kind) for value in values)
        yield FieldRow(f"persona.{name}", name in required, missing, otherwise)


def _properties(population: PopulationContent) -> Mapping[str, Any]:
    properties = (population.schema_ or {}).get("properties", {})
    return properties if isinstance(properties, Mapping) else {}


def _values(written: Iterable[_Written], name: str) -> Iterator[Any]:
    for one in written:
        persona = one.person.get("persona")
        if isinstance(persona, Mapping) and name in persona:
            yield persona[name]


def _is_of_type(value: Any, kind: Any) -> bool:
    if kind not in _TYPES:
        return True
    return isinstance(value, _TYPES[kind]) and (kind == "boolean" or not isinstance(value, bool))


def _share(count: int, of: int) -> float:
    return round(count / of, 4) if of else 0.0
