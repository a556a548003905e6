"""A feed as it stood at the end of a day, read once from its events for whoever shows it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, TypeVar

from sociarium.environments.feed.derive import DerivedFeed, derive
from sociarium.environments.feed.people import past_lines
from sociarium.environments.feed.world import clock
from sociarium.errors import NotFound
from sociarium.exchange.feed_sights import PrivateAnswer, Sight
from sociarium.exchange.feeds import label_of_policy
from sociarium.exchange.run_document import run_summary
from sociarium.experiment.feed.people import Person
from sociarium.experiment.feed.run_content import FeedContent
from sociarium.experiment.stored_content import read_content
from sociarium.ports.store import Store
from sociarium.records.events import Event
from sociarium.records.runs import RunState

FEELINGS = "how they felt about what they read"
"""Stands for an opinion where no probe asks for a number."""
One = TypeVar("One")
_SIGNS = {"positive": 1.0, "neutral": 0.0, "negative": -1.0}


@dataclass(frozen=True)
class FeedReading:
    """A feed up to the end of a day.

    Attributes:
        summary: as `run_summary` makes it.
        day: the last one that is read; `days` have begun so far, of `planned`.
        feed: what its events came to up to that day.
        scales: probe -> its ends, in the order of the file; probes with numbers alone.
        ties: pairs of who follows whom, as it stood.
        ever: all pairs there ever were, on any day: what positions in a picture are made of.
        label: that people read above a labelled post; empty where none is labelled.
        with_past: those who did something before, by handle.
    """

    run: str
    summary: Mapping[str, Any]
    is_offline: bool
    day: int
    days: int
    planned: int
    policy: str
    label: str
    feed: DerivedFeed
    sights: tuple[Sight, ...]
    answers: tuple[PrivateAnswer, ...]
    scales: Mapping[str, tuple[float, float]]
    ties: frozenset[tuple[str, str]]
    ever: frozenset[tuple[str, str]]
    with_past: Mapping[str, Person]

    def past(self, handle: str) -> list[str]:
        """What somebody did before, as they read it, a line for each."""
        person = self.with_past.get(handle)
        return past_lines(person) if person else []

    @cached_property
    def people(self) -> dict[str, dict[str, Any]]:
        """Handle -> person."""
        return {person["handle"]: person for person in self.feed.people}

    @cached_property
    def posts(self) -> dict[str, dict[str, Any]]:
        """Id -> post."""
        return {post["id"]: post for post in self.feed.posts}

    @cached_property
    def readers(self) -> dict[str, list[Sight]]:
        """Post -> who was shown it, in order."""
        return _groups(self.sights, lambda sight: sight.post)

    @cached_property
    def timelines(self) -> dict[str, list[Sight]]:
        """Person -> what was shown to them, in order."""
        return _groups(self.sights, lambda sight: sight.person)

    @cached_property
    def authored(self) -> dict[str, list[dict[str, Any]]]:
        """Author -> their posts, in order."""
        return _groups(self.feed.posts, lambda post: post["author"])

    @cached_property
    def answers_to(self) -> dict[str, list[dict[str, Any]]]:
        """Post -> what answers, quotes or shares it, in order."""
        return _groups((post for post in self.feed.posts if post["parent"] is not None), lambda post: post["parent"])

    @cached_property
    def states(self) -> dict[str, list[dict[str, Any]]]:
        """Person -> their states and memories, in order."""
        return _groups(self.feed.states, lambda one: one["person"])

    @cached_property
    def answered(self) -> dict[str, list[PrivateAnswer]]:
        """Person -> their answers to private questions, in order."""
        return _groups(self.answers, lambda one: one.person)

    @cached_property
    def likes(self) -> dict[str, list[dict[str, Any]]]:
        """Who -> their likes, in order."""
        return _groups((one for one in self.feed.reactions if one["kind"] == "like"), lambda one: one["author"])

    @cached_property
    def changes_of_ties(self) -> dict[str, list[dict[str, Any]]]:
        """Who follows or is followed -> the changes of these ties, in order."""
        changes: dict[str, list[dict[str, Any]]] = defaultdict(list)
        for tie in self.feed.follows:
            for one in dict.fromkeys((tie["person"], tie["other"])):
                changes[one].append(tie)
        return changes

    @cached_property
    def sharers(self) -> dict[str, list[dict[str, Any]]]:
        """Post -> its reposts, in order."""
        return _groups((post for post in self.feed.posts if post["kind"] == "repost"), lambda post: post["parent"])

    @cached_property
    def roles(self) -> tuple[str, ...]:
        """The roles of its people, each once, in their order."""
        return tuple(dict.fromkeys(person["role"] for person in self.feed.people))

    @property
    def size(self) -> int:
        """Posts, and times that one was shown."""
        return len(self.feed.posts) + len(self.sights)

    def name_of(self, handle: str) -> str:
        """A person's name; an account outside has its handle alone."""
        person = self.people.get(handle)
        return (person and person["name"]) or handle

    @property
    def is_complete(self) -> bool:
        """Whether it will never read otherwise."""
        return self.summary["state"] in {RunState.DONE.value, RunState.FAILED.value}

    def once(self, name: str, compute: Callable[[], One]) -> One:
        """What is computed of all of it, under a name of its own: computed once, kept with the reading."""
        if name not in self._values:
            self._values[name] = compute()
        value: One = self._values[name]
        return value

    @cached_property
    def _values(self) -> dict[str, Any]:
        return {}

    def scale(self, opinion: str) -> tuple[float, float]:
        """The ends of an opinion."""
        return self.scales.get(opinion, (-1.0, 1.0))

    def opinions(self, opinion: str) -> Mapping[str, Sequence[tuple[str, float]]]:
        """Person -> moments and numbers, in order; of the feelings, the mean of each day."""
        return self.once(f"opinions {opinion}", lambda: self._opinions(opinion))

    def _opinions(self, opinion: str) -> dict[str, list[tuple[str, float]]]:
        courses: dict[str, list[tuple[str, float]]] = defaultdict(list)
        if opinion in self.scales:
            for answer in self.answers:
                if answer.name == opinion and answer.number is not None:
                    courses[answer.person].append((moment_text(answer.at, answer.day), answer.number))
            return courses
        felt: dict[tuple[str, int], list[float]] = defaultdict(list)
        for sight in self.sights:
            if sight.sentiment in _SIGNS:
                felt[(sight.person, sight.day)].append(_SIGNS[sight.sentiment])
        for (person, day), values in felt.items():
            courses[person].append((f"day {day}", sum(values) / len(values)))
        return courses


def moment_text(at: str, day: int) -> str:
    """When a probe was asked."""
    return f"day {day}" if at == "each_day" else at


def feed_reading(
    store: Store, run_id: str, *, day: int = 0, exposures: bool = True, whole: FeedReading | None = None
) -> FeedReading:
    """A feed by its run.

    Args:
        day: up to the end of this one; 0: all of it.
        exposures: list these and the judgements in `feed`, beside `sights`, which has both in short.
        whole: all of the same feed, where it is known and will never read otherwise; it is not made out once more.

    Raises:
        NotFound: there is no such run, or it is no feed.
    """
    run, status = store.run(run_id), store.run_statuses([run_id])[0]
    content = read_content(run.content)
    if not isinstance(content, FeedContent):
        raise NotFound(f"run {run_id[:12]} is no feed; `sociarium show {run_id[:12]}` has all of it")
    events = store.events(run_id)
    days = max((event.happening.day for event in events), default=0)
    last_day = min(day, days) if day else days
    events_by_then = [
        event for event in events if event.happening.day <= last_day and not _is_later(event, last_day, days)
    ]
    feed = derive(events_by_then, exposures=exposures)
    ever = whole.ever if whole else _ever(feed if last_day == days else derive(events, exposures=False))
    return FeedReading(
        run=run_id,
        summary=run_summary(run, status, store.members_of_run(run_id)),
        is_offline=all(model.provider == "offline" for model in content.models.values()),
        day=last_day,
        days=days,
        planned=content.days,
        policy=content.policy.do,
        label=label_of_policy(content),
        feed=feed,
        sights=tuple(_sights(events_by_then)),
        answers=tuple(_answer(event) for event in events_by_then if event.happening.kind == "probe"),
        scales={probe.name: probe.scale for probe in content.probes if probe.scale},
        ties=_ties(feed),
        ever=ever,
        with_past={person.handle: person for person in content.people if person.history},
    )


def _is_later(event: Event, last_day: int, days: int) -> bool:
    """Whether an event tells of the end of the run, which an earlier day did not know."""
    return event.happening.kind == "probe" and event.happening.data["at"] == "end" and last_day < days


def _sights(events: Iterable[Event]) -> Iterable[Sight]:
    for event in events:
        if event.happening.kind != "session":
            continue
        visit = event.happening
        made = {answer["post"]: answer for answer in visit.data["answers"]}
        for one in visit.data["exposures"]:
            answer = made.get(one["post"], {})
            yield Sight(
                visit.author,
                one["post"],
                visit.day,
                clock(visit.data["time"]),
                one["list"],
                one["rank"],
                one.get("via"),
                one["policy"],
                answer.get("sentiment"),
                answer.get("words", ""),
                answer.get("probabilities", {}),
                tuple(answer.get("drawn", ())),
                answer.get("draw", {}),
                bool(answer) and answer["sentiment"] is None,
            )


def _answer(event: Event) -> PrivateAnswer:
    what = event.happening
    return PrivateAnswer(what.data["name"], what.author, what.day, what.data["at"], what.data["answer"], what.content)


def _ever(whole: DerivedFeed) -> frozenset[tuple[str, str]]:
    handles = {person["handle"] for person in whole.people}
    return frozenset((tie["person"], tie["other"]) for tie in whole.follows if tie["person"] in handles)


def _ties(feed: DerivedFeed) -> frozenset[tuple[str, str]]:
    handles, ties = {person["handle"] for person in feed.people}, set()
    for tie in feed.follows:
        pair = (tie["person"], tie["other"])
        if tie["person"] not in handles:
            continue  # an account outside, which stands in no picture of the people
        if tie["change"] == "follow":
            ties.add(pair)
        else:
            ties.discard(pair)
    return frozenset(ties)


def _groups(rows: Iterable[One], key: Callable[[One], str]) -> dict[str, list[One]]:
    groups: dict[str, list[One]] = defaultdict(list)
    for row in rows:
        groups[key(row)].append(row)
    return groups


def latest(course: Sequence[tuple[str, float]]) -> float | None:
    """The last number of a course."""
    return course[-1][1] if course else None
