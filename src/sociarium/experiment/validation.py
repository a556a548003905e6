"""What a definition must keep beyond the shape of its parts; every fault is found at once."""

from __future__ import annotations

from collections.abc import Iterator

from sociarium.count_text import count_text
from sociarium.experiment.address import unsent_part, written_secret
from sociarium.experiment.definition import Definition, Scale
from sociarium.experiment.design.expansion import Design
from sociarium.experiment.design.factors import read_factors
from sociarium.experiment.environments import settables, spec_of
from sociarium.experiment.extra_options import extra_problems
from sociarium.experiment.hypothesis_checks import hypothesis_problems
from sociarium.experiment.loading.written_answers import ENDS_FAULT, is_far
from sociarium.experiment.models import OUT_OF_FILES
from sociarium.experiment.problems import Loc, PathProblem, did_you_mean
from sociarium.experiment.sweep import Sweep


def problems(definition: Definition) -> list[PathProblem]:
    """Every fault of a definition whose parts are well formed."""
    return [
        *spec_of(definition).faults(definition),
        *_addresses(definition),
        *_hosts_of_others(definition),
        *extra_problems(definition.models),
        *_far_scales(definition),
        *_sweeps(definition),
        *hypothesis_problems(definition, _readable_designs(definition)),
    ]


def design_of(definition: Definition, sweep: str) -> Design:
    """The conditions of a sweep of a checked definition.

    Raises:
        KeyError: the definition has no sweep of that name.
    """
    factors, exclusions, _ = read_factors(definition.all_sweeps[sweep], settables(definition))
    return Design(factors, exclusions)


def _readable_designs(definition: Definition) -> dict[str, Design]:
    slots = settables(definition)
    read = {name: read_factors(sweep, slots) for name, sweep in definition.all_sweeps.items()}
    return {name: Design(factors) for name, (factors, _, _) in read.items()} if definition.hypotheses else {}


def _addresses(definition: Definition) -> Iterator[PathProblem]:
    for name, spec in definition.models.items():
        places: list[tuple[Loc, str, bool]] = [
            (("models", name, "hosts", position), host, False) for position, host in enumerate(spec.hosts or ())
        ]
        if spec.base_url is not None:
            places.insert(0, (("models", name, "base_url"), spec.base_url, spec.provider != "ollama"))
        for loc, url, with_query in places:
            # A definition is stored and shared. One that was stored with a key in an address can still be read.
            if kind := written_secret(url):
                yield PathProblem(loc, f"this holds {kind}", OUT_OF_FILES)
            elif part := unsent_part(url, with_query=with_query):
                yield PathProblem(loc, f"this has {part}", "take it out")


def _hosts_of_others(definition: Definition) -> Iterator[PathProblem]:
    """Entries that name several servers where only one of Ollama's can; such ones that were stored are still read."""
    for name, spec in definition.models.items():
        if spec.hosts is not None and spec.provider != "ollama":
            mend = (
                "take them out"
                if spec.provider in {"offline", "person"}
                else "write the address of its server as `base_url`, or an entry for each server"
            )
            fault = f"`hosts` are servers of Ollama, and the provider of this entry is {spec.provider}"
            yield PathProblem(("models", name, "hosts"), fault, mend)


def _far_scales(definition: Definition) -> Iterator[PathProblem]:
    """Scales that are longer than any; such ones that were stored are still read."""
    for place, probe in enumerate(definition.probes):
        if isinstance(probe.answer, Scale):
            for key, end in (("from", probe.answer.from_), ("to", probe.answer.to)):
                if is_far(end):
                    yield PathProblem(("probes", place, "answer", key), ENDS_FAULT, "write shorter numbers")


def _sweeps(definition: Definition) -> Iterator[PathProblem]:
    if definition.sweep is not None and definition.sweeps is not None:
        yield PathProblem(("sweeps",), "`sweep` and `sweeps` cannot both stand", "keep one of them")
    slots = settables(definition)
    for name, sweep in definition.all_sweeps.items():
        loc: Loc = ("sweep",) if definition.sweeps is None else ("sweeps", name)
        factors, exclusions, faults = read_factors(sweep, slots, loc)
        yield from faults
        yield from _stop_rule(definition, sweep, loc)
        yield from _sequential(definition, sweep, loc)
        if not faults:
            yield from _feasible(definition, Design(factors, exclusions), loc)


def _stop_rule(definition: Definition, sweep: Sweep, loc: Loc) -> Iterator[PathProblem]:
    rule = sweep.stop_when
    if rule is None:
        return
    if rule.measure is not None and sweep.replicates <= rule.least_replicates:
        yield PathProblem(
            (*loc, "stop_when"),
            f"the sweep has {count_text(sweep.replicates, 'replicate')}, "
            f"and is looked at after {rule.least_replicates} first",
            "ask for more replicates, or take `stop_when` out",
        )
    if rule.probe is not None:
        name, moment = rule.probe
        probe = next((one for one in definition.probes if one.name == name), None)
        place = (*loc, "stop_when", "measure")
        if probe is None:
            mend = did_you_mean(name, [one.name for one in definition.probes]) or "this file has no probes"
            yield PathProblem(place, f"there is no probe {name!r}", mend)
        elif not isinstance(probe.answer, Scale):
            yield PathProblem(place, f"answers of {name!r} are no numbers", "name a probe with `answer: {from:, to:}`")
        elif (moment if moment in {"start", "end"} else "each_day") not in probe.at:
            yield PathProblem(place, f"{name!r} is not asked at {moment}", f"it is asked at: {', '.join(probe.at)}")


def _sequential(definition: Definition, sweep: Sweep, loc: Loc) -> Iterator[PathProblem]:
    if sweep.sequential is None:
        return
    place: Loc = (*loc, "sequential")
    if not definition.hypotheses:
        yield PathProblem(place, "no hypothesis is there to be tested", "write `hypotheses:`, or take it out")
    if sweep.sequential.looks[-1] != sweep.replicates:
        yield PathProblem(
            (*place, "looks"),
            f"the last look is at {count_text(sweep.sequential.looks[-1], 'replicate')}, "
            f"and the sweep has {sweep.replicates}",
            "the last look is at all of them",
        )
    if sweep.stop_when is not None and sweep.stop_when.measure is not None:
        yield PathProblem(place, "`stop_when` ends the sweep by a measure, too", "keep one of them")


def _feasible(definition: Definition, design: Design, loc: Loc) -> Iterator[PathProblem]:
    if design.size:
        yield from spec_of(definition).infeasible(definition, design, loc)
    else:
        yield PathProblem((*loc, "exclude"), "every condition is left out", "exclude less")
