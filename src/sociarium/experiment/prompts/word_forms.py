"""English word forms for placeholders."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import TYPE_CHECKING

from sociarium.count_text import count_text
from sociarium.errors import BadInput

if TYPE_CHECKING:
    import inflect

_MODAL = frozenset({"can", "could", "may", "might", "must", "ought", "shall", "should", "will", "would"})
_THIRD_PERSON = {"be": "is", "have": "has", "do": "does", "quiz": "quizzes"}
_QUOTED = 60
"""Signs of a name that is too long."""


class PluralUnknown(BadInput):
    """A name is too long for a plural to be formed."""


@cache
def _engine() -> inflect.engine:
    # Most starts of the program form no plural and do without it (docs/decisions/0006).
    # What it forms while a run is played is kept with the run: prompts/library_words.py.
    with _without_typeguard():
        import inflect

    return inflect.engine()


@contextmanager
def _without_typeguard() -> Iterator[None]:
    """Let a module be imported as it is written; typeguard would rewrite each function of inflect, for seconds."""
    try:
        import typeguard
    except ModuleNotFoundError:
        # A version of inflect that does without it.
        yield
        return
    names = vars(typeguard)
    rewriting = names["typechecked"]
    names["typechecked"] = lambda target: target
    try:
        yield
    finally:
        names["typechecked"] = rewriting


@cache
def plural(noun: str) -> str:
    """The plural of a noun or noun phrase: `guard` to `guards`, `policeman` to `policemen`; a blank has none.

    Raises:
        PluralUnknown: the library that forms plurals does not come to the end of the noun.
    """
    try:
        return str(_engine().plural_noun(noun) or noun) if noun.strip() else noun
    except RecursionError:
        raise PluralUnknown(
            f"no plural can be formed of a name as long as {textwrap.shorten(noun, _QUOTED, placeholder='...')!r} "
            f"({count_text(len(noun.split()), 'word')}); say it with `plural:` at that role, or call the role otherwise"
        ) from None


def known_plural(noun: str) -> str:
    """The plural of a noun or noun phrase; empty where the noun is too long for one to be formed."""
    try:
        return plural(noun)
    except PluralUnknown:
        return ""


@cache
def singular(noun: str) -> str:
    """The singular of a noun or noun phrase: `guards` to `guard`; one that has none, or is one, as it is."""
    return str(_engine().singular_noun(noun) or noun)


@cache
def number_word(number: int) -> str:
    """A cardinal number in words: 3 to `three`."""
    return str(_engine().number_to_words(str(number)))


def possessive(noun: str) -> str:
    """`guard` to `guard's`, `guards` to `guards'`, `men` to `men's`, `boss` to `boss's`."""
    regular_plural = noun.lower().endswith("s") and not noun.lower().endswith("ss")
    return f"{noun}'" if regular_plural else f"{noun}'s"


def conjugate(verb: str, *, several: bool) -> str:
    """A verb phrase in the present tense, for one (`makes`) or for several (`make`).

    Only the first word changes: `give up` to `gives up`. Modal verbs stay as they are.
    """
    first, space, rest = verb.partition(" ")
    return _one_verb(first, several=several) + space + rest


def _one_verb(verb: str, *, several: bool) -> str:
    if verb in _MODAL:
        return verb
    if several:
        return "are" if verb == "be" else verb
    if verb in _THIRD_PERSON:
        return _THIRD_PERSON[verb]
    if re.search(r"(s|x|z|ch|sh|[^aeiou]o)$", verb):
        return f"{verb}es"
    if re.search(r"[^aeiou]y$", verb):
        return f"{verb[:-1]}ies"
    return f"{verb}s"
