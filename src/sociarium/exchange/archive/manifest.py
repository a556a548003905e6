"""What an archive says of itself: what was recorded, and with what it was packed.

The hash that papers cite is that of `recorded` alone, which follows from the records whenever and wherever they are
packed. `seal` is over the whole manifest.
"""

from __future__ import annotations

from typing import Annotated, Any, Final, Literal

from pydantic import Field

from sociarium.experiment.canonical import fingerprint
from sociarium.experiment.frozen import Frozen

SCHEMA = 3
"""The latest schema of archives: 2 has records that 1 did not know, 3 a list of parts and what was recorded."""
FORMAT: Final = "sociarium archive"

MANIFEST = "manifest.json"
RECORDS = "records.jsonl"
PARTS = "parts.jsonl"

COVERS = (
    "It covers every record of the archive but what worker processes said of themselves: documents, sweeps, runs with "
    "their answers, events, inputs and claims, labels, measures, interviews, notes; not the moment of packing, nor the "
    "versions it was packed with."
)
"""What the hash stands for, in words."""


class SweepPlan(Frozen):
    """A sweep as it was planned.

    Attributes:
        plan: hash of the version's document with the sweep's name, seed and size, and of what it was made from.
    """

    id: str
    name: str
    version: str
    seed: int
    replicates: int
    conditions: int
    runs: int
    plan: str


class ModelUse(Frozen):
    """What answered under a model's name in the experiment file.

    Attributes:
        provider_model: such as `openai:gpt-4.1-mini`, as runs have it.
        served: what servers said answered, with digests and fingerprints.
        hosts: kinds of hosts: `this machine`, `private network`, `public network`, `offline`, `person`, `not kept`.
    """

    name: str
    provider_model: list[str]
    served: list[str]
    hosts: list[str]
    calls: int
    prompt_tokens: int
    completion_tokens: int


class PartList(Frozen):
    """Of `parts.jsonl`: how many parts it names, and its SHA-256."""

    count: int
    sha256: str


class RecordTotals(Frozen):
    """What was recorded, as it follows from the records alone.

    Attributes:
        experiments: id -> hash of all versions of its document, in order.
        versions: id -> hash of the document.
        runs, messages: by state of the run.
        populations: runs that wrote people for others, and count among none of the above.
        protocols: versions of the rules under which runs were played.
        first, last: moments of the first and the last answer or claim.
    """

    experiments: dict[str, str]
    versions: dict[str, str]
    sweeps: list[SweepPlan]
    runs: dict[str, int]
    messages: dict[str, int]
    populations: int
    protocols: list[int]
    models: list[ModelUse]
    first: str | None
    last: str | None
    parts: PartList


class Packing(Frozen):
    """With what an archive was packed.

    Attributes:
        libraries: distribution -> version, of those that the program may use.
        git: `commit` of the folder in which it was packed, and whether files were `changed` since; None without one.
        cost_usd: of all calls and interviews, by the file's prices and else the list's; None where a price is unknown.
        redacted_from: the hash of the complete records, where names and addresses were left out.
    """

    python: str
    libraries: dict[str, str]
    git: dict[str, str | bool] | None
    cost_usd: float | None
    redacted_from: str | None = None


class Manifest(Frozen):
    """The manifest. Those of schema 1 and 2 end with `sha256`.

    Attributes:
        program: version that wrote it.
        counts: records by kind.
        bytes, sha256: of `records.jsonl`.
        hash: see `manifest_hash`.
        seal: SHA-256 of the canonical JSON of everything else here.
    """

    format: Literal["sociarium archive"] = FORMAT
    schema_: Annotated[int, Field(alias="schema")] = SCHEMA
    program: str
    exported: str
    counts: dict[str, int]
    bytes: Annotated[int, Field(ge=0)]
    sha256: str
    recorded: RecordTotals | None = None
    packing: Packing | None = None
    hash: str | None = None
    seal: str | None = None


def manifest_hash(recorded: RecordTotals) -> str:
    """The manifest's hash, for citing: SHA-256 of the canonical JSON of what was recorded."""
    return fingerprint(recorded.model_dump(mode="json"))


def seal_of(document: dict[str, Any]) -> str:
    """The hash over a manifest's JSON, its seal left out."""
    return fingerprint({key: value for key, value in document.items() if key != "seal"})
