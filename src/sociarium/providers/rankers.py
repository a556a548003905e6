"""Rankers of a researcher's own, loaded from the source of their modules."""

from __future__ import annotations

import hashlib
import importlib
import importlib.util
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from importlib.machinery import ModuleSpec, PathFinder
from pathlib import Path
from types import ModuleType
from typing import Any

from sociarium.errors import RankerFault, SetupError
from sociarium.experiment.rng import Draws
from sociarium.ports.rankers import RankedPost, Ranker, RankingReader


@dataclass(frozen=True, slots=True)
class LoadedRankers:
    """Rankers that are loaded.

    Attributes:
        functions: by name, `package.module:function`.
        digests: SHA-256 of the source of each of their modules.
    """

    functions: Mapping[str, Ranker]
    digests: Mapping[str, str]

    def ranker(self, name: str) -> Ranker:
        """See `Rankers`."""
        if name not in self.functions:
            raise SetupError(f"the ranking {name} is not named in the experiment's file; only what it names is loaded")
        return self.functions[name]


def load_rankers(names: Iterable[str], folders: Sequence[Path]) -> LoadedRankers:
    """Load rankers by their names; each module is loaded anew, from the source that is hashed.

    Args:
        folders: where modules are looked for before Python's own path. What they import is found there, too, after it.

    Raises:
        SetupError: a module or function is not there, or cannot be loaded.
    """
    for folder in map(str, folders):
        if folder not in sys.path:
            sys.path.append(folder)
    functions: dict[str, Ranker] = {}
    digests: dict[str, str] = {}
    modules: dict[str, ModuleType] = {}
    for name in names:
        path, _, function = name.partition(":")
        if path not in modules:
            modules[path], digests[path] = _load_module(path, folders)
        functions[name] = _function(name, modules[path], function)
    return LoadedRankers(functions, digests)


def _load_module(name: str, folders: Sequence[Path]) -> tuple[ModuleType, str]:
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
        raise SetupError(f"the module {name} ({spec.origin}) cannot be loaded: {_cause(error)}") from error
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


def _function(name: str, module: ModuleType, function: str) -> Ranker:
    value: Any = getattr(module, function, None)
    if not callable(value):
        raise SetupError(f"the module {module.__name__} ({module.__file__}) has no function {function!r}")

    def rank(posts: Sequence[RankedPost], reader: RankingReader, rng: Draws) -> Sequence[RankedPost]:
        try:
            result: Sequence[RankedPost] = value(posts, reader, rng)
        except Exception as error:
            raise RankerFault(f"the ranker {name} failed: {_cause(error)}") from error
        return result

    return rank


def _cause(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"
