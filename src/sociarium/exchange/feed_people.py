"""A person of a feed: who is she, how did she change, and what did she do day by day?"""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from sociarium.errors import NotFound
from sociarium.exchange.feed_reading import FeedReading, moment_text
from sociarium.exchange.quantity_text import count_in_words
from sociarium.experiment.problems import did_you_mean


@dataclass(frozen=True, slots=True)
class LifeDay:
    """A day in a person's life.

    Attributes:
        answers: to private questions: name, answer, and what else was said.
        did: in words.
    """

    day: int
    state: str
    plan: str
    memory: str
    did: str
    answers: tuple[tuple[str, str, str], ...]


def person_of(read: FeedReading, handle: str) -> dict[str, Any]:
    """A person by handle, with or without `@`. Raises `NotFound` with the nearest names."""
    person = read.people.get(handle) or read.people.get(handle.removeprefix("@"))
    if person is None:
        raise NotFound(f"run {read.run[:12]} has no person {handle!r}; {did_you_mean(handle, read.people)}")
    return person


def persona_parts(persona: Any) -> list[tuple[str, str]]:
    """Attribute and text of each part of a persona; the attribute is empty where it is one text."""
    if isinstance(persona, dict):
        return [(str(name), answer_text(value)) for name, value in persona.items()]
    return [("", str(persona))] if persona else []


def life_days(read: FeedReading, handle: str) -> list[LifeDay]:
    """The days on which something is known of a person, in order."""
    states: dict[int, dict[str, str]] = defaultdict(dict)
    for one in read.states.get(handle, ()):
        states[one["day"]] |= {name: text for name, text in one.items() if isinstance(text, str) and text}
    answers: dict[int, list[tuple[str, str, str]]] = defaultdict(list)
    for answer in read.answered.get(handle, ()):
        value = "no valid answer" if answer.value is None else answer_text(answer.value)
        words = "" if answer.words.strip() in {"", value} or answer.words.lstrip().startswith("{") else answer.words
        name = answer.name if answer.at == "each_day" else f"{answer.name}, {moment_text(answer.at, answer.day)}"
        answers[answer.day].append((name, value, words))
    did = _deeds(read, handle)
    return [
        LifeDay(
            day,
            states[day].get("state", ""),
            states[day].get("plan", ""),
            states[day].get("memory", ""),
            did.get(day, ""),
            tuple(answers[day]),
        )
        for day in sorted({*states, *answers, *did})
    ]


def _deeds(read: FeedReading, handle: str) -> dict[int, str]:
    """What somebody did on each day, in words."""
    days: dict[int, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    ties: dict[int, list[str]] = defaultdict(list)
    for post in read.authored.get(handle, ()):
        days[post["day"]][post["kind"]] += 1
    for one in read.likes.get(handle, ()):
        days[one["day"]]["like"] += 1
    for sight in read.timelines.get(handle, ()):
        days[sight.day]["seen"] += 1
    for tie in read.changes_of_ties.get(handle, ()):
        if tie["person"] == handle and tie["day"]:
            ties[tie["day"]].append(f"{tie['change']}ed {read.name_of(tie['other'])}")
    for mute in read.feed.mutes:
        if mute["person"] == handle:
            ties[mute["day"]].append(f"{mute['change']}d {read.name_of(mute['other'])}")
    nouns = (("post", "post", None), ("reply", "reply", "replies"), ("quote", "quote", None))
    sentences = {}
    for day in {*days, *ties}:
        wrote = [count_in_words(days[day][kind], one, many) for kind, one, many in nouns if days[day][kind]]
        parts = [f"wrote {', '.join(wrote)}"] if wrote else []
        parts += [f"{word} {days[day][kind]}" for kind, word in (("repost", "reposted"), ("like", "liked"))
                  if days[day][kind]]  # fmt: skip
        parts += ties[day][:6]
        parts.append(f"saw {count_in_words(days[day]['seen'], 'post')}")
        sentences[day] = "; ".join(parts)
    return sentences


def answer_text(value: Any) -> str:
    """An answer, or a part of a persona, as text: words as they are, anything else as JSON."""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
