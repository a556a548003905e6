"""Modules of a researcher's own, loaded from the source that is hashed."""

from __future__ import annotations

import hashlib
import importlib
import importlib.util
import sys
from collections.abc import Sequence
from importlib.machinery import ModuleSpec, PathFinder
from pathlib import Path
from types import ModuleType

from sociarium.errors import SetupError


class OwnModules:
    """Loads modules from some folders before Python's own path. What they import is found there, too, after it."""

    def __init__(self, folders: Sequence[Path]) -> None:
        self._folders = folders
        for folder in map(str, folders):
            if folder not in sys.path:
                sys.path.append(folder)

    def load(self, name: str) -> tuple[ModuleType, str]:
        """A module, loaded anew, and the SHA-256 of its source.

        Raises:
            SetupError: it is not there, or cannot be loaded.
        """
        return _load(name, self._folders)


def cause_of(error: Exception) -> str:
    """An error of somebody's code, in a few words."""
    return f"{type(error).__name__}: {error}"


def _load(name: str, folders: Sequence[Path]) -> tuple[ModuleType, str]:
    spec = _find_spec(name, folders)
    if spec is None:
        places = ", ".join(dict.fromkeys(map(str, folders)))
        raise SetupError(
            f"there is no module {name} in {places} or on Python's path; go to the folder that holds it, or put that "
            "into PYTHONPATH"
        )
    if spec.origin is None or spec.loader is None or not spec.origin.endswith(".py"):
        raise SetupError(f"{name} is no module of Python's source, which alone can be kept track of; name a .py file")
    module = importlib.util.module_from_spec(spec)
    try:
        source = Path(spec.origin).read_bytes()
        # What it imports of itself, and what its dataclasses look up, is found under its name.
        sys.modules[name] = module
        exec(compile(source, spec.origin, "exec"), module.__dict__)  # noqa: S102  # the very source that is hashed
    except Exception as error:
        sys.modules.pop(name, None)
        raise SetupError(f"the module {name} ({spec.origin}) cannot be loaded: {cause_of(error)}") from error
    return module, hashlib.sha256(source).hexdigest()


def _find_spec(name: str, folders: Sequence[Path]) -> ModuleSpec | None:
    """Where a module is: looked for anew each time, whatever was loaded under its name before."""
    importlib.invalidate_caches()
    places: Sequence[str] | None = [*map(str, folders), *sys.path]
    spec = None
    parts = name.split(".")
    for count in range(1, len(parts) + 1):
        if places is None:
            return None
        spec = PathFinder.find_spec(".".join(parts[:count]), list(places))
        if spec is None:
            return None
        places = spec.submodule_search_locations
    return spec
