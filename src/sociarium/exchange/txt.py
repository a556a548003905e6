"""Plain text for reading: a file a run in a folder a model, and the prompts of each role."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from sociarium.errors import BadInput
from sociarium.exchange.account import account
from sociarium.exchange.folders import Folder
from sociarium.exchange.visible import visible
from sociarium.ports.store import Store


def export(store: Store, runs: Iterable[str], folder: Folder) -> Iterator[Path]:
    """Write `prompts/<role>.txt` and `<model>/<run>.txt`; yields each file when it is written."""
    prompts: dict[str, dict[str, list[str]]] = {}
    for run in runs:
        told = account(store, run)
        if "messages" not in told:
            raise BadInput(f"run {run[:12]} is a feed, of which there is no text to read; export jsonl, csv or parquet")
        for agent in told["agents"]:
            if not agent["scripted"]:
                users = prompts.setdefault(agent["role"], {}).setdefault(agent["system_prompt"], [])
                users.append(f"{agent['name']} in {run}")
        models = sorted({agent["model"] for agent in told["agents"] if agent["model"]})
        yield folder.write(["+".join(models) or "scripted", run], ".txt", transcript(told))
    for role, texts in prompts.items():
        yield folder.write(["prompts", role], ".txt", _prompts(texts))


def _prompts(texts: dict[str, list[str]]) -> Iterator[str]:
    for prompt, users in texts.items():
        yield f"=== {len(users)} agents: {visible(', '.join(users))}\n\n{visible(prompt)}\n\n"


def transcript(told: dict[str, Any]) -> Iterator[str]:
    """A run as text, in the order in which things happened."""
    condition = ", ".join(f"{factor}={level}" for factor, level in told["condition"].items())
    yield f"Run {told['run']}, replicate {told['replicate']}, {told['state']}"
    yield f" ({told['ended']})\n" if told["ended"] else "\n"
    yield f"Condition: {visible(condition) or 'the only one'}\n"
    if told["offline"]:
        yield "Offline: these words are stand-ins, not a model's.\n"
    yield f"\n{visible(told['starting_message'])}\n"
    day = None
    for part in in_order(told):
        if part["day"] != day and part["day"]:
            day = part["day"]
            yield f"\n--- Day {day} ---\n"
        yield f"\n{visible(_said(part))}\n"


def in_order(told: dict[str, Any]) -> Sequence[dict[str, Any]]:
    """Messages, events, summaries and probes of a run by their number."""
    kinds = ("messages", "events", "summaries", "probes")
    return sorted(({"kind": kind, **part} for kind in kinds for part in told[kind]), key=lambda part: part["seq"])


def _said(part: dict[str, Any]) -> str:
    flags = f" [{', '.join(part['flags'])}]" if part.get("flags") else ""
    match part["kind"]:
        case "messages":
            return f"{part['speaker']}: {part['content']}{flags}"
        case "events":
            return f"{part['author']}: {part['content']}"
        case "summaries":
            return f"Summary of day {part['day']}: {part['content']}{flags}"
        case _:
            answer = "no valid answer" if part["answer"] is None else part["answer"]
            return f"({part['name']}, {part['at']}: {part['agent']} answers {answer}){flags}"
