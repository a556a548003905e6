"""Personal archives on disk, folders and .zip files, opened one named file at a time."""

from __future__ import annotations

import zipfile
from dataclasses import dataclass
from pathlib import Path

from sociarium.experiment.loading.includes import Archive

_MOST_BYTES = 400_000_000


def open_archive(folder: Path, name: str) -> Archive:
    """The archive at a path, relative to a folder or absolute: personal data may be kept far from the experiment.

    Raises:
        OSError: nothing is there that could be an archive.
    """
    path = folder / Path(name).expanduser()
    if path.is_dir():
        return _Folder(path)
    if path.is_file() and zipfile.is_zipfile(path):
        return _Zip(path)
    raise OSError(0, "it is neither a folder nor a .zip" if path.exists() else "it is not there")


@dataclass(frozen=True, slots=True)
class _Folder:
    path: Path

    def read(self, name: str) -> bytes | None:
        """See the protocol."""
        file = self.path / name
        if not file.is_file():
            return None
        _refuse_huge(name, file.stat().st_size)
        return file.read_bytes()


@dataclass(frozen=True, slots=True)
class _Zip:
    path: Path

    def read(self, name: str) -> bytes | None:
        """See the protocol."""
        try:
            with zipfile.ZipFile(self.path) as archive:
                if name not in archive.NameToInfo:
                    return None
                _refuse_huge(name, archive.NameToInfo[name].file_size)
                return archive.read(name)
        except (zipfile.BadZipFile, RuntimeError, NotImplementedError, EOFError) as error:
            raise OSError(0, f"{name} in it cannot be read: {error}") from error


def _refuse_huge(name: str, size: int) -> None:
    if size > _MOST_BYTES:
        raise OSError(0, f"{name} in it has {size / 1e6:.0f} MB; at most {_MOST_BYTES / 1e6:.0f} MB are read")
