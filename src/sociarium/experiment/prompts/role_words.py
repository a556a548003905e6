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
_SHORTEST = 2
"""Signs; a shorter name is met in any text, as a number is: `a`, `12`."""


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
        for pattern in (self._as_written, self._by_library):
            for match in pattern.finditer(folded):
                around = slice(max(match.start() - 1, 0), match.end() + 1)
                # Where signs fell away or came apart, the places of the text are not those of what is compared.
                is_aligned = len(text) == len(folded) and _fold(text[around]) == folded[around]
                read = text if is_aligned else folded
                if _is_whole(read, match.start(), match.end()):
                    return read[match.start() : match.end()]
        return None

    @cached_property
    def _as_written(self) -> re.Pattern[str]:
        spelled = [form for name in self._names for form in _spelled_forms(name)]
        return _pattern([*spelled, *([self._given] if self._given else [])])

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
    longer = (form for form in forms if sum(map(str.isalnum, form)) >= _SHORTEST and any(map(str.isalpha, form)))
    patterns = dict.fromkeys(map(_form_pattern, longer))
    return re.compile("|".join(sorted(patterns, key=len, reverse=True)) or r"(?!)")


def _form_pattern(form: str) -> str:
    parts = [_fold(part) for part in _PARTS.split(form) if part]
    return r"[\s_-]*".join("-?".join("'?" if sign == "'" else re.escape(sign) for sign in part) for part in parts)


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
