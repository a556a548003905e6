"""Versions of what serves a model, as answers tell them: the digest of its weights, or a name that the server gives."""

from __future__ import annotations

import re
from collections.abc import Collection

_DIGEST = re.compile(r"sha256:.*|[0-9a-f]{64}")


def version_of(digest: str | None, name: str | None) -> str | None:
    """What is kept of an answer: the digest where it has one, else the name."""
    return digest or name


def is_digest(version: str) -> bool:
    """Whether a version is a digest."""
    return _DIGEST.fullmatch(version) is not None


def is_other_version(known: Collection[str], *, digest: str | None, name: str | None) -> bool:
    """Whether an answer shows that something else gave it than one of the versions that are known.

    Digests are held against digests, names against names. An answer without a digest is no sign of other weights: a
    server that keeps its list of models back, for a moment or from one of several addresses, tells none.

    Args:
        known: at least one.
        digest, name: as the answer tells them.
    """
    names = [version for version in known if not is_digest(version)]
    # A digest of another form cannot be told from the names that are known, and is held against all.
    if digest and (digest in known or len(names) < len(known) or not is_digest(digest)):
        return digest not in known
    return bool(name) and name not in known and bool(names)
