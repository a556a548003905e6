"""The words by which a text calls a role: however they are spelled and joined, alone or in the plural."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import cached_property

from sociarium.experiment.prompts.word_forms import known_plural, singular

_UNSEEN = re.compile("[\u00ad\u200b-\u200f\u2060-\u2064\ufeff]")
_DASHES = re.compile("[\u2010-\u2015\u2212]")
_APOSTROPHES = re.compile("[\u2018\u2019\u201b\u2032\u02b9\u02bc`]")
_PARTS = re.compile(r"[\s_-]+|(?<=[^\W\d_A-Z])(?=[A-Z])|(?<=[^\W\d])(?=\d)")
"""Between the parts of a name: `prison guard`, `prison_guard`, `PrisonGuard`, `guard2`."""
_NUMBER = re.compile(r"[\s_-]*\d+$")
_ENGLISH = re.compile(r"[a-z]+(?:[ '-]+[a-z]+)*")
_WITHOUT_BLANKS = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u2e80-\ud7ff\uf900-\ufaff\U00020000-\U0003ffff]")
"""Scripts whose words stand without blanks between them, or bear endings: Thai to Khmer, and those of East Asia."""
_WORD_SIGNS = re.compile("[\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")
"""Each a word by itself: those of Chinese, in Japanese and Korean, too."""
_SHORTEST = 2
"""Letters; a shorter name is met in any text, as a number is: `a`, `12`."""
_BEGUN = re.compile(r"(?:^|[.!?:;\u2026\u3002\uff01\uff1f\n\"'\u201c\u201d\u201e\u00ab\u00bb(\[])[\W_]*$")
"""Where a sentence begins, and a capital says nothing of the word."""
_ALONE_BEFORE, _ALONE_BEHIND = re.compile(r"(?:^|\n)[ \t\"'()\[\]*_@#-]*$"), re.compile(r"[ \t\"'()\[\]*_-]*(?:\n|$)")
_HANDLE_BEFORE, _HANDLE_BEHIND = re.compile(r"(?:[^\W_]_?|@)$"), re.compile(r"_?[^\W_]")
"""What makes a word part of a name of somebody: `@will`, `Will_417`, `will2`."""
_NEAR = 60
"""Signs of the text around a word that are looked at."""
_MANY_BEFORE = re.compile(r"\b(?:an?|whole|entire|vast)\s+$")
_MANY_BEHIND = re.compile(r"\s+of\s+(?!(?:the|this|that|these|those|an?|my|your|our|his|her|its|their)\b)")
"""`A host of options` has no host."""
_EVERYDAY = frozenset(
    re.findall(
        r"\w+",
        """a an the this that these those i me my mine we us our ours you your yours he him his she her hers it its they
    them their theirs one ones who whom whose what which when where why how am is are was were be been being do does did
    done don have has had having can could may might must ought shall should will would won ll ve re and or but nor so
    yet if as at by for from in into of off on onto out over to up upon with not no yes all any both each few more most
    much many none other others own same some such than then there here too very just only also again once while
    because until about above after against before below between down during through under""",
    )
)
"""Words that any English text has: as the name of a role, one is known by its capital inside a sentence."""


class RoleWords:
    """The words that name one role.

    Args:
        name: of the role.
        given_plural: where the file says one.
        others: names of the other roles. Where none has the same word, `wolf` names `wolf_1`, too.
    """

    def __init__(self, name: str, given_plural: str | None = None, others: Iterable[str] = ()) -> None:
        self.name = name
        self._given = given_plural
        self._others = others

    def find(self, text: str) -> str | None:
        """The first word of a text that names the role, as it stands there; None where none does."""
        folded = _fold(text)
        spelled = [text] if len(text) == len(folded) else [plain] if len(plain := _plain(text)) == len(folded) else []
        for pattern, are_capitals in self._patterns():
            for match in pattern.finditer(folded):
                around = slice(max(match.start() - 1, 0), match.end() + 1)
                # Where signs fell away or came apart, the places of the text are not those of what is compared.
                read = next((one for one in spelled if _fold(one[around]) == folded[around]), folded)
                if _is_whole(read, *match.span()) and _is_name(read, *match.span(), are_capitals):
                    return read[match.start() : match.end()]
        return None

    def _patterns(self) -> Iterator[tuple[re.Pattern[str], int]]:
        """What is looked for, and how many of its first letters are to be capitals."""
        yield self._as_written, self._are_capitals
        yield self._as_given, 0
        yield self._by_library, self._are_capitals

    @cached_property
    def _are_capitals(self) -> int:
        # `US` is not in `Tell us`. A name of several words is not met by chance.
        are_words = sum(any(map(str.isalpha, part)) for part in re.split(r"[\s_-]+", self.name))
        return sum(map(str.isalpha, self.name)) if self.name.isupper() and are_words == 1 else 0

    @cached_property
    def _as_written(self) -> re.Pattern[str]:
        return _pattern([form for name in self._names for form in _spelled_forms(name)])

    @cached_property
    def _as_given(self) -> re.Pattern[str]:
        return _pattern([self._given] if self._given else [])

    @cached_property
    def _by_library(self) -> re.Pattern[str]:
        # What forms them takes its time to be loaded: it is asked only where no plainer form was met.
        return _pattern([form for name in self._names for form in _library_forms(name)])

    @cached_property
    def _names(self) -> list[str]:
        stem = _NUMBER.sub("", self.name)
        is_shared = stem == self.name or any(
            RoleWords(stem).find(other) for other in self._others if other != self.name
        )
        return [self.name] if is_shared else [self.name, stem]


def _fold(text: str) -> str:
    """A text as it is compared: without regard to capitals, to how accents are coded, and to kinds of dashes."""
    if text.isascii():
        return text.lower().replace("`", "'")
    # An acute accent that stands alone is an apostrophe, and would come apart; some letters come apart into others.
    plain = unicodedata.normalize("NFKC", _UNSEEN.sub("", text.replace("\u00b4", "'"))).casefold()
    plain = _APOSTROPHES.sub("'", _DASHES.sub("-", plain))
    return unicodedata.normalize("NFC", plain).replace("i\u0307", "i")


def _plain(text: str) -> str:
    """As it is compared, but with its capitals."""
    plain = unicodedata.normalize("NFKC", _UNSEEN.sub("", text.replace("\u00b4", "'"))).replace("\u0130", "I")
    long = {sign: sign.casefold() for sign in set(plain) if len(sign.casefold()) > 1}
    for sign, letters in long.items():
        plain = plain.replace(sign, letters.upper() if sign.isupper() else letters)
    return unicodedata.normalize("NFC", _APOSTROPHES.sub("'", _DASHES.sub("-", plain)))


def _spelled_forms(name: str) -> Iterator[str]:
    yield name
    yield f"{name}s"
    folded = _fold(name)
    if folded.endswith(("s", "x", "z", "ch", "sh")):
        yield f"{name}es"
    if re.search(r"[^aeiou]y$", folded):
        yield f"{name[:-1]}ies"
    if ending := re.search(r"fe?$", folded):
        yield f"{name[: -len(ending[0])]}ves"


def _library_forms(name: str) -> Iterator[str]:
    words = " ".join(part for part in _PARTS.split(name) if part).lower()
    if _ENGLISH.fullmatch(words):
        yield known_plural(words)
        one = singular(words)
        if len(one) > _SHORTEST and known_plural(one) == words:
            yield one


def _pattern(forms: Iterable[str]) -> re.Pattern[str]:
    patterns = dict.fromkeys(_form_pattern(form) for form in forms if _is_long_enough(form))
    return re.compile("|".join(sorted(patterns, key=len, reverse=True)) or r"(?!)")


def _is_long_enough(form: str) -> bool:
    is_long = sum(map(str.isalnum, form)) >= _SHORTEST and any(map(str.isalpha, form))
    return is_long or _WORD_SIGNS.search(form) is not None


def _form_pattern(form: str) -> str:
    parts = [_fold(part) for part in _PARTS.split(form) if part]
    return r"[\s_-]*".join("-?".join("'?" if sign == "'" else re.escape(sign) for sign in part) for part in parts)


def _is_name(text: str, start: int, end: int, are_capitals: int) -> bool:
    """Whether a word is spelled as a name is, and is not met by chance.

    Args:
        are_capitals: how many of its first letters must be.
    """
    before, word, behind = text[max(start - _NEAR, 0) : start], text[start:end], text[end : end + _NEAR]
    if _HANDLE_BEFORE.search(before) or _HANDLE_BEHIND.match(behind):
        return True
    if _ALONE_BEFORE.search(before) and _ALONE_BEHIND.match(behind):
        return True
    letters = [sign for sign in word if sign.isalpha()]
    if are_capitals:
        return all(sign.isupper() for sign in letters[:are_capitals])
    folded = _fold(word)
    if folded in _EVERYDAY:
        return word[0].isupper() and _BEGUN.search(before) is None
    return not (folded == "host" and _MANY_BEFORE.search(_fold(before)) and _MANY_BEHIND.match(_fold(behind)))


def _is_whole(text: str, start: int, end: int) -> bool:
    """Whether no letter goes before or follows; signs, numbers and capitals may: `_wolf_`, `wolf2`, `BobWolf`."""
    return not _are_joined(text[start - 1 : start], text[start]) and not _are_joined(text[end - 1], text[end : end + 1])


def _are_joined(first: str, second: str) -> bool:
    if not first or not second or _WITHOUT_BLANKS.match(first) or _WITHOUT_BLANKS.match(second):
        return False
    if unicodedata.category(second).startswith("M"):
        return True
    if first.islower() and second.isupper():
        return False
    return (first.isalpha() and second.isalpha()) or (first.isdigit() and second.isdigit())
