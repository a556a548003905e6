"""Beginning a sweep, or going on with one: what it comes to, before anything is asked."""

from __future__ import annotations

import math
import shlex
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from sociarium.api.plans import Plan, plan_sweep, stored_runs
from sociarium.editing.comparison import sweep_locs
from sociarium.editing.document import definition_of
from sociarium.editing.values import with_value
from sociarium.errors import BadInput, NotFound
from sociarium.exchange.plan_text import calls_text, cost_text, duration_text, measured_text, runs_text, tokens_text
from sociarium.exchange.quantity_text import number
from sociarium.experiment.definition import Definition
from sociarium.experiment.document import to_tree
from sociarium.ports.store import Store
from sociarium.records.plans import Experiment, SweepRecord
from sociarium.runner.library.duplicate import latest
from sociarium.runner.sweep.play_options import DEFAULT_CONCURRENCY, PlayOptions
from sociarium.runner.sweep.save import reopen
from sociarium.viewer.sweep_digest import SweepDigest

KeepPlan = Callable[[tuple[str, ...], Callable[[], Plan]], Plan]
"""A plan by what it is of, as it is known or made now; it takes long where there is much to measure it by."""
MOST_OPEN = 4096
"""Runs that may be open at once."""
_MOST_REPLICATES = 10**6
_MOST_LEVELS = 12


@dataclass(frozen=True, slots=True)
class StartChoice:
    """What the form of a start says, as it was typed.

    Attributes:
        sweep: its name in the file; empty for the first.
        replicates: empty for as many as the file says.
        max_cost: US dollars; empty for no bound.
        concurrency: runs open at once; empty for as many as commands open.
        retry_failed: whether failed runs are taken up again.
    """

    sweep: str = ""
    replicates: str = ""
    max_cost: str = ""
    concurrency: str = ""
    retry_failed: bool = False

    @property
    def options(self) -> PlayOptions:
        """How the start is played. Raises `BadInput` where a field cannot be read."""
        open_runs = _whole("Runs open at once", self.concurrency, most=MOST_OPEN) or DEFAULT_CONCURRENCY
        return PlayOptions(concurrency=open_runs, max_cost=_dollars(self.max_cost), retry_failed=self.retry_failed)

    @property
    def words(self) -> list[str]:
        """The words of a command line that say the same. Raises `BadInput` as `options`."""
        options = self.options
        words = [] if options.concurrency == DEFAULT_CONCURRENCY else [f"--concurrency={options.concurrency}"]
        words += [] if options.max_cost is None else [f"--max-cost={options.max_cost!r}".removesuffix(".0")]
        return [*words, *(["--retry-failed"] if options.retry_failed else [])]


@dataclass(frozen=True, slots=True)
class PlannedStart:
    """What is begun.

    Attributes:
        of: names it among everything that can be begun.
        is_changed: whether it is another definition than the one that stands, by its replicates.
    """

    definition: Definition
    sweep: str
    of: tuple[str, ...]
    is_changed: bool = False


@dataclass(frozen=True, slots=True)
class RunPage:
    """A start, before it is begun.

    Attributes:
        sweep: that is gone on with; None where one is begun.
        digest: how it stands.
        names: of the sweeps that can be begun.
        replicates: as the file says.
        facts: what it comes to, as pairs of words.
        plan: None where it cannot be planned.
        command: that does the same in a terminal; empty where none does.
        problem: why nothing was begun, or can be; empty where nothing is wrong.
        can_begin: whether what was typed can be read.
    """

    experiment: Experiment
    is_mine: bool
    sweep: SweepRecord | None
    digest: SweepDigest | None
    names: tuple[str, ...]
    choice: StartChoice
    replicates: int
    facts: tuple[tuple[str, str], ...]
    plan: Plan | None
    is_changed: bool
    command: str
    problem: str
    can_begin: bool


def planned_start(store: Store, experiment: Experiment, choice: StartChoice) -> PlannedStart:
    """The sweep of the latest version that is begun.

    Raises:
        NotFound: there is no such sweep.
        BadInput: the number of replicates cannot be read.
    """
    version, definition = latest(store, experiment)
    name = choice.sweep or next(iter(definition.all_sweeps))
    if name not in definition.all_sweeps:
        raise NotFound(f"{experiment.title!r} has no sweep {name!r}")
    replicates = _whole("Replicates", choice.replicates, most=_MOST_REPLICATES)
    if replicates is None or replicates == definition.all_sweeps[name].replicates:
        return PlannedStart(definition, name, (version.id, name))
    tree = to_tree(definition)
    changed = definition_of(with_value(tree, (*sweep_locs(tree)[name], "replicates"), replicates))
    return PlannedStart(changed, name, (version.id, name, str(replicates)), is_changed=True)


def run_page(
    store: Store, experiment: Experiment, choice: StartChoice, keep: KeepPlan, *, me: str, problem: str = ""
) -> RunPage:
    """A sweep of an experiment, before it is begun.

    Args:
        keep: whoever keeps plans.
        problem: why nothing was begun.

    Raises:
        NotFound: there is no such sweep.
    """
    definition = latest(store, experiment)[1]
    choice = replace(choice, sweep=choice.sweep or next(iter(definition.all_sweeps)))
    can_begin = True
    words: list[str] = []
    try:
        start = planned_start(store, experiment, choice)
        words = choice.words
    except NotFound:
        raise
    except BadInput as error:
        can_begin, problem = False, problem or str(error)
        start = planned_start(store, experiment, StartChoice(choice.sweep))
    plan = _plan(store, start, experiment, choice, keep)
    which = ["--sweep", start.sweep] if len(definition.all_sweeps) > 1 else []
    return RunPage(
        experiment=experiment,
        is_mine=experiment.creator == me,
        sweep=None,
        digest=None,
        names=tuple(definition.all_sweeps),
        choice=choice,
        replicates=definition.all_sweeps[start.sweep].replicates,
        facts=_facts(plan),
        plan=plan,
        is_changed=start.is_changed,
        command="" if start.is_changed else _command("run", experiment.id, [*which, *words]),
        problem=problem,
        can_begin=can_begin,
    )


def go_on_page(
    store: Store,
    sweep: SweepRecord,
    digest: SweepDigest,
    choice: StartChoice,
    keep: KeepPlan,
    *,
    me: str,
    problem: str = "",
) -> RunPage:
    """A sweep that was left before its end, before it goes on; the arguments as of `run_page`.

    Raises:
        BeingDeleted: somebody deletes it.
        BadInput: it was imported and has no plan.
    """
    begun = reopen(store, sweep)
    can_begin = True
    words: list[str] = []
    try:
        words = choice.words
    except BadInput as error:
        can_begin, problem = False, problem or str(error)
    # What forks of a sweep come to is not what its file says.
    start = PlannedStart(begun.definition, sweep.name, (sweep.id,))
    plan = _plan(store, start, begun.experiment, choice, keep) if sweep.origin is None else None
    return RunPage(
        experiment=begun.experiment,
        is_mine=sweep.creator == me,
        sweep=sweep,
        digest=digest,
        names=(),
        choice=choice,
        replicates=sweep.replicates,
        facts=_facts(plan) if plan else (),
        plan=plan,
        is_changed=False,
        command=_command("resume", sweep.id, words),
        problem=problem,
        can_begin=can_begin,
    )


def _plan(store: Store, start: PlannedStart, experiment: Experiment, choice: StartChoice, keep: KeepPlan) -> Plan:
    try:
        concurrency = choice.options.concurrency
    except BadInput:
        concurrency = DEFAULT_CONCURRENCY

    def make() -> Plan:
        stored = stored_runs(store, start.definition, start.sweep, creator=experiment.creator)
        plan = plan_sweep(start.definition, start.sweep, concurrency=concurrency, measured=stored.measured)
        return replace(plan, warnings=[*plan.warnings, *stored.remarks])

    return keep((*start.of, str(concurrency)), make)


def _facts(plan: Plan) -> tuple[tuple[str, str], ...]:
    factors = [
        (name, ", ".join(map(str, levels[:_MOST_LEVELS])) + (f", ... ({len(levels)})" * (len(levels) > _MOST_LEVELS)))
        for name, levels in plan.factors.items()
        if len(levels) > 1
    ]
    pairs = (
        ("runs", runs_text(plan)),
        *((f"{name} varies", levels) for name, levels in factors),
        ("messages", f"{'about ' * bool(plan.person_days)}{number(plan.messages)}"),
        ("calls", calls_text(plan)),
        ("tokens", tokens_text(plan)),
        ("cost", cost_text(plan)),
        ("time", duration_text(plan)),
        ("measured", measured_text(plan)),
        *((f"model {name}", ", ".join(users)) for name, users in plan.models.items()),
    )
    return tuple((name, words) for name, words in pairs if words)


def _command(name: str, target: str, words: Sequence[str]) -> str:
    return shlex.join(["sociarium", name, target[:12], *words, "--detach"])


def _whole(what: str, text: str, *, most: int) -> int | None:
    """A number of a field; None where it is empty."""
    value = text.strip()
    if not value:
        return None
    if value.isascii() and value.isdecimal() and 1 <= int(value) <= most:
        return int(value)
    raise BadInput(f"{what}: {value[:40]!r} is not a whole number from 1 to {most:,}; write one, or leave it empty")


def _dollars(text: str) -> float | None:
    value = text.strip().removesuffix("USD").strip()
    if not value:
        return None
    try:
        # Python reads 1_0 as ten, which nobody means here.
        dollars = math.nan if "_" in value else float(value)
    except ValueError:
        dollars = math.nan
    if 0 <= dollars < math.inf:
        return dollars
    raise BadInput(f"Cost at most: {value[:40]!r} is not a number of US dollars; write one such as 12.50, or nothing")
