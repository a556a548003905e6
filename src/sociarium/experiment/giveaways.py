"""What others read that gives a condition away: names of roles, and words for them, where roles are told different
things in different conditions or take part in some of them only.

An environment says how a role stands in the conditions of a sweep, what its people are called, and who reads what.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from sociarium.count_text import count_text
from sociarium.experiment.prompts.placeholders import role_forms, role_key, without_placeholders
from sociarium.experiment.prompts.role_words import RoleWords
from sociarium.experiment.prompts.text import Text, wordings_of
from sociarium.experiment.read_texts import Choice, ReadText
from sociarium.experiment.yaml_text import flow_text

_NEUTRAL_NAMES = ("Participant", "Person", "Speaker", "Member", "Resident", "Player", "Agent")
"""Names that fit whatever somebody is told."""
_LETTER_OR_NUMBER = re.compile(r"[\s_-]+\w$|(?<=[^\W\dA-Z_])[A-Z]$|[\s_-]*\d+$")
"""Behind a name that several share: `participant A`, `ParticipantB`, `participant_3`."""
_AT_ONCE = 100


@dataclass(frozen=True, slots=True)
class Standing:
    """How a role stands in some conditions.

    Attributes:
        is_there: whether it takes part.
        told: what it reads and others do not, text by text.
        others: the roles that take part beside it.
        is_named: whether these read what its people are called.
    """

    is_there: bool
    told: tuple[tuple[str, ...], ...]
    others: frozenset[str]
    is_named: bool = True


@dataclass(frozen=True, slots=True)
class Giveaway:
    """What gives a condition away.

    Attributes:
        said: in prose.
        mend: how to go about it in a file.
    """

    said: str
    mend: str

    def __str__(self) -> str:
        return f"{self.said}; {self.mend}"


@dataclass(frozen=True, slots=True)
class RoleAtStake:
    """A role of whose conditions others are not to know.

    Attributes:
        called: what its people are called; None: after it. A feed's people have names of their own.
        standings: in the conditions of a sweep.
        standings_where: in those that choose a variant.
    """

    words: RoleWords
    called: str | None
    standings: Sequence[Standing]
    standings_where: Callable[[Choice], Sequence[Standing]]

    @property
    def role(self) -> str:
        """Its name."""
        return self.words.name

    @property
    def is_varied(self) -> bool:
        """Whether it is told different things in conditions in which others are there, too."""
        return len({one.told for one in self._beside_others}) > 1

    @property
    def is_named(self) -> bool:
        """Whether others read what its people are called, in conditions that are to be told apart."""
        named = [one for one in self._beside_others if one.is_named]
        varied = len({one.told for one in named}) > 1
        return varied or (bool(named) and self.is_sometimes_there)

    @property
    def is_sometimes_there(self) -> bool:
        """Whether it takes part in some conditions, and the same others have conditions without it."""
        without = frozenset[str]().union(*(one.others for one in self.standings if not one.is_there))
        return any(one.others & without for one in self._beside_others)

    @property
    def is_called_after_its_role(self) -> bool:
        """Whether the name of its people is the role's, or holds the word for it."""
        return self.called is None or self.words.find(self.called) is not None

    def is_told_by(self, text: ReadText) -> bool:
        """Whether others read a text in conditions in which it is told different things."""
        standings = self.standings if text.choice is None else self.standings_where(text.choice)
        read = [one for one in standings if one.is_there and one.others]
        return len({one.told for one in read if text.readers is None or one.others & text.readers}) > 1

    @property
    def _beside_others(self) -> list[Standing]:
        return [one for one in self.standings if one.is_there and one.others]


def is_neutral(role: str) -> bool:
    """Whether a role's name fits whatever it is told."""
    return _LETTER_OR_NUMBER.sub("", role.strip()).casefold() in {name.casefold() for name in _NEUTRAL_NAMES}


def told_kinds(
    texts: Mapping[str, Text], fill: Callable[[str], str] = str
) -> dict[str, Callable[[object], tuple[str, ...]]]:
    """What a level of each text's slot tells, whatever it is called, and whatever blanks stand at its ends.

    Args:
        fill: puts in the place of a text's placeholders what is known of them.
    """

    def kind(text: Text) -> Callable[[object], tuple[str, ...]]:
        return lambda level: tuple(
            fill(one).strip() for one in wordings_of(text, None if level is None else str(level))
        )

    return {slot: kind(text) for slot, text in texts.items()}


def telling_names(at_stake: Sequence[RoleAtStake], roles: Iterable[str]) -> Iterator[Giveaway]:
    """Roles after which people are called before others, although that fits some conditions better than others.

    Args:
        roles: all there are, and what their people are called.
    """
    named = [one for one in at_stake if one.is_named and one.is_called_after_its_role]
    varied = [one.role for one in named if one.is_varied]
    if varied:
        whose = "its name" if len(varied) == 1 else "their names"
        yield Giveaway(
            f"the texts of {', '.join(varied)} vary, and others read {whose} in every condition: a name that fits one "
            "of the texts gives the condition away",
            f"{_other_names(varied, roles)} calls such agents otherwise",
        )
    coming = [one.role for one in named if not one.is_varied]
    if coming:
        verb, whose = ("takes", "its name") if len(coming) == 1 else ("take", "their names")
        yield Giveaway(
            f"{', '.join(coming)} {verb} part in some conditions only, and others read {whose} there: a name that fits "
            "what is compared gives the condition away",
            f"{_other_names(coming, roles)} calls such agents otherwise",
        )


def telling_words(
    at_stake: Iterable[RoleAtStake], texts: Sequence[ReadText], roles: Mapping[str, str]
) -> Iterator[Giveaway]:
    """Texts by which others learn of a role whose texts vary.

    Args:
        roles: all there are, with the words that their placeholders may come to.
    """
    for one in at_stake:
        if not one.is_varied:
            continue
        telling = [
            (text.place, word)
            for text in _promising(one.words, texts)
            if (word := _word_for(one.words, text, roles)) and one.is_told_by(text)
        ]
        if telling:
            place, word = telling[0]
            more = f", and in {count_text(len(telling) - 1, 'further place')}" if len(telling) > 1 else ""
            yield Giveaway(
                f"the texts of {one.role} vary, and others read {one.role!r} in {place} ({word}){more}: "
                "a word that fits one of the texts gives the condition away",
                "write another one there",
            )


def _promising(words: RoleWords, texts: Sequence[ReadText]) -> Iterator[ReadText]:
    """The texts among which one may name a role: of thousands of people, many are looked through at once."""
    for start in range(0, len(texts), _AT_ONCE):
        some = texts[start : start + _AT_ONCE]
        if any("<" in one.text for one in some) or words.find("\n".join(one.text for one in some)) is not None:
            yield from some


def _word_for(words: RoleWords, text: ReadText, roles: Mapping[str, str]) -> str | None:
    """How a text calls a role: by its placeholder, else by the word."""
    if not text.is_filled or "<" not in text.text:
        return words.find(text.text)
    for role, form in sorted(role_forms(text.text, roles)):
        if form in {"NOUN", "POSS"} and (role == words.name or words.find(roles[role])):
            return f"<{role_key(role)}_{form}>"
    return words.find(without_placeholders(text.text, roles))


def _other_names(roles: Sequence[str], taken: Iterable[str]) -> str:
    """What a file says so that the people of some roles are called by a name that none has."""
    called = [RoleWords(_LETTER_OR_NUMBER.sub("", name)) for name in taken]
    name = next((one for one in _NEUTRAL_NAMES if not any(words.find(one) for words in called)), "Somebody")
    return f"`roles: {{{', '.join(f'{flow_text(role)}: {{name: {name}}}' for role in roles)}}}`"
