"""What an archive says of itself."""

from __future__ import annotations

from typing import Annotated, Final, Literal

from pydantic import Field

from sociarium.experiment.frozen import Frozen

SCHEMA = 2
"""The latest schema of archives: 2 has records that 1 did not know.

An archive without any of them says 1, so that older versions go on reading it.
"""
FORMAT: Final = "sociarium archive"

MANIFEST = "manifest.json"
RECORDS = "records.jsonl"


class Manifest(Frozen):
    """The manifest.

    Attributes:
        program: version that wrote it.
        counts: records by kind.
        bytes, sha256: of `records.jsonl`.
    """

    format: Literal["sociarium archive"] = FORMAT
    schema_: Annotated[int, Field(alias="schema")] = SCHEMA
    program: str
    exported: str
    counts: dict[str, int]
    bytes: Annotated[int, Field(ge=0)]
    sha256: str
