"""Writes a database of the earlier LLM Interaction Simulator, from the description of its documents alone."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from bson import ObjectId
from pymongo.errors import WriteError

DAY = datetime(2024, 3, 1, 10, 0)  # noqa: DTZ001  # as the earlier program stored it


def object_id(number: int) -> ObjectId:
    """An id as MongoDB makes them."""
    return ObjectId(f"65e1b2c3d4e5f6a7{number:08x}")


def section(index: int, title: str, content: str, kind: str, role: str | None = None) -> dict[str, Any]:
    """A section of a prompt."""
    found: dict[str, Any] = {"index": index, "title": title, "content": content, "type": kind}
    return found if role is None else {**found, "role": role}


def role(name: str, *sections: dict[str, Any], tags: Sequence[str] = ()) -> dict[str, Any]:
    """A role with its private sections."""
    key = name.upper().replace(" ", "_")
    return {"name": name, "sections": list(sections), "placeholders": [f"<{key}_NUM>", f"<{key}_NOUN>", *tags]}


def experiment(number: int, conversations: Sequence[Any] = (), **changes: Any) -> dict[str, Any]:
    """An experiment of a guard and a prisoner; a change to None takes a field away."""
    found = {
        "_id": object_id(number),
        "starting_message": "Start the experiment.",
        "llms": [{"model": "llama2", "temperature": 0.7, "top_k": 40, "top_p": 0.9}],
        "roles": [
            role(
                "guard",
                section(1, "Starting prompt", "You are a guard of <PRISONER_NUM> <PRISONER_NOUN>.", "Private", "guard"),
                section(3, "Goal", "The <GUARD_NOUN> <GUARD_VERB_KEEP> order.", "Private", "guard"),
                tags=["<GUARD_VERB_KEEP>"],
            ),
            role(
                "prisoner",
                section(1, "Starting prompt", "You are a prisoner.", "Private", "prisoner"),
                section(3, "Goal", "Get out.", "Private", "prisoner"),
            ),
        ],
        "shared_sections": [section(2, "Rules", "Speak for yourself.", "Shared")],
        "summarizer_sections": [section(0, "Task", "Summarise the day of <AGENTS_NUM> agents.", "Summarizer")],
        "placeholders": ["<AGENTS_NUM>", "<ROLES_NUM>"],
        "note": "the first one",
        "favourite": True,
        "creator": "grace",
        "conversation_ids": list(conversations),
        "creation_date": DAY,
    }
    return without_none({**found, **changes})


def conversation(number: int, messages: Sequence[Any] = (), **changes: Any) -> dict[str, Any]:
    """A conversation of two agents over two days."""
    found = {
        "_id": object_id(number),
        "n_messages": 4,
        "days": 2,
        "speaker_selection_method": "round_robin",
        "starting_message": "Start the experiment.",
        "llm": {"model": "llama2", "temperature": 0.7, "top_k": 40, "top_p": 0.9},
        "agent_combination": [["guard", 1], ["prisoner", 1]],
        "creator": "grace",
        "favourite": False,
        "creation_date": DAY.replace(hour=11),
        "messages_ids": list(messages),
    }
    return without_none({**found, **changes})


def messages(first: int, lines: Sequence[tuple[int, int, str, str]]) -> list[dict[str, Any]]:
    """Messages of (day, index, speaker, content)."""
    return [
        {
            "_id": object_id(first + at),
            "index": index,
            "day": day,
            "role": speaker.partition("_")[0].capitalize(),
            "speaker": speaker,
            "content": content,
        }
        for at, (day, index, speaker, content) in enumerate(lines)
    ]


def two_days(first: int, tag: str = "") -> list[dict[str, Any]]:
    """Four messages of two agents, with the researcher's opening of each day."""
    return messages(
        first,
        [
            (1, 0, "Researcher", "Start the experiment."),
            (1, 1, "guard_1", f"Stand up. {tag}"),
            (1, 2, "prisoner_1", f"No. {tag}"),
            (2, 0, "Researcher", "Start the experiment.\nDay 1 summary:\nIt went badly."),
            (2, 1, "guard_1", f"Again: <GUARD_NOUN>, =1+1 {tag}"),
            (2, 2, "prisoner_1", f"Ünïcödé 囚人 🙂 {tag}"),
        ],
    )


def without_none(document: dict[str, Any]) -> dict[str, Any]:
    """A document without the fields that are None."""
    return {key: value for key, value in document.items() if value is not None}


def write(database: Any, *documents: tuple[str, list[dict[str, Any]]]) -> None:
    """Insert documents by collection. FerretDB 1 takes no lists in lists; there the pairs are documents."""
    for collection, found in documents:
        for one in found:
            try:
                database[collection].insert_one(one)
            except WriteError as error:
                if "nested arrays" not in str(error):
                    raise
                database[collection].insert_one(_flat(one))


def _flat(document: dict[str, Any]) -> dict[str, Any]:
    pairs = document.get("agent_combination")
    return document if pairs is None else {**document, "agent_combination": [{"role": r, "n": n} for r, n in pairs]}


def plain_database(database: Any, *, experiments: int = 2, conversations: int = 3) -> None:
    """A database with nothing odd about it: so many experiments with so many conversations each."""
    for one in range(experiments):
        base = 1000 * (one + 1)
        said = [two_days(base + 100 + 10 * each, f"{one}.{each}") for each in range(conversations)]
        held = [conversation(base + 10 + each, [m["_id"] for m in said[each]]) for each in range(conversations)]
        write(
            database,
            ("experiments", [experiment(base, [each["_id"] for each in held])]),
            ("conversations", held),
            ("messages", [message for each in said for message in each]),
        )
