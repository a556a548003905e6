"""Over all conditions: what each question comes to, by role and moment. Who differs, and from when on?"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import fsum

from sociarium.analysis.load import LoadedRuns
from sociarium.analysis.result_rows import Change, ProbeRow
from sociarium.analysis.results import results
from sociarium.analysis.run_values import ANOTHER, CHANGE, changed_of, moment_order
from sociarium.analysis.student_t import Estimate, estimate, share_estimate
from sociarium.analysis.talk import WHOLE
from sociarium.viewer.pages.means import MeanScale, MeanView, number_text
from sociarium.viewer.pages.outcomes import outcome_label

_MOST_MOMENTS = 10
_MOST_LINES = 40
_MOST_ROLES, _MOST_CHANGED = 3, 4
"""Of which the first sentence of a page speaks."""


@dataclass(frozen=True, slots=True)
class OverallLine:
    """A question, a role and perhaps an answer, at each moment.

    Attributes:
        means: one for each of the moments; None where nothing was asked then.
        option: whose share it is; empty for numbers.
        of: the moments that the means are of, as addresses name them.
    """

    name: str
    outcome: str
    role: str
    option: str
    means: tuple[MeanView | None, ...]
    of: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Overall:
    """Every question by role and moment, over all conditions.

    Attributes:
        sentences: of the first question, for each role: its first and its last mean, or how often it chose otherwise
            in the end than at the beginning, the most often first.
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
    lines = [
        OverallLine(
            outcome_label(name),
            name,
            role,
            option or "",
            tuple(_mean(by_key.get((name, role, option, moment)), is_signed=is_signed) for moment in moments),
            tuple(moments),
        )
        for name, role, option in keys
    ]
    changed = () if change else tuple(_changes(loaded, rows))
    lines = _lines_with_changes(lines, changed, moments)
    outcomes = [row for row in rows if row.use == "outcome"]
    subject, sentences = _changed_sentences(
        [one for one in changed if one.probe == outcomes[0].probe] if outcomes else []
    )
    if not sentences:
        first = next((row.probe for row in outcomes if row.option is None), "")
        sentences = tuple(_sentences([row for row in outcomes if row.probe == first], is_signed=is_signed))
        subject = f"Mean of {outcome_label(first)}" if sentences else ""
    return Overall(tuple(moments), tuple(lines[:_MOST_LINES]), subject, sentences, max(0, len(lines) - _MOST_LINES))


@dataclass(frozen=True, slots=True)
class _Changed:
    """How often a role chose otherwise at the last moment than at the first one."""

    probe: str
    role: str
    moments: Change
    estimate: Estimate


def _changes(loaded: LoadedRuns, rows: Sequence[ProbeRow]) -> Iterator[_Changed]:
    """Of each question with choices that was asked more than once."""
    for name, role in dict.fromkeys((row.probe, row.role) for row in rows if row.option is not None):
        moments = sorted({row.moment for row in rows if (row.probe, row.role) == (name, role)}, key=moment_order)
        if len(moments) > 1:
            change = (moments[0], moments[-1])
            own = ([one for one in run.answers if (one.probe, one.role) == (name, role)] for run in loaded.runs)
            by_run = [changed for answers in own if (changed := changed_of(answers, change))]
            shares = [fsum(changed) / len(changed) for changed in by_run]
            is_one_each = all(len(changed) == 1 for changed in by_run)
            mean = share_estimate(shares) if is_one_each else estimate(shares, bounds=(0.0, 1.0))
            if mean.mean is not None:
                yield _Changed(name, role, change, mean)


def _lines_with_changes(
    lines: Sequence[OverallLine], changed: Sequence[_Changed], moments: Sequence[str]
) -> list[OverallLine]:
    """Lines with one more after those of a question and a role: the share that chose otherwise in the end."""
    scale, every = MeanScale(0.0, 1.0), list(lines)
    for one in changed:
        at = max(place for place, line in enumerate(every) if (line.outcome, line.role) == (one.probe, one.role))
        means = [scale.mean(one.estimate, is_share=True, is_signed=False) if moment == one.moments[1] else None
                 for moment in moments]  # fmt: skip
        of = (CHANGE.join(one.moments),) * len(moments)
        every.insert(at + 1, OverallLine(outcome_label(one.probe), one.probe, one.role, ANOTHER, tuple(means), of))
    return every


def _changed_sentences(changed: Sequence[_Changed]) -> tuple[str, tuple[str, ...]]:
    """What they are about, and figures: `sceptic 63 %`."""
    if not changed or len(changed) > _MOST_CHANGED:
        return "", ()
    first, last = changed[0].moments
    told = sorted(changed, key=lambda one: -(one.estimate.mean or 0.0))
    sentences = tuple(f"{one.role} {number_text(one.estimate.mean or 0.0, True, False)}" for one in told)
    return f"Another {outcome_label(changed[0].probe)} at {last} than at {first}", sentences


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
        texts = [
            number_text(row.estimate.mean or 0.0, False, False) + ("" if row.moment == WHOLE else f" at {row.moment}")
            for row in shown
        ]
        yield f"{role} {', '.join(texts)}"
