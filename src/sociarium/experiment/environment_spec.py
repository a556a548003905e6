"""What an environment adds to experiments: the protocol by which everything generic asks for it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from sociarium.experiment.definition import Definition
from sociarium.experiment.design.expansion import Design
from sociarium.experiment.design.settable import Settable, Settings
from sociarium.experiment.frozen import Frozen
from sociarium.experiment.giveaways import Giveaway
from sociarium.experiment.loading.includes import Files
from sociarium.experiment.loading.parse import PlacedPart, Tree
from sociarium.experiment.problems import Loc, PathProblem
from sociarium.experiment.prompts.text import Text
from sociarium.experiment.sweep import Streams

D = TypeVar("D", bound=Definition)
C = TypeVar("C", bound=Frozen)


@dataclass(frozen=True, slots=True)
class EnvironmentSpec(Generic[D, C]):
    """What the experiments of one environment have of their own.

    Attributes:
        definition: what their files are read into.
        model_users: who can be given a model of their own, as `model.<user>` names them.
        slots: settable places beside models, options and texts.
        texts: those that a factor can choose variants of, by slot name.
        faults: of a definition whose parts are well formed, its sweeps apart.
        infeasible: faults of conditions that cannot be played.
        resolve: the content of a condition.
        is_always_used: whether a slot tells conditions apart wherever it is set.
        guards: the slots that decide whether a slot is used.
        warnings: what a reviewer would ask about this kind of sweep.
        giveaways: what others read that tells them the condition.
        casting: the slots that decide who uses a model at all.
        users_of: the models that a content uses, with who uses them.
        counting: the slots that decide how much is asked.
        counts: what a run of a condition comes to when every answer is good at once: messages and calls by purpose,
            as far as they are known; or the days that people spend in it, by which the rest is estimated.
        prepared: what is written once a replicate, and the most of it that a condition wants.
        sources_in: key of a list whose entries may name what is read from elsewhere; empty where there is none.
        expand: what each entry of that list names; None where it stands for itself.
    """

    definition: type[D]
    model_users: Callable[[D], tuple[str, ...]]
    slots: Callable[[D], Iterable[Settable]]
    texts: Callable[[D], Mapping[str, Text]]
    faults: Callable[[D], Iterable[PathProblem]]
    infeasible: Callable[[D, Design, Loc], Iterator[PathProblem]]
    resolve: Callable[[D, Settings, Streams], C]
    is_always_used: Callable[[str, D, Design], bool]
    guards: Callable[[str, D], set[str]]
    warnings: Callable[[D, Design], Iterable[str]]
    giveaways: Callable[[D, Design], Iterator[Giveaway]]
    casting: Callable[[D, Design], Iterable[str]]
    users_of: Callable[[D, Settings], Mapping[str, set[str]]]
    counting: Callable[[D], Iterable[str]]
    counts: Callable[[D, Settings], Mapping[str, int]]
    prepared: Callable[[D, Design], Sequence[tuple[Frozen, int]]]
    sources_in: str = ""
    expand: Callable[[Sequence[Any], Loc, Tree, Files], list[list[PlacedPart] | None]] | None = None
