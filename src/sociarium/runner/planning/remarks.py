"""What a plan says of how a sweep is played: prompts that may not fit, models and time, servers, models that drift."""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping, Sequence

from sociarium.experiment.canary import canary_models
from sociarium.experiment.definition import Definition
from sociarium.experiment.design.expansion import Design
from sociarium.experiment.design_review import model_users_of
from sociarium.experiment.sweep import Order, Sweep
from sociarium.runner.planning.estimate import Usage
from sociarium.runner.planning.loads import server_remarks

_BALANCING = 5
"""Replicates from which on each model has had early and late turns."""


def remarks(
    definition: Definition, design: Design, usage: Sequence[Usage], order: Order, sweep: Sweep
) -> Iterator[str]:
    """What a plan says of how a sweep is played."""
    used = model_users_of(definition, design)
    yield from _overfull(usage)
    yield from _time_of_models(order, used, sweep)
    yield from server_remarks(definition, design)
    yield from _canary(definition, design, used, sweep)


def _overfull(usage: Sequence[Usage]) -> Iterator[str]:
    """Models whose longest prompts are expected not to fit: a guess from stand-in words, which ends no run."""
    few, many = usage[0].fullest, usage[-1].fullest
    for name, fullest in sorted(many.items()):
        if fullest.prompt > fullest.context:
            low, high = round(few[name].prompt), round(fullest.prompt)
            yield (
                f"prompts of {name} may come to {low} to {high} tokens, and `context` is {fullest.context}: a run "
                "whose prompt the server refuses or cuts ends context_cut; raise it, or ask for fewer messages or words"
            )


def _time_of_models(order: Order, used: Mapping[str, object], sweep: Sweep) -> Iterator[str]:
    if order == "by_model" and len(used) > 1:
        mend = "; more replicates, each with another order, take that away" if sweep.replicates < _BALANCING else ""
        yield (
            "runs are taken up model by model inside a replicate, so there the time of night goes with the model, and "
            f"with whatever changes on the server meanwhile{mend}; `order: permuted` mixes them"
        )


def _canary(definition: Definition, design: Design, used: Container[str], sweep: Sweep) -> Iterator[str]:
    """Calls that no run makes, where the file does not ask for them itself."""
    asked = canary_models(definition.models, used, sweep, runs=design.size * sweep.replicates)
    if asked and sweep.canary is None:
        verb = "is" if len(asked) == 1 else "are"
        yield (
            f"{', '.join(asked)} {verb} asked one fixed question at the start, in the middle and at the end of the "
            "sweep, so that it shows when the server changes what answers; `canary: false` in the sweep leaves it out"
        )
