"""Code of a researcher's own: loaded where they say so, and the same as long as an experiment lasts."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from sociarium.bootstrap import open_rankers
from sociarium.errors import SetupError
from sociarium.experiment.definition import Definition
from sociarium.experiment.feed.code_names import SLOT, is_code
from sociarium.experiment.feed.definition import FeedDefinition
from sociarium.ports.rankers import NoRankers, Rankers, refusal
from sociarium.runner.sweep.pinned_code import refuse_other_source


def load_own_code(
    definition: Definition, *, allow: bool, folders: Sequence[Path] = (), names: Sequence[str] | None = None
) -> Rankers:
    """Rankers of a definition.

    Args:
        names: of those that are called; None: all that it names.
        allow: whether code may be loaded.
        folders: where modules are looked for, beside Python's path and the current folder.

    Raises:
        SetupError: it may not, a module or function is not there, or a module is another than the definition was run
            with; the message has both hashes.
    """
    names = definition.code_names if names is None else names
    if not names:
        return NoRankers()
    if not allow:
        raise SetupError(refusal(names[0]))
    rankers = open_rankers(names, [*folders, Path.cwd()])
    if isinstance(definition, FeedDefinition):
        refuse_other_source(definition.code, rankers.digests)
    return rankers


def code_folders(rankers: Sequence[str]) -> tuple[str, ...]:
    """Where another process of this machine looks for rankers of a researcher's own; empty where none are called."""
    if not rankers:
        return ()
    return tuple(dict.fromkeys(str(Path(folder).absolute()) for folder in [str(Path.cwd()), *sys.path]))


def pin_own_code(definition: Definition, *, allow: bool, folders: Sequence[Path] = ()) -> Definition:
    """A definition that holds the hashes of the modules that it names. Arguments and errors as `load_own_code`."""
    rankers = load_own_code(definition, allow=allow, folders=folders)
    if not isinstance(definition, FeedDefinition) or dict(rankers.digests) == definition.code:
        return definition
    return definition.model_copy(update={"code": dict(rankers.digests)})


def code_of_changes(changes: Mapping[str, str], *, allow: bool) -> Mapping[str, str]:
    """Module -> SHA-256 of its source, of the rankers that a fork sets.

    Raises:
        SetupError: code may not be loaded, or a module or function is not there.
    """
    names = [level for name, level in changes.items() if name == SLOT and is_code(level)]
    if names and not allow:
        raise SetupError(refusal(names[0]))
    return open_rankers(names, [Path.cwd()]).digests if names else {}
