"""Reading a reply: what of it the agent said, and what else stands in it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

FLAGS = (
    "trimmed",
    "name_only",
    "empty",
    "retried",
    "token_limit",
    "context_cut",
    "refused",
    "replaced",
    "random_speaker",
)
"""Every flag of a message, in the order in which they are stored.

trimmed: something was cut. name_only: a reply was nothing but a name. empty: nothing was said. retried: asked again.
token_limit: the reply was cut off. context_cut: the prompt did not fit. refused: by the model or its server.
replaced: characters that cannot be stored became U+FFFD. random_speaker: the manager named nobody, so the speaker was
drawn.
"""

# Possessive (*+), so that hostile text cannot make matching slower than linear.
_OPENING = " \t*_[(<\"'`#>"
_OPEN = rf"[{re.escape(_OPENING)}]*+"
_CLOSE = r"[*_\]\)>\"'`]*+"


@dataclass(frozen=True, slots=True)
class Parsed:
    """A reply as read."""

    text: str
    trimmed: bool = False
    name_only: bool = False


@dataclass(frozen=True, slots=True)
class Names:
    """Who could stand before a colon.

    Attributes:
        own: the agent's name and bare role.
        others: names of the other participants, roles other than its own, and authors of events.
    """

    own: tuple[str, ...]
    others: tuple[str, ...]


def names_for(name: str, role: str, participants: Iterable[tuple[str, str]], authors: Iterable[str]) -> Names:
    """The names to look for in an agent's reply.

    Args:
        name: of the agent.
        role: of the agent.
        participants: name and role of everybody.
        authors: who else speaks into the conversation.
    """
    everybody = tuple(participants)
    others = [other for other, _ in everybody if other != name]
    roles = [other for _, other in everybody if other != role]
    return Names((name, role), tuple(dict.fromkeys([*others, *roles, *authors])))


def parse(text: str, names: Names) -> Parsed:
    """What an agent said, of what its model wrote.

    A leading own name is cut (`Guard_417:`, bold, bracketed, in capitals, or the bare role); from the first line on
    which another participant starts to speak, the rest is cut. A reply that is only a name has nothing said.
    """
    if _only_a_name((*names.own, *names.others)).fullmatch(text):
        return Parsed("", trimmed=True, name_only=True)
    leading, begin = _leading(names.own), 0
    while match := leading.match(text, begin):
        begin = match.end()
    said = text[begin:]
    if names.others and (match := _starts_to_speak(names.others).search(said)):
        said = said[: match.start()]
    said = said.strip()
    return Parsed(said, trimmed=said != text.strip())


def _alternatives(names: Sequence[str]) -> str:
    # What a name begins with may stand before any name, and is passed over there.
    bare = {name.lstrip(_OPENING) or name for name in names}
    return "|".join(re.escape(name) for name in sorted(bare, key=lambda name: (-len(name), name)))


@lru_cache(maxsize=4096)
def _leading(names: tuple[str, ...]) -> re.Pattern[str]:
    some, name = _alternatives(names), _alternatives(names[:1])
    return re.compile(
        rf"\s*+(?:{_OPEN}(?:{some}){_CLOSE}\s*+:{_CLOSE}"  # Guard_417:  **Guard:**  [GUARD_417]:
        rf"|[\[(<](?:{some})[\])>]"  # [Guard_417]
        rf"|{_OPEN}{name}{_CLOSE}[ \t]*+\n)\s*+",  # the name on a line of its own
        re.IGNORECASE,
    )


@lru_cache(maxsize=4096)
def _starts_to_speak(names: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile(rf"^{_OPEN}(?:{_alternatives(names)}){_CLOSE}[ \t]*+:", re.IGNORECASE | re.MULTILINE)


@lru_cache(maxsize=4096)
def _only_a_name(names: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile(rf"\s*+{_OPEN}(?:{_alternatives(names)}){_CLOSE}\s*+:?{_CLOSE}\s*+", re.IGNORECASE)
