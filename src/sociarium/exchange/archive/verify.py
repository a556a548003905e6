"""Verifying an archive: everything that can be checked of it without a net, finding by finding."""

from __future__ import annotations

import hashlib
import json
import zipfile
import zlib
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from sociarium.count_text import count_text
from sociarium.errors import BadInput, NoJournal, OtherRules, SociariumError
from sociarium.exchange.archive.identity import has_own_id
from sociarium.exchange.archive.lines import BadLine, Line, name_of, read
from sociarium.exchange.archive.manifest import FORMAT, MANIFEST, PARTS, RECORDS, SCHEMA, Manifest, seal_of
from sociarium.exchange.archive.manifest import manifest_hash as hash_of
from sociarium.exchange.archive.parts import parts_of
from sociarium.exchange.archive.read import expansion_fault
from sociarium.exchange.archive.totals import PartHash, PartHasher, TotalsCounter
from sociarium.exchange.archive.verification import Verification
from sociarium.exchange.merge import merge
from sociarium.exchange.selection import Progress
from sociarium.exchange.transfer import RunData
from sociarium.ports.store import Store
from sociarium.records.plans import Experiment
from sociarium.records.runs import WITHOUT_JOURNAL, Claim, Run, Worker

_DAMAGE = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, UnicodeDecodeError, OSError)
_LONGEST_LINE = 64 * 1024 * 1024
_LARGEST_MANIFEST = 1024 * 1024
_WORKERS = "worker"


def verify(path: Path, scratch: Store, replay: Callable[[Store, str], object], progress: Progress) -> Verification:
    """Check an archive: its entries, every part's hash, every run's id, counts, and every journal by replaying it.

    Args:
        scratch: an empty store, into which the runs go for being replayed.
        replay: replays a run of a store; raises as `sociarium.runner.run.replay.replay`.
        progress: told how many runs were replayed.

    Raises:
        BadInput: it is no archive, or was made by a newer version.
    """
    result = Verification()
    try:
        with zipfile.ZipFile(path) as archive:
            _check_entries(archive, result)
            _check_records(archive, result)
    except FileNotFoundError:
        raise BadInput(f"{path} is not there") from None
    except zipfile.BadZipFile as error:
        if not _begins_as_zip(path):
            message = f"{path} is not an archive of Sociarium; `sociarium export TARGET --format archive` makes one"
            raise BadInput(message) from None
        result.add(path.name, f"it is cut short or changed: {error}")
    except OSError as error:
        raise BadInput(f"{path} cannot be read: {error.strerror or error}") from None
    _check_journals(path, scratch, replay, result, progress)
    return result


def _begins_as_zip(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(4) == b"PK\x03\x04"


def _check_entries(archive: zipfile.ZipFile, result: Verification) -> None:
    names = Counter(info.filename for info in archive.infolist())
    if MANIFEST not in names and RECORDS not in names:
        raise BadInput(f"{archive.filename} is not an archive of Sociarium: it has no {MANIFEST} and no {RECORDS}")
    for name, count in names.items():
        if name not in {MANIFEST, PARTS, RECORDS}:
            result.add(name[:200], "it was added: an archive has no such entry")
        elif count > 1:
            result.add(name, f"it is there {count_text(count, 'time')}")
    result.manifest = _manifest(archive, result) if MANIFEST in names else None
    expected = {MANIFEST, RECORDS} | ({PARTS} if result.manifest and result.manifest.schema_ >= SCHEMA else set())
    for name in sorted(expected - set(names)):
        result.add(name, "it is missing")


def _manifest(archive: zipfile.ZipFile, result: Verification) -> Manifest | None:
    try:
        if archive.getinfo(MANIFEST).file_size > _LARGEST_MANIFEST:
            result.add(MANIFEST, "it is too large to be one")
            return None
        document = json.loads(archive.read(MANIFEST))
    except (*_DAMAGE, ValueError, RecursionError) as error:
        result.add(MANIFEST, f"it cannot be read: {error}")
        return None
    if not isinstance(document, dict) or document.get("format") != FORMAT:
        raise BadInput(f"{archive.filename} is not an archive of Sociarium: its manifest is of something else")
    if isinstance(document.get("schema"), int) and document["schema"] > SCHEMA:
        raise BadInput(
            f"{archive.filename} was made by a newer version of Sociarium (archives of schema {document['schema']}, "
            f"here {SCHEMA}); update Sociarium"
        )
    try:
        manifest = Manifest.model_validate_json(json.dumps(document))
    except ValidationError:
        result.add(MANIFEST, "it is not well formed")
        return None
    if manifest.schema_ >= SCHEMA and manifest.seal != seal_of(document):
        result.add(MANIFEST, "it was changed: its seal is not that of what it says")
    return manifest


@dataclass(slots=True)
class _Records:
    """The lines of an archive as they are, whatever is wrong with them."""

    result: Verification
    hasher: PartHasher = field(default_factory=PartHasher)
    recording: TotalsCounter = field(default_factory=TotalsCounter)
    digest: Any = field(default_factory=hashlib.sha256)
    size: int = 0
    is_read: bool = True
    """Whether all lines were records."""
    alien: str | None = None
    """The run of this part, where its id is not its content's."""

    def add(self, number: int, line: bytes) -> None:
        """Take a line; what is wrong with it is a finding."""
        self.digest.update(line)
        self.size += len(line)
        try:
            record = read(line)
        except BadLine as error:
            self.result.add(f"line {number} of {RECORDS}", str(error))
            self.is_read = False
            self._add_unread(line)
            return
        self.result.counts[name_of(record)] += 1
        if self.is_read:
            self.recording.add(record, line)
        self._add(record, line)

    def end_part(self) -> None:
        """The last line of a part was taken."""
        if self.alien is not None:
            self.result.add(f"run {self.alien}", "its id is not that of its content, replicate and seed")
        self.alien = None

    def _add(self, record: Line, line: bytes) -> None:
        if isinstance(record, Experiment | Run):
            self.end_part()
            self.hasher.begin(name_of(record), record.id)
        if isinstance(record, Run) and not has_own_id(record):
            self.alien = record.id
        if isinstance(record, Claim) and record.protocol == WITHOUT_JOURNAL:
            # Runs of the earlier simulator have the ids that they had there.
            self.alien = None
        if not isinstance(record, Worker):
            self.hasher.add(line)

    def _add_unread(self, line: bytes) -> None:
        """A line that is no record belongs to some part all the same, and may begin one."""
        with suppress(ValueError, RecursionError, TypeError, KeyError):
            kind, values = json.loads(line)
            self.result.counts[str(kind)] += 1
            if kind == _WORKERS:
                return
            if kind in {"experiment", "run"}:
                self.hasher.begin(kind, str(values["id"])[:64])
        self.hasher.add(line)


def _check_records(archive: zipfile.ZipFile, result: Verification) -> None:
    records = _Records(result)
    if RECORDS not in archive.namelist():
        return
    if fault := expansion_fault(archive.getinfo(RECORDS)):
        raise BadInput(f"{archive.filename} is damaged: {fault}")
    try:
        with archive.open(RECORDS) as file:
            number = 0
            while line := file.readline(_LONGEST_LINE):
                number += 1
                records.add(number, line)
            records.end_part()
    except _DAMAGE as error:
        result.add(RECORDS, f"it is damaged: {error}")
        records.is_read = False
    manifest = result.manifest
    if manifest is None:
        return
    before = len(result.findings)
    _check_parts(archive, records.hasher.hashes(), result)
    if records.is_read:
        recorded = records.recording.result()
        result.hash = hash_of(recorded)
        if manifest.recorded is not None and (manifest.recorded, manifest.hash) != (recorded, result.hash):
            result.add(MANIFEST, "what it says was recorded is not what the records come to")
    for kind in sorted({*manifest.counts, *result.counts}):
        if manifest.counts.get(kind, 0) != result.counts[kind]:
            result.add(RECORDS, f"{count_text(result.counts[kind], 'record')} of "
                f"the kind {kind!r}, {manifest.counts.get(kind, 0)} "
                                "in the manifest")  # fmt: skip
    if (records.digest.hexdigest(), records.size) != (manifest.sha256, manifest.bytes):
        alone = "" if len(result.findings) > before else "; no part is, so it is what workers said of themselves"
        result.add(RECORDS, f"it was changed: its bytes are not those of the manifest{alone}")


def _check_parts(archive: zipfile.ZipFile, hashes: list[PartHash], result: Verification) -> None:
    """Compare the parts that are there with those that are listed."""
    if PARTS not in archive.namelist():
        return
    try:
        listed = dict(_listed_parts(archive))
    except (*_DAMAGE, ValueError, RecursionError, TypeError) as error:
        result.add(PARTS, f"it cannot be read: {error}")
        return
    recorded = result.manifest.recorded if result.manifest else None
    lines = b"".join(one.line for one in listed.values())
    if recorded is not None and hashlib.sha256(lines).hexdigest() != recorded.parts.sha256:
        result.add(PARTS, "it was changed: its hash is not that of the manifest")
    here = {(one.kind, one.id): one for one in hashes}
    for kind, id_ in sorted({*listed, *here}):
        one, other = listed.get((kind, id_)), here.get((kind, id_))
        if other is None:
            result.add(f"{kind} {id_}", "it is missing: the part was dropped")
        elif one is None:
            result.add(f"{kind} {id_}", "it was added: the part is not listed")
        elif one != other:
            result.add(f"{kind} {id_}", "it was changed: its records are not those that were packed")
    if len(here) != len(hashes):
        result.add(RECORDS, "a part is there twice")


def _listed_parts(archive: zipfile.ZipFile) -> Iterator[tuple[tuple[str, str], PartHash]]:
    with archive.open(PARTS) as file:
        while line := file.readline(1000):
            kind, id_, lines, digest = json.loads(line)
            yield (str(kind), str(id_)), PartHash(kind, id_, lines, digest)


def _check_journals(
    path: Path, scratch: Store, replay: Callable[[Store, str], object], result: Verification, progress: Progress
) -> None:
    runs: list[str] = []
    try:
        with zipfile.ZipFile(path) as archive, archive.open(RECORDS) as file:
            for part in parts_of(map(read, iter(partial(file.readline, _LONGEST_LINE), b""))):
                merged = merge(scratch, [part], lambda _done: None)
                runs += [part.run.id] if isinstance(part, RunData) else []
                for conflict in merged.conflicts:
                    result.add(RECORDS, conflict)
    except (*_DAMAGE, KeyError, BadLine, SociariumError) as error:
        if not result.findings:
            result.add(RECORDS, str(error))
        result.add("journals", "not replayed, since the records cannot be read to their end")
        return
    for done, run in enumerate(dict.fromkeys(runs), start=1):
        try:
            replay(scratch, run)
            result.replayed += 1
        except (NoJournal, OtherRules) as error:
            result.unverified[run] = str(error)
            result.unjournaled |= {run} if isinstance(error, NoJournal) else set()
        except SociariumError as error:
            result.add(f"run {run}", str(error))
        progress(done)
