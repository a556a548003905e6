"""One spelling for equal values: the ground under fingerprints and ids."""

from __future__ import annotations

import hashlib
import json
from json.encoder import encode_basestring_ascii
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from hashlib import _Hash

ID_LENGTH = 20
"""Hexadecimal digits of an id: 80 bits, so that a billion runs meet by accident once in a million stores."""

_PIECE = 2047
_SPELLING = json.JSONEncoder(sort_keys=True, separators=(",", ":"), allow_nan=False, check_circular=False)


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


def canonical_string(text: str) -> str:
    """`canonical_text` of a text: a quarter of the time, for a request spells each of its messages anew."""
    return encode_basestring_ascii(text)


def fingerprint(value: Any) -> str:
    """The SHA-256 of a value's canonical JSON, 64 hexadecimal digits."""
    return fingerprint_of_text(canonical_text(value))


def fingerprint_of_text(text: str) -> str:
    """The fingerprint of the value whose `canonical_text` this is."""
    digest = hashlib.sha256()
    hash_text(digest, text)
    return digest.hexdigest()


def hash_text(digest: _Hash, text: str) -> None:
    """Go on hashing with a text that is canonical, or a piece of one."""
    spelled = text.encode("ascii")
    # The interpreter is given to other threads for the time of a long piece, and waited for longer than hashing takes.
    for start in range(0, len(spelled), _PIECE):
        digest.update(spelled[start : start + _PIECE])


def short_id(kind: str, *parts: Any) -> str:
    """An id of `ID_LENGTH` hexadecimal digits for things of one kind that agree in every part."""
    return fingerprint([kind, *parts])[:ID_LENGTH]
