"""Records of an archive, put together as parts: an experiment with its plans, a run with all it left."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from typing import Any

from sociarium.exchange.archive.lines import BadLine, Line, name_of
from sociarium.exchange.archive.manifest import RECORDS
from sociarium.exchange.transfer import Part, PlanData, RunData
from sociarium.records.events import Event
from sociarium.records.inputs import Input
from sociarium.records.interviews import Interview
from sociarium.records.journal import JournalEntry
from sociarium.records.labels import Codebook, Label, Measure
from sociarium.records.plans import Edit, Experiment, Member, ModelVersion, SweepRecord, Version
from sociarium.records.runs import Claim, Run, Worker
from sociarium.records.steering import SteeringOrder


def parts_of(records: Iterable[Line]) -> Iterator[Part]:
    """The parts that records make, each as soon as it is whole.

    Raises:
        BadLine: a record stands where it does not belong.
    """
    builder: _PartBuilder | None = None
    known_ids: set[str] = set()
    for number, record in enumerate(records, start=1):
        if isinstance(record, Experiment | Run):
            if builder is not None:
                yield builder.part()
            builder = _PartBuilder(record)
        if builder is None or not builder.add(record, known_ids):
            raise BadLine(f"line {number} of {RECORDS}: a {name_of(record)} stands where it does not belong")
        if isinstance(record, Experiment | SweepRecord):
            known_ids.add(record.id)
    if builder is not None:
        yield builder.part()


class _PartBuilder:
    """Lines of one part, which its first one begins."""

    def __init__(self, first: Experiment | Run) -> None:
        self._first = first
        self._rest: dict[type[Line], list[Any]] = defaultdict(list)

    def add(self, record: Line, known_ids: Collection[str]) -> bool:
        """Add a line of the part; False when it does not belong there.

        Args:
            known_ids: of the experiments and sweeps that came before.
        """
        first = self._first
        if record is first:
            return isinstance(first, Experiment) or first.experiment in known_ids
        self._rest[type(record)].append(record)
        if isinstance(record, Edit):
            kind = "experiment" if isinstance(first, Experiment) else "run"
            return (record.kind, record.of) == (kind, first.id)
        if isinstance(first, Experiment):
            match record:
                case Version() | SweepRecord():
                    return record.experiment == first.id
                case ModelVersion() | SteeringOrder():
                    return record.sweep in known_ids
                case Codebook():
                    return record.experiment == first.id
        match record:
            case Member():
                return record.run == first.id and record.sweep in known_ids
            case JournalEntry() | Event() | Claim() | Input() | Interview() | Label() | Measure():
                return record.run == first.id
            case _:
                return isinstance(record, Worker) and isinstance(first, Run)

    def part(self) -> Part:
        """All of it."""
        rest = {kind: tuple(records) for kind, records in self._rest.items()}
        edit = rest[Edit][-1] if Edit in rest else None
        if isinstance(self._first, Experiment):
            return PlanData(
                self._first,
                versions=rest.get(Version, ()),
                sweeps=rest.get(SweepRecord, ()),
                model_versions=rest.get(ModelVersion, ()),
                edit=edit,
                orders=rest.get(SteeringOrder, ()),
                codebooks=rest.get(Codebook, ()),
            )
        return RunData(
            self._first,
            members=rest.get(Member, ()),
            workers=rest.get(Worker, ()),
            journal=rest.get(JournalEntry, ()),
            events=rest.get(Event, ()),
            claims=rest.get(Claim, ()),
            edit=edit,
            inputs=rest.get(Input, ()),
            interviews=rest.get(Interview, ()),
            labels=rest.get(Label, ()),
            measures=rest.get(Measure, ()),
        )
