"""What a sweep comes to, before anything is asked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace

from sociarium.api.experiments import Experiment
from sociarium.api.html import html_table
from sociarium.api.own_code import load_own_code
from sociarium.bootstrap import open_prices, open_store
from sociarium.count_text import count_text, one_or_many
from sociarium.errors import Problem, SetupError, SociariumError
from sociarium.exchange.definition_files import sweep_name
from sociarium.experiment.definition import Definition
from sociarium.ports.rankers import Rankers
from sociarium.ports.store import Store
from sociarium.runner.planning import plan as planning
from sociarium.runner.planning.earlier_runs import EarlierRuns, earlier_runs
from sociarium.runner.planning.finished_runs import MeasuredRun, measured_runs
from sociarium.runner.sweep.order import SweepOrder
from sociarium.runner.sweep.placed_contents import OtherContents, other_contents, sweeps_of
from sociarium.runner.sweep.play_options import DEFAULT_CONCURRENCY

_SHOWN = ("sweep", "runs", "conditions", "replicates", "factors", "calls", "tokens", "cost_usd", "warnings")
_MOST_NAMED = 10


class Plan(planning.Plan):
    """What a sweep comes to; see `sociarium.runner.planning.plan.Plan` for its attributes."""

    def _repr_html_(self) -> str:
        document = self.as_dict()
        return html_table((name, document[name]) for name in _SHOWN)


def plan(
    experiment: Experiment,
    *,
    sweep: str | None = None,
    concurrency: int = DEFAULT_CONCURRENCY,
    allow_code: bool = False,
) -> Plan:
    """What a sweep comes to; nothing is asked and nothing saved.

    Args:
        sweep: its name in the file; needed where there are several.
        concurrency: runs open at once, for the range of seconds.
        allow_code: whether rankers of your own that the file names are loaded, and tried.

    Raises:
        BadInput: there is no such sweep.
        SetupError: a ranker cannot be loaded, or is another than the file says.
        RankerFault: one failed, or did not return the posts that it was given.
    """
    definition = experiment.definition
    name = sweep_name(definition, sweep)
    rankers = load_own_code(definition, allow=True, folders=experiment.folders) if allow_code else None
    return plan_sweep(definition, name, concurrency=concurrency, notes=experiment.notes, rankers=rankers)


def plan_sweep(
    definition: Definition,
    sweep: str,
    *,
    concurrency: int = DEFAULT_CONCURRENCY,
    notes: Sequence[Problem] = (),
    rankers: Rankers | None = None,
    measured: Sequence[MeasuredRun] = (),
) -> Plan:
    """What a sweep of a definition comes to, by the prices that are known here.

    Args:
        notes: what was read of its file otherwise than it is probably meant; they are the first warnings.
        rankers: of the researcher's own; without them posts stay in the order of time, and a warning says so.
        measured: its finished runs, which take the place of assumptions.
    """
    value = planning.plan(
        definition, sweep, concurrency=concurrency, prices=open_prices(), rankers=rankers, measured=measured
    )
    unloaded = definition.code_names if rankers is None else ()
    others = [f"{', '.join(unloaded)} is not loaded, and was not tried; --allow-code loads it"] if unloaded else []
    value = replace(value, warnings=[*map(str, notes), *others, *value.warnings])
    return Plan(**{field.name: getattr(value, field.name) for field in fields(value)})


@dataclass(frozen=True, slots=True)
class StoredRuns:
    """What a store holds of a sweep that is planned.

    Attributes:
        remarks: what differs there from the plan, for people.
        measured: finished runs of the same version.
    """

    remarks: Sequence[str] = ()
    measured: Sequence[MeasuredRun] = ()


def stored_runs(store: Store, definition: Definition, sweep: str, *, creator: str) -> StoredRuns:
    """What a store holds of a sweep of this version of somebody's experiment."""
    remarks: list[str] = []
    measured: list[MeasuredRun] = []
    for record in sweeps_of(store, definition, sweep, creator=creator):
        schedule = SweepOrder(definition, record, creator, "")
        if warning := other_contents_warning(other_contents(store, schedule)):
            remarks.append(warning)
        measured = measured or measured_runs(store, record.id)
    if warning := _earlier_runs_warning(earlier_runs(store, definition, sweep, creator=creator)):
        remarks.append(warning)
    return StoredRuns(remarks, measured)


def stored_runs_in(url: str, definition: Definition, sweep: str, *, creator: str) -> StoredRuns:
    """What the store at an address holds of a sweep: nothing without a store, a remark where that is not known."""
    try:
        opened = open_store(url, create=False)
    except SetupError:
        return StoredRuns()
    except SociariumError as error:
        return StoredRuns([f"what the store holds of it is not known: {error}"])
    try:
        return stored_runs(opened, definition, sweep, creator=creator)
    finally:
        opened.close()


def other_contents_warning(others: OtherContents) -> str:
    """That runs stand with other texts, in prose; empty when none do."""
    if not others.runs:
        return ""
    runs = f"{'' if others.is_all else 'at least '}{count_text(others.runs, 'run')}"
    placed = one_or_many(others.runs, "was", "were"), one_or_many(others.runs, "it keeps its own", "they keep theirs")
    return (
        f"{runs} of this version of the experiment {placed[0]} placed "
        "with other texts than this version of Sociarium has for "
        f"what the file leaves out; {placed[1]}, and what is not placed yet takes the new ones. For one kind "
        "throughout, write the texts into the file, or give the experiment another title"
    )


def _earlier_runs_warning(earlier: EarlierRuns) -> str:
    if not earlier.runs:
        return ""
    more = ", ..." if len(earlier.runs) > _MOST_NAMED else ""
    named = ", ".join(run[:8] for run in earlier.runs[:_MOST_NAMED]) + more
    return (
        f"{count_text(len(earlier.runs), 'run')} that {one_or_many(len(earlier.runs), 'stands', 'stand')} already "
        f"{one_or_many(len(earlier.runs), 'was', 'were')} begun before these hypotheses, and "
        f"{one_or_many(len(earlier.runs), 'tests', 'test')} none of them: "
        f"{named}; `seed: {earlier.seed}` makes all runs new"
    )
