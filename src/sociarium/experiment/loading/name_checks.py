"""Checks of names that every kind of experiment makes: names given twice, roles that nobody has, misspelt
placeholders."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import NamedTuple

from sociarium.experiment.definition import Probe
from sociarium.experiment.design.expansion import Design
from sociarium.experiment.problems import Fault, Loc, did_you_mean
from sociarium.experiment.prompts.placeholders import unknown
from sociarium.experiment.prompts.sections import Section
from sociarium.experiment.prompts.text import Text, each


class Written(NamedTuple):
    """A text of a definition: where it stands, what it says, whether it is addressed to one agent."""

    loc: Loc
    text: str
    has_self: bool


def written(loc: Loc, text: Text | None, *, has_self: bool) -> Iterable[Written]:
    """Every string of a text."""
    return [Written((*loc, *below), string, has_self) for below, string in each(text)] if text is not None else []


def written_sections(sections: Sequence[Section]) -> Iterator[Written]:
    """Every text of sections."""
    for position, section in enumerate(sections):
        yield from written(("sections", position, "shared"), section.shared, has_self=True)
        for role, text in (section.private or {}).items():
            yield from written(("sections", position, "private", role), text, has_self=True)


def written_probes(probes: Sequence[Probe]) -> Iterator[Written]:
    """Every text of probes."""
    for position, probe in enumerate(probes):
        yield from written(("probes", position, "ask"), probe.ask, has_self=True)


def misspelt(texts: Iterable[Written], roles: Collection[str]) -> Iterator[Fault]:
    """Placeholders that cannot be rendered."""
    for loc, text, has_self in texts:
        for word in unknown(text, roles, has_self=has_self):
            if word.word == "SELF_NAME":
                message, mend = "<SELF_NAME> has no meaning here", "only an agent's own prompt has a self"
            else:
                message = f"<{word.word}> is not a placeholder"
                mend = f"did you mean {' or '.join(word.nearest)}?" if word.nearest else "write it another way"
            yield Fault(loc, message, mend, within=word.start)


def doubles(kind: str, names: Sequence[str], loc: Loc) -> Iterator[Fault]:
    """Names that stand twice in a list."""
    counts = Counter(names)
    for position, name in enumerate(names):
        if counts[name] > 1 and name in names[:position]:
            yield Fault((*loc, position), f"a second {kind} is called {name!r}", "rename one of them")


def roles_of_sections(sections: Sequence[Section], roles: Collection[str]) -> Iterator[Fault]:
    """Section titles given twice, and sections for roles that are not there."""
    yield from doubles("section", [section.title for section in sections], ("sections",))
    for position, section in enumerate(sections):
        for role in section.private or {}:
            if role not in roles:
                loc = ("sections", position, "private", role)
                yield Fault(loc, f"there is no role {role!r}", did_you_mean(role, roles))


def roles_of_probes(probes: Sequence[Probe], roles: Collection[str], silent: Collection[str] = ()) -> Iterator[Fault]:
    """Probe names given twice, and probes of roles that are not there or do not answer."""
    yield from doubles("probe", [probe.name for probe in probes], ("probes",))
    for position, probe in enumerate(probes):
        for place, role in enumerate(probe.of or ()):
            loc = ("probes", position, "of", place)
            if role not in roles:
                yield Fault(loc, f"there is no role {role!r}", did_you_mean(role, roles))
            elif role in silent:
                yield Fault(loc, f"the role {role!r} has a script and answers no questions", "take it out")


def factor_loc(design: Design, slots: Iterable[str], loc: Loc) -> Loc:
    """Where a fault of some slots stands: at a factor that sets one of them, else at the sweep."""
    named = [design.factors[position].name for position in design.deciding(slots)]
    own = [name for name in named if name in set(slots)]
    return (*loc, "factors", (own or named)[0]) if named else loc
