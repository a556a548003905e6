"""The texts of an experiment that somebody reads in a sweep: where they stand, and which roles read them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from sociarium.experiment.definition import Probe, located_choices
from sociarium.experiment.design.expansion import Design
from sociarium.experiment.level import Level
from sociarium.experiment.problems import Loc, path_text
from sociarium.experiment.prompts.sections import Section
from sociarium.experiment.prompts.text import Text, strings_of


class Event(Protocol):
    """What is said from outside at a moment, in any environment."""

    @property
    def name(self) -> str:
        """Names it in factors."""
        ...

    @property
    def day(self) -> int:
        """The first on which it is said."""
        ...

    @property
    def author(self) -> str:
        """Who is shown to say it."""
        ...


@dataclass(frozen=True, slots=True)
class Choice:
    """A variant that some conditions choose.

    Attributes:
        is_default: whether it is read where no level names one.
    """

    slot: str
    variant: str
    is_default: bool

    def holds_at(self, level: object) -> bool:
        """Whether a level of the slot chooses it; None: no level names one."""
        return self.is_default if level is None else str(level) == self.variant


@dataclass(frozen=True, slots=True)
class ReadText:
    """A text of an experiment that somebody reads.

    Attributes:
        place: where it stands, for people: a path in the file, or of whom it is said.
        readers: the roles that read it; None: whoever is there.
        is_filled: whether its placeholders are filled in.
        choice: the slot and the variant of it by which a condition chooses the text; None where all have it.
    """

    place: str
    text: str
    readers: frozenset[str] | None = None
    is_filled: bool = True
    choice: Choice | None = None

    @classmethod
    def at(
        cls,
        loc: Loc,
        text: str,
        readers: Iterable[str] | None = None,
        *,
        is_filled: bool = True,
        choice: Choice | None = None,
    ) -> ReadText:
        """A text at a path of the file."""
        return cls(path_text(loc), text, None if readers is None else frozenset(readers), is_filled, choice)


def joint_kinds(
    design: Design, kinds: Mapping[str, Callable[[Level | None], Hashable]], choice: Choice | None
) -> Iterator[dict[str, Hashable]]:
    """As those of a design, in conditions that choose a variant; None: in all."""
    if choice is None:
        yield from design.joint_kinds(kinds)
        return
    for kind in design.joint_kinds({**kinds, choice.slot: choice.holds_at}):
        if bool(kind[choice.slot]):
            yield kind


def private_texts(sections: Iterable[Section], role: str) -> dict[str, Text]:
    """The texts that one role reads and others do not, by slot."""
    return {
        f"section.{section.title}.{role}": section.private[role]
        for section in sections
        if section.private is not None and role in section.private
    }


def played_texts(
    design: Design, slot: str, loc: Loc, text: Text | None, readers: Iterable[str] | None = None
) -> Iterator[ReadText]:
    """The strings of a text that some condition uses."""
    if text is None:
        return
    if isinstance(text, str):
        yield ReadText.at(loc, text, readers)
        return
    first = next(iter(text.variants))
    played = {str(level) for level in design.values(slot, first)}
    for path, words in strings_of(text):
        name = str(path[1])
        if name in played:
            yield ReadText.at((*loc, *path), words, readers, choice=Choice(slot, name, name == first))


def section_texts_read(sections: Sequence[Section], design: Design, asked: Collection[str]) -> Iterator[ReadText]:
    """What sections say, and their headings; the first has none.

    Args:
        asked: the roles that read sections at all.
    """
    for place, section in enumerate(sections):
        texts: dict[str | None, Text] = {None: section.shared} if section.shared is not None else {}
        texts |= {role: text for role, text in (section.private or {}).items() if role in asked}
        headed: set[str] = set()
        for role, text in texts.items():
            loc, slot = ("sections", place, *(("shared",) if role is None else ("private", role))), (
                f"section.{section.title}" + ("" if role is None else f".{role}"))  # fmt: skip
            readers = asked if role is None else (role,)
            read = list(played_texts(design, slot, loc, text, readers))
            if section.heading == "always" or any(one.text.strip() for one in read):
                headed.update(readers)
            yield from read
        if place and headed:
            yield ReadText.at(("sections", place, "title"), section.title, headed, is_filled=False)


def probe_texts_read(probes: Sequence[Probe], design: Design, asked: Collection[str]) -> Iterator[ReadText]:
    """Questions and choices.

    Args:
        asked: the roles that answer where a probe names none.
    """
    for place, probe in enumerate(probes):
        readers = probe.of or asked
        yield from played_texts(design, f"probe.{probe.name}", ("probes", place, "ask"), probe.ask, readers)
        for loc, choice in located_choices(place, probe):
            yield ReadText.at(loc, choice, readers, is_filled=False)


def event_texts_read(
    event: Event, design: Design, place: int, text: tuple[str, Text], days: Iterable[object]
) -> Iterator[ReadText]:
    """What an event says and who says it, where some condition lasts until then and has words for it.

    Args:
        place: of the event, from 0.
        text: the key under which its words stand, and the words.
        days: how long the conditions last.
    """
    key, words = text
    read = list(played_texts(design, f"event.{event.name}", ("events", place, key), words))
    if any(event.day <= int(str(last)) for last in days) and any(one.text.strip() for one in read):
        yield ReadText.at(("events", place, "author"), event.author, is_filled=False)
        yield from read
