"""Files that a definition names, read by whoever parses it; this package opens none itself."""

from __future__ import annotations

import codecs
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import PurePosixPath, PureWindowsPath
from typing import Protocol

from sociarium.experiment.loading.parse import MOST_CHARACTERS

_MARK_OF_ZIP = b"PK\x03\x04"
_MARKS_OF_FORMATS = {b"%PDF-": "a PDF", b"{\\rtf": "a document of a word processor (RTF)"}
_MARKS_OF_UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
Read = Callable[[str], bytes]
"""Gives the bytes of a file beside the definition; raises OSError."""


class ArchivePath(Protocol):
    """A personal archive, folder or .zip."""

    def read(self, name: str) -> bytes | None:
        """The bytes of one file by its path inside the archive; None where it is not there. Raises OSError."""
        ...


def _no_archives(name: str) -> ArchivePath:
    raise OSError(0, "archives are read from experiment files on disk only")


@dataclass(frozen=True, slots=True)
class Files:
    """How to reach what a definition names.

    Attributes:
        archive: opens a personal archive, wherever it lies; raises OSError.
    """

    read: Read
    archive: Callable[[str], ArchivePath] = _no_archives


class UnreadableFile(Exception):
    """A file cannot be used: what is wrong, and the mend."""

    def __init__(self, message: str, mend: str) -> None:
        self.message, self.mend = message, mend
        super().__init__(message)


def text_beside(name: str, read: Read) -> str:
    """The text of a file beside the definition.

    Raises:
        UnreadableFile: it is not there, not beside, too long, or neither UTF-8 nor marked as UTF-16.
    """
    if not _is_beside(name):
        raise UnreadableFile(f"the file {name!r} is not beside this one", "name a file in the same folder or below it")
    try:
        data = read(name)
    except OSError as error:
        raise UnreadableFile(
            f"the file {name!r} cannot be read: {error.strerror or 'it is not there'}",
            "create it, or mend the path; it is relative to this file",
        ) from None
    if data.startswith(_MARK_OF_ZIP):
        raise UnreadableFile(
            f"the file {name!r} is a workbook or a zip and no text",
            "save it as plain text (a table as CSV), or unpack it",
        )
    if format_ := next((name for mark, name in _MARKS_OF_FORMATS.items() if data.startswith(mark)), None):
        raise UnreadableFile(f"the file {name!r} is {format_} and no text", "save it as plain text")
    if len(data) > MOST_CHARACTERS:
        most = f"at most {MOST_CHARACTERS / 1e6:.0f} MB"
        raise UnreadableFile(f"the file {name!r} has {len(data) / 1e6:.0f} MB", most)
    try:
        text = data.decode("utf-16" if data.startswith(_MARKS_OF_UTF_16) else "utf-8-sig")
    except UnicodeDecodeError:
        raise UnreadableFile(f"the file {name!r} is not UTF-8 text", "save it as UTF-8") from None
    if "\0" in text:
        raise UnreadableFile(f"the file {name!r} holds null bytes, which no text has", "save it as UTF-8")
    return text


def _is_beside(name: str) -> bool:
    windows = PureWindowsPath(name)
    parts = {*PurePosixPath(name).parts, *windows.parts}
    return (
        bool(name) and "\0" not in name and not (name.startswith("/") or windows.drive or windows.root or ".." in parts)
    )
