"""Exports of a database of 100 runs and of one of 1,000, side by side: peak memory as a ratio."""

from __future__ import annotations

import sys
import tempfile
from dataclasses import replace
from pathlib import Path

from benchmarks.measured import PROGRAM, Measured, measured, python

FEW, MANY = 100, 1_000
MESSAGES = 40
FORMATS = ("txt", "jsonl", "csv", "parquet", "archive")
LIMIT_RATIO = 1.5
"""Ten times the runs may take so many times the memory: ids are held, words are not."""
LIMIT_IMPORT = 5.0
"""Seconds that the import of an archive of the many may take."""


LAUNCH = """
import os, sys
pid = os.posix_spawn(sys.argv[1], sys.argv[1:], os.environ)
_, status, used = os.wait4(pid, 0)
print("peak", used.ru_maxrss)
sys.exit(os.waitstatus_to_exitcode(status))
"""
"""A process counts the memory of the one that began it as its own peak; so a small one begins it."""


def definition(runs: int) -> str:
    """A file whose sweep has so many runs, in ten conditions."""
    names = ", ".join(f"v{level}" for level in range(10))
    variants = ", ".join(f"v{level}: 'Goal {level}.'" for level in range(10))
    return (
        "title: Exported\nmodels: {dry: {provider: offline}}\nroles: {guard: {}, prisoner: {}}\nsections:\n"
        "  - title: Starting prompt\n    private: {guard: I am <SELF_NAME>., prisoner: I am <SELF_NAME>.}\n"
        f"  - title: Goal\n    shared: {{variants: {{{variants}}}}}\n"
        f"sweep: {{factors: {{section.Goal: [{names}], messages: {MESSAGES}}}, replicates: {runs // 10}}}\n"
    )


def measure() -> dict[str, tuple[Measured, Measured]]:
    """Each format, and the import of the archive: what it takes for few runs and for many."""
    with tempfile.TemporaryDirectory() as name:
        folders = {runs: _played(Path(name) / str(runs), runs) for runs in (FEW, MANY)}
        found = {format_: _both(folders, "export", "Exported", "--format", format_) for format_ in FORMATS}
        for folder in folders.values():
            archive = next((folder / "export").glob("*.sociarium.zip"))
            archive.rename(folder / "archive.zip")
        found["import"] = _both(folders, "import", "archive.zip", "--store", "sqlite:///other.db")
    return found


def _played(folder: Path, runs: int) -> Path:
    folder.mkdir()
    (folder / "exported.yaml").write_text(definition(runs), encoding="utf-8")
    measured(python(PROGRAM, "run", "exported.yaml", "--yes"), folder=folder)
    return folder


def _both(folders: dict[int, Path], *arguments: str) -> tuple[Measured, Measured]:
    few, many = (_own(measured(python("-S", "-c", LAUNCH, *python(PROGRAM, *arguments)), folder=folders[runs]))
                 for runs in (FEW, MANY))  # fmt: skip
    return few, many


def _own(taken: Measured) -> Measured:
    kilobytes = int(taken.output.rpartition("peak ")[2])
    return replace(taken, megabytes=kilobytes / (1e6 if sys.platform == "darwin" else 1e3))


def report() -> None:
    """Print a line a format, and what the import of the many takes."""
    results = measure()
    for what, (few, many) in results.items():
        ratio = many.megabytes / few.megabytes
        print(
            f"  {what:8} {FEW} runs {few.megabytes:5.0f} MB {few.seconds:6.2f} s   {MANY:,} runs "
            f"{many.megabytes:5.0f} MB {many.seconds:6.2f} s   memory x {ratio:.2f} (bound {LIMIT_RATIO})"
        )
    print(f"  import of {MANY:,} runs: {results['import'][1].seconds:.2f} s (bound {LIMIT_IMPORT:.0f} s)")
