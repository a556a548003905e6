"""Writing exports: files below one folder and nowhere else, each complete or not there."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from sociarium.errors import SetupError
from sociarium.exchange.sanitize import file_name


class Folder:
    """The folder that an export goes to; names from outside become harmless parts of paths."""

    def __init__(self, root: Path) -> None:
        """Make the folder.

        Raises:
            SetupError: it cannot be made.
        """
        self.root = root
        try:
            root.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise SetupError(f"the folder {root} cannot be made: {error.strerror}; choose another --out") from error

    def write(self, parts: Iterable[str], suffix: str, lines: Iterable[str]) -> Path:
        """Write a text file, all of it or nothing; an older one is replaced.

        Args:
            parts: names of the folders and of the file, made harmless here.
            suffix: `.txt` and the like.

        Raises:
            SetupError: the disk does not take it.
        """
        with self.new_file(parts, suffix) as (path, unfinished):
            _write_lines(unfinished, lines)
        return path

    @contextmanager
    def new_file(self, parts: Iterable[str], suffix: str) -> Iterator[tuple[Path, Path]]:
        """A file that is there when it is finished: write into the second path, it ends up at the first.

        Args:
            parts: names of the folders and of the file, made harmless here.
            suffix: `.txt` and the like.

        Raises:
            SetupError: the disk does not take it.
        """
        *folders, name = (file_name(part) for part in parts)
        path = self.root.joinpath(*folders, name + suffix)
        unfinished = path.with_name(f".{path.name}.{os.getpid()}.part")
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            yield path, unfinished
            unfinished.replace(path)
        except OSError as error:
            unfinished.unlink(missing_ok=True)
            raise SetupError(f"{path} cannot be written: {error.strerror}") from error
        except BaseException:
            unfinished.unlink(missing_ok=True)
            raise


@contextmanager
def new_folder(root: Path) -> Iterator[Folder]:
    """The folder of an export; one that is made here and stays empty for an error is gone again.

    Raises:
        SetupError: it cannot be made.
    """
    made = [one for one in (root, *root.parents) if not one.exists()]
    try:
        yield Folder(root)
    except BaseException:
        # The innermost first; one that holds something stays, and those around it.
        with suppress(OSError):
            for one in made:
                one.rmdir()
        raise


def _write_lines(path: Path, lines: Iterable[str]) -> None:
    with path.open("w", encoding="utf-8", newline="\n") as file:
        file.writelines(lines)
