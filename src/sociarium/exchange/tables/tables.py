"""Every table that an export writes. A new one is a line in `TABLES`."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping

from sociarium.environments.conversation.parsing import FLAGS
from sociarium.exchange.tables.columns import Column, Kind, Row, Table, joined_names, part
from sociarium.exchange.tables.feeds import FEED_TABLES
from sociarium.experiment.sweep import Level

FACTOR = "factor."
"""Begins the names of columns that hold a factor's levels."""


def tables(factors: Mapping[str, Kind]) -> tuple[Table, ...]:
    """All tables.

    Args:
        factors: of the runs, with what their levels are; each is a column of the runs.
    """
    return (_runs(factors), *TABLES, *FEED_TABLES)


def _runs(factors: Mapping[str, Kind]) -> Table:
    levels = (Column(f"{FACTOR}{name}", kind, _level(name)) for name, kind in factors.items())
    flags = (Column(f"flag.{flag}", "whole", _flag_count(flag)) for flag in FLAGS)
    return Table(
        "runs",
        lambda document: (document,),
        (
            Column("run"),
            Column("experiment"),
            Column("title"),
            Column("creator"),
            Column("sweep"),
            Column("sweep_name"),
            Column("replicate", "whole"),
            Column("seed", "whole"),
            *levels,
            Column("conditions_shared", "whole"),
            Column("state"),
            Column("ended"),
            Column("error"),
            Column("offline", "truth"),
            Column("protocol", "whole"),
            Column("messages", "whole", _counter("messages")),
            Column("calls", "whole", _counter("calls")),
            Column("prompt_tokens", "whole", _counter("prompt_tokens")),
            Column("completion_tokens", "whole", _counter("completion_tokens")),
            Column("continuations", "whole", _counter("continuations")),
            *flags,
            Column("started", "moment"),
            Column("finished", "moment"),
            Column("steps_skipped", "whole", _step_count("skipped")),
            Column("values_repaired", "whole", _value_count("repaired")),
            Column("sessions_cut", "whole", _session_flag_count("words_cut")),
            Column("ran_by"),
        ),
        always=True,
    )


def _step_count(key: str) -> Callable[[Row], int | None]:
    """How many steps of a feed's people; None in a conversation, which has none."""
    return lambda document: None if key not in document else len(document[key])


def _session_flag_count(flag: str) -> Callable[[Row], int | None]:
    """How many visits of a feed's people have a flag; None in a conversation, which has none."""
    return lambda document: document["session_flags"].get(flag, 0) if "session_flags" in document else None


def _value_count(key: str) -> Callable[[Row], int | None]:
    """How many values of the steps of a feed's people; None in a conversation, which has none."""
    return lambda document: None if key not in document else sum(step["values"] for step in document[key])


def _level(factor: str) -> Callable[[Row], Level | None]:
    return lambda document: document["condition"].get(factor)


def _counter(name: str) -> Callable[[Row], int]:
    return lambda document: getattr(document["counters"], name)


def _flag_count(flag: str) -> Callable[[Row], int]:
    return lambda document: sum(
        flag in item["flags"] for item in (*document.get("messages", ()), *document.get("posts", ()))
    )


def _json_text(key: str) -> Callable[[Row], str | None]:
    return lambda row: None if row.get(key) is None else json.dumps(row[key], ensure_ascii=False)


def _answer_text(row: Row) -> str | None:
    answer = row["answer"]
    return None if answer is None else str(answer)


def _answer_number(row: Row) -> float | None:
    answer = row["answer"]
    return None if isinstance(answer, bool) or not isinstance(answer, int | float) else float(answer)


TABLES = (
    Table(
        "messages",
        part("messages"),
        (
            Column("run"),
            Column("seq", "whole"),
            Column("day", "whole"),
            Column("index", "whole"),
            Column("role"),
            Column("speaker"),
            Column("content"),
            Column("flags", read=joined_names("flags")),
            Column("call"),
            Column("continuation", "truth"),
        ),
        always=True,
    ),
    Table(
        "calls",
        part("calls"),
        (
            Column("run"),
            Column("key"),
            Column("model"),
            Column("options", read=_json_text("options")),
            Column("prompt_tokens", "whole"),
            Column("completion_tokens", "whole"),
            Column("started", "moment"),
            Column("seconds", "real"),
            Column("attempts", "whole"),
            Column("finish_reason"),
            Column("served_model"),
            Column("digest"),
            Column("fingerprint"),
            Column("request"),
            Column("text"),
            Column("thinking"),
        ),
        always=True,
    ),
    Table(
        "probes",
        part("probes"),
        (
            Column("run"),
            Column("seq", "whole"),
            Column("name"),
            Column("agent"),
            Column("role"),
            Column("day", "whole"),
            Column("at"),
            Column("answer", read=_answer_text),
            Column("number", "real", _answer_number),
            Column("flags", read=joined_names("flags")),
            Column("call"),
        ),
        always=True,
    ),
    Table(
        "agents",
        part("agents"),
        (
            Column("run"),
            Column("name"),
            Column("role"),
            Column("model"),
            Column("scripted", "truth"),
            Column("system_prompt"),
        ),
    ),
    Table(
        "events",
        part("events"),
        (
            Column("run"),
            Column("seq", "whole"),
            Column("name"),
            Column("day", "whole"),
            Column("after_message", "whole"),
            Column("author"),
            Column("content"),
        ),
    ),
    Table(
        "summaries",
        part("summaries"),
        (
            Column("run"),
            Column("seq", "whole"),
            Column("day", "whole"),
            Column("content"),
            Column("flags", read=joined_names("flags")),
        ),
    ),
)
"""What hangs on a run, by its id; `part` names the list of the run's document."""
