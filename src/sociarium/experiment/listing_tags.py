"""Which roles and models a document or a run's content is about: what it is listed by, read without checking it all."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sociarium.experiment.feed.default_role import DEFAULT_ROLE


@dataclass(frozen=True, slots=True)
class ListingTags:
    """What something is listed by.

    Attributes:
        roles: their names, in order.
        models: their names in the file, in order.
        served: the names under which servers know these models.
    """

    roles: tuple[str, ...] = ()
    models: tuple[str, ...] = ()
    served: tuple[str, ...] = ()

    @property
    def tags(self) -> tuple[str, ...]:
        """Roles and models in one list, each once."""
        models = (model_tag(name) for name in (*self.models, *self.served))
        return _each((*map(role_tag, self.roles), *models))


def role_tag(name: str) -> str:
    """A role among `tags`."""
    return f"role:{name}"


def model_tag(name: str) -> str:
    """A model among `tags`, by either name."""
    return f"model:{name}"


def document_tags(document: str) -> ListingTags:
    """Of a version's document."""
    tree = json.loads(document)
    people = [*tree.get("people", ()), *([tree["newcomers"]] if tree.get("newcomers") else [])]
    roles = (*tree.get("roles", ()), *(entry.get("role", DEFAULT_ROLE) for entry in people))
    return _listing_tags(roles, tree.get("models", {}))


def content_tags(content: str) -> ListingTags:
    """Of a run's content: roles of which there is somebody, and the models that it uses; of its forks, too."""
    return _tree_tags(json.loads(content))


def _tree_tags(tree: dict[str, Any]) -> ListingTags:
    roles = [role["name"] for role in tree.get("roles", ()) if role.get("count", 1)]
    models = dict(tree.get("models", {}))
    for share in (*tree.get("generated", ()), *([tree["newcomers"]] if tree.get("newcomers") else [])):
        roles.append(share["population"]["role"])
        models |= share["population"]["models"]
    tags = _listing_tags(roles, models)
    if not tree.get("fork"):
        return tags
    later = _tree_tags(tree["fork"]["then"])
    return ListingTags(
        _each((*tags.roles, *later.roles)),
        _each((*tags.models, *later.models)),
        _each((*tags.served, *later.served)),
    )


def _listing_tags(roles: Iterable[str], models: dict[str, dict[str, Any]]) -> ListingTags:
    served = _each(spec["model"] for spec in models.values() if spec.get("model"))
    return ListingTags(_each(roles), tuple(models), served)


def _each(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(names))
