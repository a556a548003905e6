"""Reading an archive: all of it is verified before anything of it is given out."""

from __future__ import annotations

import hashlib
import json
import zipfile
import zlib
from collections import Counter, defaultdict
from collections.abc import Collection, Generator, Iterable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from pydantic import ValidationError

from sociarium.errors import BadInput
from sociarium.exchange.archive.lines import BadLine, Line, name_of, read
from sociarium.exchange.archive.manifest import FORMAT, MANIFEST, RECORDS, SCHEMA, Manifest
from sociarium.exchange.transfer import Part, PlanData, RunData
from sociarium.records.events import Event
from sociarium.records.inputs import Input
from sociarium.records.interviews import Interview
from sociarium.records.journal import JournalEntry
from sociarium.records.labels import Codebook, Label, Measure
from sociarium.records.plans import Edit, Experiment, Member, ModelVersion, SweepRecord, Version
from sociarium.records.runs import Claim, Run, Worker
from sociarium.records.steering import SteeringOrder

_BEGINNING = b"PK\x03\x04"
_LONGEST_LINE = 64 * 1024 * 1024
_LARGEST_MANIFEST = 1024 * 1024
_MOST_EXPANSION = 500
"""Records hold hashes, which do not compress: what grows more than so is made to fill a disk."""


class Archive:
    """An archive that was opened; close it after use."""

    def __init__(self, path: Path) -> None:
        """Open it and read what it says of itself.

        Raises:
            BadInput: it is no archive, was made by a newer version, or is damaged.
        """
        self.path = path
        with self._mapped_errors():
            with path.open("rb") as file:
                if file.read(len(_BEGINNING)) != _BEGINNING:
                    raise self._foreign_error()
            self._zip = zipfile.ZipFile(path)
        try:
            self.manifest = self._read_manifest()
        except BaseException:
            self._zip.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        self._zip.close()

    def verify(self) -> None:
        """Read it to its end and compare it with its manifest.

        Raises:
            BadInput: it was changed or damaged.
        """
        counts: Counter[str] = Counter()
        digest = hashlib.sha256()

        def tally(lines: Iterable[tuple[bytes, Line]]) -> Iterator[Line]:
            for line, record in lines:
                digest.update(line)
                counts[name_of(record)] += 1
                yield record

        with closing(self._lines()) as lines:
            for _ in self._parts(tally(lines)):
                pass
        if digest.hexdigest() != self.manifest.sha256 or counts != Counter(self.manifest.counts):
            raise self._damage_error("its records are not those that its manifest counts")

    def parts(self) -> Iterator[Part]:
        """What it holds; call `verify` before."""
        with closing(self._lines()) as lines:
            yield from self._parts(record for _, record in lines)

    def _parts(self, records: Iterator[Line]) -> Iterator[Part]:
        builder: _PartBuilder | None = None
        known_ids: set[str] = set()
        for number, record in enumerate(records, start=1):
            if isinstance(record, Experiment | Run):
                if builder is not None:
                    yield builder.part()
                builder = _PartBuilder(record)
            if builder is None or not builder.add(record, known_ids):
                raise self._damage_error(
                    f"line {number} of {RECORDS}: a {name_of(record)} stands where it does not belong"
                )
            if isinstance(record, Experiment | SweepRecord):
                known_ids.add(record.id)
        if builder is not None:
            yield builder.part()

    def _lines(self) -> Generator[tuple[bytes, Line], None, None]:
        with self._mapped_errors(), self._zip.open(RECORDS) as file:
            number = 0
            while line := file.readline(_LONGEST_LINE):
                number += 1
                if not line.endswith(b"\n"):
                    raise self._damage_error(f"line {number} of {RECORDS} has no end")
                try:
                    record = read(line)
                except BadLine as error:
                    raise self._damage_error(f"line {number} of {RECORDS}: {error}") from None
                yield line, record

    def _read_manifest(self) -> Manifest:
        with self._mapped_errors():
            names = {info.filename: info for info in self._zip.infolist()}
            if set(names) != {MANIFEST, RECORDS} or len(self._zip.infolist()) != 2:
                raise self._foreign_error()
            if names[MANIFEST].file_size > _LARGEST_MANIFEST:
                raise self._foreign_error()
            data = self._zip.read(MANIFEST)
        manifest = self._parse_manifest(data)
        records = names[RECORDS]
        if records.file_size != manifest.bytes:
            raise self._damage_error("its records are not as long as its manifest says")
        if records.file_size > _LONGEST_LINE and records.file_size > _MOST_EXPANSION * records.compress_size:
            raise self._damage_error(
                f"its records would grow to {records.file_size / 1e9:.1f} GB, which no export does"
            )
        return manifest

    def _parse_manifest(self, data: bytes) -> Manifest:
        try:
            head = json.loads(data)
            format_, schema = (head.get("format"), head.get("schema")) if isinstance(head, dict) else (None, None)
        except (ValueError, RecursionError):
            raise self._foreign_error() from None
        if format_ != FORMAT:
            raise self._foreign_error()
        if isinstance(schema, int) and schema > SCHEMA:
            raise BadInput(
                f"{self.path} was made by a newer version of Sociarium (archives of schema {schema}, here {SCHEMA}); "
                "update Sociarium"
            )
        try:
            return Manifest.model_validate_json(data)
        except ValidationError:
            raise self._damage_error("its manifest is not well formed") from None

    def _damage_error(self, what: str) -> BadInput:
        return BadInput(f"{self.path} is damaged: {what}; nothing of it was imported, export it again")

    def _foreign_error(self) -> BadInput:
        return BadInput(
            f"{self.path} is not an archive of Sociarium; `sociarium export TARGET --format archive` makes one"
        )

    @contextmanager
    def _mapped_errors(self) -> Iterator[None]:
        try:
            yield
        except zipfile.BadZipFile as error:
            raise self._damage_error(f"it is cut short or changed ({error})") from None
        except (zlib.error, EOFError, NotImplementedError, RuntimeError, UnicodeDecodeError) as error:
            raise self._damage_error(str(error) or type(error).__name__) from None
        except OSError as error:
            raise BadInput(f"{self.path} cannot be read: {error.strerror or error}") from None


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
