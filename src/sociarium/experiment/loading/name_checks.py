"""Checks of names that every kind of experiment makes: names given twice, roles that nobody has, misspelt
placeholders."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import NamedTuple

from sociarium.experiment.definition import Choices, Probe
from sociarium.experiment.design.expansion import Design
from sociarium.experiment.problems import Loc, PathProblem, did_you_mean
from sociarium.experiment.prompts.placeholders import unknown_placeholders
from sociarium.experiment.prompts.sections import Section
from sociarium.experiment.prompts.text import Text, strings_of


class LocatedText(NamedTuple):
    """A text of a definition: where it stands, what it says, whether it is addressed to one agent."""

    loc: Loc
    text: str
    has_self: bool


def texts_at(loc: Loc, text: Text | None, *, has_self: bool) -> Iterable[LocatedText]:
    """Every string of a text."""
    return (
        [LocatedText((*loc, *below), string, has_self) for below, string in strings_of(text)]
        if text is not None
        else []
    )


def texts_of_sections(sections: Sequence[Section]) -> Iterator[LocatedText]:
    """Every text of sections."""
    for position, section in enumerate(sections):
        yield from texts_at(("sections", position, "shared"), section.shared, has_self=True)
        for role, text in (section.private or {}).items():
            yield from texts_at(("sections", position, "private", role), text, has_self=True)


def texts_of_probes(probes: Sequence[Probe]) -> Iterator[LocatedText]:
    """Every text of probes."""
    for position, probe in enumerate(probes):
        yield from texts_at(("probes", position, "ask"), probe.ask, has_self=True)


def placeholder_problems(texts: Iterable[LocatedText], roles: Collection[str]) -> Iterator[PathProblem]:
    """Placeholders that cannot be rendered."""
    for loc, text, has_self in texts:
        for word in unknown_placeholders(text, roles, has_self=has_self):
            if word.word == "SELF_NAME":
                message, mend = "<SELF_NAME> has no meaning here", "only an agent's own prompt has a self"
            else:
                message = f"<{word.word}> is not a placeholder"
                mend = f"did you mean {' or '.join(word.nearest)}?" if word.nearest else "write it another way"
            yield PathProblem(loc, message, mend, within=word.start)


def duplicate_problems(kind: str, names: Sequence[str], loc: Loc) -> Iterator[PathProblem]:
    """Names that stand twice in a list."""
    counts = Counter(names)
    for position, name in enumerate(names):
        if counts[name] > 1 and name in names[:position]:
            yield PathProblem((*loc, position), f"a second {kind} is called {name!r}", "rename one of them")


def roles_of_sections(sections: Sequence[Section], roles: Collection[str]) -> Iterator[PathProblem]:
    """Section titles given twice, and sections for roles that are not there."""
    yield from duplicate_problems("section", [section.title for section in sections], ("sections",))
    for position, section in enumerate(sections):
        for role in section.private or {}:
            if role not in roles:
                loc = ("sections", position, "private", role)
                yield PathProblem(loc, f"there is no role {role!r}", did_you_mean(role, roles))


def roles_of_probes(
    probes: Sequence[Probe], roles: Collection[str], silent: Collection[str] = (), why_silent: str = "a script"
) -> Iterator[PathProblem]:
    """Probe names given twice, probes that ask nothing, and probes of roles that are not there or do not answer."""
    yield from duplicate_problems("probe", [probe.name for probe in probes], ("probes",))
    yield from _wordings_of_probes(probes)
    for position, probe in enumerate(probes):
        for place, role in enumerate(probe.of or ()):
            loc = ("probes", position, "of", place)
            if role not in roles:
                yield PathProblem(loc, f"there is no role {role!r}", did_you_mean(role, roles))
            elif role in silent:
                yield PathProblem(loc, f"the role {role!r} has {why_silent} and answers no questions", "take it out")
        if probe.after is not None:
            yield from _order_problems(probes, position, [role for role in roles if role not in silent])
        if probe.shuffle and probe.answer is None:
            yield PathProblem(
                ("probes", position, "shuffle"), f"the probe {probe.name!r} has no order to draw",
                "give it `answer:` with a scale or choices, or take `shuffle` out",
            )  # fmt: skip


def _wordings_of_probes(probes: Sequence[Probe]) -> Iterator[PathProblem]:
    for loc, text, _ in texts_of_probes(probes):
        if not text.strip():
            yield PathProblem(loc, "the question is empty", "write what is asked, or take the probe out")
    for position, probe in enumerate(probes):
        if not isinstance(probe.answer, Choices):
            continue
        choice_by_reading: dict[str, str] = {}
        for place, choice in enumerate(probe.answer.choices):
            before = choice_by_reading.setdefault(" ".join(choice.split()).casefold(), choice)
            if before != choice:
                loc = ("probes", position, "answer", "choices", place)
                message = f"{choice!r} and {before!r} are read alike"
                yield PathProblem(loc, message, "capitals and blanks make no difference; write one of them otherwise")


_MOMENTS = ("start", "each_day", "end")


def _order_problems(probes: Sequence[Probe], position: int, roles: Sequence[str]) -> Iterator[PathProblem]:
    """Whether everybody whom a probe asks was asked the one before which it comes."""
    probe, loc = probes[position], ("probes", position, "after")
    above = {one.name: one for one in probes[:position]}
    earlier = above.get(probe.after or "")
    if earlier is None:
        is_below = probe.after in {one.name for one in probes[position:]}
        mend = f"put it above {probe.name!r}" if is_below else did_you_mean(probe.after or "", above)
        yield PathProblem(loc, f"no probe {probe.after!r} stands above {probe.name!r}", mend)
        return
    unasked = [role for role in probe.of or roles if role not in (earlier.of or roles)]
    if unasked:
        yield PathProblem(loc, f"{earlier.name!r} is not asked of {', '.join(unasked)}", "add them to its `of`")
    if min(map(_MOMENTS.index, earlier.at)) > min(map(_MOMENTS.index, probe.at)):
        first = min(probe.at, key=_MOMENTS.index)
        mend = f"add `{first}` to its `at`"
        yield PathProblem(loc, f"{earlier.name!r} is asked after {probe.name!r} is first asked", mend)


def factor_loc(design: Design, slots: Iterable[str], loc: Loc) -> Loc:
    """Where a fault of some slots stands: at a factor that sets one of them, else at the sweep."""
    names = [design.factors[position].name for position in design.deciding(slots)]
    own = [name for name in names if name in set(slots)]
    return (*loc, "factors", (own or names)[0]) if names else loc
