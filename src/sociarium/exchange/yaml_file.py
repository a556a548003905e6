"""An experiment as a file that `run` takes."""

from __future__ import annotations

from pathlib import Path

from sociarium.errors import DefinitionError
from sociarium.exchange.folder import Folder
from sociarium.exchange.selection import Selection
from sociarium.experiment.document import from_json, parse, to_yaml

SUFFIX = ".yaml"


def export(selection: Selection, folder: Folder) -> tuple[Path, str]:
    """Write the selection's version of the experiment, with the note and favourite of today.

    Returns:
        The file, and what keeps `run` from taking it as it is; empty when nothing does.
    """
    experiment = selection.experiment
    changes = {"note": experiment.note, "favourite": experiment.favourite}
    definition = from_json(selection.version.document)
    if changes != {"note": definition.note, "favourite": definition.favourite}:
        definition = definition.model_copy(update=changes)
    text = to_yaml(definition)
    path = folder.write([experiment.title], SUFFIX, [text])
    try:
        parse(text.encode(), source=str(path), read=_refuse_file)
    except DefinitionError as error:
        return path, str(error)
    return path, ""


def _refuse_file(name: str) -> bytes:
    raise FileNotFoundError(2, "it is not part of the export", name)
