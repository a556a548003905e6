"""Writing exports: files below one folder and nowhere else, each complete or not there."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

from sociarium.errors import SetupError
from sociarium.exchange.visible import file_name


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
        *folders, name = (file_name(part) for part in parts)
        path = self.root.joinpath(*folders, name + suffix)
        unfinished = path.with_name(f".{path.name}.{os.getpid()}.part")
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            with unfinished.open("w", encoding="utf-8", newline="\n") as file:
                file.writelines(lines)
            unfinished.replace(path)
        except OSError as error:
            unfinished.unlink(missing_ok=True)
            raise SetupError(f"{path} cannot be written: {error.strerror}") from error
        return path
