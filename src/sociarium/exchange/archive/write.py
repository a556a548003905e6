"""Writing an archive: record by record, under a name that nobody takes for a finished one."""

from __future__ import annotations

import hashlib
import zipfile
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path

from sociarium.exchange.archive.lines import Line, line_of, name_of, schema_of
from sociarium.exchange.archive.manifest import MANIFEST, RECORDS, Manifest
from sociarium.exchange.folder import Folder
from sociarium.exchange.selection import Progress
from sociarium.exchange.transfer import Missing, Part, PlanData, RunData
from sociarium.version import __version__

SUFFIX = ".sociarium.zip"


def export(parts: Iterable[Part], folder: Folder, name: str, *, exported: str, progress: Progress) -> Path:
    """Write an archive.

    Args:
        name: of the file, made harmless here.
        exported: the moment, for the manifest.
        progress: told how many runs were written.
    """
    counts: Counter[str] = Counter()
    size, digest, schema = 0, hashlib.sha256(), 1
    with folder.new_file([name], SUFFIX) as (path, unfinished), _zip(unfinished) as archive:
        with archive.open(RECORDS, "w", force_zip64=True) as file:
            for record in _records(parts):
                line = line_of(record)
                file.write(line)
                digest.update(line)
                size += len(line)
                schema = max(schema, schema_of(record))
                counts[name_of(record)] += 1
                if name_of(record) == "run":
                    progress(counts["run"])
        manifest = Manifest.model_validate(
            {
                "schema": schema,
                "program": __version__,
                "exported": exported,
                "counts": dict(counts),
                "bytes": size,
                "sha256": digest.hexdigest(),
            }
        )
        archive.writestr(MANIFEST, manifest.model_dump_json(by_alias=True, indent=2))
    return path


def _zip(path: Path) -> zipfile.ZipFile:
    return zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED)


def _records(parts: Iterable[Part]) -> Iterator[Line]:
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
