"""Archives that hold somebody, among those that can be found."""

from __future__ import annotations

import json
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from functools import partial
from pathlib import Path

from sociarium.exchange.archive.lines import BadLine, Line, read
from sociarium.exchange.archive.manifest import RECORDS
from sociarium.exchange.archive.write import SUFFIX
from sociarium.records.inputs import Input
from sociarium.records.labels import Label
from sociarium.records.people import has_history_of, is_named
from sociarium.records.plans import Version
from sociarium.records.runs import Claim

_LONGEST_LINE = 64 * 1024 * 1024


def archives_with(folders: Iterable[Path], person: str) -> Iterator[tuple[Path, str]]:
    """Archives below some folders that hold somebody, or cannot be read: each with what is known of it."""
    for path in sorted(
        {path.resolve() for folder in folders if folder.is_dir() for path in folder.rglob(f"*{SUFFIX}")}
    ):
        try:
            if _holds(path, person):
                yield path, "holds them"
        except (zipfile.BadZipFile, zlib.error, KeyError, BadLine, EOFError, OSError) as error:
            yield path, f"cannot be read, so it may hold them: {error}"


def _holds(path: Path, person: str) -> bool:
    with zipfile.ZipFile(path) as archive, archive.open(RECORDS) as file:
        return any(_is_about(read(line), person) for line in iter(partial(file.readline, _LONGEST_LINE), b""))


def _is_about(record: Line, person: str) -> bool:
    match record:
        case Version(document=document):
            return has_history_of(json.loads(document), person)
        case Label(kind="person", annotator=name) | Input(creator=name) | Claim(by=name):
            return is_named(name, person)
        case _:
            return False
