"""What an experiment declared before its runs, and where they departed from it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass

from sociarium.count_text import count_text
from sociarium.errors import DefinitionError
from sociarium.exchange.tables.read import TableSource
from sociarium.experiment.definition import Definition
from sociarium.experiment.document import from_json
from sociarium.experiment.hypotheses import ExclusionRule, Hypothesis
from sociarium.experiment.sequential import SequentialDesign
from sociarium.records.minute_text import minute_text
from sociarium.records.plans import SweepRecord
from sociarium.records.steering import SteeringOrder, steering_state

_MOST_NAMED = 20


@dataclass(frozen=True, slots=True)
class Registration:
    """What the experiment's file declared: hypotheses, and rules by which runs do not count.

    Attributes:
        hash: of hypotheses and exclusions; None where no hypothesis stands.
        address: at which they are deposited; None where none is known.
        sequential: at which replicates the only sweep of a selection is tested, and at which levels; None for once.
    """

    hash: str | None = None
    hypotheses: tuple[Hypothesis, ...] = ()
    exclusions: tuple[ExclusionRule, ...] = ()
    address: str | None = None
    sequential: SequentialDesign | None = None


def registration_of(document: str, sweeps: Sequence[SweepRecord] = ()) -> Registration:
    """What a version of an experiment declares; nothing where it is of an earlier format.

    Args:
        sweeps: whose runs are looked at.
    """
    with suppress(DefinitionError, ValueError):
        definition = from_json(document)
        every = [definition.all_sweeps[one.name].sequential for one in sweeps if one.name in definition.all_sweeps]
        return Registration(
            definition.hypotheses_hash,
            definition.hypotheses,
            definition.exclusions,
            definition.registered,
            next((one for one in every if one is not None), None),
        )
    return Registration()


def departures(source: TableSource, registration: Registration, others: list[str]) -> tuple[str, ...]:
    """Where the runs departed from what was declared, a sentence each; none where no hypothesis stands.

    Args:
        others: begun runs whose first claim does not carry the hash.
    """
    return tuple(_departures(source, registration, others)) if registration.hash else ()


def _departures(source: TableSource, registration: Registration, others: list[str]) -> Iterator[str]:
    if others:
        named = ", ".join(run[:12] for run in others[:_MOST_NAMED]) + (", ..." if len(others) > _MOST_NAMED else "")
        yield (
            f"{count_text(len(others), 'run was', 'runs were')} begun before these hypotheses stood, or under others, "
            f"such as those of a pilot. They are in the exploratory results, and in no test of a hypothesis: {named}"
        )
    for sweep in source.selection.sweeps:
        yield from _added_replicates(source, registration, sweep)
        orders = _departing(source.store.orders(sweep.id))
        yield from (_order_text(one) for one in orders if not _is_declared_look(one, registration, sweep))


def _added_replicates(source: TableSource, registration: Registration, sweep: SweepRecord) -> Iterator[str]:
    for version in source.store.versions(sweep.experiment):
        with suppress(DefinitionError, ValueError):
            definition: Definition = from_json(version.document)
            if definition.hypotheses_hash != registration.hash or sweep.name not in definition.all_sweeps:
                continue
            declared = definition.all_sweeps[sweep.name].replicates
            if sweep.replicates > declared:
                yield f"sweep {sweep.name}: {declared} replicates were declared, and {sweep.replicates} are planned now"
            return


def _is_declared_look(order: SteeringOrder, registration: Registration, sweep: SweepRecord) -> bool:
    """Whether somebody looked when a look was due."""
    design = registration.sequential
    return order.action == "look" and design is not None and design.is_due(order.value["finished"], sweep.conditions)


def _departing(orders: list[SteeringOrder]) -> list[SteeringOrder]:
    state = steering_state(orders)
    cancelled = state.cancelled or state.cancelled_conditions or state.cancelled_runs or state.cancelled_models
    return [one for one in orders if one.action in {"look", "stop"} or (one.action == "cancel" and cancelled)]


def _order_text(order: SteeringOrder) -> str:
    when = f"{minute_text(order.at)}, {order.by}"
    if order.action == "look":
        seen = f"{order.value['finished']} of {order.value['planned']} runs"
        way = f", {order.value['way']}" if "way" in order.value else ""
        return f"outcomes were looked at when {seen} were finished ({when}{way})"
    if order.action == "stop":
        return f"the sweep ended by its `stop_when`: {order.reason} ({minute_text(order.at)})"
    target = "everything that was left"
    match order.target:
        case {"condition": levels}:
            target = "the condition " + ", ".join(f"{factor}={level}" for factor, level in levels.items())
        case {"run": run}:
            target = f"run {run[:12]}"
        case {"model": model}:
            target = f"the model {model}"
    reason = f": {order.reason}" if order.reason else ""
    return f"{target} was cancelled{reason} ({when})"
