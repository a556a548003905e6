"""What a feed's definition must keep beyond the shape of its parts."""

from __future__ import annotations

from collections.abc import Iterator

from sociarium.experiment.design.expansion import Design
from sociarium.experiment.feed.cast import Cast, cast
from sociarium.experiment.feed.definition import FeedDefinition
from sociarium.experiment.feed.entries import Generate, Newcomers
from sociarium.experiment.feed.people import Person
from sociarium.experiment.feed.schedule import MAY_CHANGE, located_changes
from sociarium.experiment.feed.settable import STEPS, counted_roles, settables
from sociarium.experiment.feed.step_models import MODEL_STEPS
from sociarium.experiment.loading.name_checks import (
    LocatedText,
    duplicate_problems,
    factor_loc,
    placeholder_problems,
    roles_of_probes,
    roles_of_sections,
    texts_at,
    texts_of_probes,
    texts_of_sections,
)
from sociarium.experiment.problems import Loc, PathProblem, did_you_mean
from sociarium.experiment.prompts.placeholders import RESERVED_ROLE_KEYS, role_key

MOST_PEOPLE = 100_000
"""People in a run, newcomers of all days among them."""

_MATCH = "write `policy: {match: {words: [...]}}`"
_ROUNDING = 1e-6
_MOST_NEAR = 2_000
"""Handles among which the nearest is looked for; more take too long, and name nothing."""


def problems(definition: FeedDefinition) -> Iterator[PathProblem]:
    """Every fault of a definition whose parts are well formed, its sweeps apart."""
    yield from _players(definition)
    yield from _step_models(definition)
    yield from _role_names(definition)
    yield from _handles(definition)
    yield from _writers(definition)
    yield from _policy(definition)
    yield from _schedule(definition)
    yield from roles_of_sections(definition.sections, definition.role_names)
    ruled = set(definition.role_names) - set(definition.asked_roles)
    yield from roles_of_probes(definition.probes, definition.role_names, ruled, why_silent="a rule")
    yield from duplicate_problems("event", [event.name for event in definition.events], ("events",))
    yield from placeholder_problems(located_texts(definition), definition.role_names)


def _players(definition: FeedDefinition) -> Iterator[PathProblem]:
    for name, spec in definition.models.items():
        if spec.provider == "person":
            mend = "name another provider; `sociarium post` lets you speak into a feed while it is played"
            yield PathProblem(("models", name, "provider"), "nobody at a terminal can play people of a feed", mend)


def _step_models(definition: FeedDefinition) -> Iterator[PathProblem]:
    for step in MODEL_STEPS:
        name = getattr(definition.model, step)
        if name is not None and name not in definition.models:
            yield PathProblem(("model", step), f"there is no model {name!r}", did_you_mean(name, definition.models))


def _role_names(definition: FeedDefinition) -> Iterator[PathProblem]:
    by_key: dict[str, str] = {}
    places: dict[str, Loc] = {}
    for position, entry in enumerate(definition.people):
        places.setdefault(entry.role, ("people", position, "role"))
    if definition.newcomers:
        places.setdefault(definition.newcomers.role, ("newcomers", "role"))
    for name, loc in places.items():
        key = role_key(name)
        if key in RESERVED_ROLE_KEYS or name == "probes":
            yield PathProblem(loc, f"no role can be called {name!r}", "it means something else; rename it")
        elif name in MODEL_STEPS:
            message = f"no role can be called {name!r}: `model.{name}` is the model of that step"
            yield PathProblem(loc, message, f"rename it, for example {name}er")
        elif key in by_key:
            message = f"{name!r} and {by_key[key]!r} have the same placeholders, <{key}_...>"
            yield PathProblem(loc, message, "rename one of them")
        by_key.setdefault(key, name)
    for name in definition.roles:
        if name not in places:
            yield PathProblem(("roles", name), f"nobody has the role {name!r}", did_you_mean(name, places))


def _handles(definition: FeedDefinition) -> Iterator[PathProblem]:
    first: dict[str, int] = {}
    for position, entry in enumerate(definition.people):
        if not isinstance(entry, Person):
            continue
        if (other := first.setdefault(entry.handle.casefold(), position)) != position:
            message = f"a second person has the handle {entry.handle!r}"
            mend = "give each a handle of their own; capitals make no difference"
            if entry == definition.people[other]:
                mend = "take one of them out; they are the same"
            yield PathProblem(("people", position, "handle"), message, mend)
    handles = {person.handle: None for person in definition.written_out}
    nearby = tuple(handles) if len(handles) <= _MOST_NEAR else ()
    for position, entry in enumerate(definition.people):
        if not isinstance(entry, Person):
            continue
        for place, handle in enumerate(entry.follows):
            loc = ("people", position, "follows", place)
            if handle not in handles:
                mend = did_you_mean(handle, nearby) or "write the handle of somebody in `people`"
                yield PathProblem(loc, f"nobody here has the handle {handle!r}", mend)
            elif handle == entry.handle:
                yield PathProblem(loc, f"{handle!r} follows themselves", "take it out")


def _writers(definition: FeedDefinition) -> Iterator[PathProblem]:
    entries: list[tuple[Loc, Generate | Newcomers]] = [
        (("people", position), entry) for position, entry in enumerate(definition.people) if isinstance(entry, Generate)
    ]
    if definition.newcomers:
        entries.append((("newcomers",), definition.newcomers))
    for loc, entry in entries:
        if entry.model not in definition.models:
            mend = did_you_mean(entry.model, definition.models)
            yield PathProblem((*loc, "model"), f"there is no model {entry.model!r}", mend)
        for attribute, shares in entry.quotas.items():
            total = sum(shares.values())
            if abs(total - 1) > _ROUNDING:
                message = f"the shares of {attribute!r} sum to {total:g}"
                yield PathProblem((*loc, "quotas", attribute), message, "let them sum to 1")
        if entry.schema_ is not None and entry.schema_.get("type") != "object":
            message = "the schema of a persona describes no object"
            yield PathProblem((*loc, "schema"), message, "write {type: object, properties: {...}}")


def _policy(definition: FeedDefinition) -> Iterator[PathProblem]:
    if definition.policy.match is not None:
        return
    if definition.policy.do != "none":
        yield PathProblem(("policy", "do"), f"the policy {definition.policy.do!r} matches no posts", _MATCH)
    for name, sweep in definition.all_sweeps.items():
        for factor, raw in sweep.factors.items():
            levels = raw if isinstance(raw, list) else [raw]
            policies = [level.get("policy") if isinstance(level, dict) else level for level in levels]
            if (factor == "policy" or any(isinstance(level, dict) and "policy" in level for level in levels)) and (
                set(map(str, policies)) - {"none", "None"}
            ):
                where: Loc = ("sweep",) if definition.sweeps is None else ("sweeps", name)
                loc = (*where, "factors", factor)
                yield PathProblem(loc, "a policy without `match` finds no posts", _MATCH)


def _schedule(definition: FeedDefinition) -> Iterator[PathProblem]:
    slots = {slot.name: slot for slot in settables(definition) if slot.name in MAY_CHANGE}
    days: set[tuple[str, int]] = set()
    for variant, loc, change in located_changes(definition.schedule):
        if (variant, change.day) in days:
            yield PathProblem((*loc, "day"), f"day {change.day} stands twice", "write one entry for each day")
        days.add((variant, change.day))
        for name, value in change.set_.items():
            place = (*loc, "set", name)
            if name not in slots:
                yield PathProblem(place, f"{name!r} cannot change in the middle of a feed", did_you_mean(name, slots))
                continue
            try:
                slots[name].read(value)
            except ValueError as error:
                message, _, mend = str(error).partition("; ")
                yield PathProblem(place, f"{name}: {message}", mend)
            if name == "policy" and value != "none" and definition.policy.match is None:
                yield PathProblem(place, "a policy without `match` finds no posts", _MATCH)


def located_texts(definition: FeedDefinition) -> Iterator[LocatedText]:
    """Every text of a definition that may hold placeholders."""
    yield from texts_of_sections(definition.sections)
    for step in STEPS:
        yield from texts_at(("prompts", step), getattr(definition.prompts, step), has_self=True)
    yield from texts_of_probes(definition.probes)
    for position, event in enumerate(definition.events):
        yield from texts_at(("events", position, "post"), event.post, has_self=False)


def infeasible(definition: FeedDefinition, design: Design, loc: Loc) -> Iterator[PathProblem]:
    """Conditions that cannot be played: nobody there, or too many."""
    slots = ["days", "newcomers.per_day", *(f"people.{role}" for role in counted_roles(definition))]
    for levels, _ in design.combinations(design.deciding(slots)):
        company = cast(definition, design.settings(levels))
        people = company.at_start + company.arrivals
        place = factor_loc(design, slots, loc) if design.deciding(slots) else ("people",)
        if not company.on_day(1) and not company.ruled:
            yield _empty_beginning(definition, design, company, place)
            return
        if people > MOST_PEOPLE:
            mend = f"a run has at most {MOST_PEOPLE}; `exclude` it"
            yield PathProblem(place, f"a condition has {people} people", mend)
            return


def _empty_beginning(definition: FeedDefinition, design: Design, company: Cast, place: Loc) -> PathProblem:
    """The fault of a condition in which nobody is there on the first day."""
    coming = definition.newcomers
    is_counted = bool(design.deciding([f"people.{role}" for role in counted_roles(definition)]))
    is_late = coming is not None and coming.from_day > 1
    if coming and is_late and not is_counted and (company.per_day or not definition.people):
        message = f"nobody is there before day {coming.from_day}, when newcomers begin to come"
        return PathProblem(
            ("newcomers", "from"), message, "write `from: 1` under `newcomers:`, or somebody under `people:`"
        )
    if coming and is_late and company.per_day:
        return PathProblem(
            place,
            f"a condition has nobody there before day {coming.from_day}, when newcomers begin to come",
            "write `from: 1` under `newcomers:`, let somebody be there, or `exclude` it",
        )
    if is_counted or design.deciding(["newcomers.per_day"]):
        mend = "let somebody be there, or `exclude` it"
        return PathProblem(place, "a condition has nobody there on the first day", mend)
    mend = "write a larger number, or somebody under `people:`"
    if coming:
        return PathProblem(("newcomers", "per_day"), "nobody is there, and nobody comes", mend)
    return PathProblem(("people",), "nobody is there", mend)
