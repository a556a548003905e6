"""Reading an archive: all of it is verified before anything of it is given out."""

from __future__ import annotations

import hashlib
import json
import zipfile
import zlib
from collections import Counter
from collections.abc import Generator, Iterable, Iterator
from contextlib import closing, contextmanager
from io import BufferedReader, RawIOBase
from pathlib import Path
from types import TracebackType
from typing import Self, cast

from pydantic import ValidationError

from sociarium.errors import BadInput
from sociarium.exchange.archive.lines import BadLine, Line, name_of, read
from sociarium.exchange.archive.manifest import (
    FORMAT,
    MANIFEST,
    PARTS,
    RECORDS,
    SCHEMA,
    Manifest,
    manifest_hash,
    seal_of,
)
from sociarium.exchange.archive.parts import parts_of
from sociarium.exchange.archive.totals import TotalsCounter
from sociarium.exchange.transfer import Part

_BEGINNING = b"PK\x03\x04"
_BUFFER = 256 * 1024
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
        self._is_verified = False
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
        digest, recording = hashlib.sha256(), TotalsCounter()

        def tally(lines: Iterable[tuple[bytes, Line]]) -> Iterator[Line]:
            for line, record in lines:
                digest.update(line)
                counts[name_of(record)] += 1
                recording.add(record, line)
                yield record

        with closing(self._lines()) as lines:
            for _ in self._parts(tally(lines)):
                pass
        if digest.hexdigest() != self.manifest.sha256 or counts != Counter(self.manifest.counts):
            raise self._damage_error("its records are not those that its manifest counts")
        if self.manifest.recorded is not None and not self._has_manifest_of(recording):
            raise self._damage_error("its manifest is not that of its records")
        self._is_verified = True

    def _has_manifest_of(self, recording: TotalsCounter) -> bool:
        recorded = recording.result()
        with self._mapped_errors():
            document = json.loads(self._zip.read(MANIFEST))
            listed = b"".join(one.line for one in recording.part_hashes())
            with self._zip.open(PARTS) as file:
                is_listed = file.read(len(listed) + 1) == listed
        return (
            is_listed
            and recorded == self.manifest.recorded
            and self.manifest.hash == manifest_hash(recorded)
            and self.manifest.seal == seal_of(document)
        )

    def parts(self) -> Iterator[Part]:
        """What it holds; call `verify` before."""
        with closing(self._lines()) as lines:
            yield from self._parts(record for _, record in lines)

    def _parts(self, records: Iterator[Line]) -> Iterator[Part]:
        try:
            yield from parts_of(records)
        except BadLine as error:
            raise self._damage_error(str(error)) from None

    def _lines(self) -> Generator[tuple[bytes, Line], None, None]:
        # Around what zipfile reads: its own lines cost as much as reading what is in them.
        with self._mapped_errors(), BufferedReader(cast(RawIOBase, self._zip.open(RECORDS)), _BUFFER) as file:
            number = 0
            while line := file.readline(_LONGEST_LINE):
                number += 1
                if not line.endswith(b"\n"):
                    raise self._damage_error(f"line {number} of {RECORDS} has no end")
                try:
                    record = read(line, known=self._is_verified)
                except BadLine as error:
                    raise self._damage_error(f"line {number} of {RECORDS}: {error}") from None
                yield line, record

    def _read_manifest(self) -> Manifest:
        with self._mapped_errors():
            names = {info.filename: info for info in self._zip.infolist()}
            entries = sorted(info.filename for info in self._zip.infolist())
            if entries not in (sorted([MANIFEST, RECORDS]), sorted([MANIFEST, PARTS, RECORDS])):
                raise self._foreign_error()
            if names[MANIFEST].file_size > _LARGEST_MANIFEST:
                raise self._foreign_error()
            data = self._zip.read(MANIFEST)
        manifest = self._parse_manifest(data)
        if (manifest.recorded is None) == (PARTS in names):
            raise self._damage_error("its manifest and its list of parts do not belong together")
        records = names[RECORDS]
        if records.file_size != manifest.bytes:
            raise self._damage_error("its records are not as long as its manifest says")
        if fault := expansion_fault(records):
            raise self._damage_error(fault)
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


def expansion_fault(records: zipfile.ZipInfo) -> str:
    """Why records are not to be unpacked; empty where nothing speaks against it."""
    if records.file_size > _LONGEST_LINE and records.file_size > _MOST_EXPANSION * records.compress_size:
        return f"its records would grow to {records.file_size / 1e9:.1f} GB, which no export does"
    return ""
