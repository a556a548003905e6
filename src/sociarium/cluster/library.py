"""The library of clusters: an extra, imported here alone and when it is first used."""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec
from typing import Any

from sociarium.errors import MissingExtra


def refuse_missing() -> None:
    """Raise `MissingExtra` unless dask.distributed is installed; imports nothing."""
    if find_spec("distributed") is None:
        raise _missing()


def dask_library() -> Any:
    """The package dask.distributed. Raises `MissingExtra`."""
    try:
        return import_module("distributed")
    except ImportError as error:
        raise _missing() from error


def _missing() -> MissingExtra:
    return MissingExtra("--on needs dask.distributed, which is not here; pip install 'sociarium[cluster]'")
