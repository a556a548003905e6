"""What a feed came to, derived from its events: they are stored once, and everything else is counted from them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from sociarium.environments.feed.visit.reactions import SENTIMENTS
from sociarium.environments.feed.world import clock
from sociarium.records.events import Event, Happening

Change = Literal["follow", "unfollow"]
Mute = Literal["mute", "unmute"]

_COUNTED = {"like": "likes", "reply": "replies", "repost": "reposts", "quote": "quotes"}


@dataclass(slots=True)
class DerivedFeed:
    """Each list holds JSON objects in order of effect.

    Attributes:
        people: `handle, name, bio, role, generated, population, joined, model, rule, followers_count, followers,
            following, plan, state, memory`; as they stand at the end. `followers` are those simulated,
            `followers_count` others. `rule` is by what they act without a model, where they do.
        posts: `id, author, role, day, time, kind, parent, content, hashtags, source, name, policy, flags, call` and
            the counts `likes, replies, reposts, quotes, seen`, and `sentiments` of those who saw it.
        reactions: `post, author, kind, sentiment, words, probability, draw, day, time, source`, and `flags`: `repaired`
            where the probability was not given as a whole percent. A reply that was under way counts when it takes
            effect. Of one that was put in from outside (`source`: input, override) nothing was judged or drawn.
        acts: likes and follows that were put in from outside, and any act that had no effect: `author, kind, target,
            content, day, time, source, name`, the number of the input, and `why` it had none.
        exposures: `person, post, day, time, list, rank, policy`, and `via`, the repost by which it came. In the list
            `suggested` people are shown, not posts: `other`, and no `post`.
        judgements: of each exposure that has an answer, whether it came to a reaction or not: `person, post, day, time,
            list, rank, sentiment, words`, `probabilities` and `draws` by kind of reaction; kinds `drawn`, `repaired`.
        follows: `person, other, change, day, time`; day 0 is before the first.
        mutes: `person, other, change, day, time`; the other may be an account outside.
        states: `person, day, time, state, plan`; a condensed memory has `memory` instead.
        sessions: `person, day, time, seen, skipped, repaired, flags, calls`.
    """

    people: list[dict[str, Any]] = field(default_factory=list)
    posts: list[dict[str, Any]] = field(default_factory=list)
    reactions: list[dict[str, Any]] = field(default_factory=list)
    exposures: list[dict[str, Any]] = field(default_factory=list)
    judgements: list[dict[str, Any]] = field(default_factory=list)
    follows: list[dict[str, Any]] = field(default_factory=list)
    mutes: list[dict[str, Any]] = field(default_factory=list)
    acts: list[dict[str, Any]] = field(default_factory=list)
    states: list[dict[str, Any]] = field(default_factory=list)
    sessions: list[dict[str, Any]] = field(default_factory=list)


def derive(events: Iterable[Event], *, exposures: bool = True) -> DerivedFeed:
    """Derive everything from a feed's events, in their order.

    Args:
        exposures: list these and the judgements, most of what there is; otherwise both lists stay empty.
    """
    deriving = _Deriving(has_exposures=exposures)
    for event in events:
        match event.happening.kind:
            case "person":
                deriving.person(event.happening)
            case "post":
                deriving.post(event.happening)
            case "session":
                deriving.visit(event.happening)
            case "state":
                deriving.memory(event.happening)
            case "act":
                deriving.act(event.happening)
    return deriving.result()


@dataclass(slots=True)
class _Deriving:
    has_exposures: bool
    ledger: DerivedFeed = field(default_factory=DerivedFeed)
    people: dict[str, dict[str, Any]] = field(default_factory=dict)
    posts: dict[str, dict[str, Any]] = field(default_factory=dict)
    ties: set[tuple[str, str]] = field(default_factory=set)
    written: set[tuple[str, str, str]] = field(default_factory=set)
    later: dict[tuple[str, str], Mapping[str, Any]] = field(default_factory=dict)

    def person(self, what: Happening) -> None:
        data = what.data
        person = {
            "handle": what.author,
            "name": data["name"],
            "bio": data["bio"],
            "persona": data["persona"],
            "background": data.get("background", ""),
            "role": what.role,
            "generated": data["generated"],
            "population": data["population"],
            "joined": what.day,
            "model": data["model"],
            "rule": data.get("rule"),
            "followers_count": data["followers_count"],
            "followers": 0,
            "following": 0,
            "plan": "",
            "state": "",
            "memory": "",
        }
        self.people[what.author] = person
        self.ledger.people.append(person)
        for other in data["follows"]:
            self._tie("follow", what.author, other, what.day, 0)
        for other in data.get("followed_by", ()):
            self._tie("follow", other, what.author, what.day, 0)

    def post(self, what: Happening) -> None:
        data = what.data
        post = {
            "id": data["id"],
            "author": what.author,
            "role": what.role,
            "day": what.day,
            "time": clock(data["time"]),
            "kind": data["kind"],
            "parent": data["parent"],
            "content": what.content,
            "hashtags": list(data["hashtags"]),
            **dict.fromkeys(_COUNTED.values(), 0),
            "seen": 0,
            "sentiments": dict.fromkeys(SENTIMENTS, 0),
            "source": data["source"],
            "name": data["name"],
            "policy": data["policy"],
            "flags": list(what.flags),
            "call": data["call"],
        }
        self.posts[data["id"]] = post
        self.ledger.posts.append(post)
        if data["parent"] is not None and data["source"] != "person":
            self._outside_reaction(what, data["kind"], data["parent"])
        elif data["parent"] is not None:
            self.written.add((what.author, data["kind"], data["parent"]))
            answer = self.later.pop((what.author, data["parent"]), None) if data["kind"] == "reply" else None
            if answer is not None:
                self._reaction(what.author, answer, "reply", {"day": what.day, "time": clock(data["time"])})

    def visit(self, what: Happening) -> None:
        data, moment = what.data, {"day": what.day, "time": clock(what.data["time"])}
        if self.has_exposures:
            self._list_exposures(what, moment)
        for exposure in data["exposures"]:
            self.posts[exposure["post"]]["seen"] += 1
        later = {one["post"] for one in data.get("later", ())}
        for answer in data["answers"]:
            if answer["post"] in later:
                self.later[what.author, answer["post"]] = answer
            if answer["sentiment"] is not None:
                self.posts[answer["post"]]["sentiments"][answer["sentiment"]] += 1
            for kind in answer["drawn"]:
                self._reaction(what.author, answer, kind, moment)
        for other in data["follow"]:
            self._tie("follow", what.author, other, what.day, data["time"])
        for other in data["unfollow"]:
            self._tie("unfollow", what.author, other, what.day, data["time"])
        changes: tuple[Mute, ...] = ("mute", "unmute")
        self.ledger.mutes += [
            {"person": what.author, "other": other, "change": change, **moment}
            for change in changes
            for other in data.get(change, ())
        ]
        person = self.people[what.author]
        if data["plan"]:
            person["plan"] = data["plan"]
        if data["state"] is not None:
            person["state"] = data["state"]
            state = {"person": what.author, **moment, "state": data["state"], "plan": data["plan"]}
            self.ledger.states.append(state)
        self.ledger.sessions.append(
            {"person": what.author, **moment, "seen": len(data["exposures"]), "skipped": list(data["skipped"]),
             "repaired": list(data.get("repaired", ())), "flags": list(what.flags), "calls": list(data["calls"])}
        )  # fmt: skip

    def _list_exposures(self, what: Happening, moment: Mapping[str, Any]) -> None:
        data = what.data
        self.ledger.exposures += [
            {"person": what.author, "post": exposure["post"], **moment, "list": exposure["list"],
             "rank": exposure["rank"], "policy": exposure["policy"], "via": exposure.get("via"), "other": None}
            for exposure in data["exposures"]
        ]  # fmt: skip
        self.ledger.exposures += [
            {"person": what.author, "post": None, **moment, "list": "suggested", "rank": rank, "policy": "none",
             "via": None, "other": other}
            for rank, other in enumerate(data.get("suggested", ()), start=1)
        ]  # fmt: skip
        shown = {exposure["post"]: exposure for exposure in data["exposures"]}
        self.ledger.judgements += [
            _judgement(what.author, answer, shown[answer["post"]], moment) for answer in data["answers"]
        ]

    def act(self, what: Happening) -> None:
        data = what.data
        self.ledger.acts.append(
            {"author": what.author, "kind": data["kind"], "target": data["target"], "content": what.content,
             "day": what.day, "time": clock(data["time"]), "source": data["source"], "name": data["name"],
             "why": data["why"]}
        )  # fmt: skip
        if data["why"] is None and data["kind"] == "like":
            self._outside_reaction(what, "like", data["target"])
        elif data["why"] is None and data["kind"] == "follow":
            self._tie("follow", what.author, data["target"], what.day, data["time"])

    def memory(self, what: Happening) -> None:
        if what.content:
            self.people[what.author]["memory"] = what.content
            state = {"person": what.author, "day": what.day, "time": clock(24 * 60 - 1), "memory": what.content}
            self.ledger.states.append(state)

    def result(self) -> DerivedFeed:
        for person, other in self.ties:
            if person in self.people:
                self.people[person]["following"] += 1
            self.people[other]["followers"] += 1
        return self.ledger

    def _reaction(self, author: str, answer: Mapping[str, Any], kind: str, moment: Mapping[str, Any]) -> None:
        # A drawn answer that nobody could write did not come about.
        if kind in {"reply", "quote"} and (author, kind, answer["post"]) not in self.written:
            return
        self.posts[answer["post"]][_COUNTED[kind]] += 1
        self.ledger.reactions.append(
            {
                "post": answer["post"],
                "author": author,
                "kind": kind,
                "sentiment": answer["sentiment"],
                "words": answer["words"],
                "probability": answer["probabilities"][kind],
                "draw": answer["draw"][kind],
                **moment,
                "source": "person",
                "flags": ["repaired"] if kind in answer.get("repaired", ()) else [],
            }
        )

    def _outside_reaction(self, what: Happening, kind: str, post: str) -> None:
        """A reaction that was put in from outside: nobody judged, and nothing was drawn."""
        self.posts[post][_COUNTED[kind]] += 1
        self.ledger.reactions.append(
            {
                "post": post,
                "author": what.author,
                "kind": kind,
                "sentiment": None,
                "words": "",
                "probability": None,
                "draw": None,
                "day": what.day,
                "time": clock(what.data["time"]),
                "source": what.data["source"],
                "flags": [],
            }
        )

    def _tie(self, change: Change, person: str, other: str, day: int, minute: int) -> None:
        if (change == "follow") == ((person, other) in self.ties):
            return
        if change == "follow":
            self.ties.add((person, other))
        else:
            self.ties.discard((person, other))
        self.ledger.follows.append(
            {"person": person, "other": other, "change": change, "day": day, "time": clock(minute)}
        )


def _judgement(
    person: str, answer: Mapping[str, Any], exposure: Mapping[str, Any], moment: Mapping[str, Any]
) -> dict[str, Any]:
    return {
        "person": person,
        "post": answer["post"],
        **moment,
        "list": exposure["list"],
        "rank": exposure["rank"],
        "sentiment": answer["sentiment"],
        "words": answer["words"],
        "probabilities": dict(answer["probabilities"]),
        "draws": dict(answer["draw"]),
        "drawn": list(answer["drawn"]),
        "repaired": list(answer.get("repaired", ())),
    }
