"""The texts of an experiment that somebody reads in a sweep: where they stand, and which roles read them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass

from sociarium.experiment.definition import Probe, located_choices
from sociarium.experiment.design.expansion import Design
from sociarium.experiment.problems import Loc, path_text
from sociarium.experiment.prompts.sections import Section
from sociarium.experiment.prompts.text import Text


@dataclass(frozen=True, slots=True)
class ReadText:
    """A text of an experiment that somebody reads.

    Attributes:
        place: where it stands, for people: a path in the file, or of whom it is said.
        readers: the roles that read it; None: whoever is there.
        is_filled: whether its placeholders are filled in.
    """

    place: str
    text: str
    readers: frozenset[str] | None = None
    is_filled: bool = True

    @classmethod
    def at(cls, loc: Loc, text: str, readers: Iterable[str] | None = None, *, is_filled: bool = True) -> ReadText:
        """A text at a path of the file."""
        return cls(path_text(loc), text, None if readers is None else frozenset(readers), is_filled)


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
    for name in sorted({str(level) for level in design.values(slot, first)}, key=list(text.variants).index):
        variant, where = text.variants[name], (*loc, "variants", name)
        if isinstance(variant, str):
            yield ReadText.at(where, variant, readers)
        else:
            for number, words in enumerate(variant.wordings):
                yield ReadText.at((*where, "wordings", number), words, readers)


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
