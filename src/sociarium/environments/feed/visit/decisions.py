"""Whom to follow, what to do next, and how somebody's state of mind changes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from sociarium.environments.answer_schema import Schema, most_characters, string
from sociarium.environments.feed.people import People, PersonState
from sociarium.environments.feed.population import LONGEST_HANDLE
from sociarium.environments.feed.timeline import Exposure
from sociarium.environments.structured_output import words_in
from sociarium.experiment.feed.run_content import MemoryContent

_MOST_TIES = 3
_NOBODY: Schema = {"type": "array", "items": string(LONGEST_HANDLE), "maxItems": 0}


@dataclass(frozen=True, slots=True)
class Intent:
    """What somebody decides at the end of a look around.

    Attributes:
        follow, unfollow: people who are there; nobody is named who is not, or twice.
        state: the new state of mind; None where none is kept or none was given.
        cut: whether the state or the plan was longer than allowed.
        mute, unmute: handles, of people or accounts outside; none is named twice.
        repaired: lists that named more people than are asked for, and were cut.
    """

    follow: tuple[PersonState, ...] = ()
    unfollow: tuple[PersonState, ...] = ()
    plan: str = ""
    state: str | None = None
    cut: bool = False
    repaired: int = 0
    mute: tuple[str, ...] = ()
    unmute: tuple[str, ...] = ()


class Authors(NamedTuple):
    """Handles of the people whose posts somebody saw.

    Attributes:
        strangers: those whom the person does not follow.
        followed: those whom they follow.
        mutable: authors of these posts, accounts outside too, in a feed in which people may mute; else None.
        muted: those whom the person has muted.
    """

    strangers: list[str]
    followed: list[str]
    mutable: list[str] | None = None
    muted: tuple[str, ...] = ()


_NO_AUTHORS = Authors([], [])


def split_by_follow(
    member: PersonState, exposures: Sequence[Exposure], people: People, *, may_mute: bool = False
) -> Authors:
    """The people whose posts were shown, the person themselves left out."""
    authors: dict[int, str] = {}
    outside: dict[str, str] = {}
    for one in exposures:
        for post in (one.post, one.via):
            if post is not None and post.member is None:
                outside.setdefault(post.author.casefold(), post.author)
            elif post is not None and post.member is not None and post.member != member.number:
                authors[post.member] = people.members[post.member].handle
    return Authors(
        [handle for number, handle in authors.items() if number not in member.follows],
        [handle for number, handle in authors.items() if number in member.follows],
        [*authors.values(), *outside.values()] if may_mute else None,
        tuple(member.muted.values()),
    )


def with_suggested(authors: Authors, suggested: Sequence[PersonState]) -> Authors:
    """The same, with those whom the network suggests among the people who can be followed."""
    if not suggested:
        return authors
    return authors._replace(strangers=list(dict.fromkeys([*authors.strangers, *(other.handle for other in suggested)])))


def properties(authors: Authors, rules: MemoryContent) -> dict[str, Any]:
    """The schema's part for an intent."""
    text = string(most_characters(rules.max_words))
    schemas: dict[str, Any] = {
        "follow": _some_of(authors.strangers),
        "unfollow": _some_of(authors.followed),
        "plan": text,
    }
    if authors.mutable is not None:
        schemas |= {"mute": _some_of(authors.mutable), "unmute": _some_of(authors.muted)}
    if rules.hidden_state:
        schemas["state"] = text
    return schemas


def how(authors: Authors, rules: MemoryContent) -> str:
    """How to answer, in words."""
    lines = [
        f"`follow`: a list of at most {_MOST_TIES} handles out of {_handles_text(authors.strangers)}",
        f"`unfollow`: a list of at most {_MOST_TIES} handles out of {_handles_text(authors.followed)}",
        "`plan`: two sentences at most",
    ]
    if authors.mutable is not None:
        lines[2:2] = [
            f"`mute`: a list of at most {_MOST_TIES} handles, whose posts you will not be shown any more, out of "
            f"{_handles_text(authors.mutable)}",
            f"`unmute`: a list of at most {_MOST_TIES} handles out of {_handles_text(authors.muted)}",
        ]
    if rules.hidden_state:
        lines.append(f"`state`: at most {rules.max_words} words")
    return "Answer with a JSON object: " + "; ".join(lines) + "."


def read_intent(
    answer: Mapping[str, Any] | None,
    member: PersonState,
    people: People,
    rules: MemoryContent,
    authors: Authors = _NO_AUTHORS,
) -> Intent | None:
    """The intent that an answer holds; None when it holds none.

    Args:
        authors: who may be muted, or not any more.
    """
    if answer is None:
        return None
    follow, unfollow, plan = answer.get("follow", []), answer.get("unfollow", []), answer.get("plan", "")
    if not isinstance(follow, list) or not isinstance(unfollow, list) or not isinstance(plan, str):
        return None
    mute, unmute = _handles_in(answer, "mute", authors.mutable), _handles_in(answer, "unmute", authors.muted)
    if mute is None or unmute is None:
        return None
    state, cut, characters = None, False, most_characters(rules.max_words)
    if rules.hidden_state:
        if not answer.get("state"):
            return None
        state, cut = words_in(answer["state"], most=rules.max_words, characters=characters)
        if not state:
            return None
    kept_plan, plan_cut = words_in(plan, most=rules.max_words, characters=characters)
    strangers = [other for other in _members(follow, member, people) if other.number not in member.follows]
    followed = [other for other in _members(unfollow, member, people) if other.number in member.follows]
    return Intent(
        tuple(strangers[:_MOST_TIES]),
        tuple(followed[:_MOST_TIES]),
        kept_plan,
        state,
        cut or plan_cut,
        sum(len(named) > _MOST_TIES for named in (strangers, followed, mute, unmute)),
        tuple(mute[:_MOST_TIES]),
        tuple(unmute[:_MOST_TIES]),
    )


def _members(handles: Sequence[Any], member: PersonState, people: People) -> list[PersonState]:
    matches = (people.find(handle) for handle in handles if isinstance(handle, str))
    return list(dict.fromkeys(other for other in matches if other is not None and other is not member))


def _handles_in(answer: Mapping[str, Any], key: str, choices: Sequence[str] | None) -> list[str] | None:
    """The handles of a list that are among the choices, each once; None where there is another thing than a list."""
    names = answer.get(key, []) if choices else []
    if not isinstance(names, list):
        return None
    by_name = {handle.casefold(): handle for handle in choices or ()}
    folded = (name.strip().lstrip("@").casefold() for name in names if isinstance(name, str))
    return list(dict.fromkeys(by_name[name] for name in folded if name in by_name))


def _some_of(handles: Sequence[str]) -> Schema:
    if not handles:
        return _NOBODY
    return {"type": "array", "items": {"type": "string", "enum": list(handles)}, "maxItems": _MOST_TIES}


def _handles_text(handles: Sequence[str]) -> str:
    return ", ".join(f"@{handle}" for handle in handles) or "nobody: leave it empty"
