"""What a start of a sweep came to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from sociarium.api.html import html_table
from sociarium.runner.library.faults import Excess, Faults
from sociarium.runner.library.status import Counts
from sociarium.runner.sweep.save import StartedSweep
from sociarium.runner.sweep.start import SweepOutcome
from sociarium.runner.workers.shutdown import StopSwitch


@dataclass(frozen=True, slots=True)
class SweepResult:
    """What a start of a sweep came to.

    Attributes:
        experiment, sweep: ids.
        counts: runs of the sweep by state.
        messages, calls: of this start.
        tokens: prompt and completion tokens of this start.
        cost_usd: of this start; None where no price is known.
        seconds: that it took.
        faults: what is empty, skipped or invalid in the sweep.
        excesses: where a greater share is empty than `max_empty`, the option of the start.
        stopped: why it stopped early; empty when nothing stopped it.
        paused: models that wait for a person's word -> why.
        returned: runs that gave themselves back because a model refused them -> why; `resume` takes them up.
        outdated: runs that began under other rules and were left alone; `restart` plays them anew.
        left_to_others: those of them that `restart` left alone, because somebody else began them -> who that is.
    """

    experiment: str
    sweep: str
    counts: Counts
    messages: int
    calls: int
    tokens: tuple[int, int]
    cost_usd: float | None
    seconds: float
    faults: Faults = field(repr=False)
    excesses: tuple[Excess, ...]
    stopped: str
    paused: Mapping[str, str]
    returned: Mapping[str, str]
    outdated: tuple[str, ...]
    left_to_others: Mapping[str, str]

    def _repr_html_(self) -> str:
        rows: list[tuple[str, object]] = [
            ("sweep", self.sweep),
            *self.counts.as_dict().items(),
            ("messages", self.messages),
            ("calls", self.calls),
            ("tokens", sum(self.tokens)),
            ("cost_usd", self.cost_usd),
            ("seconds", round(self.seconds, 1)),
            ("too much is empty", len(self.excesses)),
            ("stopped", self.stopped),
            *((f"waits: {model}", why) for model, why in self.paused.items()),
            *((f"given back: {run[:12]}", why) for run, why in self.returned.items()),
        ]
        return html_table(row for row in rows if row[1] not in {None, ""})


def result_of(begun: StartedSweep, outcome: SweepOutcome, stop: StopSwitch, *, max_empty: float) -> SweepResult:
    """A start's outcome as notebooks have it."""
    spending, result = outcome.spending, outcome.result
    return SweepResult(
        experiment=begun.experiment.id,
        sweep=begun.sweep.id,
        counts=result.counts,
        messages=spending.messages,
        calls=spending.calls,
        tokens=(spending.prompt_tokens, spending.completion_tokens),
        cost_usd=spending.cost_usd,
        seconds=outcome.seconds,
        faults=result.faults,
        excesses=tuple(result.faults.excesses(max_empty)),
        stopped=stop.message,
        paused=result.paused,
        returned=result.returned,
        outdated=result.outdated,
        left_to_others=result.left_to_others,
    )
