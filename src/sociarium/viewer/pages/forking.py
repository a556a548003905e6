"""Going on otherwise from a moment of a run: what can be changed, what that comes to, and the command that does it."""

from __future__ import annotations

import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from sociarium.api.forks import find_origin
from sociarium.api.own_code import code_of_changes
from sociarium.editing.plan_words import warning_words
from sociarium.errors import BadInput
from sociarium.experiment.document import to_tree
from sociarium.experiment.feed.run_content import PopulationContent
from sociarium.experiment.forks import ForkRefused
from sociarium.experiment.stored_content import read_content
from sociarium.ports.clock import SystemClock
from sociarium.ports.store import Store
from sociarium.records.lists import label_of
from sociarium.records.plans import Experiment, SweepRecord
from sociarium.runner.library.sweep_factors import written_design
from sociarium.runner.sweep.derive import ForkRequest
from sociarium.runner.sweep.fork_warnings import fork_warnings
from sociarium.runner.sweep.forks import DerivedPlan, plan_forks
from sociarium.viewer.pages.running import StartChoice

MOST_FORKS = 1000
_MOST_LEVELS = 200


@dataclass(frozen=True, slots=True)
class ForkChoice:
    """What the form of a fork says.

    Attributes:
        at: the moment, as people write it.
        change: `FACTOR=LEVEL` of the list; `other` is one that somebody wrote, and comes first.
        branches: forks of the run.
        is_planned: whether the plan is asked for.
    """

    at: str = ""
    change: str = ""
    other: str = ""
    branches: int = 1
    sham: bool = False
    is_planned: bool = False

    @property
    def changes(self) -> dict[str, str]:
        """Level by what is set. Raises `BadInput` where that is no FACTOR=LEVEL."""
        text = self.other.strip() or self.change
        factor, equals, level = text.partition("=")
        if text and not (equals and factor.strip()):
            raise BadInput(f"{text!r} is not FACTOR=LEVEL; write what is changed, an equals sign, and to what")
        return {factor.strip(): level.strip()} if text else {}


@dataclass(frozen=True, slots=True)
class ForkPlan:
    """What a fork comes to.

    Attributes:
        acts: from outside that came after the moment, and do not come along.
        warnings: what those who read it learn of what is changed.
    """

    runs: int
    messages: int
    acts: int
    command: str
    warnings: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ForkPage:
    """A fork, before it is made.

    Attributes:
        levels: what a factor of the sweep could set, and how it reads.
        problem: why it cannot be; empty where nothing was asked, or it can.
        start: how it is played, as it was typed.
        refusal: why it was not begun; empty where nobody tried.
    """

    run: str
    experiment: Experiment
    sweep: SweepRecord
    choice: ForkChoice
    levels: tuple[tuple[str, str], ...]
    plan: ForkPlan | None
    problem: str
    is_feed: bool
    start: StartChoice
    refusal: str = ""


def fork_page(
    store: Store,
    run_id: str,
    choice: ForkChoice,
    *,
    creator: str,
    start: StartChoice = StartChoice(),  # noqa: B008  # frozen
    refusal: str = "",
) -> ForkPage:
    """A fork by what was chosen; nothing is stored.

    Args:
        start: how it is played, as it was typed.
        refusal: why it was not begun.

    Raises:
        NotFound: there is no such run.
        BadInput: nothing can go on from it.
    """
    origin = find_origin(store, run_id)
    content = read_content(store.run(run_id).content)
    if isinstance(content, PopulationContent):
        raise BadInput("a population has no moments; open a run of its feed")
    plan, problem = None, ""
    if choice.is_planned:
        try:
            plan = _plan(store, run_id, choice, creator=creator)
        except (BadInput, ForkRefused) as error:
            problem = str(error)
    condition = _condition(store, run_id)
    return ForkPage(
        run=run_id,
        experiment=origin.experiment,
        sweep=origin.sweep,
        choice=choice,
        levels=_levels(store, origin.sweep, condition),
        plan=plan,
        problem=problem,
        is_feed=content.environment == "feed",
        start=start,
        refusal=refusal,
    )


def chosen_forks(store: Store, run_id: str, choice: ForkChoice, *, creator: str) -> DerivedPlan:
    """The sweep that is begun by what was chosen; nothing is stored.

    Raises:
        BadInput: there is no such moment, factor or level, or nothing can go on so.
        SetupError: a ranker of the researcher's own is set, which pages do not load.
    """
    try:
        return _forks(store, run_id, choice, creator=creator, code=code_of_changes(choice.changes, allow=False))
    except ForkRefused as error:
        raise BadInput(str(error)) from error


def _forks(
    store: Store, run_id: str, choice: ForkChoice, *, creator: str, code: Mapping[str, str] = MappingProxyType({})
) -> DerivedPlan:
    request = ForkRequest(at=choice.at, changes=choice.changes, branches=choice.branches, sham=choice.sham, code=code)
    return plan_forks(store, find_origin(store, run_id), request, creator=creator, clock=SystemClock())


def _plan(store: Store, run_id: str, choice: ForkChoice, *, creator: str) -> ForkPlan:
    planned = _forks(store, run_id, choice, creator=creator)
    words = ["sociarium", "fork", run_id[:12], "--at", choice.at]
    words += [word for name, level in choice.changes.items() for word in ("--set", f"{name}={level}")]
    words += ["--replicates", str(choice.branches)] if choice.branches > 1 else []
    words += ["--sham"] if choice.sham else []
    words += ["--allow-code"] if planned.rankers else []
    acts = sum(planned.acts_left_behind.values())
    document = to_tree(planned.definition)
    warnings = tuple(warning_words(document, one) for one in fork_warnings(planned))
    return ForkPlan(len(planned.runs), planned.further_messages, acts, shlex.join(words), warnings)


def _condition(store: Store, run_id: str) -> dict[str, str]:
    members = store.members_of_run(run_id)
    return {factor: label_of(level) for factor, level in members[0].condition.items()} if members else {}


def _levels(store: Store, sweep: SweepRecord, condition: dict[str, str]) -> tuple[tuple[str, str], ...]:
    """Levels of the sweep's factors that the run does not have."""
    design = written_design(store, sweep)
    pairs: Sequence[tuple[str, str]] = [
        (factor.name, label_of(level.label))
        for factor in (design.factors if design else ())
        for level in factor.levels
        if condition.get(factor.name) != label_of(level.label)
    ]
    return tuple((f"{factor}={level}", f"{factor} = {level}") for factor, level in pairs[:_MOST_LEVELS])
