"""What a plan says of hypotheses: their power."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from sociarium.cli.display.output import console, words
from sociarium.count_text import count_text
from sociarium.errors import MissingExtra
from sociarium.exchange.sanitize import one_line
from sociarium.experiment.definition import Definition


def hypotheses_value(definition: Definition, sweep: str) -> dict[str, Any] | None:
    """What `plan --json` says of hypotheses; None where none stand."""
    if definition.hypotheses_hash is None:
        return None
    # The simulation takes its time to import, and names the extra that is missing.
    try:
        from sociarium.analysis.planned_power import planned_power
    except MissingExtra as absent:
        return {"hash": definition.hypotheses_hash, "power": [], "note": str(absent)}
    tests = [asdict(one) for one in planned_power(definition, sweep)]
    return {"hash": definition.hypotheses_hash, "power": tests, "note": ""}


def show_hypotheses(value: Mapping[str, Any] | None) -> None:
    """A line for each hypothesis."""
    if value is None:
        return
    screen = console()
    screen.print(words(f"Hypotheses  {len(value['power']) or 'declared'}, hash {value['hash'][:12]}"))
    if value["note"]:
        screen.print(words(f"! power is not simulated: {value['note']}", "yellow"))
    for line in _power_lines(value["power"]):
        screen.print(words(line))


def _power_lines(tests: Sequence[Mapping[str, Any]]) -> list[str]:
    lines = []
    for one in tests:
        if one["power"] is None:
            lines.append(f"  {one_line(one['hypothesis'])}: {one_line(one['note'], most=200)}")
            continue
        enough = one["replicates_for_80"]
        needed = f"80 % from {enough} replicates on" if enough else one_line(one["note"], most=200)
        lines.append(
            f"  {one_line(one['hypothesis'])}: power {one['power']:.0%} with "
            f"{count_text(one['replicates'], 'replicate')}; {needed}"
        )
    return lines
