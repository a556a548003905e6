"""Who is there: people with their handles, personas and system prompts, and what changes of them during a run."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sociarium.environments.feed.memory.recall import Memory
from sociarium.environments.feed.population import as_text, free_handle
from sociarium.environments.feed.quotation import RULE, excerpt
from sociarium.environments.requests import JOINT
from sociarium.environments.stage import Stage
from sociarium.experiment.feed.people import PastDeed, Person
from sociarium.experiment.feed.rules import Rule
from sociarium.experiment.feed.run_content import FeedContent, PopulationContent
from sociarium.experiment.prompts.placeholders import render
from sociarium.experiment.prompts.sections import assemble_prompt
from sociarium.records.events import Happening

BLOCK = 100
"""People of a population who are fetched at once."""

_DEEDS = {"post": "posted", "repost": "shared", "quote": "quoted", "reply": "answered", "like": "liked"}


@dataclass(slots=True, eq=False)
class PersonState:
    """Somebody on the network.

    Attributes:
        number: in order of arrival, from 0.
        model: that plays them; None for one who acts by a rule, or never logs on.
        population: by which they were written; None for those given in the file.
        follows, followers: numbers of members.
        posts_seen: numbers of posts that were shown to them.
        muted: whose posts they are not shown, by handle in small letters: people and accounts outside; the value is the
            handle as it is written.
        outside_followers: accounts outside that follow them, by handle in small letters.
        state, plan: as they last noted them.
        posted_on: the last day on which they posted of their own accord.
    """

    number: int
    handle: str
    person: Person
    model: str | None
    system_prompt: str
    joined: int
    population: str | None = None
    follows: set[int] = field(default_factory=set)
    followers: set[int] = field(default_factory=set)
    posts_seen: set[int] = field(default_factory=set)
    muted: dict[str, str] = field(default_factory=dict)
    outside_followers: set[str] = field(default_factory=set)
    memory: Memory = field(default_factory=Memory)
    state: str = ""
    plan: str = ""
    posted_on: int = 0

    @property
    def role(self) -> str:
        """The archetype."""
        return self.person.role

    def has_muted(self, author: str) -> bool:
        """Whether posts of an author, whom a handle names, are kept from them."""
        return bool(self.muted) and author.casefold() in self.muted

    @property
    def rule(self) -> Rule | None:
        """By which they act instead of a model."""
        return self.person.rule

    @property
    def clout(self) -> int:
        """Followers, those beyond the people who are simulated among them."""
        return len(self.followers) + len(self.outside_followers) + self.person.followers_count


@dataclass(slots=True)
class People:
    """Everybody who has arrived, in that order."""

    members: list[PersonState] = field(default_factory=list)
    by_handle: dict[str, PersonState] = field(default_factory=dict)

    def find(self, handle: str) -> PersonState | None:
        """The member of a handle, in any case and with or without `@`."""
        return self.by_handle.get(handle.strip().lstrip("@").casefold())


async def admit_first_people(content: FeedContent, stage: Stage, people: People) -> list[PersonState]:
    """Let in those who are there from the start: those written out as in the file, those alike, the populations'."""
    arrived = [_arrive(content, people, person, None, day=0) for person in content.people]
    for alike in content.alike:
        same = (alike.person_at(number) for number in range(1, alike.count + 1))
        arrived += [_arrive(content, people, person, None, day=0) for person in same]
    for share in content.generated:
        persons = await _fetch_people(stage, f"people/{share.population.name}", share.population, 1, share.count)
        ruled = [person.model_copy(update={"rule": share.rule}) for person in persons] if share.rule else persons
        arrived += [_arrive(content, people, person, share.population.name, day=0) for person in ruled]
    return arrived


async def admit_newcomers(content: FeedContent, stage: Stage, people: People, day: int) -> list[PersonState]:
    """Let in those who arrive as a day begins."""
    coming = content.newcomers
    if coming is None or day < coming.from_day or not coming.per_day:
        return []
    first, last = coming.arrivals(day - 1) + 1, coming.arrivals(day)
    persons = await _fetch_people(stage, f"day{day}/newcomers", coming.population, first, last)
    return [_arrive(content, people, person, coming.population.name, day=day) for person in persons]


def announce(member: PersonState, people: People, stage: Stage) -> None:
    """Emit that somebody is there."""
    person = member.person
    data = {
        "name": person.name,
        "bio": person.bio,
        "persona": person.persona,
        "background": person.background,
        "followers_count": person.followers_count,
        "generated": member.population is not None,
        "population": member.population,
        "follows": sorted(people.members[number].handle for number in member.follows),
        "history": len(person.history),
        "model": member.model,
    }
    # Of newcomers alone: those who were there tell of their own ties.
    if member.joined and member.followers:
        data["followed_by"] = sorted(people.members[number].handle for number in member.followers)
    if person.rule is not None:
        data["rule"] = person.rule.model_dump(mode="json", exclude_defaults=True)
    happening = Happening("person", day=member.joined, author=member.handle, role=member.role, data=data)
    stage.emit(f"person/{member.handle}", happening)


async def _fetch_people(stage: Stage, key: str, population: PopulationContent, first: int, last: int) -> list[Person]:
    persons: list[Person] = []
    for start in range(first, last + 1, BLOCK):
        end = min(start + BLOCK - 1, last)
        trees = await stage.people(f"{key}/{start}", population, start, end)
        persons += [_read(tree) for tree in trees if tree is not None]
    return persons


def _read(tree: Mapping[str, Any]) -> Person:
    return Person.model_validate_json(json.dumps(dict(tree)))


def _arrive(content: FeedContent, people: People, person: Person, population: str | None, *, day: int) -> PersonState:
    handle = free_handle(person.handle, people.by_handle)
    prompt = system_prompt(content, person, handle)
    member = PersonState(len(people.members), handle, person, _model_of(content, person), prompt, day, population)
    people.members.append(member)
    people.by_handle[handle.casefold()] = member
    return member


def recast(content: FeedContent, people: People) -> None:
    """Let everybody who is there be played by the models, and told the texts, of another content."""
    for member in people.members:
        member.model = _model_of(content, member.person)
        member.system_prompt = system_prompt(content, member.person, member.handle)


def _model_of(content: FeedContent, person: Person) -> str | None:
    if person.rule is not None:
        return None
    return next((role.model for role in content.roles if role.name == person.role), None)


def system_prompt(content: FeedContent, person: Person, handle: str) -> str:
    """What the model that plays a person is told of them, whatever it is then asked."""
    name = person.name or handle
    texts = ((section, section.text_for(person.role)) for section in content.sections)
    sections = assemble_prompt(
        [
            (section.title, section.heading, render(text, content.facts, self_name=name))
            for section, text in texts
            if text is not None
        ]
    )
    own = [f"Your handle: @{handle}", f"Your name: {name}"]
    if person.bio:
        own.append(f"Your profile says: {person.bio}")
    parts = [
        sections or f"You are {name}, on a social network.",
        "## You\n\n" + "\n".join(own),
        _part("Who you are", as_text(person.persona)),
        _part("What you know", person.background),
        _part("What you did before", "\n".join(past_lines(person))),
        f"## How to read\n\n{RULE}",
    ]
    return JOINT.join(part for part in parts if part)


def _part(title: str, text: str) -> str:
    return f"## {title}\n\n{text.strip()}" if text.strip() else ""


def past_lines(person: Person) -> list[str]:
    """What somebody did before, as it stands in their prompt, a line for each."""
    return [_past(deed) for deed in person.history]


def _past(deed: PastDeed) -> str:
    when = f"{deed.at}: " if deed.at else ""
    of = f" @{deed.of}" if deed.of else ""
    return f"- {when}you {_DEEDS[deed.kind]}{of}: {excerpt(deed.text, most=600)}"
