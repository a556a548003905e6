"""The libraries that feeds need and conversations do not: an extra, imported here alone and when first used."""

from __future__ import annotations

import logging
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from sociarium.errors import MissingExtra

_EXTRA = {"networkx": "draws who follows whom", "bm25s": "finds what people recall"}


def networkx() -> Any:
    """The package networkx. Raises `MissingExtra`."""
    return _import("networkx")


def bm25s() -> Any:
    """The package bm25s. Raises `MissingExtra`."""
    library = _import("bm25s")
    # It tells of each index that it builds.
    logging.getLogger("bm25s").setLevel(logging.WARNING)
    return library


def refuse_missing() -> None:
    """Raise `MissingExtra` unless everything that feeds need is installed; imports nothing."""
    for name in _EXTRA:
        if find_spec(name) is None:
            raise _missing(name)


def _import(name: str) -> Any:
    try:
        return import_module(name)
    except ImportError as error:
        raise _missing(name) from error


def _missing(name: str) -> MissingExtra:
    return MissingExtra(f"feeds need the package {name}, which {_EXTRA[name]}: pip install 'sociarium[feeds]'")
