"""Personal archives on disk, folders and .zip files, opened one named file at a time."""

from __future__ import annotations

import zipfile
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from sociarium.experiment.loading.includes import ArchivePath
from sociarium.typed_path import typed_path

_MOST_NAMED = 5
_MOST_BYTES = 400_000_000
_DATA = "data"
_OF_MACOS = "__MACOSX"
"""What macOS puts beside the files of a .zip, with the same names below it."""


def open_archive(folder: Path, name: str) -> ArchivePath:
    """The archive at a path, relative to a folder or absolute: personal data may be kept far from the experiment.

    Where it lies in a folder of its own within the named one, or within the .zip, it is found there.

    Raises:
        OSError: nothing is there that could be an archive.
    """
    path = folder / typed_path(name)
    if path.is_dir():
        return _Folder(_folder_of_archive(path))
    if path.is_file() and zipfile.is_zipfile(path):
        return _Zip(path, _prefix_in_zip(path))
    raise OSError(0, "it is neither a folder nor a .zip" if path.exists() else "it is not there")


def _folder_of_archive(path: Path) -> Path:
    if (path / _DATA).is_dir():
        return path
    inner = [folder for folder in path.iterdir() if (folder / _DATA).is_dir()]
    _refuse_several([folder.name for folder in inner])
    return inner[0] if inner else path


def _prefix_in_zip(path: Path) -> str:
    """The folder within a .zip that holds the archive, with its slash; empty where it holds it directly."""
    try:
        with zipfile.ZipFile(path) as archive:
            names = list(_entries(archive))
    except zipfile.BadZipFile as error:
        raise OSError(0, f"it is no whole .zip: {error}") from error
    if any(name.startswith(f"{_DATA}/") for name in names):
        return ""
    prefixes = {name.partition("/")[0] for name in names if name.split("/")[1:2] == [_DATA]} - {_OF_MACOS}
    _refuse_several(prefixes)
    return f"{prefixes.pop()}/" if prefixes else ""


def _entries(archive: zipfile.ZipFile) -> dict[str, zipfile.ZipInfo]:
    """What a .zip holds by path; some of Windows' programs write `\\` between folders."""
    return {name.replace("\\", "/"): info for name, info in archive.NameToInfo.items()}


def _refuse_several(folders: Collection[str]) -> None:
    if len(folders) > 1:
        raise OSError(0, f"several are in it: {', '.join(sorted(folders)[:_MOST_NAMED])}")


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
    prefix: str

    def read(self, name: str) -> bytes | None:
        """See the protocol."""
        try:
            with zipfile.ZipFile(self.path) as archive:
                info = _entries(archive).get(self.prefix + name)
                if info is None:
                    return None
                _refuse_huge(name, info.file_size)
                return archive.read(info)
        except (zipfile.BadZipFile, RuntimeError, NotImplementedError, EOFError) as error:
            raise OSError(0, f"{name} in it cannot be read: {error}") from error


def _refuse_huge(name: str, size: int) -> None:
    if size > _MOST_BYTES:
        raise OSError(0, f"{name} in it has {size / 1e6:.0f} MB; at most {_MOST_BYTES / 1e6:.0f} MB are read")
