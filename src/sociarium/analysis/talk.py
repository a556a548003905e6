"""What was said and what others made of it as outcomes of a run: over all of it, by its days and by its turns."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Literal

from sociarium.analysis.result_rows import Answer
from sociarium.exchange.tables.read import Cells, RunTables

Over = Literal["", "day", "turn"]
"""Moments of outcomes: the whole run, its days, its turns (messages of a conversation, numbered through all days)."""

SAID = "said."
"""Begins the names of these outcomes among those of probes, which may be called alike."""
WHOLE = "run"
"""The moment of what is said of a whole run."""

TALK: Mapping[str, str] = {
    "messages": "messages, or posts that a model wrote",
    "words": "words a message",
    "flagged": "share of messages with a flag",
    "empty": "share of messages without words",
    "seen": "times that a post was shown",
    "likes": "likes a post",
    "replies": "replies a post",
    "reposts": "reposts a post",
    "quotes": "quotes a post",
    "positive": "positive feelings, share of readers who felt anything",
    "negative": "negative feelings, share of readers who felt anything",
}
"""Outcomes -> what they are. What is counted of posts is of feeds alone."""
_OF_POSTS = ("seen", "likes", "replies", "reposts", "quotes")


def spoken_rows(run: RunTables) -> list[Cells]:
    """The messages of a run, or the posts that a model wrote."""
    return list(run.rows["messages"]) or [post for post in run.rows["posts"] if post["call"]]


def talk_answers(run: RunTables) -> tuple[Answer, ...]:
    """A value for each of a run's roles at each of its moments: a mean over messages, or how many there were."""
    sums: dict[tuple[str, str, str], list[float]] = {}
    for turn, row in enumerate(spoken_rows(run), start=1):
        moments = (WHOLE, f"day {row.get('day')}", *((f"turn {turn}",) if run.rows["messages"] else ()))
        for name, value in _values(row):
            for moment in moments:
                entry = sums.setdefault((name, row.get("role") or "", moment), [0.0, 0])
                entry[0] += value
                entry[1] += 1
    return tuple(
        Answer(f"{SAID}{name}", role, "", moment, total if name == "messages" else total / count)
        for (name, role, moment), (total, count) in sums.items()
        # One message a turn, which says nothing.
        if name != "messages" or over_of(moment) != "turn"
    )


def over_of(moment: str) -> Over:
    """What kind of moment it is."""
    return "day" if moment.startswith("day ") else "turn" if moment.startswith("turn ") else ""


def _values(row: Cells) -> Iterator[tuple[str, float]]:
    flags, count = row["flags"].split(), len(row["content"].split())
    yield "messages", 1.0
    yield "words", float(count)
    yield "flagged", float(bool(flags))
    yield "empty", float("empty" in flags or not count)
    if "seen" not in row:
        return
    for name in _OF_POSTS:
        yield name, float(row[name])
    if felt := row["positive"] + row["neutral"] + row["negative"]:
        yield "positive", row["positive"] / felt
        yield "negative", row["negative"] / felt
