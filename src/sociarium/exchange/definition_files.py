"""Experiment files on disk, read and checked."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from pydantic import ValidationError

from sociarium.errors import BadInput, DefinitionError, Problem
from sociarium.exchange.personal_archives import open_archive
from sociarium.experiment.definition import Definition
from sociarium.experiment.document import parse
from sociarium.experiment.loading.parse import MOST_CHARACTERS
from sociarium.experiment.models import ModelSpec
from sociarium.experiment.problems import did_you_mean


def read_definition(path: Path, *, notes: list[Problem] | None = None) -> Definition:
    """The checked definition in a file.

    Args:
        notes: gets what was read otherwise than it is probably meant.

    Raises:
        BadInput: the file cannot be read.
        DefinitionError: it has faults.
    """
    return parse(
        _read_bytes(path),
        source=str(path),
        read=lambda name: _read_beside(path, name),
        archive=lambda name: open_archive(path.parent, name),
        notes=notes,
    )


def _read_bytes(path: Path) -> bytes:
    try:
        if path.stat().st_size > 10 * MOST_CHARACTERS:
            size = path.stat().st_size / 1e6
            mend = "put long texts into files of their own and name them with {file: ...}"
            most = MOST_CHARACTERS / 1e6
            raise DefinitionError(
                str(path), [Problem("", f"the file has {size:.0f} MB; at most {most:.0f} MB are read", mend)]
            )
        return path.read_bytes()
    except OSError as error:
        raise BadInput(f"{path} cannot be read: {error.strerror}; name an experiment file") from error


def _read_beside(path: Path, name: str) -> bytes:
    """A file that a definition names; one that a link leads out of its folder is refused."""
    folder = path.parent.resolve()
    target = (folder / name).resolve()
    if not target.is_relative_to(folder):
        raise OSError(0, "it lies outside the folder of this file")
    if target.is_file() and target.stat().st_size > 10 * MOST_CHARACTERS:
        raise OSError(0, f"it has {target.stat().st_size / 1e6:.0f} MB")
    return target.read_bytes()


def reader_beside(folder: Path) -> Callable[[str], bytes]:
    """Reads files that a value names, inside a folder."""
    return lambda name: _read_beside(folder / "value", name)


_OF_ITS_SERVERS = {"base_url", "hosts", "hardware", "api_key_env", "api_key_header", "price", "limits"}
"""What an entry says of its servers, and is not said of another model's."""


def with_models(definition: Definition, overrides: Sequence[str]) -> Definition:
    """A definition with some of its models played by others.

    Args:
        overrides: `NAME=PROVIDER:MODEL`, or `NAME=offline`.

    Raises:
        BadInput: one of them cannot be read.
    """
    models = dict(definition.models)
    for override in overrides:
        name, equals, target = override.partition("=")
        if not equals or name not in models:
            suggestion = did_you_mean(name, models)
            raise BadInput(f"--model {override!r}: there is no model {name!r} in the file; {suggestion}")
        provider, _, model = target.partition(":")
        models[name] = _overridden_model(override, models[name], provider, model)
    return definition.model_copy(update={"models": models})


def _overridden_model(override: str, spec: ModelSpec, provider: str, model: str) -> ModelSpec:
    settings = spec.model_dump(exclude_unset=True, exclude=_OF_ITS_SERVERS)
    try:
        return ModelSpec.model_validate(settings | {"provider": provider, "model": model})
    except ValidationError as error:
        cause = error.errors()[0]["msg"]
        raise BadInput(f"--model {override!r}: {cause}; write NAME=PROVIDER:MODEL or NAME=offline") from None


def sweep_name(definition: Definition, name: str | None) -> str:
    """Which of a definition's sweeps is meant. Raises `BadInput`."""
    names = list(definition.all_sweeps)
    if name is None and len(names) == 1:
        return names[0]
    if name is None:
        raise BadInput(f"the file has several sweeps; choose one with --sweep: {', '.join(names)}")
    if name not in names:
        raise BadInput(f"there is no sweep {name!r} in the file; {did_you_mean(name, names)}")
    return name
