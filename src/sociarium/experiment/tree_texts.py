"""The texts of a tree of mappings and lists, as personas are that a researcher shapes as she likes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any


def tree_texts(tree: Any, *, with_keys: bool = False) -> Iterator[str]:
    """Every text of a tree, in its order; what is neither a text nor a mapping or list has none.

    Args:
        with_keys: the keys of a mapping too, before its values.
    """
    match tree:
        case str():
            yield tree
        case Mapping():
            if with_keys:
                yield from (key for key in tree if isinstance(key, str))
            for part in tree.values():
                yield from tree_texts(part, with_keys=with_keys)
        case list() | tuple():
            for part in tree:
                yield from tree_texts(part, with_keys=with_keys)
        case _:
            pass
