"""The table of interviews: what a model says when it is asked later, never an outcome of the run."""

from __future__ import annotations

from sociarium.exchange.tables.columns import (
    Column,
    Table,
    answer_number,
    answer_text,
    joined_names,
    json_text,
    part,
)

INTERVIEWS = Table(
    "interviews",
    part("interviews"),
    (
        Column("run", meaning="the run's id"),
        Column("interview", meaning="names it among those of its run"),
        Column("sitting", meaning="what was asked in one go"),
        Column("turn", "whole", meaning="of the question in its sitting, from 1"),
        Column("agent", meaning="who was asked: a name, or a handle of a feed"),
        Column("role", meaning="of who was asked"),
        Column("at", meaning="the moment in the run, such as day2/turn7, day3 or end"),
        Column("question", meaning="the words"),
        Column("form", meaning="in which an answer was asked for; empty for free text"),
        Column("answer", read=answer_text, meaning="as text, or the words of free text; empty where none fits"),
        Column("number", "real", answer_number, meaning="the answer where it is one"),
        Column("text", meaning="the reply as it came"),
        Column("flags", read=joined_names("flags"), meaning="what is noted of it, by spaces"),
        Column("model", meaning="its name in the experiment file"),
        Column("provider_model", meaning="what was asked, such as openai:gpt-4.1-mini"),
        Column("other_model", "truth", meaning="another model's or version's reading: not what played the agent"),
        Column("options", read=json_text("options"), meaning="as sent, JSON"),
        Column("served_model", meaning="what the server says answered"),
        Column("digest", meaning="of the weights, where the server tells"),
        Column("request", meaning="SHA-256 of the request"),
        Column("replies", "whole", meaning="replies until one was read, that one among them"),
        Column("prompt_tokens", "whole", unit="tokens", meaning="of all replies, as the server counts"),
        Column("completion_tokens", "whole", unit="tokens", meaning="of all replies, as the server counts"),
        Column("cost_usd", "real", unit="USD", meaning="of all replies; empty where no price is known"),
        Column("by", meaning="who asked", personal=True),
        Column("asked", "moment", unit="UTC", meaning="when"),
    ),
)
