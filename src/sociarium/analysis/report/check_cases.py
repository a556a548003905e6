"""What checks find in the messages of runs, while these are read: how many, where, and the words of a few."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from sociarium.analysis.checks.conversations import Conversation, checked_message
from sociarium.analysis.checks.rates import Link, cases_of
from sociarium.analysis.checks.registry import CHECKS
from sociarium.analysis.report.records import PassageMessage
from sociarium.exchange.tables.read import Cells, RunTables, TableSource

RUNS_WITH_WORDS = 12
"""Runs of each check whose cases keep their words, which a page shows; of others their places are kept."""


@dataclass(slots=True)
class CheckCases:
    """What checks found so far; no more words are kept than a page shows.

    Attributes:
        links: check -> its cases in the order of the runs: place of a run (see `PLACE`), and number of the message.
        messages: place of a run -> how many it has.
        where: of each case its message, by run and number.
    """

    links: dict[str, list[Link]] = field(default_factory=lambda: {name: [] for name in CHECKS})
    messages: dict[str, int] = field(default_factory=dict)
    where: dict[Link, PassageMessage] = field(default_factory=dict)
    _runs: Counter[str] = field(default_factory=Counter)

    def add(self, run: str, places: Sequence[str], rows: Sequence[Cells]) -> None:
        """Check the messages of a run, as `message_rows` has them.

        Args:
            places: the run in each of its conditions, which counts in all.
        """
        conversation = Conversation(run, tuple(sorted(map(checked_message, rows), key=lambda one: one.seq)))
        row_by_seq = {row["seq"]: row for row in rows}
        for name, numbers in cases_of(conversation, tuple(CHECKS.values())).items():
            self.links[name] += [(place, seq) for place in places for seq in numbers]
            shows_words = bool(numbers) and self._runs[name] < RUNS_WITH_WORDS
            self._runs[name] += bool(numbers)
            for seq in numbers:
                self._keep((run, seq), row_by_seq[seq], shows_words=shows_words)
        self.messages |= dict.fromkeys(places, len(rows))

    def _keep(self, link: Link, row: Cells, *, shows_words: bool) -> None:
        known = self.where.get(link)
        if known is None or (shows_words and not known.content):
            message = passage_message(row)
            self.where[link] = message if shows_words else replace(message, content="")


def message_rows(run: RunTables) -> list[dict[str, Any]]:
    """The messages of a run, or the posts that a model wrote, with their turn and their number of words."""
    posts = [post for post in run.rows["posts"] if post["call"]]
    rows = []
    for turn, one in enumerate(run.rows["messages"] or posts, start=1):
        row = {
            "id": run.run,
            "turn": turn,
            "words": len(one["content"].split()),
            **{key: one.get(key) for key in ("day", "content", "flags")},
        }
        if run.rows["messages"]:
            row |= {key: one[key] for key in ("seq", "index", "role", "speaker")}
        else:
            row |= {"seq": turn, "index": one["id"], "speaker": one["author"], "role": one.get("role") or ""}
        rows.append(row)
    return rows


def passage_message(row: Cells) -> PassageMessage:
    """A row of `message_rows` with its place and the address of its page."""
    is_post = isinstance(row["index"], str)
    place = str(row["index"]) if is_post else f"{row['day']}.{row['index']}"
    address = f"/runs/{row['id']}/{'posts' if is_post else 'messages'}/{place}"
    return PassageMessage(place, str(row["role"]), str(row["speaker"]), str(row["content"]), address)


def read_messages(source: TableSource, run: str) -> list[PassageMessage]:
    """The messages of a run of a selection, as the store has them."""
    own = replace(source, selection=replace(source.selection, run=run))
    return [passage_message(row) for tables in own.runs(("messages", "posts")) for row in message_rows(tables)]
