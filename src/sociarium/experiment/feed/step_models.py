"""Models of single steps: a cheap one reads, a strong one writes. A step's model comes before the role's."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Annotated

from pydantic import Field

from sociarium.experiment.definition import Name
from sociarium.experiment.frozen import Frozen
from sociarium.experiment.loading.parse import Tree
from sociarium.experiment.run_content import ProbeContent

MODEL_STEPS = ("read", "write", "post", "reflect")
"""The steps that can have a model of their own, as `model.<step>` names them."""

DOTTED = rf"^model\.({'|'.join(MODEL_STEPS)})$"
"""A key of the top level that says the same as an entry of `model`."""


class StepModels(Frozen):
    """The models of single steps, by name; where there is none, the model of the person's role."""

    read: Annotated[Name | None, Field(description="reads and judges posts, and decides whom to follow")] = None
    write: Annotated[Name | None, Field(description="writes replies and quotes")] = None
    post: Annotated[Name | None, Field(description="writes posts of one's own")] = None
    reflect: Annotated[Name | None, Field(description="condenses memory")] = None


def fold_step_models(tree: Tree) -> None:
    """Put keys of a feed such as `model.read` under `model`; those that are there twice stay, and are refused."""
    document = tree.value
    if document.get("environment") != "feed":
        return
    dotted = {key: step for step in MODEL_STEPS if (key := f"model.{step}") in document}
    own = document.get("model", {})
    if not dotted or not isinstance(own, dict) or own.keys() & set(dotted.values()):
        return
    for key, step in dotted.items():
        tree.moved["model", step] = ((key,), "")
    models = {**own, **{step: document[key] for key, step in dotted.items()}}
    tree.value = {key: part for key, part in document.items() if key not in dotted} | {"model": models}


@dataclass(frozen=True, slots=True)
class PlayingModels:
    """Which model plays whom in a condition; different ones ask differently.

    Attributes:
        roles: of each role that somebody has. A model of which nothing is asked is named by none: where every step has
            a model of its own and no probe asks a role's, the role has that of reading.
        steps: of the steps that are taken, where it is another than that of every role.
    """

    roles: Mapping[str, str]
    steps: Mapping[str, str]


def playing_models(
    roles: Mapping[str, str], steps: Mapping[str, str], *, taken: Collection[str], probes: Collection[ProbeContent]
) -> PlayingModels:
    """Which models are asked.

    Args:
        roles: what the file and the condition say of each role that somebody has.
        steps: what they say of steps.
        taken: the steps that are taken at all.
    """
    if not roles:
        return PlayingModels({}, {})
    own = {step: steps[step] for step in MODEL_STEPS if step in steps and step in taken}
    has_all = all(step in own for step in taken)
    asked = {role for probe in probes if probe.model is None for role in probe.of}
    models = {role: model if not has_all or role in asked else own["read"] for role, model in roles.items()}
    different = {step: model for step, model in own.items() if set(models.values()) != {model}}
    return PlayingModels(models, different)
