"""Rankers of a researcher's own, loaded from the source of their modules."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

from sociarium.errors import RankerFault, SetupError
from sociarium.experiment.rng import Draws
from sociarium.ports.rankers import RankedPost, Ranker, RankingReader
from sociarium.providers.own_modules import OwnModules, cause_of


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
    own_modules = OwnModules(folders)
    functions: dict[str, Ranker] = {}
    digests: dict[str, str] = {}
    modules: dict[str, ModuleType] = {}
    for name in names:
        path, _, function = name.partition(":")
        if path not in modules:
            modules[path], digests[path] = own_modules.load(path)
        functions[name] = _function(name, modules[path], function)
    return LoadedRankers(functions, digests)


def _function(name: str, module: ModuleType, function: str) -> Ranker:
    value: Any = getattr(module, function, None)
    if not callable(value):
        raise SetupError(f"the module {module.__name__} ({module.__file__}) has no function {function!r}")

    def rank(posts: Sequence[RankedPost], reader: RankingReader, rng: Draws) -> Sequence[RankedPost]:
        try:
            result: Sequence[RankedPost] = value(posts, reader, rng)
        except Exception as error:
            raise RankerFault(f"the ranker {name} failed: {cause_of(error)}") from error
        return result

    return rank
