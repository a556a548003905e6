"""A million conditions: planned, and begun to run, in bounded memory."""

from __future__ import annotations

import tempfile
from pathlib import Path

from benchmarks.measured import PROGRAM, Measured, measured, python

FACTORS = 6
LEVELS = 10
LIMIT_MEGABYTES = 300


def definition() -> str:
    """A file with 10 ** 6 conditions."""
    sections = "".join(
        f"  - title: Part {factor}\n    shared: {{variants: {{"
        + ", ".join(f"v{level}: 'Part {factor} says {level}.'" for level in range(LEVELS))
        + "}}\n"
        for factor in range(FACTORS)
    )
    levels = ", ".join(f"v{level}" for level in range(LEVELS))
    factors = "".join(f"    section.Part {factor}: [{levels}]\n" for factor in range(FACTORS))
    return (
        "title: A million\nmodels: {dry: {provider: offline}}\nroles: {guard: {}, prisoner: {}}\nsections:\n"
        "  - title: Starting prompt\n    private: {guard: You are a guard., prisoner: You are a prisoner.}\n"
        f"{sections}sweep:\n  factors:\n{factors}"
    )


def measure() -> tuple[Measured, Measured]:
    """Plan it; then begin to run it, 100 runs far."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "million.yaml").write_text(definition(), encoding="utf-8")
        planned = measured(python(PROGRAM, "plan", "million.yaml"), folder=folder)
        begun = measured(python(PROGRAM, "run", "million.yaml", "--limit", "100"), folder=folder)
    if "1,000,000 conditions" not in planned.output:
        raise RuntimeError(planned.output)
    return planned, begun


def report() -> None:
    """Print both."""
    for what, taken in zip(("planned", "100 runs played"), measure(), strict=True):
        print(f"  {what:16} {taken.seconds:6.2f} s   {taken.megabytes:6.0f} MB (bound {LIMIT_MEGABYTES} MB)")
