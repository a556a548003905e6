"""An experiment: what it says, what its agents read, and what became of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from sociarium.errors import NotFound
from sociarium.experiment.conversation.definition import ConversationDefinition
from sociarium.experiment.definition import Definition
from sociarium.experiment.design.expansion import Design
from sociarium.experiment.feed.definition import FeedDefinition
from sociarium.experiment.prompts.text import Text, variant_names, wordings_of
from sociarium.experiment.sweep import Level
from sociarium.experiment.validation import design_of
from sociarium.ports.store import Store
from sociarium.records.lists import ExperimentQuery, label_of
from sociarium.records.plans import Experiment, SweepRecord, Version
from sociarium.runner.library.duplicate import latest, origin_of
from sociarium.runner.planning.prompt_preview import condition_prompts
from sociarium.viewer.labels import RoleLabel, condition_text, marks, roles
from sociarium.viewer.sweep_digest import SweepDigest

_MOST_CHOICES = 400
"""Conditions that can be chosen from a list; further ones by their number."""


@dataclass(frozen=True, slots=True)
class PromptPassage:
    """A text of a section: for a role or for all, under the variant's name where it has several."""

    reader: str
    mark: str
    variant: str
    text: str


@dataclass(frozen=True, slots=True)
class SectionPart:
    """A section as written."""

    title: str
    is_shared: bool
    passages: tuple[PromptPassage, ...]


@dataclass(frozen=True, slots=True)
class ModelLine:
    """A model of the file, with what is sent to it."""

    name: str
    provider: str
    model: str
    options: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class ReadPrompt:
    """A prompt as it is read in a condition."""

    reader: str
    text: str


@dataclass(frozen=True, slots=True)
class Choice:
    """What can be chosen in a list."""

    value: str
    label: str


@dataclass(frozen=True, slots=True)
class Related:
    """Another experiment: the one that this was copied from, or a copy. The id is empty where it was deleted."""

    id: str
    title: str
    creator: str
    version: int = 0


@dataclass(frozen=True, slots=True)
class SweepRow:
    """A sweep of the experiment."""

    record: SweepRecord
    digest: SweepDigest


@dataclass(frozen=True, slots=True)
class FactorLine:
    """A factor with its levels."""

    name: str
    levels: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ExperimentPage:
    """An experiment.

    Attributes:
        conditions: of the chosen sweep of the file; `condition` is the number of the chosen one.
        prompts: as its agents read them there.
        people: who ran it.
    """

    experiment: Experiment
    version: Version
    versions: int
    is_mine: bool
    kind: str
    roles: tuple[RoleLabel, ...]
    sections: tuple[SectionPart, ...]
    models: tuple[ModelLine, ...]
    sweep_names: tuple[str, ...]
    sweep: str
    factors: tuple[FactorLine, ...]
    size: int
    replicates: int
    conditions: tuple[Choice, ...]
    condition: int
    condition_label: str
    prompts: tuple[ReadPrompt, ...]
    origin: Related | None
    copies: tuple[Related, ...]
    sweeps: tuple[SweepRow, ...]
    people: tuple[str, ...]


def experiment_page(
    store: Store,
    id_: str,
    *,
    me: str,
    digest_of: Callable[[SweepRecord], SweepDigest],
    sweep: str = "",
    condition: int = 0,
) -> ExperimentPage:
    """An experiment by its id.

    Args:
        me: who looks.
        digest_of: how a sweep stands.
        sweep: whose conditions are shown; the file's first one by default.
        condition: the number of the one whose prompts are shown, from 0.

    Raises:
        NotFound: there is no such experiment, or no such sweep or condition in it.
    """
    experiment = store.experiment(id_)
    version, definition = latest(store, experiment)
    name = sweep or next(iter(definition.all_sweeps))
    if name not in definition.all_sweeps:
        raise NotFound(f"{experiment.title!r} has no sweep {name!r}")
    design = design_of(definition, name)
    if not 0 <= condition < design.size:
        raise NotFound(f"the sweep {name!r} has {design.size} conditions, numbered from 0; there is no {condition}")
    rows = tuple(SweepRow(one, digest_of(one)) for one in store.sweeps(id_))
    factors = [factor.name for factor in design.factors if len(factor.levels) > 1]
    levels = design.condition(design.levels(condition))
    return ExperimentPage(
        experiment=experiment,
        version=version,
        versions=len(store.versions(id_)),
        is_mine=experiment.creator == me,
        kind=definition.environment,
        roles=tuple(roles(definition.role_names)),
        sections=_sections(definition),
        models=_models(definition),
        sweep_names=tuple(definition.all_sweeps),
        sweep=name,
        factors=tuple(
            FactorLine(factor.name, tuple(label_of(level.label) for level in factor.levels))
            for factor in design.factors
        ),
        size=design.size,
        replicates=definition.all_sweeps[name].replicates,
        conditions=_choices(design, factors),
        condition=condition,
        condition_label=condition_text(levels, factors),
        prompts=tuple(ReadPrompt(one.reader, one.text) for one in condition_prompts(definition, name, condition)),
        origin=_origin(store, experiment),
        copies=_copies(store, experiment),
        sweeps=rows,
        people=tuple(dict.fromkeys(person for row in rows for person in (row.record.creator, *row.digest.people))),
    )


def _choices(design: Design, factors: Sequence[str]) -> tuple[Choice, ...]:
    numbers = range(min(design.size, _MOST_CHOICES))
    conditions: list[Mapping[str, Level]] = [design.condition(design.levels(number)) for number in numbers]
    return tuple(Choice(str(at), condition_text(levels, factors)) for at, levels in enumerate(conditions))


def _sections(definition: Definition) -> tuple[SectionPart, ...]:
    marked = marks(definition.role_names)
    parts = []
    if isinstance(definition, ConversationDefinition | FeedDefinition):
        for section in definition.sections:
            texts: dict[str, Text] = {"": section.shared} if section.shared is not None else dict(section.private or {})
            passages = tuple(
                PromptPassage(reader, marked.get(reader, "r5"), variant, _every_wording(text, variant))
                for reader, text in texts.items()
                for variant in variant_names(text) or ("",)
            )
            parts.append(SectionPart(section.title, section.shared is not None, passages))
    if isinstance(definition, ConversationDefinition):
        for user, sections in (("summarizer", definition.summarizer), ("manager", definition.manager)):
            for one in sections or ():
                passages = tuple(
                    PromptPassage(user, "r5", variant, _every_wording(one.content, variant))
                    for variant in variant_names(one.content) or ("",)
                )
                parts.append(SectionPart(f"{user}: {one.title}", False, passages))
    return tuple(parts)


def _every_wording(text: Text, variant: str) -> str:
    wordings = wordings_of(text, variant or None)
    if len(wordings) == 1:
        return wordings[0]
    return "\n\n".join(f"[wording {number}]\n{words}" for number, words in enumerate(wordings, start=1))


def _models(definition: Definition) -> tuple[ModelLine, ...]:
    return tuple(
        ModelLine(
            name, spec.provider, spec.model or "", tuple((option, str(value)) for option, value in spec.options.items())
        )
        for name, spec in definition.models.items()
    )


def _origin(store: Store, experiment: Experiment) -> Related | None:
    origin_version = origin_of(store, experiment)
    if origin_version is None:
        return Related("", "an experiment that is no longer here", "") if experiment.origin else None
    version, origin = origin_version
    if origin is None:
        return Related("", "an experiment that is no longer here", "")
    return Related(origin.id, origin.title, origin.creator, version.number)


def _copies(store: Store, experiment: Experiment) -> tuple[Related, ...]:
    return tuple(
        Related(one.experiment.id, one.experiment.title, one.experiment.creator)
        for one in store.list_experiments(ExperimentQuery())
        if one.origin == experiment.id
    )
