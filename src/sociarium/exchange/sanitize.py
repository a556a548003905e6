"""Text from models and files made harmless for screens and plain-text files: controls are shown, not obeyed."""

from __future__ import annotations

import re
import sys

_CONTROLS = {code: chr(0x2400 + code) for code in range(0x20) if chr(code) not in "\n\t"}
_CONTROLS[0x7F] = "\u2421"
_CONTROLS |= {code: f"⟨{code:02X}⟩" for code in range(0x80, 0xA0)}
_DIRECTIONS = (0x061C, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A), 0x2028, 0x2029, 0xFEFF)
_CONTROLS |= {code: f"⟨{code:04X}⟩" for code in _DIRECTIONS}
_CONTROLS |= dict.fromkeys(range(917504, 917632), "")

_UNSAFE_IN_NAMES = re.compile(r"[^\w.-]+")
_LONGEST_NAME = 80
_MOST_BYTES = 180
"""Of a name: with what is put before and behind it, it stays within the 255 that file systems take."""


def sanitize(text: str) -> str:
    """The text with terminal controls, direction marks and invisible tags as visible signs; lines and tabs stay."""
    return text.translate(_CONTROLS)


def one_line(text: str, *, most: int = 120) -> str:
    """The beginning of a text on one line, harmless."""
    short = " ".join(text[: 4 * most].split())
    cut = short[: most - 1] + "…" if len(short) > most else short
    return sanitize(cut)


def file_name(text: str) -> str:
    """A name from a file or model as one part of a path: never empty, hidden, a parent, or too long.

    Where the system's names are of another encoding than UTF-8, letters that it lacks are left out.
    """
    encoding = sys.getfilesystemencoding()
    known = text.encode(encoding, "replace").decode(encoding)
    name = _UNSAFE_IN_NAMES.sub("_", known).strip("._-")[:_LONGEST_NAME]
    name = name.encode()[:_MOST_BYTES].decode(errors="ignore")
    return name or "unnamed"
