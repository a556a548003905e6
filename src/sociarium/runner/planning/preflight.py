"""What could stop tonight's sweep, looked at before it starts."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from sociarium.errors import SetupError
from sociarium.experiment.definition import Definition
from sociarium.experiment.design_review import model_users_of
from sociarium.experiment.extra_options import unread_keys
from sociarium.experiment.validation import design_of
from sociarium.ports.model import Description, PullingModel
from sociarium.runner.models.router import RouteSpec


@dataclass(frozen=True, slots=True)
class ModelCheck:
    """A model of the file, as its servers describe it.

    Attributes:
        problem: what would stop it, with its mend; empty when every server that can be reached can serve it.
    """

    name: str
    described: tuple[Description, ...]
    problem: str

    @property
    def hints(self) -> tuple[str, ...]:
        """What may stop or mislead a run, each once; a model that is still to be fetched among it."""
        missing = [one.problem for one in self.described if one.served is False and one.problem != self.problem]
        return tuple(dict.fromkeys([*missing, *(hint for one in self.described for hint in one.hints)]))


async def check_models(
    definition: Definition, routes: Mapping[str, Sequence[RouteSpec]], *, pull: bool
) -> list[ModelCheck]:
    """Ask every server about its models; nothing is asked of a model, nothing fetched. Closes the routes.

    Args:
        pull: whether a model that Ollama lacks will be fetched, and so is no problem.
    """
    try:
        return list(await asyncio.gather(*(_one(definition, name, some, pull) for name, some in routes.items())))
    finally:
        for route in (route for some in routes.values() for route in some):
            await route.model.aclose()


async def _one(definition: Definition, name: str, routes: Sequence[RouteSpec], pull: bool) -> ModelCheck:
    spec = definition.models[name]
    described = tuple(await asyncio.gather(*(route.model.describe(spec.model, spec.options) for route in routes)))
    described = tuple(_with_context_hint(one, spec.context) for one in described)
    described = tuple(replace(one, hints=(*one.hints, *unread_keys(spec))) for one in described)
    problems = [(one.reachable, _problem(one, context=spec.context, pull=pull)) for one in described]
    # A server that is away is done without; one that is there gets its share of the runs, and has to be able to play.
    unable = [problem for reachable, problem in problems if problem and reachable]
    away = [problem for reachable, problem in problems if problem and not reachable]
    if unable:
        return ModelCheck(name, described, unable[0])
    return ModelCheck(name, described, away[0] if len(away) == len(problems) else "")


def _problem(described: Description, *, context: int | None, pull: bool) -> str:
    if described.provider == "ollama" and described.reachable and described.served is False and pull:
        return ""
    if described.problem:
        return described.problem
    if described.served is False:
        return f"model {described.model!r} is not on {described.address}"
    if described.provider == "ollama":  # its word on its own model
        return _too_much(described, context)
    return ""


def _with_context_hint(described: Description, context: int | None) -> Description:
    """What a list tells of a context is a hint: others than Ollama only list a number."""
    too_much = "" if described.provider == "ollama" else _too_much(described, context)
    return replace(described, hints=(*described.hints, too_much)) if too_much else described


def _too_much(described: Description, context: int | None) -> str:
    if not context or not described.context or context <= described.context:
        return ""
    return (
        f"model {described.model!r} on {described.address} takes in {described.context} tokens at most, and "
        f"`context` is {context}; lower it"
    )


async def pull_missing(definition: Definition, routes: Mapping[str, Sequence[RouteSpec]]) -> None:
    """Fetch the models that servers lack, where they can. Closes the routes.

    Raises:
        ModelError: one could not be fetched.
    """
    try:
        for name, some in routes.items():
            for route in some:
                described = await route.model.describe(definition.models[name].model)
                if isinstance(route.model, PullingModel) and described.served is False:
                    await route.model.pull(definition.models[name].model)
    finally:
        for route in (route for some in routes.values() for route in some):
            await route.model.aclose()


def refuse_unable(checks: Sequence[ModelCheck]) -> None:
    """Raise `SetupError` when a model cannot be asked; every such model is named, with its mend."""
    problems = [f"{one.name}: {one.problem}" for one in checks if one.problem]
    if problems:
        raise SetupError("nothing was started, because models cannot be asked:\n  " + "\n  ".join(problems))


def missing_models(checks: Sequence[ModelCheck]) -> list[str]:
    """The names of the models that a server of theirs lacks."""
    return [one.name for one in checks if any(described.served is False for described in one.described)]


def needs_person(definition: Definition, sweep_name: str) -> bool:
    """Whether a person decides something in some condition of a sweep."""
    design = design_of(definition, sweep_name)
    if any(definition.models[name].provider == "person" for name in model_users_of(definition, design)):
        return True
    return any(level.sets.get("speaker_selection") == "manual" for factor in design.factors for level in factor.levels)
