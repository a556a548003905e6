"""Writing an archive: record by record, under a name that nobody takes for a finished one."""

from __future__ import annotations

import hashlib
import json
import zipfile
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from sociarium.exchange.archive.lines import Line, line_of, name_of
from sociarium.exchange.archive.manifest import (
    MANIFEST,
    PARTS,
    RECORDS,
    Manifest,
    Packing,
    RecordTotals,
    manifest_hash,
    seal_of,
)
from sociarium.exchange.archive.packing import packing
from sociarium.exchange.archive.totals import TotalsCounter
from sociarium.exchange.folder import Folder
from sociarium.exchange.selection import Progress
from sociarium.exchange.transfer import Missing, Part, PlanData, RunData
from sociarium.version import __version__

SUFFIX = ".sociarium.zip"


def plain_packing(recorded: RecordTotals) -> Packing:
    """With what this process packs here, where no prices are known."""
    return packing(recorded, prices={}, folder=Path.cwd())


def export(
    parts: Iterable[Part],
    folder: Folder,
    name: str,
    *,
    exported: str,
    progress: Progress,
    pack: Callable[[RecordTotals], Packing] = plain_packing,
) -> Path:
    """Write an archive.

    Args:
        name: of the file, made harmless here.
        exported: the moment, for the manifest.
        progress: told how many runs were written.
        pack: says with what it is packed.
    """
    counts: Counter[str] = Counter()
    size, digest, recording = 0, hashlib.sha256(), TotalsCounter()
    with folder.new_file([name], SUFFIX) as (path, unfinished), _zip(unfinished) as archive:
        with archive.open(RECORDS, "w", force_zip64=True) as file:
            for record in records_of(parts):
                line = line_of(record)
                file.write(line)
                digest.update(line)
                size += len(line)
                recording.add(record, line)
                counts[name_of(record)] += 1
                if name_of(record) == "run":
                    progress(counts["run"])
        recorded = recording.result()
        archive.writestr(PARTS, b"".join(one.line for one in recording.part_hashes()))
        manifest = Manifest(
            program=__version__,
            exported=exported,
            counts=dict(counts),
            bytes=size,
            sha256=digest.hexdigest(),
            recorded=recorded,
            packing=pack(recorded),
            hash=manifest_hash(recorded),
        )
        document = manifest.model_dump(mode="json", by_alias=True)
        archive.writestr(MANIFEST, json.dumps({**document, "seal": seal_of(document)}, indent=2, ensure_ascii=False))
    return path


def _zip(path: Path) -> zipfile.ZipFile:
    return zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED)


def records_of(parts: Iterable[Part]) -> Iterator[Line]:
    """The records of parts, in the order in which an archive has them."""
    for part in parts:
        match part:
            case PlanData():
                yield part.experiment
                yield from part.versions
                yield from part.sweeps
                yield from part.model_versions
                yield from part.orders
                yield from part.codebooks
            case RunData():
                yield part.run
                yield from part.members
                yield from part.workers
                yield from part.journal
                yield from part.events
                yield from part.claims
                yield from part.inputs
                yield from part.interviews
                yield from part.labels
                yield from part.measures
            case Missing():
                continue
        if part.edit is not None:
            yield part.edit
