"""What a verification of an archive comes to."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from sociarium.exchange.archive.manifest import Manifest


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that is not as it was packed.

    Attributes:
        where: the file, an entry of it, an experiment or a run.
    """

    where: str
    what: str

    def __str__(self) -> str:
        return f"{self.where}: {self.what}"


@dataclass(slots=True)
class Verification:
    """What is known of an archive.

    Attributes:
        hash: of the manifest, as it should be for the records that are here; None where they cannot be read.
        findings: empty for an archive that is as it was packed.
        unverified: run -> why its journal cannot be replayed by this version; no fault of the archive.
        unjournaled: those of them that were imported without a journal.
        replayed: runs that replay as their journals say.
        counts: records by kind.
    """

    manifest: Manifest | None = None
    hash: str | None = None
    findings: list[Finding] = field(default_factory=list)
    unverified: dict[str, str] = field(default_factory=dict)
    unjournaled: set[str] = field(default_factory=set)
    replayed: int = 0
    counts: Counter[str] = field(default_factory=Counter)

    def add(self, where: str, what: str) -> None:
        """Note a finding."""
        self.findings.append(Finding(where, what))
