"""Placeholders: `<GUARD_NOUN>` and its kin, found wherever they stand and rendered for one run.

A *word* is what stands between `<` and `>`. It is placeholder-shaped when it ends in `_CAPITALS`, when it is a
known placeholder in another case, or when it is or begins with a role's name in capitals; everything else is text.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from sociarium.experiment.prompts.word_forms import conjugate, number_word, plural, possessive

Pronouns = Literal["he", "she", "they", "it", "he/she"]

_PRONOUNS: dict[Pronouns, tuple[str, str, str]] = {
    "he": ("he", "him", "his"),
    "she": ("she", "her", "her"),
    "they": ("they", "them", "their"),
    "it": ("it", "it", "its"),
    "he/she": ("he/she", "him/her", "his/her"),
}

ROLE_FORMS = ("NUM", "NUMWORD", "NOUN", "POSS", "PRON", "OBJPRON", "POSSPRON")
SELF = "SELF_NAME"
COUNTS = ("AGENTS_NUM", "ROLES_NUM")
RESERVED_ROLE_KEYS = frozenset({"AGENTS", "ROLES", "SELF"})

_WORD = re.compile(r"<(\w+)>")
_LOOSE_WORD = re.compile(r"<(\w(?:[^<>\n]{0,80}\w)?)>")
"""As people write a placeholder of a role whose name is not one word."""
_VERB = re.compile(r"VERB_([A-Z]+(?:_[A-Z]+)*)")


@dataclass(frozen=True, slots=True)
class RoleFacts:
    """What placeholders need to know of a role in one run.

    Attributes:
        plural, number_word: None where a library forms them.
    """

    name: str
    count: int
    pronouns: Pronouns = "they"
    plural: str | None = None
    number_word: str | None = None


@dataclass(frozen=True, slots=True)
class UnknownPlaceholder:
    """A placeholder-shaped word that means nothing here: its position in the text and what is near."""

    word: str
    start: int
    nearest: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Placeholder:
    role: str | None
    form: str
    capitalised: bool


def role_key(name: str) -> str:
    """A role's name as placeholders spell it: capitals, every other character as `_`."""
    return "".join(character if character.isalnum() else "_" for character in name.upper())


def unknown_placeholders(text: str, roles: Iterable[str], *, has_self: bool) -> Iterator[UnknownPlaceholder]:
    """The placeholder-shaped words of a text that cannot be rendered.

    Args:
        text: what the researcher wrote.
        roles: names of the roles of the experiment.
        has_self: whether the text is addressed to one agent, so that `<SELF_NAME>` means something.
    """
    keys = {role_key(role): role for role in roles}
    for match in _LOOSE_WORD.finditer(text):
        word = match.group(1)
        is_one_word = _WORD.fullmatch(match.group(0)) is not None
        parsed = _parse(word, keys) if is_one_word else None
        if parsed and (parsed.form != SELF or has_self):
            continue
        if parsed or (_is_shaped(word, keys) if is_one_word else _is_shaped_but_for_signs(word, keys)):
            yield UnknownPlaceholder(word, match.start(), _nearest(role_key(word), keys, has_self=has_self))


def render(text: str, roles: Sequence[RoleFacts], *, self_name: str | None = None) -> str:
    """Put values in the place of every placeholder.

    Args:
        text: checked before with `unknown`.
        roles: every role the text may name, with its count in this run.
        self_name: the agent's own name, where the text is addressed to one.

    Returns:
        The text; words that are no placeholders stay as they are.
    """
    if "<" not in text:
        return text
    keys = {role_key(role.name): role.name for role in roles}
    facts = {role.name: role for role in roles}

    def value(match: re.Match[str]) -> str:
        parsed = _parse(match.group(1), keys)
        if parsed is None or (parsed.form == SELF and self_name is None):
            return match.group(0)
        return _value(parsed, facts, self_name or "")

    return _WORD.sub(value, text)


def named_roles(text: str, roles: Iterable[str]) -> set[str]:
    """The roles whose placeholders a text uses."""
    return {role for role, _ in role_forms(text, roles)}


def role_forms(text: str, roles: Iterable[str]) -> set[tuple[str, str]]:
    """What a text's placeholders ask of roles: (role, form), the form as `NOUN` or `VERB_MAKE`."""
    if "<" not in text:
        return set()
    keys = {role_key(role): role for role in roles}
    placeholders = (_parse(match.group(1), keys) for match in _WORD.finditer(text))
    return {(parsed.role, parsed.form) for parsed in placeholders if parsed and parsed.role}


def without_placeholders(text: str, roles: Iterable[str]) -> str:
    """A text with a blank in the place of each sign of a placeholder; everything else stays where it is."""
    keys = {role_key(role): role for role in roles}
    return _WORD.sub(lambda match: " " * len(match[0]) if _parse(match[1], keys) else match[0], text)


def with_role_renamed(text: str, roles: Iterable[str], old: str, new: str) -> str:
    """A text in which the placeholders of one role are those of its new name; everything else stays.

    Args:
        text: what the researcher wrote.
        roles: names of the roles of the experiment, the old one among them.
        old: one of `roles`.
        new: what it is called from now on.
    """
    if "<" not in text:
        return text
    keys = {role_key(role): role for role in roles}
    key = role_key(new)

    def word(match: re.Match[str]) -> str:
        parsed = _parse(match.group(1), keys)
        if parsed is None or parsed.role != old:
            return match.group(0)
        capitalised = f"{key.capitalize()}_{parsed.form}"
        # A name without a letter to begin with has no capitalised spelling.
        reads = _parse(capitalised, {key: new})
        return f"<{capitalised if parsed.capitalised and reads and reads.capitalised else f'{key}_{parsed.form}'}>"

    return _WORD.sub(word, text)


def _parse(word: str, keys: dict[str, str]) -> _Placeholder | None:
    if word in COUNTS or word == SELF:
        return _Placeholder(None, word, capitalised=False)
    upper = word.upper()
    for key in sorted(keys, key=len, reverse=True):
        rest = upper[len(key) + 1 :]
        possible = upper.startswith(f"{key}_") and (rest in ROLE_FORMS or _VERB.fullmatch(rest))
        if not possible or not word.endswith(f"_{rest}"):
            continue
        # Capitals may be longer: `Straße` is `STRASSE`.
        head = word[: -len(rest) - 1]
        if head == key:
            return _Placeholder(keys[key], rest, capitalised=False)
        if head[:1].isupper():
            return _Placeholder(keys[key], rest, capitalised=True)
    return None


def _is_shaped(word: str, keys: dict[str, str]) -> bool:
    head, underscore, last = word.rpartition("_")
    if underscore and head and last.isalpha() and last.isupper():
        return True
    if word in keys or word in RESERVED_ROLE_KEYS or _parse(word.upper(), keys):
        return True
    return word.isupper() and any(word.startswith(f"{key}_") for key in keys)


def _is_shaped_but_for_signs(word: str, keys: dict[str, str]) -> bool:
    """Whether a word with blanks or other signs in it is meant as a placeholder: `<PRISON GUARD_NUM>`."""
    last = word.rpartition("_")[2]
    return last in ROLE_FORMS or (word.isupper() and _parse(role_key(word), keys) is not None)


def _all_placeholders(keys: Iterable[str], *, has_self: bool) -> list[str]:
    forms = [f"{key}_{form}" for key in keys for form in ROLE_FORMS]
    return [*forms, *COUNTS, *([SELF] if has_self else [])]


def _nearest(word: str, keys: dict[str, str], *, has_self: bool) -> tuple[str, ...]:
    names = _all_placeholders(keys, has_self=has_self)
    head, verb, rest = word.upper().partition("_VERB_")
    if verb and rest:
        names = [f"{key}_VERB_{rest}" for key in keys]
    elif head in keys:
        names = [f"{head}_NOUN", f"{head}_NUM", f"{head}_PRON"]
        return tuple(f"<{name}>" for name in names)
    close = difflib.get_close_matches(word.upper(), names, n=3, cutoff=0.5)
    return tuple(f"<{name}>" for name in close)


def _value(parsed: _Placeholder, facts: dict[str, RoleFacts], self_name: str) -> str:
    if parsed.form == SELF:
        return self_name
    if parsed.form == "AGENTS_NUM":
        return str(sum(role.count for role in facts.values()))
    if parsed.form == "ROLES_NUM":
        return str(sum(role.count > 0 for role in facts.values()))
    assert parsed.role is not None
    text = _role_value(facts[parsed.role], parsed.form)
    return text[:1].upper() + text[1:] if parsed.capitalised else text


def _role_value(role: RoleFacts, form: str) -> str:
    several = role.count != 1
    noun = (role.plural or plural(role.name)) if several else role.name
    subject, object_, owner = _PRONOUNS["they" if several else role.pronouns]
    match form:
        case "NUM":
            return str(role.count)
        case "NUMWORD":
            return role.number_word or number_word(role.count)
        case "NOUN":
            return noun
        case "POSS":
            return possessive(noun) if several else f"{noun}'s"
        case "PRON":
            return subject
        case "OBJPRON":
            return object_
        case "POSSPRON":
            return owner
        case _:
            verb = form.removeprefix("VERB_").lower().replace("_", " ")
            return conjugate(verb, several=several)
