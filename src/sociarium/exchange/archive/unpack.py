"""An archive as a store that is read: unpacked once in a process, into a folder that goes with it."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path

from sociarium.errors import BadInput
from sociarium.exchange.archive.read import Archive
from sociarium.exchange.merge import merge
from sociarium.ports.store import Store

_folders: dict[tuple[Path, int, int], tempfile.TemporaryDirectory[str]] = {}
"""Of archives that were unpacked, as they stood then: by path, moment of the last change and size."""


def unpack(path: Path, make_store: Callable[[Path], Store]) -> Path:
    """The file of a store that holds what an archive does; all of the archive is verified before.

    Args:
        make_store: makes a store in a file that is not there yet.

    Raises:
        BadInput: there is no such archive, or it is damaged.
    """
    try:
        state = path.stat()
    except OSError as error:
        raise BadInput(f"the archive {path} cannot be read: {error.strerror}") from error
    key = (path.resolve(), state.st_mtime_ns, state.st_size)
    if key not in _folders:
        _folders[key] = _unpacked_folder(path, make_store)
    return _file_in(_folders[key], path)


def _unpacked_folder(path: Path, make_store: Callable[[Path], Store]) -> tempfile.TemporaryDirectory[str]:
    folder = tempfile.TemporaryDirectory(prefix="sociarium-archive-")
    try:
        with Archive(path) as archive:
            archive.verify()
            store = make_store(_file_in(folder, path))
            try:
                merge(store, archive.parts(), lambda _done: None)
            finally:
                store.close()
    except BaseException:
        folder.cleanup()
        raise
    return folder


def _file_in(folder: tempfile.TemporaryDirectory[str], path: Path) -> Path:
    return Path(folder.name) / f"{path.name}.db"
