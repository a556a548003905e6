"""Every table that an export writes. A new one is a line in `TABLES`."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from sociarium.environments.conversation.parsing import FLAGS
from sociarium.exchange.tables.columns import (
    Column,
    Kind,
    Row,
    Table,
    answer_number,
    answer_text,
    joined_names,
    json_text,
    part,
)
from sociarium.exchange.tables.feeds import FEED_TABLES
from sociarium.exchange.tables.interviews import INTERVIEWS
from sociarium.exchange.tables.labels import LABELS
from sociarium.exchange.tables.measures import JUDGE_ANSWERS, MEASURES
from sociarium.experiment.design.wordings import WORDING
from sociarium.experiment.sweep import Level

FACTOR = "factor."
"""Begins the names of columns that hold a factor's levels."""


def tables(factors: Mapping[str, Kind], wordings: Sequence[str] = ()) -> tuple[Table, ...]:
    """All tables.

    Args:
        factors: of the runs, with what their levels are; each is a column of the runs.
        wordings: slots whose texts have several wordings; each is a column of the runs, too.
    """
    return (_runs(factors, wordings), *TABLES, *FEED_TABLES)


def _runs(factors: Mapping[str, Kind], wordings: Sequence[str]) -> Table:
    levels = (
        Column(f"{FACTOR}{name}", kind, _level(name), meaning="level of the factor") for name, kind in factors.items()
    )
    texts = (
        Column(f"{WORDING}{slot}", "whole", _wording(slot), meaning="which wording of its variant the run read, from 1")
        for slot in wordings
    )
    flags = (
        Column(f"flag.{flag}", "whole", _flag_count(flag), meaning="messages or posts with the flag") for flag in FLAGS
    )
    return Table(
        "runs",
        lambda document: (document,),
        (
            Column("run", meaning="the run's id"),
            Column("experiment", meaning="id of the experiment"),
            Column("title", meaning="of the experiment"),
            Column("creator", meaning="of the experiment", personal=True),
            Column("sweep", meaning="id of the sweep"),
            Column("sweep_name", meaning="the sweep's name in the file"),
            Column("replicate", "whole", meaning="replicates of one number share their random draws"),
            Column("seed", "whole", meaning="the sweep's seed"),
            *levels,
            *texts,
            Column("conditions_shared", "whole", meaning="conditions that come to this same run"),
            Column("state", meaning="pending (it waits to go on), running, done, failed or cancelled"),
            Column("ended", meaning="completed, refused, context_cut or silent"),
            Column("error", meaning="why it failed"),
            Column("offline", "truth", meaning="its words are stand-ins, not a model's"),
            Column("protocol", "whole", meaning="version of the rules it was played under; never pool several"),
            Column("starting_message", meaning="of a conversation, as its agents read it; empty: a feed"),
            Column("messages", "whole", _counter("messages"), meaning="messages or posts"),
            Column("calls", "whole", _counter("calls"), meaning="answers of models, without those that a fork copied"),
            Column("prompt_tokens", "whole", _counter("prompt_tokens"), unit="tokens", meaning="of them"),
            Column(
                "completion_tokens", "whole", _counter("completion_tokens"), unit="tokens", meaning="of these calls"
            ),
            _CONTINUATIONS,
            *flags,
            *_when_and_where(),
            *_feed_counts(),
            Column("hypotheses", meaning="hash of the hypotheses under which it was first taken up; empty: none"),
            Column("ran_by", meaning="who ran the process that played it last", personal=True),
        ),
        always=True,
    )


def _when_and_where() -> tuple[Column, ...]:
    return (
        Column("started", "moment", unit="UTC", meaning="when it was first taken up"),
        Column("finished", "moment", unit="UTC", meaning="when it was let go of"),
        Column("hardware", read=_hardware, meaning="kinds that answered its calls, as far as they are known"),
    )


def _feed_counts() -> tuple[Column, ...]:
    return (
        Column("steps_skipped", "whole", _step_count("skipped"), meaning="of a feed: steps without a usable answer"),
        Column(
            "values_repaired",
            "whole",
            _value_count("repaired"),
            meaning="of a feed: values of answers that were put right",
        ),
        Column(
            "sessions_cut",
            "whole",
            _session_flag_count("words_cut"),
            meaning="of a feed: visits with an answer cut by the token limit",
        ),
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


def _wording(slot: str) -> Callable[[Row], int | None]:
    return lambda document: document.get("wordings", {}).get(slot)


def _hardware(document: Row) -> str | None:
    used = [one.usage for one in document["counters"].by_model or () if one.usage]
    return "; ".join(sorted({kind for usage in used for _, kind, _ in usage.places})) or None


def _counter(name: str) -> Callable[[Row], int]:
    return lambda document: getattr(document["counters"], name)


def _continuations(document: Row) -> int:
    """As the run counted them; of one that keeps no counts the messages that are marked."""
    counters = document["counters"]
    if counters.by_model is not None:
        return int(counters.continuations)
    return sum(bool(item.get("continuation")) for item in document.get("messages", ()))


def _flag_count(flag: str) -> Callable[[Row], int]:
    return lambda document: sum(
        flag in item["flags"] for item in (*document.get("messages", ()), *document.get("posts", ()))
    )


_CONTINUATIONS = Column(
    "continuations", "whole", _continuations, meaning="messages whose request ended with the continuation line"
)
_COPIED = Column("copied", "truth", meaning="taken over from the run that this one goes on from")

TABLES = (
    Table(
        "messages",
        part("messages"),
        (
            Column("run", meaning="the run's id"),
            Column("seq", "whole", meaning="number of the event in the run"),
            Column("day", "whole", meaning="from 1; 0 before the first"),
            Column("index", "whole", meaning="of the message within its day, from 1"),
            Column("role", meaning="the speaker's role"),
            Column("speaker", meaning="name of the agent"),
            Column("content", meaning="the words"),
            Column("flags", read=joined_names("flags"), meaning="what is noted of it, by spaces"),
            Column("call", meaning="key of the call that it came from"),
            Column("continuation", "truth", meaning="its request ended with the continuation line"),
            _COPIED,
        ),
        always=True,
    ),
    Table(
        "calls",
        part("calls"),
        (
            Column("run", meaning="the run's id"),
            Column("key", meaning="names the moment"),
            Column("model", meaning="its name in the experiment file"),
            Column("options", read=json_text("options"), meaning="as sent, JSON"),
            Column("prompt_tokens", "whole", unit="tokens", meaning="as the server counts"),
            Column("completion_tokens", "whole", unit="tokens", meaning="as the server counts"),
            Column(
                "cached_tokens", "whole", unit="tokens", meaning="of the prompt, kept from calls before, where told"
            ),
            Column("started", "moment", unit="UTC", meaning="when the answered request was sent"),
            Column(
                "seconds", "real", unit="seconds", meaning="of the answered request, until all of the answer was there"
            ),
            Column("attempts", "whole", meaning="requests until one was answered"),
            Column("finish_reason", meaning="why the model stopped"),
            Column("served_model", meaning="what the server says answered"),
            Column("digest", meaning="of the weights, where the server tells"),
            Column("fingerprint", meaning="of the server, where it tells"),
            Column("endpoint", meaning="address of the server, without secrets", personal=True),
            Column(
                "hardware", meaning="kind behind the server, as the file has it; else what the server says of itself"
            ),
            Column("request", meaning="SHA-256 of the request"),
            Column("text", meaning="the answer"),
            Column("thinking", meaning="what the model thought aloud"),
            _COPIED,
        ),
        always=True,
    ),
    Table(
        "probes",
        part("probes"),
        (
            Column("run", meaning="the run's id"),
            Column("seq", "whole", meaning="number of the event in the run"),
            Column("name", meaning="of the probe"),
            Column("agent", meaning="who answered: a name, or a handle of a feed"),
            Column("role", meaning="of who answered"),
            Column("day", "whole", meaning="from 1; 0 before the first"),
            Column("at", meaning="start, each_day or end"),
            Column("answer", read=answer_text, meaning="as text; empty where none fits"),
            Column("number", "real", answer_number, meaning="the answer where it is one"),
            Column("repeat", "whole", meaning="from 1, of a probe that is asked several times at a moment"),
            Column("shown", read=json_text("shown"), meaning="drawn order of the choices, or direction of the scale"),
            Column("flags", read=joined_names("flags"), meaning="what is noted of it, by spaces"),
            Column("call", meaning="key of the call that it came from"),
            _COPIED,
        ),
        always=True,
    ),
    Table(
        "agents",
        part("agents"),
        (
            Column("run", meaning="the run's id"),
            Column("name", meaning="of the agent"),
            Column("role", meaning="its role"),
            Column("model", meaning="its name in the experiment file"),
            Column("scripted", "truth", meaning="its lines stand in the file"),
            Column("system_prompt", meaning="word for word"),
        ),
    ),
    Table(
        "events",
        part("events"),
        (
            Column("run", meaning="the run's id"),
            Column("seq", "whole", meaning="number of the event in the run"),
            Column("name", meaning="of the announcement"),
            Column("day", "whole", meaning="from 1"),
            Column("after_message", "whole", meaning="of the day, after which it is read out"),
            Column("author", meaning="in whose name"),
            Column("content", meaning="the words"),
        ),
    ),
    Table(
        "summaries",
        part("summaries"),
        (
            Column("run", meaning="the run's id"),
            Column("seq", "whole", meaning="number of the event in the run"),
            Column("day", "whole", meaning="that it tells of"),
            Column("content", meaning="the words"),
            Column("flags", read=joined_names("flags"), meaning="what is noted of it, by spaces"),
        ),
    ),
    INTERVIEWS,
    LABELS,
    MEASURES,
    JUDGE_ANSWERS,
)
"""What hangs on a run, by its id; `part` names the list of the run's document."""
