"""Two runs side by side: in which factors they differ, which turns answer to each other, what their days came to."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sociarium.exchange.txt import in_order
from sociarium.records.lists import label_of

Document = Mapping[str, Any]
"""A run as `run_document` makes it."""
Part = Mapping[str, Any]
"""A message, event or summary of a document, with its `kind`: `messages`, `events`, `summaries` or `opening`."""

DAY_COUNTS = ("posts", "replies", "quotes", "reposts", "likes", "follows", "unfollows", "exposures", "states")
"""What a day of a feed is counted by, in order."""

_POSTS = {"post": "posts", "reply": "replies", "quote": "quotes", "repost": "reposts"}


@dataclass(frozen=True, slots=True)
class Difference:
    """A factor or setting in which two runs differ; `–` stands where a run has none."""

    factor: str
    a: str
    b: str


@dataclass(frozen=True, slots=True)
class TurnPair:
    """One turn of two runs.

    Attributes:
        label: `2.7` for a message, otherwise what it is.
        day: 0 before the first.
        index: of a message in its day; of an event that of the message it followed; else 0.
        a, b: the part of each run; None where a run has none there.
    """

    label: str
    day: int
    index: int
    a: Part | None
    b: Part | None

    @property
    def is_same(self) -> bool:
        """Whether both said the same, word for word, by the same speaker."""
        if self.a is None or self.b is None:
            return False
        return (speaker_of(self.a), self.a["content"]) == (speaker_of(self.b), self.b["content"])


def speaker_of(part: Part) -> str:
    """Who said something; of what nobody said, what it is."""
    match part["kind"]:
        case "messages":
            return str(part["speaker"])
        case "events":
            return str(part["author"])
        case "summaries":
            return f"Summary of day {part['day']}"
        case _:
            return "Opening"


def kind_of(document: Document) -> str:
    """What a run is: conversation, feed or population."""
    return str(document.get("environment", "conversation"))


def factors_of_two(first: Document, second: Document) -> tuple[tuple[Difference, ...], tuple[tuple[str, str], ...]]:
    """The factors and settings in which two runs differ, and those that are the same, each with its level."""
    rows = [
        (
            factor,
            *(label_of(one["condition"][factor]) if factor in one["condition"] else "–" for one in (first, second)),
        )
        for factor in dict.fromkeys((*first["condition"], *second["condition"]))
    ]
    rows += [(name, str(first[name]), str(second[name])) for name in ("replicate", "seed")]
    differing = tuple(Difference(factor, a, b) for factor, a, b in rows if a != b)
    return differing, tuple((factor, a) for factor, a, b in rows if a == b)


_Key = tuple[str, str]
_Moment = tuple[int, int, int, int]


def aligned_turns(first: Document, second: Document) -> list[TurnPair]:
    """The turns of two conversations in order, message by message of each day; probes are no turns."""
    sides = [_by_key(one) for one in (first, second)]
    moments = {key: moment for side in sides for key, (moment, _) in side.items()}
    pairs = []
    for key in sorted(moments, key=lambda key: (moments[key], key)):
        a, b = (side[key][1] if key in side else None for side in sides)
        day, _, index, _ = moments[key]
        names = {"messages": key[1], "opening": "Opening", "summaries": f"Summary of day {day}"}
        pairs.append(TurnPair(names.get(key[0], "Event"), day, index, a, b))
    return pairs


def _by_key(document: Document) -> dict[_Key, tuple[_Moment, Part]]:
    """Turns by what they are called in any run of the experiment, each with its moment."""
    opening: Part = {"kind": "opening", "seq": 0, "day": 0, "content": document["starting_message"], "flags": []}
    keyed: dict[_Key, tuple[_Moment, Part]] = {("opening", ""): ((0, 0, 0, 0), opening)}
    day = index = 0
    for part in in_order(dict(document)):
        match part["kind"]:
            case "messages":
                day, index = part["day"], part["index"]
                keyed["messages", f"{day}.{index}"] = ((day, 1, index, 0), part)
            case "events":
                # An event stands after the message that it followed.
                after = index if part["day"] == day else 0
                keyed["events", f"{part['day']}/{part['name']}"] = ((part["day"], 1, after, 1), part)
            case "summaries":
                keyed["summaries", str(part["day"])] = ((part["day"], 2, 0, 0), part)
    return keyed


@dataclass(frozen=True, slots=True)
class DayPair:
    """A day of two feeds, in counts by the names of `DAY_COUNTS`; None where a run did not come to that day."""

    day: int
    a: Mapping[str, int] | None
    b: Mapping[str, int] | None


def aligned_days(first: Document, second: Document) -> list[DayPair]:
    """The days of two feeds in counts; both documents list their exposures."""
    sides = [_days(one) for one in (first, second)]
    return [DayPair(day, *(side.get(day) for side in sides)) for day in sorted({*sides[0], *sides[1]})]


def _days(document: Document) -> dict[int, dict[str, int]]:
    counts = Counter(_counts_of(document))
    return {
        day: {name: counts[day, name] for name in DAY_COUNTS} for day in sorted({day for day, _ in counts if day > 0})
    }


def _counts_of(document: Document) -> Iterator[tuple[int, str]]:
    for post in document["posts"]:
        yield post["day"], _POSTS[post["kind"]]
    for reaction in document["reactions"]:
        if reaction["kind"] == "like":
            yield reaction["day"], "likes"
    for tie in document["follows"]:
        yield tie["day"], f"{tie['change']}s"
    exposures: Sequence[Mapping[str, Any]] = document["exposures"]
    for exposure in exposures:
        if exposure["post"] is not None:
            yield exposure["day"], "exposures"
    for state in document["states"]:
        yield state["day"], "states"
