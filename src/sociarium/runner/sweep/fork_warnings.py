"""What forks give away to those who read it, and the runs that they come from did not."""

from __future__ import annotations

from collections.abc import Iterable

from sociarium.experiment.canonical import canonical_json
from sociarium.experiment.design.expansion import Design
from sociarium.experiment.design.factors import Factor, FactorLevel
from sociarium.experiment.design.settable import Settings
from sociarium.experiment.environments import spec_of
from sociarium.experiment.level_changes import change_levels
from sociarium.runner.sweep.derive import ARM, Forking
from sociarium.runner.sweep.forks import DerivedPlan

_MEND = "a fork keeps what is read already; change it in the experiment, and run that anew"


def fork_warnings(plan: DerivedPlan) -> list[str]:
    """The warnings of planned forks, one sentence each; of extensions, which change nothing, none."""
    if not isinstance(plan.deriving, Forking) or not plan.deriving.request.changes:
        return []
    conditions = {canonical_json(dict(slot.condition)): slot.condition for slot in plan.slots}
    changes = plan.deriving.request.changes
    changed = [change_levels(plan.definition, plan.design, one, changes) for one in conditions.values()]
    before = [one.before for one in changed]
    told = set(_giveaways(plan, before))
    said = _giveaways(plan, [*before, *(one.after for one in changed)])
    return [f"{one}; {_MEND}" for one in said if one not in told]


def _giveaways(plan: DerivedPlan, conditions: Iterable[Settings]) -> list[str]:
    """What some conditions give away: each is a level of one factor, so that nothing else is thought to be played."""
    levels = tuple(FactorLevel(number, settings) for number, settings in enumerate(conditions))
    design = Design([Factor(ARM, levels)])
    return [one.said for one in spec_of(plan.definition).giveaways(plan.definition, design)]
