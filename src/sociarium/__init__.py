"""Experiments on groups of language-model agents.

What notebooks and scripts use is offered here, and loaded when it is first asked for; see docs/python.md.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sociarium.api import load, loads, messages, plan, resume, run, run_async, runs, transcript
    from sociarium.table_access import table

__version__ = "0.1.0"

__all__ = [
    "load",
    "loads",
    "messages",
    "plan",
    "resume",
    "run",
    "run_async",
    "runs",
    "table",
    "transcript",
]


def __getattr__(name: str) -> object:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module("sociarium.table_access" if name == "table" else "sociarium.api"), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
