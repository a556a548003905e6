"""What finished runs of a sweep came to, read from a store."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from sociarium.experiment.models import Price
from sociarium.ports.store import Store
from sociarium.records.counts import ModelUsage
from sociarium.records.runs import RunState, RunStatus
from sociarium.runner.prediction import run_seconds

_MOST_READ = 200


@dataclass(frozen=True, slots=True)
class MeasuredRun:
    """What a finished run came to.

    Attributes:
        usage: by model.
        cost: US dollars by the prices that it was played by; None where one was not known.
        seconds: from its beginning to its end; None where it was interrupted.
        replicate: in its sweep, from 1.
        content: JSON of its resolved content; empty where it was not read.
    """

    run: str
    usage: Mapping[str, ModelUsage]
    cost: float | None
    seconds: float | None
    replicate: int = 1
    content: str = ""

    @property
    def prompt_tokens(self) -> int:
        """Of all models."""
        return sum(one.prompt_tokens for one in self.usage.values())

    @property
    def completion_tokens(self) -> int:
        """Of all models, thinking among them."""
        return sum(one.completion_tokens for one in self.usage.values())

    def cost_by(self, prices: Mapping[str, Price]) -> float:
        """US dollars by the prices that it was played by, or by these where one was not known then."""
        if self.cost is not None:
            return self.cost
        parts = ((one, prices[name]) for name, one in self.usage.items() if name in prices)
        return sum(
            (one.prompt_tokens * price.input + one.completion_tokens * price.output) / 1e6 for one, price in parts
        )


def measured_run(status: RunStatus) -> MeasuredRun | None:
    """What a run came to; None for one that is not done, asked no model, or was not counted by model."""
    counters, usage = status.counters, status.counters.usage
    if status.state is not RunState.DONE or not usage:
        return None
    return MeasuredRun(status.run, usage, counters.cost, run_seconds(status))


def measured_runs(store: Store, sweep: str) -> list[MeasuredRun]:
    """Finished runs of a sweep with their contents, the first ones by position and at most 200."""
    runs: dict[str, MeasuredRun] = {}
    for slot in store.slots(sweep):
        if slot.status.run not in runs and (one := measured_run(slot.status)):
            runs[one.run] = replace(one, replicate=slot.replicate)
            if len(runs) >= _MOST_READ:
                break
    contents = {run.id: run.content for run in store.runs(list(runs))}
    return [replace(one, content=contents[one.run]) for one in runs.values()]
