"""What is said of measures beside their numbers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from sociarium.analysis.corrections import CORRECTED
from sociarium.analysis.result_rows import MeasureUse
from sociarium.count_text import count_text
from sociarium.exchange.sanitize import one_line


def reason_counts(counts: Mapping[str, int]) -> str:
    """Reasons with how many there are of each."""
    return ", ".join(f"{count} {one_line(reason)}" for reason, count in counts.items())


def measure_notes(uses: Iterable[MeasureUse]) -> Iterator[str]:
    """What stands below the tables of measures; what is to be minded begins with an exclamation mark."""
    for use in uses:
        missing = f"; without a value: {reason_counts(use.missing)}" if use.missing else ""
        runs = count_text(use.runs, "run") + (
            f", {count_text(use.runs_without, 'has', 'have')} none" if use.runs_without else ""
        )
        alarm = "! " if use.runs_without else ""
        yield (
            f"{alarm}{one_line(use.name)}: {count_text(use.values, 'value')} "
            f"of {runs}{missing} (version {one_line(use.version)})"
        )
        if use.mark:
            yield f"! {one_line(use.name)} is {use.mark}"
        if use.correction:
            alarm = "" if use.correction.startswith(CORRECTED) else "! "
            yield f"{alarm}{one_line(use.name)}: {use.correction}"
        if use.others:
            yield f"! {one_line(use.name)} was computed by other versions, too, which are left out: " + ", ".join(
                map(one_line, use.others)
            )
