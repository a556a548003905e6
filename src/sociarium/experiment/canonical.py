"""One spelling for equal values: the ground under fingerprints and ids."""

from __future__ import annotations

import hashlib
import json
from typing import Any

ID_LENGTH = 20
"""Hexadecimal digits of an id: 80 bits, so that a billion runs meet by accident once in a million stores."""

_PIECE = 2047
_SPELLING = json.JSONEncoder(sort_keys=True, separators=(",", ":"), allow_nan=False)


def canonical_json(value: Any) -> bytes:
    """Spell a JSON value so that equal values give equal bytes (sorted keys, no spaces, ASCII).

    Raises:
        ValueError: for NaN and infinities, which JSON does not have.
    """
    return canonical_text(value).encode("ascii")


def canonical_text(value: Any) -> str:
    """`canonical_json` as a text, of which a larger one can be put together.

    Raises:
        ValueError: as there.
    """
    return _SPELLING.encode(value)


def fingerprint(value: Any) -> str:
    """The SHA-256 of a value's canonical JSON, 64 hexadecimal digits."""
    return fingerprint_of_text(canonical_text(value))


def fingerprint_of_text(text: str) -> str:
    """The fingerprint of the value whose `canonical_text` this is."""
    spelled = text.encode("ascii")
    digest = hashlib.sha256()
    # The interpreter is given to other threads for the time of a long piece, and waited for longer than hashing takes.
    for start in range(0, len(spelled), _PIECE):
        digest.update(spelled[start : start + _PIECE])
    return digest.hexdigest()


def short_id(kind: str, *parts: Any) -> str:
    """An id of `ID_LENGTH` hexadecimal digits for things of one kind that agree in every part."""
    return fingerprint([kind, *parts])[:ID_LENGTH]
