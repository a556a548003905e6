"""What may have to be repaired in an answer before it can be read."""

from __future__ import annotations

from collections.abc import Collection

REPAIRS = (
    "prose",
    "fence",
    "wrapped",
    "repeated",
    "key_case",
    "trailing_comma",
    "missing_comma",
    "unclosed",
    "quotes",
    "unquoted",
    "literal",
    "escape",
    "newline",
    "comment",
    "sentence",
    "number",
)
"""Every kind of repair.

prose: words around the answer. fence: around it the marks of a code block. wrapped: the answer stands in another
object, list or string, or in a box (`\\boxed{7}`, `<answer>7</answer>`). repeated: it is given more than once, the
same each time. key_case: a key in other case. trailing_comma, missing_comma: between members. unclosed: brackets are
missing at the end. quotes: others than JSON's. unquoted: a word without any. literal: `True`, `False`, `None`.
escape: a backslash before what needs none. newline: a line break, or another control character, in a string. comment:
`//`, `/* */` or `#`. sentence: the answer stands in words of its own. number: a number in a string, or written
otherwise than JSON writes it.
"""


def in_order(repairs: Collection[str]) -> tuple[str, ...]:
    """Kinds of repairs as they are stored."""
    return tuple(kind for kind in REPAIRS if kind in repairs)
