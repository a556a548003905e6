"""Words about stores of another schema, the same for every kind of store."""

from __future__ import annotations

from sociarium.errors import StoreMismatch


def mismatch(url: str, schema: object, own_schema: int) -> StoreMismatch:
    """The error for a store that another version made.

    Args:
        url: where it is, without any password.
        schema: the number that it carries.
        own_schema: the number of this version.
    """
    age, mend = "a newer", "update Sociarium"
    if not isinstance(schema, int) or schema < own_schema:
        age = "an older"
        mend = (
            "copy it first, let nobody work on it, and bring it up to date with `sociarium doctor --migrate`; older "
            "versions cannot use it then"
        )
    return StoreMismatch(f"{url} was made by {age} version (schema {schema}, here {own_schema}); {mend}")
