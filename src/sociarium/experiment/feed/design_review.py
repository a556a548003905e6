"""What a reviewer of the paper would ask about a sweep of feeds."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from difflib import get_close_matches

from sociarium.experiment.definition import choice_texts
from sociarium.experiment.design.condition import Condition
from sociarium.experiment.design.expansion import Design
from sociarium.experiment.design.settable import Settings
from sociarium.experiment.feed.cast import Cast, cast
from sociarium.experiment.feed.definition import Archetype, FeedDefinition
from sociarium.experiment.feed.resolve import models_of, resolve
from sociarium.experiment.feed.rules import posts_of
from sociarium.experiment.feed.schedule import chosen_schedule, located_changes, schedule_names
from sociarium.experiment.feed.settable import counted_roles
from sociarium.experiment.feed.validation import located_texts
from sociarium.experiment.plural_warnings import plural_warnings
from sociarium.experiment.prompts.text import strings_of
from sociarium.experiment.prompts.unfilled import unfilled_placeholders, unfilled_warnings

_REFLECTING, _POSTING = "memory.reflect_every", "feed.post"
"""Slots that decide whether a step is taken at all."""
_NEAR = 0.8
_MOST_NEAR = 2_000
_MOST_WORDS = 250
_MOST_PLACES = 3
"""Further places that are named."""
_SHARES = re.compile(r"\b0(?:\.0)?\s*(?:to|and|through|-|–|\.\.+)\s*1(?:\.0)?\b(?![.,]?\d)", re.IGNORECASE)
"""A scale of shares, as people write it."""


def warnings(definition: FeedDefinition, design: Design) -> Iterator[str]:
    """The warnings of a sweep, one sentence each."""
    yield from _company(definition, design)
    yield from _written_people(definition, design)
    yield from _unfilled_placeholders(definition)
    yield from unfilled_warnings(choice_texts(definition), definition.role_names)
    yield from plural_warnings(located_texts(definition), _roles_of_several(definition, design))
    yield from _ties(definition, design)
    yield from _events(definition, design)
    yield from _authors(definition)
    yield from _policy(definition, design)
    yield from _schedule(definition, design)
    yield from _memory(definition, design)
    yield from _lengths(definition, design)
    yield from _propensities(definition)


def _casts(definition: FeedDefinition, design: Design) -> Iterator[Cast]:
    for levels, _ in design.combinations(design.deciding(casting(definition, design))):
        yield cast(definition, design.settings(levels))


def _values(definition: FeedDefinition, design: Design, part: str, field: str) -> set[object]:
    """What a setting of the file is in the conditions of a sweep."""
    return set(design.values(f"{part}.{field}", getattr(getattr(definition, part), field)))


def _company(definition: FeedDefinition, design: Design) -> Iterator[str]:
    casts = list(_casts(definition, design))
    if any(there.at_start + there.arrivals == 1 for there in casts):
        popular = "; a ranking by popularity ranks nothing there"
        by_reactions = {"popular", "weighted"} & _values(definition, design, "feed", "ranking")
        also = popular if by_reactions else ""
        yield f"a condition has one person alone, who reads only what events bring{also}"
    if definition.newcomers and not any(there.arrivals for there in casts):
        yield (
            f"nobody ever arrives: newcomers come from day {definition.newcomers.from_day} on, and no condition has "
            "both such a day and somebody who comes"
        )


def _roles_of_several(definition: FeedDefinition, design: Design) -> list[str]:
    """Roles that are spoken of in the plural in some condition, whose plural the file does not give."""
    casts = list(_casts(definition, design))
    return [
        role
        for role in definition.role_names
        if definition.roles.get(role, Archetype()).plural is None
        and any(there.on_day(1, {role}) + there.ruled.get(role, 0) != 1 for there in casts)
    ]


def _written_people(definition: FeedDefinition, design: Design) -> Iterator[str]:
    casts = list(_casts(definition, design))
    most: dict[str, int] = {}
    for there in casts:
        counts = [(entry.model, count) for entry, count in there.generated]
        if definition.newcomers:
            counts.append((definition.newcomers.model, there.arrivals))
        for model, count in counts:
            most[model] = max(most.get(model, 0), count)
    for model, count in sorted(most.items()):
        options = definition.models[model].options
        if count < 2 or definition.models[model].provider == "offline":
            continue
        if options.get("temperature") == 0:
            yield f"people are written at temperature 0: those whom {model} writes will be much alike"
        if isinstance(options.get("seed"), int):
            yield (
                f"people are written with one fixed seed: {model} is sent seed {options['seed']} for each of them, in "
                "every replicate; `seed: run` derives one for each"
            )


def _unfilled_placeholders(definition: FeedDefinition) -> Iterator[str]:
    """What looks like a placeholder where none is filled in: in what is said of people."""
    writers = (*definition.generated, *((definition.newcomers,) if definition.newcomers else ()))
    told: list[tuple[str, tuple[object, ...]]] = [
        (
            f"@{one.handle}",
            (one.persona, one.bio, one.background, *(deed.text for deed in one.history), *posts_of(one.rule)),
        )
        for one in definition.written_out
    ]
    told += [(f"the {one.role} whom a model writes", (one.prompt,)) for one in writers]
    told += [(f"the {one.role} who act by a rule", posts_of(one.rule)) for one in definition.generated]
    told += [(f"the {one.role} who act by a rule", (one.bio, *posts_of(one.rule))) for one in definition.alike]
    told.append(("the policy's label", tuple(text for _, text in strings_of(definition.policy.label))))
    places: dict[str, str] = {}
    for who, texts in told:
        words = " ".join(text for text in texts if isinstance(text, str))
        if unfilled := unfilled_placeholders(words, definition.role_names):
            places.setdefault(who, unfilled[0])
    if places:
        who, first = next(iter(places.items()))
        others = [place for place in places if place != who]
        more = f" (and in {', '.join(others[:_MOST_PLACES])})" if others else ""
        yield (
            f"{first} of {who}{more} stays as it stands: placeholders are filled in sections, prompts, events and "
            "probes, not in what is said of people, their posts and labels; write the word itself"
        )


def _ties(definition: FeedDefinition, design: Design) -> Iterator[str]:
    if "given" not in _values(definition, design, "graph", "kind"):
        return
    ties = [entry.follows for entry in definition.written_out] + [entry.follows for entry in definition.alike]
    if not ties:
        yield (
            "nobody follows anybody when a run begins, because the graph is given and a model writes everybody; "
            "another kind of `graph:` gives them ties"
        )
    elif not any(ties):
        yield "nobody follows anybody when a run begins; write `follows:`, or a `graph:` of another kind than given"
    elif definition.generated or definition.newcomers:
        yield (
            "people who are written by a model follow nobody when they come, because the graph is given; another kind "
            "of `graph:` gives them ties"
        )


def _events(definition: FeedDefinition, design: Design) -> Iterator[str]:
    texts = tuple(f"event.{event.name}" for event in definition.events)
    happening: set[str] = set()
    for levels, _ in design.combinations(design.deciding(("days", *texts))):
        happening.update(event.name for event in resolve(definition, design.exemplary(levels), "common").events)
    longest = max(_days(definition, design))
    for event in definition.events:
        if event.name not in happening:
            yield f"the event {event.name} never happens: no condition has words for it on that day"
        elif event.every and event.day + event.every > longest:
            yield f"the event {event.name} comes only once: the next time would be day {event.day + event.every}"


def _days(definition: FeedDefinition, design: Design) -> set[int]:
    return {int(days) for days in design.values("days", definition.days) if days is not None}


def _authors(definition: FeedDefinition) -> Iterator[str]:
    handles = {person.handle.casefold(): person.handle for person in definition.written_out}
    for event in definition.events:
        author = event.author.casefold()
        close = get_close_matches(author, handles, n=1, cutoff=_NEAR) if len(handles) <= _MOST_NEAR else []
        if author not in handles and close:
            yield (
                f"@{event.author}, author of the event {event.name}, is none of the people but an account outside; "
                f"if @{handles[close[0]]} was meant, write that"
            )


def _policy(definition: FeedDefinition, design: Design) -> Iterator[str]:
    policy = definition.policy
    later = {str(change.set_.get("policy", "none")) for _, _, change in located_changes(definition.schedule)}
    actions = {*map(str, design.values("policy", policy.do)), *later} - {"none"}
    if not actions or policy.match is None:
        return
    words = "|".join(re.escape(word) for word in policy.match.words)
    pattern = re.compile(rf"(?<!\w)(?:{words})(?!\w)", re.IGNORECASE)
    rules = [entry.rule for entry in definition.people]
    texts = [text for event in definition.events for _, text in strings_of(event.post)]
    texts += [text for rule in rules if rule and rule.post for text in rule.post.each_day]
    if not any(pattern.search(text) for text in texts):
        yield (
            f"the policy {'/'.join(sorted(map(str, actions)))} finds none of its words in any event: it acts only on "
            "what people happen to write"
        )


def _schedule(definition: FeedDefinition, design: Design) -> Iterator[str]:
    longest = max(_days(definition, design))
    for variant, _, change in located_changes(definition.schedule):
        of = f" of {variant}" if variant else ""
        if change.day > longest:
            yield f"the schedule{of} changes something on day {change.day}, and no condition lasts so long"
    for name in design.values("schedule", next(iter(schedule_names(definition.schedule)), None)):
        changes = chosen_schedule(definition.schedule, None if name is None else str(name))
        slots = {slot for change in changes for slot in change.set_}
        for slot in sorted(slots):
            if design.varies(slot):
                yield (
                    f"the factor {slot} says how a feed begins, and the schedule sets it on a later day: what follows "
                    "is no effect of one of them alone"
                )


def _memory(definition: FeedDefinition, design: Design) -> Iterator[str]:
    deliberate = "reflect_every" in definition.memory.model_fields_set or design.varies("memory.reflect_every")
    every = {value for value in _values(definition, design, "memory", "reflect_every") if value}
    longest = max(_days(definition, design))
    if deliberate and every and all(int(str(value)) >= longest for value in every):
        yield "memory is never condensed: every run ends before the first reflection"


def _lengths(definition: FeedDefinition, design: Design) -> Iterator[str]:
    longest = max(int(str(value)) for value in _values(definition, design, "memory", "max_words") if value)
    if longest > _MOST_WORDS:
        yield (
            f"memory.max_words {longest} is more than a plan or a state of mind can have: as parts of a structured "
            f"answer they have at most 1,900 characters, about {_MOST_WORDS} words; a condensed memory can have more"
        )


def _propensities(definition: FeedDefinition) -> Iterator[str]:
    text = definition.prompts.read
    if text is not None and any(_SHARES.search(words) for _, words in strings_of(text)):
        yield (
            "prompts.read speaks of 0 to 1, and people are asked for whole percent: an answer of 1 is read as 1 %; "
            "write `a whole percent from 0 to 100`"
        )


def casting(definition: FeedDefinition, design: Design) -> tuple[str, ...]:
    """The slots that decide who uses a model at all."""
    deciding = [] if definition.model.reflect is None and not design.varies("model.reflect") else [_REFLECTING]
    deciding += [] if definition.model.post is None and not design.varies("model.post") else [_POSTING]
    return ("days", "newcomers.per_day", *(f"people.{role}" for role in counted_roles(definition)), *deciding)


def users_of(definition: FeedDefinition, settings: Settings) -> Mapping[str, set[str]]:
    """The models of a condition with who uses them; those who write people are named `people` and their role."""
    there = cast(definition, settings)
    roles = there.asked_roles
    condition = Condition(definition, settings)
    users: dict[str, set[str]] = {}
    arriving = definition.newcomers if there.arrivals else None
    for entry in (*(entry for entry, _ in there.generated), *((arriving,) if arriving else ())):
        users.setdefault(entry.model, set()).add(f"people ({entry.role})")
    models = models_of(definition, settings, roles)
    for user, model in (*models.roles.items(), *models.steps.items()):
        users.setdefault(model, set()).add(user)
    if "model.probes" in settings and condition.probes(roles):
        users.setdefault(condition.model_of("probes"), set()).add("probes")
    return users
