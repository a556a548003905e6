"""Over all conditions: what each question comes to, by role and moment. Who differs, and from when on?"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sociarium.analysis.load import LoadedRuns
from sociarium.analysis.result_rows import Change, ProbeRow
from sociarium.analysis.results import results
from sociarium.analysis.run_values import moment_order
from sociarium.viewer.pages.means import MeanScale, MeanView, number_text
from sociarium.viewer.pages.outcomes import outcome_label

_MOST_MOMENTS = 10
_MOST_LINES = 40
_MOST_ROLES = 3
"""Of which the first sentence of a page speaks."""


@dataclass(frozen=True, slots=True)
class OverallLine:
    """A question, a role and perhaps an answer, at each moment.

    Attributes:
        means: one for each of the moments; None where nothing was asked then.
        option: whose share it is; empty for numbers.
    """

    name: str
    outcome: str
    role: str
    option: str
    means: tuple[MeanView | None, ...]


@dataclass(frozen=True, slots=True)
class Overall:
    """Every question by role and moment, over all conditions.

    Attributes:
        sentences: of the first question with numbers, for each role: its first and its last mean.
        subject: what they are about.
        more: lines that are not shown.
    """

    moments: tuple[str, ...]
    lines: tuple[OverallLine, ...]
    subject: str
    sentences: tuple[str, ...]
    more: int

    @property
    def has_options(self) -> bool:
        """Whether any line is of one answer."""
        return any(line.option for line in self.lines)


def overall(loaded: LoadedRuns, *, probe: str | None, change: Change | None) -> Overall | None:
    """The means over all conditions; None where there is one at most, or of moments too many for a table."""
    computed = results(loaded.runs, choices=loaded.choices, by=(), change=change, probe=probe, uses=loaded.uses)
    rows = [row for row in computed.probes if row.estimate.mean is not None]
    moments = sorted({row.moment for row in rows}, key=moment_order)
    keys = list(dict.fromkeys((row.probe, row.role, row.option) for row in rows))
    if len(rows) < 2 or len(moments) > _MOST_MOMENTS:
        return None
    is_signed = change is not None
    by_key = {(row.probe, row.role, row.option, row.moment): row for row in rows}
    lines = tuple(
        OverallLine(
            outcome_label(name),
            name,
            role,
            option or "",
            tuple(_mean(by_key.get((name, role, option, moment)), is_signed=is_signed) for moment in moments),
        )
        for name, role, option in keys[:_MOST_LINES]
    )
    first = next((row.probe for row in rows if row.use == "outcome" and row.option is None), "")
    sentences = tuple(_sentences([row for row in rows if row.probe == first], is_signed=is_signed))
    more = max(0, len(keys) - _MOST_LINES)
    return Overall(tuple(moments), lines, outcome_label(first) if sentences else "", sentences, more)


def _mean(row: ProbeRow | None, *, is_signed: bool) -> MeanView | None:
    if row is None:
        return None
    scale = MeanScale.of([row], is_change=is_signed)
    return scale.mean(row.estimate, is_share=row.option is not None, is_signed=is_signed)


def _sentences(rows: Sequence[ProbeRow], *, is_signed: bool) -> Iterator[str]:
    """Figures, and no finding: `farmer 2.50 at start, 5.64 at end`."""
    by_role: dict[str, list[ProbeRow]] = {}
    for row in rows:
        by_role.setdefault(row.role, []).append(row)
    if is_signed or len(by_role) > _MOST_ROLES:
        return
    for role, own in by_role.items():
        ends = sorted(own, key=lambda row: moment_order(row.moment))
        shown = ends[:1] if len(ends) == 1 else [ends[0], ends[-1]]
        texts = [f"{number_text(row.estimate.mean or 0.0, False, False)} at {row.moment}" for row in shown]
        yield f"{role} {', '.join(texts)}"
