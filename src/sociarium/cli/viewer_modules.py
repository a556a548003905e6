"""The modules of the pages, whose libraries are an extra."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from sociarium.errors import MissingExtra

if TYPE_CHECKING:
    from types import ModuleType

_EXTRA = frozenset({"fastapi", "jinja2", "starlette", "uvicorn"})


def viewer_module(name: str) -> ModuleType:
    """A module of the pages. Raises `MissingExtra` where their libraries are not installed."""
    try:
        return import_module(f"sociarium.viewer.{name}")
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] not in _EXTRA:
            raise
        raise MissingExtra(
            f"the web pages need the package {error.name}, which is not here: pip install 'sociarium[viewer]'"
        ) from error
