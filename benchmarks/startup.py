"""How long the program takes to say anything, against the libraries it says it with."""

from __future__ import annotations

from pathlib import Path
from statistics import median

from benchmarks.measured import PROGRAM, measured, python

_TIMES = 9


def report() -> None:
    """Print the ratio of `sociarium --help` to importing typer and rich, interleaved."""
    here = Path()
    ours, theirs = [], []
    for _ in range(_TIMES):
        ours.append(measured(python(PROGRAM, "--help"), folder=here).seconds)
        theirs.append(measured(python("-c", "import typer, rich"), folder=here).seconds)
    ratio = median(ours) / median(theirs)
    print(
        f"  --help {1000 * median(ours):.0f} ms, import typer, rich {1000 * median(theirs):.0f} ms: ratio {ratio:.2f}"
    )
