"""Words about stores of another schema, the same for every kind of store."""

from __future__ import annotations

from sociarium.errors import StoreMismatch


def mismatch(place: str, schema: object, here: int) -> StoreMismatch:
    """What is said of a store that another version made."""
    age, mend = "a newer", "update Sociarium"
    if not isinstance(schema, int) or schema < here:
        age = "an older"
        mend = (
            "copy it first, let nobody work on it, and bring it up to date with `sociarium doctor --migrate`; older "
            "versions cannot use it then"
        )
    return StoreMismatch(f"{place} was made by {age} version (schema {schema}, here {here}); {mend}")
