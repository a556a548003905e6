"""The table of measures: numbers of messages, posts, people and runs, computed afterwards and kept in the store."""

from __future__ import annotations

from sociarium.exchange.tables.columns import (
    Column,
    Row,
    Table,
    answer_number,
    answer_text,
    joined_names,
    json_text,
    part,
)


def _text(row: Row) -> str | None:
    value = row["value"]
    if isinstance(value, bool):
        return str(value).lower()
    return None if value is None else str(value)


def _number(row: Row) -> float | None:
    value = row["value"]
    return float(value) if isinstance(value, bool | int | float) else None


MEASURES = Table(
    "measures",
    part("measures"),
    (
        Column("run", meaning="the run's id"),
        Column("name", meaning="of the measure; see measures.md"),
        Column("version", meaning="of what computed it; never pool several"),
        Column("level", meaning="whose value it is: message (posts, too), person or run"),
        Column("subject", meaning="under which it is kept: key of the event, a name, or empty for the run"),
        Column("seq", "whole", meaning="of a message or post: number of its event in the run"),
        Column("post", meaning="of a post: its id"),
        Column("person", meaning="who said it, or whose value it is: a name, or a handle of a feed"),
        Column("role", meaning="of the person"),
        Column("day", "whole", meaning="of the message, or of the value where it has one for each day"),
        Column("value", read=_text, meaning="as text; empty where there is none"),
        Column("number", "real", _number, meaning="the value where it is a number; true is 1"),
        Column("missing", meaning="why there is no value"),
        Column("answers", "whole", meaning="of judges: how many went into the value (majority, or mean of numbers)"),
        Column("mark", meaning="what is to be said of the value wherever it shows: that a judge was not validated"),
        Column("at", "moment", unit="UTC", meaning="when it was computed"),
    ),
)

JUDGE_ANSWERS = Table(
    "judge_answers",
    part("judge_answers"),
    (
        Column("run", meaning="the run's id"),
        Column("name", meaning="of the measure: judge: and the rubric's name"),
        Column("version", meaning="of the rubric's words"),
        Column("level", meaning="what is judged: message (posts, too) or run"),
        Column("seq", "whole", meaning="of a message or post: number of its event in the run"),
        Column("post", meaning="of a post: its id"),
        Column("person", meaning="who said it"),
        Column("role", meaning="of the person"),
        Column("day", "whole", meaning="of the message"),
        Column("judge", meaning="name of the model in the rubric's file"),
        Column("model", meaning="that was asked, as provider:model"),
        Column("repeat", "whole", meaning="which of the times that it was asked, from 1"),
        Column("answer", read=answer_text, meaning="as text; empty where none fits"),
        Column("number", "real", answer_number, meaning="the answer where it is one"),
        Column("missing", meaning="why there is no answer"),
        Column("flags", read=joined_names("flags"), meaning="what is noted of it, by spaces"),
        Column("text", meaning="the reply as it came"),
        Column("thinking", meaning="what the model thought aloud"),
        Column("options", read=json_text("options"), meaning="as sent, JSON"),
        Column("served_model", meaning="what the server says answered"),
        Column("digest", meaning="of the weights, where the server tells"),
        Column("request", meaning="SHA-256 of the request"),
        Column("prompt_tokens", "whole", unit="tokens", meaning="as the server counts"),
        Column("completion_tokens", "whole", unit="tokens", meaning="as the server counts"),
        Column("cost", "real", unit="US dollars", meaning="of the answer, re-asks with it; empty without a price"),
        Column("seconds", "real", unit="seconds", meaning="of the answered request"),
        Column("attempts", "whole", meaning="requests until one was answered"),
        Column("by", meaning="who asked", personal=True),
        Column("at", "moment", unit="UTC", meaning="when it was answered"),
    ),
)
