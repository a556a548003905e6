"""Words that a library forms, and that its next release may form otherwise: plurals, and numbers in words.

A run keeps those that its texts need. So it is replayed in the words in which it was played.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from sociarium.experiment.prompts.placeholders import RoleFacts, role_forms
from sociarium.experiment.prompts.word_forms import number_word, plural

_NEED_A_PLURAL = frozenset({"NOUN", "POSS"})


@dataclass(frozen=True, slots=True)
class LibraryWords:
    """Words by what they are formed of: plurals by role, numbers by their digits."""

    plurals: Mapping[str, str] = field(default_factory=dict)
    numbers: Mapping[str, str] = field(default_factory=dict)

    def as_json(self) -> dict[str, dict[str, str]]:
        """As a run keeps them."""
        return {"plurals": dict(self.plurals), "numbers": dict(self.numbers)}

    def with_others(self, others: LibraryWords) -> LibraryWords:
        """These and others; where both have one, this one."""
        return LibraryWords({**others.plurals, **self.plurals}, {**others.numbers, **self.numbers})


@dataclass(frozen=True, slots=True)
class WordsNeeded:
    """What a library is to form words of: roles, in the singular, and counts."""

    roles: tuple[str, ...]
    counts: tuple[int, ...]

    def __bool__(self) -> bool:
        return bool(self.roles or self.counts)

    def beside(self, known: LibraryWords) -> WordsNeeded:
        """What is needed beside words that are known."""
        return WordsNeeded(
            tuple(role for role in self.roles if role not in known.plurals),
            tuple(count for count in self.counts if str(count) not in known.numbers),
        )

    def form(self) -> LibraryWords:
        """The words, as the library that is installed forms them."""
        plurals = {role: plural(role) for role in self.roles}
        return LibraryWords(plurals, {str(count): number_word(count) for count in self.counts})


def required_words(texts: Iterable[str], roles: Sequence[RoleFacts]) -> WordsNeeded:
    """What the placeholders of texts need of a library, known without it.

    Args:
        texts: as researchers wrote them.
        roles: with their counts in the run. A plural that the file gives needs no library.
    """
    facts = {role.name: role for role in roles}
    forms = {pair for text in texts for pair in role_forms(text, facts)}
    several = {facts[name] for name, form in forms if form in _NEED_A_PLURAL and facts[name].count != 1}
    counted = {facts[name].count for name, form in forms if form == "NUMWORD"}
    return WordsNeeded(
        tuple(sorted(role.name for role in several if role.plural is None)),
        tuple(sorted(counted)),
    )


def read_words(value: object) -> LibraryWords:
    """Words as a run keeps them. What is no word is left out: a journal may come from anywhere."""
    parts = value if isinstance(value, Mapping) else {}
    return LibraryWords(_strings(parts.get("plurals")), _strings(parts.get("numbers")))


def with_words(roles: Iterable[RoleFacts], words: LibraryWords) -> tuple[RoleFacts, ...]:
    """Roles that need no library for the words that are there."""
    return tuple(
        replace(
            role,
            plural=words.plurals.get(role.name) if role.plural is None else role.plural,
            number_word=words.numbers.get(str(role.count)),
        )
        for role in roles
    )


def _strings(value: object) -> dict[str, str]:
    pairs = value.items() if isinstance(value, Mapping) else ()
    return {key: text for key, text in pairs if isinstance(key, str) and isinstance(text, str)}
