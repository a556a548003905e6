"""The tables of feeds: who was there, what was posted, who saw it, what they did and thought."""

from __future__ import annotations

import json
from collections.abc import Callable

from sociarium.exchange.tables.columns import Column, Row, Table, joined_names, part


def _text_or_tree(key: str) -> Callable[[Row], str | None]:
    """A text as it is, anything else as JSON."""
    return lambda row: row[key] if isinstance(row.get(key), str | None) else json.dumps(row[key], ensure_ascii=False)


def _sentiment_count(sentiment: str) -> Callable[[Row], int]:
    return lambda row: row["sentiments"][sentiment]


FEED_TABLES = (
    Table(
        "people",
        part("people"),
        (
            Column("run"),
            Column("handle"),
            Column("name"),
            Column("bio"),
            Column("persona", read=_text_or_tree("persona")),
            Column("role"),
            Column("generated", "truth"),
            Column("population"),
            Column("joined", "whole"),
            Column("model"),
            Column("followers_count", "whole"),
            Column("followers", "whole"),
            Column("following", "whole"),
            Column("plan"),
            Column("state"),
            Column("memory"),
        ),
    ),
    Table(
        "posts",
        part("posts"),
        (
            Column("run"),
            Column("id"),
            Column("author"),
            Column("role"),
            Column("day", "whole"),
            Column("time"),
            Column("kind"),
            Column("parent"),
            Column("content"),
            Column("hashtags", read=joined_names("hashtags")),
            Column("likes", "whole"),
            Column("replies", "whole"),
            Column("reposts", "whole"),
            Column("quotes", "whole"),
            Column("seen", "whole"),
            Column("positive", "whole", _sentiment_count("positive")),
            Column("neutral", "whole", _sentiment_count("neutral")),
            Column("negative", "whole", _sentiment_count("negative")),
            Column("source"),
            Column("name"),
            Column("policy"),
            Column("flags", read=joined_names("flags")),
            Column("call"),
        ),
    ),
    Table(
        "reactions",
        part("reactions"),
        (
            Column("run"),
            Column("post"),
            Column("author"),
            Column("kind"),
            Column("sentiment"),
            Column("words"),
            Column("probability", "real"),
            Column("draw", "real"),
            Column("day", "whole"),
            Column("time"),
            Column("flags", read=joined_names("flags")),
        ),
    ),
    Table(
        "exposures",
        part("exposures"),
        (
            Column("run"),
            Column("person"),
            Column("post"),
            Column("day", "whole"),
            Column("time"),
            Column("list"),
            Column("rank", "whole"),
            Column("policy"),
            Column("via"),
        ),
    ),
    Table(
        "follows",
        part("follows"),
        (
            Column("run"),
            Column("person"),
            Column("other"),
            Column("change"),
            Column("day", "whole"),
            Column("time"),
        ),
    ),
    Table(
        "states",
        part("states"),
        (
            Column("run"),
            Column("person"),
            Column("day", "whole"),
            Column("time"),
            Column("state"),
            Column("plan"),
            Column("memory"),
        ),
    ),
)
"""`part` names the list of the run's document; a conversation has none of them."""
