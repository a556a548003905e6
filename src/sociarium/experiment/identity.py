"""Ids: what makes two experiments, versions, sweeps or runs the same."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING, Any

from sociarium.experiment.canonical import short_id

if TYPE_CHECKING:
    from sociarium.experiment.definition import Definition

_MEANINGFUL_ORDER = ("models", "roles", "sweeps", "variants", "factors")
_NOT_PART_OF_IT = ("note", "favourite", "title")


def fold_title(title: str) -> str:
    """A title as it is compared: without regard to case, width and spaces around."""
    return " ".join(unicodedata.normalize("NFKC", title).casefold().split())


def experiment_id(creator: str, title: str) -> str:
    """One experiment a creator and title."""
    return short_id("experiment", creator, fold_title(title))


def version_id(experiment: str, definition: Definition, *, by: str | None = None) -> str:
    """One version a document, and a colleague who runs it so; comments, note, favourite and the order of keys change
    nothing.

    Where the order of keys says something (the first model, role and variant are defaults, roles speak in their
    order) it counts.

    Args:
        by: whose version it is, where that is not the experiment's creator.
    """
    document = definition.model_dump(mode="json", by_alias=True, exclude_defaults=True)
    content = {key: value for key, value in document.items() if key not in _NOT_PART_OF_IT}
    return short_id("version", experiment, _with_order(content), *_whose(by))


def sweep_id(version: str, name: str, *, by: str | None = None) -> str:
    """One sweep a version and name, and a colleague who begins it.

    Args:
        by: who begins it, where that is not the experiment's creator.
    """
    return short_id("sweep", version, name, *_whose(by))


def run_id(experiment: str, *, replicate: int, seed: int, content_digest: str) -> str:
    """One run an experiment, replicate, seed and resolved content."""
    return short_id("run", experiment, replicate, seed, content_digest)


def _whose(by: str | None) -> tuple[str, ...]:
    """The creator's own ids hold no name."""
    return () if by is None else (by,)


def _with_order(value: Any, key: str = "") -> Any:
    if isinstance(value, dict):
        inner = {name: _with_order(item, name) for name, item in value.items()}
        return [[name, item] for name, item in inner.items()] if key in _MEANINGFUL_ORDER else inner
    if isinstance(value, list):
        return [_with_order(item) for item in value]
    return value
