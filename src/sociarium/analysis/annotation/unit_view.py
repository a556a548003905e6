"""What an annotator is shown of a message or run: the words and who speaks, no condition, no model, no run's id."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2b

from sociarium.analysis.annotation.codebook import CodebookText
from sociarium.analysis.annotation.samples import Unit, messages_of
from sociarium.errors import NotFound
from sociarium.ports.store import Store
from sociarium.records.events import Event
from sociarium.records.labels import WHOLE_RUN

_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


@dataclass(frozen=True, slots=True)
class UnitLine:
    """A message.

    Attributes:
        speaker: a name, or `Speaker A` where names are neutral.
        is_unit: whether it is what gets the labels, rather than what was said before.
    """

    speaker: str
    text: str
    is_unit: bool


@dataclass(frozen=True, slots=True)
class UnitView:
    """A unit as it is shown.

    Attributes:
        earlier: messages of the run that are left out before the first line.
    """

    lines: tuple[UnitLine, ...]
    earlier: int = 0


def unit_view(store: Store, text: CodebookText, unit: Unit, annotator: str) -> UnitView:
    """A unit as an annotator gets it.

    Raises:
        NotFound: the message is no longer there: its run was deleted, or played anew.
    """
    messages = messages_of(store.events(unit.run))
    names = _names(messages, unit.run, annotator) if text.neutral_names else {}
    if unit.subject == WHOLE_RUN:
        return UnitView(tuple(_line(one, names, is_unit=False) for one in messages))
    at = next((at for at, one in enumerate(messages) if one.key == unit.subject), None)
    if at is None:
        raise NotFound("this message is no longer there: its run was deleted or played anew; draw a new sample")
    before = _before(messages, at, text.context)
    lines = [_line(one, names, is_unit=False) for one in before]
    is_conversation = messages[at].happening.kind == "message"
    return UnitView((*lines, _line(messages[at], names, is_unit=True)), at - len(before) if is_conversation else 0)


def _before(messages: Sequence[Event], at: int, context: int) -> list[Event]:
    """What stands with a message: in a conversation what was said last, in a feed what a post answers or quotes."""
    if messages[at].happening.kind == "message":
        return list(messages[max(0, at - context) : at])
    by_name = {one.happening.data.get("id"): one for one in messages}
    chain: list[Event] = []
    parent = _parent(messages[at], by_name)
    while parent is not None and len(chain) < context and parent not in chain:
        chain.append(parent)
        parent = _parent(parent, by_name)
    return chain[::-1]


def _parent(post: Event, by_name: Mapping[object, Event]) -> Event | None:
    parent = post.happening.data.get("parent")
    return by_name.get(parent) if parent is not None else None


def _line(event: Event, names: Mapping[str, str], *, is_unit: bool) -> UnitLine:
    author = event.happening.author
    return UnitLine(names.get(author, author), event.happening.content, is_unit)


def _names(messages: Sequence[Event], run: str, annotator: str) -> dict[str, str]:
    """Neutral names: who is A differs from run to run, so that it tells nothing of who opens, or is who."""
    authors = dict.fromkeys(one.happening.author for one in messages)

    def place(author: str) -> bytes:
        return blake2b("\x1f".join((run, annotator, author)).encode("utf-8", "replace")).digest()

    return {author: f"Speaker {_letters(at)}" for at, author in enumerate(sorted(authors, key=place))}


def _letters(at: int) -> str:
    """A, B, ..., Z, AA, AB, ..."""
    rest, last = divmod(at, len(_LETTERS))
    return (_letters(rest - 1) if rest else "") + _LETTERS[last]
