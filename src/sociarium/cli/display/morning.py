"""What a morning wants to know of a sweep: what is done where, what failed and why, what is empty, what was steered.

The last screen of a start and `status` say it in the same words.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from math import inf

from rich.table import Table

from sociarium.cli.display.command_hints import pasteable
from sociarium.cli.display.conditions import condition_text, level_cell, short_heads
from sociarium.cli.display.faults import brief
from sociarium.cli.display.output import duration, number, words
from sociarium.count_text import count_text
from sociarium.exchange.sanitize import one_line
from sociarium.exchange.steering_text import standing_options
from sociarium.records.hardware import models_apart
from sociarium.records.minute_text import minute_text
from sociarium.records.plans import SweepRecord
from sociarium.records.runs import RunState, RunStatus, SweepSlot, protocol_of_run
from sociarium.records.steering import SteeringOrder, steering_state
from sociarium.runner.library.faults import ConditionGroup
from sociarium.runner.library.status import Counts, SweepStatus
from sociarium.viewer.sweep_digest import causes

_MOST = 8
_Cells = tuple[str, ...]


@dataclass(slots=True)
class MorningSlots:
    """What is kept of a sweep's slots for a morning; `take` is shown each of them.

    Attributes:
        started, finished: of the first run that was taken up, of the last one that ended.
        prompt_tokens, completion_tokens: of runs that are done.
        cost: of done runs, in US dollars by the prices that stand with them.
        without_cost: done runs with which no price stands.
        unfinished: runs that began and are not done; what was asked in them was paid for, too.
    """

    failed: dict[str, SweepSlot] = field(default_factory=dict)
    started: str = ""
    finished: str = ""
    prompt_tokens: int = 0
    completion_tokens: int = 0
    cost: float = 0.0
    without_cost: list[RunStatus] = field(default_factory=list)
    unfinished: list[RunStatus] = field(default_factory=list)
    _counted: set[int] = field(default_factory=set)

    def take(self, slot: SweepSlot) -> None:
        """A slot of the sweep."""
        status = slot.status
        if status.started:
            self.started = min(filter(None, (self.started, status.started)))
        if status.finished and status.state is not RunState.CANCELLED:
            self.finished = max(self.finished, status.finished)
        key = int(status.run, 16)
        if status.started and key not in self._counted:
            self._counted.add(key)
            self._count(status)
        if status.state is RunState.FAILED:
            self.failed.setdefault(status.run, slot)

    def _count(self, status: RunStatus) -> None:
        counters = status.counters
        if status.state is not RunState.DONE:
            if protocol_of_run(status) is not None:
                self.unfinished.append(status)
            return
        self.prompt_tokens += counters.prompt_tokens
        self.completion_tokens += counters.completion_tokens
        if counters.cost is not None:
            self.cost += counters.cost
        elif counters.prompt_tokens + counters.completion_tokens:
            self.without_cost.append(status)


def condition_table(status: SweepStatus) -> Table:
    """Counts by condition, with what is empty and flagged; by level of each factor when there are too many to read."""
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="bold")
    for head in _heads(status):
        table.add_column(words(head), overflow="fold")
    # Runs of two sets of rules are never counted as one.
    old: Counter[_Cells] = Counter()
    has_old = bool(status.old)
    shown = [
        RunState.DONE,
        RunState.FAILED,
        *([RunState.CANCELLED] if status.counts.cancelled else []),
        RunState.RUNNING,
    ]
    for column in ("done", *(["of other rules"] if has_old else []), *(state.value for state in shown[1:]), "reached"):
        table.add_column(column, justify="right")
    flags = _flags_by_cells(status)
    if any(flags.values()):
        table.add_column("empty or flagged", overflow="fold")
    groups: dict[_Cells, Counter[RunState]] = defaultdict(Counter)
    for condition, states in status.groups.items():
        if name := _cells(status, condition):
            groups[name].update(states)
            old[name] += status.old_groups.get(condition, 0)
    for name in sorted(groups, key=_natural_order):
        states = groups[name]
        cells = [number(states[state]) for state in shown]
        cells[:1] = [number(states[RunState.DONE] - old[name]), *([number(old[name])] if has_old else [])]
        noted = [words(flags[name])] if any(flags.values()) else []
        table.add_row(*map(words, name), *cells, number(states.total()), *noted)
    return table


def _heads(status: SweepStatus) -> list[str]:
    if status.by_level:
        return ["factor", "level"]
    return list(short_heads(status.factors).values()) or ["condition"]


def _cells(status: SweepStatus, condition: ConditionGroup) -> _Cells:
    """A condition, or a level, as the first cells of its row; none of a factor in which no place differs."""
    levels = dict(condition)
    if status.by_level:
        return tuple(cell for factor in levels if factor in status.factors
                     for cell in (one_line(factor), one_line(level_cell(levels, factor))))  # fmt: skip
    return tuple(one_line(level_cell(levels, factor)) for factor in status.factors) or ("the only one",)


def _natural_order(cells: _Cells) -> list[tuple[float, str]]:
    """A key by which numbers stand in their order, and before words."""
    return [(float(cell) if cell.isdecimal() else inf, cell) for cell in cells]


def _flags_by_cells(status: SweepStatus) -> dict[_Cells, str]:
    counts: dict[_Cells, Counter[str]] = defaultdict(Counter)
    for condition, of_group in status.faults.by_group.items():
        counts[_cells(status, condition)].update(of_group)
    return defaultdict(str, {name: brief(of_name) for name, of_name in counts.items()})


def model_lines(status: SweepStatus) -> list[str]:
    """What is empty and flagged, by model; nothing where one model has all of it."""
    by_model = {model: text for model, counts in sorted(status.faults.by_model.items()) if (text := brief(counts))}
    if len(status.faults.by_model) < 2 or not by_model:
        return []
    return [
        "Empty or flagged, by model:",
        *(f"  {one_line(model, most=80)}: {text}" for model, text in by_model.items()),
    ]


def hardware_lines(status: SweepStatus) -> list[str]:
    """Which models were played on kinds of hardware of their own, and on which; nothing where all shared some."""
    apart = models_apart(status.hardware)
    if not apart:
        return []
    models = sorted({model for pair in apart for model in pair})
    pairs = "; ".join(f"{one_line(one, most=80)} and {one_line(other, most=80)}" for one, other in apart[:_MOST])
    more = f"; and {count_text(len(apart) - _MOST, 'more pair')}" if len(apart) > _MOST else ""
    kinds = (", ".join(one_line(kind, most=100) for kind, _ in status.hardware[name].most_common(3)) for name in models)
    return [
        f"Played on different hardware, so that what differs between them may come from that: {pairs}{more}",
        *(f"  {one_line(model, most=80)}: {of_model}" for model, of_model in zip(models[:_MOST], kinds, strict=False)),
    ]


def _name(status: SweepStatus, condition: ConditionGroup) -> str:
    text = condition_text(dict(condition), status.factors)
    return text or ("" if status.by_level else "the only condition")


def under_filled_lines(status: SweepStatus, sweep: SweepRecord) -> list[str]:
    """Conditions with fewer runs done than others, the emptiest first; nothing while the sweep is played.

    Of levels, where there are too many conditions to read, and of forks, whose conditions are unequal, those are told
    of which something failed or was cancelled.
    """
    if status.workers:
        return []
    are_unequal = status.by_level or sweep.origin is not None
    done = {_name(status, group): states[RunState.DONE] for group, states in status.groups.items()}
    if are_unequal:
        short = {
            _name(status, group): f"{number(states[RunState.DONE])} of {number(states.total())} that were reached"
            for group, states in status.groups.items()
            if states[RunState.FAILED] + states[RunState.CANCELLED]
        }
    else:
        most = max(done.values(), default=0)
        short = {name: f"{number(runs)} of {sweep.replicates}" for name, runs in done.items() if runs < most}
    named = sorted((name for name in short if name), key=lambda name: (done[name], name))
    if not named:
        return []
    more = [f"  and {len(named) - _MOST} more"] if len(named) > _MOST else []
    parts = "Levels" if status.by_level else "Conditions"
    what = f"{parts} of which runs failed or were cancelled:" if are_unequal else "Fewer runs are done than elsewhere:"
    return [what, *(f"  {name}: {short[name]} done" for name in named[:_MOST]), *more]


def failure_lines(slots: MorningSlots, sweep: str) -> list[str]:
    """What failed, by cause, with a run of each, and how it is tried again."""
    if not slots.failed:
        return []
    lines = [f"{count_text(len(slots.failed), 'run')} failed:"]
    lines += [
        f"  {cause.count} x {one_line(cause.error, most=400)} (run {cause.runs[0].run[:8]})"
        for cause in causes(slots.failed.values())[:_MOST]
    ]
    return [*lines, f"They are tried again with: {pasteable('resume', sweep[:8], '--retry-failed')}"]


def span_line(slots: MorningSlots, messages: int) -> str:
    """When the first run began and the last one ended, and how fast it went; empty before anything ended."""
    if not (slots.started and slots.finished):
        return ""
    began, ended = (datetime.fromisoformat(text) for text in (slots.started, slots.finished))
    seconds = (ended - began).total_seconds()
    pace = f", {messages / seconds:.1f} messages/s" if seconds >= 1 else ""
    first, last = minute_text(slots.started), minute_text(slots.finished)
    return f"From {first} to {last} UTC ({duration(max(seconds, 0.0))}{pace})."


def next_command(counts: Counts, orders: Sequence[SteeringOrder], sweep: str, *options: str) -> str:
    """The command that goes on with a sweep that nobody plays, with what was steered; empty where nothing is left.

    Args:
        options: that `resume` needs.
    """
    if not counts.left:
        return ""
    resume = resume_command(orders, sweep, *options)
    if steering_state(orders).paused is not None:
        return f"it is paused; go on with: {pasteable('continue', sweep[:8])}, then {resume}"
    return f"go on with: {resume}"


def resume_command(orders: Sequence[SteeringOrder], sweep: str, *options: str) -> str:
    """`resume`, naming the concurrency and the bounds that were steered, so that they are seen."""
    return pasteable("resume", sweep[:8], *standing_options(orders), *options)
