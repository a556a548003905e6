"""Words about stores of another schema, the same for every kind of store."""

from __future__ import annotations

from sociarium.errors import StoreMismatch


def mismatch(place: str, found: object, here: int) -> StoreMismatch:
    """What is said of a store that another version made."""
    told, mend = "a newer", "update Sociarium"
    if not isinstance(found, int) or found < here:
        told = "an older"
        mend = (
            "copy it first, let nobody work on it, and bring it up to date with `sociarium doctor --migrate`; older "
            "versions cannot use it then"
        )
    return StoreMismatch(f"{place} was made by {told} version (schema {found}, here {here}); {mend}")
