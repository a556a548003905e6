"""`ro-crate-metadata.json`: RO-Crate 1.1, the deposit described for machines."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from sociarium.count_text import count_text
from sociarium.exchange.deposit.facts import StudyFacts
from sociarium.exchange.deposit.licences import Licence

METADATA = "ro-crate-metadata.json"
_FORMATS = {
    ".parquet": "application/vnd.apache.parquet",
    ".json": "application/json",
    ".csv": "text/csv",
    ".md": "text/markdown",
    ".yaml": "application/yaml",
    ".cff": "application/yaml",
    ".zip": "application/zip",
}


def crate(
    root: Path, facts: StudyFacts, licence: Licence | None, *, published: str, creator: str | None
) -> dict[str, Any]:
    """The metadata of a folder as it is.

    Args:
        published: the day, ISO 8601.
        creator: who made the experiment; None where that is left out.
    """
    files = sorted(path for path in root.rglob("*") if path.is_file() and path.name != METADATA)
    dataset: dict[str, Any] = {
        "@id": "./",
        "@type": "Dataset",
        "name": facts.title,
        "description": facts.note
        or f"{count_text(facts.runs, 'run')} of the experiment {facts.title}, made with Sociarium.",
        "datePublished": published,
        "identifier": f"sha256:{facts.hash}",
        "hasPart": [{"@id": path.relative_to(root).as_posix()} for path in files],
    }
    people: list[dict[str, Any]] = []
    if creator is not None:
        dataset["author"] = {"@id": "#creator"}
        people = [{"@id": "#creator", "@type": "Person", "name": creator}]
    licences: list[dict[str, Any]] = []
    if licence is not None:
        dataset["license"] = {"@id": licence.url}
        licences = [{"@id": licence.url, "@type": "CreativeWork", "name": licence.name, "identifier": licence.id}]
    graph = [
        {
            "@id": METADATA,
            "@type": "CreativeWork",
            "conformsTo": {"@id": "https://w3id.org/ro/crate/1.1"},
            "about": {"@id": "./"},
        },
        dataset,
        *(_file(root, path) for path in files),
        *licences,
        *people,
        {"@id": "#sociarium", "@type": "SoftwareApplication", "name": "Sociarium", "version": facts.program},
        {
            "@id": "#runs",
            "@type": "CreateAction",
            "name": "The runs of the experiment",
            "instrument": {"@id": "#sociarium"},
            "object": {"@id": "experiment.yaml"},
            "result": {"@id": "./"},
            **_period(facts),
        },
    ]
    return {"@context": "https://w3id.org/ro/crate/1.1/context", "@graph": graph}


def _period(facts: StudyFacts) -> Mapping[str, str]:
    first, last = facts.recorded.first, facts.recorded.last
    return {"startTime": first, "endTime": last} if first and last else {}


def _file(root: Path, path: Path) -> dict[str, Any]:
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    described = {
        "@id": path.relative_to(root).as_posix(),
        "@type": "File",
        "name": path.name,
        "contentSize": str(path.stat().st_size),
        "sha256": digest,
    }
    if path.suffix in _FORMATS:
        described["encodingFormat"] = _FORMATS[path.suffix]
    return described
