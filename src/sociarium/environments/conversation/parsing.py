"""Reading a reply: what of it the agent said, and what else stands in it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

FLAGS = (
    "trimmed",
    "template_tokens",
    "name_only",
    "empty",
    "repeated",
    "echoed",
    "retried",
    "token_limit",
    "context_cut",
    "context_suspected",
    "repaired",
    "refused",
    "replaced",
    "random_speaker",
)
"""Every flag of a message, in the order in which they are stored.

trimmed: something was cut. template_tokens: a chat template's tokens were cut. name_only: a reply was nothing but a
name. empty: nothing was said. repeated: it begins with the agent's own last message. echoed: it begins with what its
model was sent (see `echoes`). retried: asked again. token_limit: the reply was cut off. context_cut: the server's
count proves that it cut the prompt; the run ends here. context_suspected: its counts stand still while prompts grow.
repaired: an answer was read with mends. refused: by the model or its server. replaced: characters that cannot be
stored became U+FFFD. random_speaker: the manager named nobody, so the speaker was drawn.
"""

_QUOTES = " \t\n*_\"'\u201c\u201d\u2018\u2019\u00ab\u00bb\u201e"
_ECHO_WORDS = 5
_ECHO_LETTERS = 20

# Possessive (*+), so that hostile text cannot make matching slower than linear.
_OPENING = " \t*_[(<\"'`#>"
_OPEN = rf"[{re.escape(_OPENING)}]*+"
_CLOSE = r"[*_\]\)>\"'`]*+"

# Names differ from run to run, so patterns stand only around them: compiling some a run would be its largest cost.
_ANY_NUMBER = "\0"
"""Stands after the stem of numbered names; no name can hold it."""
_NUMBER = re.compile(r"\d++")
_SPACE = re.compile(r"\s*+")
_BEFORE = re.compile(_OPEN)
_LINE_BEFORE = re.compile(rf"^{_OPEN}", re.MULTILINE)
_BRACKET_BEFORE = re.compile(r"[\[(<]")
_COLON = re.compile(rf"{_CLOSE}\s*+:{_CLOSE}\s*+")  # Guard_417:  **Guard:**  [GUARD_417]:
_BRACKET = re.compile(r"[\])>]\s*+")  # [Guard_417]
_LINE_END = re.compile(rf"{_CLOSE}[ \t]*+\n\s*+")  # the name on a line of its own
_SPEECH = re.compile(rf"{_CLOSE}[ \t]*+:")
_NOTHING_ELSE = re.compile(rf"{_CLOSE}\s*+:?{_CLOSE}\s*+\Z")


def flags_in_order(marks: Mapping[str, bool]) -> tuple[str, ...]:
    """The flags whose marks hold, as they are stored; a mark that is no flag of a message counts for nothing."""
    return tuple(flag for flag in FLAGS if marks.get(flag)) if any(marks.values()) else ()


@dataclass(frozen=True, slots=True)
class ParsedReply:
    """A reply as read."""

    text: str
    trimmed: bool = False
    name_only: bool = False


@dataclass(frozen=True)
class Names:
    """Who could stand before a colon.

    Attributes:
        own: the agent's name, and what it is called without the number.
        others: names of the other participants, what they are called unless it is called so too, and authors of events.
        own_stem: what names of the agent's role have before their number; empty where its name has none.
        stems: the same of everybody's roles. A model invents numbers, and `Guard_999:` is no speech either.
    """

    own: tuple[str, ...]
    others: tuple[str, ...]
    own_stem: str = ""
    stems: tuple[str, ...] = ()

    @cached_property
    def others_or_numbered(self) -> tuple[str, ...]:
        """Other participants' names, and everybody's stems with the mark after which any number may follow."""
        return (*self.others, *(stem + _ANY_NUMBER for stem in self.stems))

    @cached_property
    def everybody(self) -> tuple[str, ...]:
        """All of these names."""
        return (*self.own, *self.others_or_numbered)


def names_for(name: str, participants: Mapping[str, Sequence[str]], authors: Iterable[str]) -> Names:
    """The names to look for in an agent's reply.

    Args:
        name: of the agent.
        participants: everybody by name, with what they are called without a number: their role, and another name
            that the file gives its agents.
        authors: who else speaks into the conversation.
    """
    own = participants[name]
    others = [other for other in participants if other != name]
    labels = [label for labels in participants.values() for label in labels if label not in own]
    stems = dict.fromkeys(filter(None, map(_name_stem, participants)))
    return Names((name, *own), tuple(dict.fromkeys([*others, *labels, *authors])), _name_stem(name), tuple(stems))


def _name_stem(name: str) -> str:
    stem, _, number = name.rpartition("_")
    return f"{stem}_" if stem and number.isdecimal() else ""


def parse(text: str, names: Names) -> ParsedReply:
    """What an agent said, of what its model wrote.

    A leading own name is cut (`Guard_417:`, bold, bracketed, in capitals, or the bare role), and so is one of the
    agent's role with a number that nobody has; from the first line on which another participant starts to speak,
    a made-up one likewise, the rest is cut. A reply that is only a name has nothing said.
    """
    begin = 0
    if _may_begin_with(text, names.everybody):
        if _only_a_name(text, names.everybody):
            return ParsedReply("", trimmed=True, name_only=True)
        while (end := _after_own_name(text, begin, names)) is not None:
            begin = end
    own_words = text[begin:]
    if (start := _where_others_speak(own_words, names)) is not None:
        own_words = own_words[:start]
    own_words = own_words.strip()
    return ParsedReply(own_words, trimmed=own_words != text.strip())


def repeats(text: str, before: str) -> bool:
    """Whether a text begins with another one, as whole words; case, white space and quotation marks around it aside."""
    text, before = text.lstrip(_QUOTES), before.strip(_QUOTES)
    if _first_sign(text) != _first_sign(before):
        return False
    return _begins_with(_comparison_key(text), _comparison_key(before))


def echoes(text: str, sent: Iterable[str]) -> bool:
    """Whether a text begins with the whole of one of the texts that its model was sent, compared as in `repeats`.

    Sent texts of fewer than five words count for nothing, since "Yes." is an answer to "Yes."; where words are written
    without spaces between them, those of fewer than twenty letters.
    """
    first = _first_sign(text)
    alike = [one for one in sent if _first_sign(one) == first]
    if not alike:
        return False
    key = _comparison_key(text)
    return _is_long(key) and any(_is_long(one) and _begins_with(key, one) for one in map(_comparison_key, alike))


def _is_long(text: str) -> bool:
    # Letters without case: 20 are five words or so in Japanese or Thai, and as many in Hebrew, which has spaces.
    return (
        text.count(" ") + 1 >= _ECHO_WORDS or sum(unicodedata.category(sign) == "Lo" for sign in text) >= _ECHO_LETTERS
    )


def _comparison_key(text: str) -> str:
    return " ".join(_fold(text).split())


def _first_sign(text: str) -> str:
    """The first of a text's comparison key. It nearly always settles a comparison, and each message makes several."""
    return _fold_sign(text.lstrip()[:1])


def _begins_with(text: str, before: str) -> bool:
    if not before or not text.startswith(before):
        return False
    rest = text[len(before) :]
    return not rest or not (_in_word(before[-1]) and _in_word(rest[0]))


def _in_word(character: str) -> bool:
    return character.isalnum() or character == "_" or unicodedata.category(character).startswith("M")


def _may_begin_with(text: str, names: tuple[str, ...]) -> bool:
    """Whether one of the names can stand at the beginning: its first sign settles that for nearly every reply."""
    begin = _end(_SPACE, text, 0)
    if _BRACKET_BEFORE.match(text, begin):
        return True
    at = _end(_BEFORE, text, begin)
    return _fold_sign(text[at : at + 1]) in _bare(names)[1]


def _only_a_name(text: str, names: tuple[str, ...]) -> bool:
    return _after_name(text, _end(_BEFORE, text, _end(_SPACE, text, 0)), names, _NOTHING_ELSE) is not None


def without_label(text: str, names: Names) -> tuple[str, bool]:
    """What a reader outside the conversation wrote, without a participant's name before it; and whether one was."""
    begin = 0
    while (end := _after_label(text, begin, names.everybody)) is not None:
        begin = end
    return text[begin:].strip(), begin > 0


def _after_own_name(text: str, begin: int, names: Names) -> int | None:
    if (end := _after_label(text, begin, names.own)) is not None:
        return end
    # Another participant of the agent's role is no made-up one.
    if names.own_stem and _after_label(text, begin, names.others) is None:
        end = _after_label(text, begin, (names.own_stem + _ANY_NUMBER,))
    if end is not None:
        return end
    return _after_name(text, _end(_BEFORE, text, _end(_SPACE, text, begin)), names.own[:1], _LINE_END)


def _after_label(text: str, begin: int, names: tuple[str, ...]) -> int | None:
    """Where what follows `Name:` or `[Name]` begins; None unless one of the names stands there so."""
    begin = _end(_SPACE, text, begin)
    if (end := _after_name(text, _end(_BEFORE, text, begin), names, _COLON)) is not None:
        return end
    bracket = _BRACKET_BEFORE.match(text, begin)
    return None if bracket is None else _after_name(text, bracket.end(), names, _BRACKET)


def _where_others_speak(text: str, names: Names) -> int | None:
    for line in _LINE_BEFORE.finditer(text) if ":" in text else ():
        speaks = _after_name(text, line.end(), names.others_or_numbered, _SPEECH) is not None
        if speaks and _after_name(text, line.end(), names.own, _SPEECH) is None:
            return line.start()
    return None


def _after_name(text: str, at: int, names: tuple[str, ...], after: re.Pattern[str]) -> int | None:
    """Where what follows a name ends; None unless one of the names stands at a place and is followed so."""
    bare, first_signs = _bare(names)
    if _fold(text[at : at + 1])[:1] not in first_signs:
        return None
    for length, name, is_stem in bare:
        end = at + length
        if _fold(text[at:end]) != name:
            continue
        if is_stem:
            number = _NUMBER.match(text, end)
            if number is None:
                continue
            end = number.end()
        if match := after.match(text, end):
            return match.end()
    return None


def _end(pattern: re.Pattern[str], text: str, begin: int) -> int:
    match = pattern.match(text, begin)
    assert match is not None
    return match.end()


@lru_cache(maxsize=4096)
def _bare(names: tuple[str, ...]) -> tuple[tuple[tuple[int, str, bool], ...], frozenset[str]]:
    """Names with their lengths, the longest first, and whether a number goes on from them; and all first signs."""
    # What a name begins with may stand before any name, and is passed over there.
    stems = {name.removesuffix(_ANY_NUMBER).lstrip(_OPENING) for name in names if name.endswith(_ANY_NUMBER)}
    bare = {name.lstrip(_OPENING) or name for name in names if not name.endswith(_ANY_NUMBER)}
    both = [(len(name), _fold(name), False) for name in bare] + [
        (len(stem), _fold(stem), True) for stem in stems if stem
    ]
    ordered = sorted(both, key=lambda name: (-name[0], name[1], name[2]))
    return tuple(ordered), frozenset(name[:1] for _, name, _ in both)


@lru_cache(maxsize=4096)
def _fold_sign(sign: str) -> str:
    return _fold(sign)[:1]


def _fold(text: str) -> str:
    return text.replace("İ", "i").replace("ı", "i").casefold()
