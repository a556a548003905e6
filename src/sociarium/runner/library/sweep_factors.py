"""What the conditions of stored sweeps differ by: from the file where this version reads it, else from the runs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from sociarium.errors import BadInput, DefinitionError, NotFound
from sociarium.experiment.design.expansion import Design
from sociarium.experiment.document import from_json
from sociarium.experiment.problems import did_you_mean
from sociarium.experiment.validation import design_of
from sociarium.ports.store import Store
from sociarium.records.lists import bare_factor, factors_by_name, label_of
from sociarium.records.plans import SweepRecord


def sweep_design(store: Store, sweep: SweepRecord) -> Design | None:
    """The conditions of a sweep; None of forks and extensions, whose conditions stand with their runs alone, and where
    its file was not kept as this version reads it."""
    return written_design(store, sweep) if sweep.origin is None else None


def written_design(store: Store, sweep: SweepRecord) -> Design | None:
    """The conditions of a sweep as its file has them: of forks and extensions those that they come from; None where
    the file was not kept as this version reads it."""
    try:
        return design_of(from_json(store.version(sweep.version).document), sweep.name)
    except (NotFound, DefinitionError, KeyError, ValueError):
        return None


def factor_levels(store: Store, sweeps: Iterable[SweepRecord]) -> dict[str, set[str]]:
    """The factors of some sweeps, each with its levels as they are written."""
    levels: dict[str, set[str]] = {}
    for sweep in sweeps:
        if design := sweep_design(store, sweep):
            for factor in design.factors:
                levels.setdefault(factor.name, set()).update(label_of(level.label) for level in factor.levels)
            continue
        for slot in store.slots(sweep.id):
            for name, level in slot.condition.items():
                levels.setdefault(name, set()).add(label_of(level))
    return levels


def levels_in_full(store: Store, sweeps: Iterable[SweepRecord], where: Mapping[str, str]) -> dict[str, str]:
    """A filter with its factors by their full names; what no sweep has is refused, not an empty answer.

    Args:
        where: factor -> level, as it is written; a factor may be called what lists call it (`newspaper` for
            `event.newspaper`), in any case.

    Raises:
        BadInput: no sweep has such a factor or level, with the nearest names; or several factors are called so.
    """
    levels = factor_levels(store, sweeps)
    full: dict[str, str] = {}
    for name, level in where.items():
        factor = _factor_by_name(name, levels, f"--where {name}={level}")
        if level not in levels[factor]:
            mend = did_you_mean(level, sorted(levels[factor]))
            raise BadInput(f"--where {name}={level}: {factor} has no level {level!r}; {mend}")
        if full.setdefault(factor, level) != level:
            raise BadInput(f"--where {name}={level}: {factor} is given twice; give it once")
    return full


def _factor_by_name(name: str, factors: Iterable[str], where: str) -> str:
    names = list(factors)
    called = factors_by_name(name, names)
    if len(called) > 1:
        raise BadInput(f"{where}: several factors are called {name!r}; write one of {', '.join(called)}")
    if not called:
        known, bare = did_you_mean(name, names), did_you_mean(name, map(bare_factor, names))
        mend = known if known.startswith("did") or not bare.startswith("did") else bare
        raise BadInput(f"{where}: no sweep here has a factor {name!r}; {mend}")
    return called[0]
