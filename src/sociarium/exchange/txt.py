"""Plain text for reading: a file a run in a folder a model, and the prompts of each role."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from sociarium.exchange.account import account
from sociarium.exchange.folders import Folder
from sociarium.exchange.threads import counted, threads
from sociarium.exchange.visible import visible
from sociarium.ports.store import Store

_DEEPEST = 8
"""Levels of answers that are set in further than the one before."""


def export(store: Store, runs: Iterable[str], folder: Folder) -> Iterator[Path]:
    """Write `prompts/<role>.txt` and `<model>/<run>.txt`; yields each file when it is written.

    The prompts of a feed's people differ from session to session; `show --prompts` has them.
    """
    prompts: dict[str, dict[str, list[str]]] = {}
    for run in runs:
        told = account(store, run)
        if "people" in told:
            models = sorted({person["model"] for person in told["people"] if person.get("model")})
            yield folder.write(["+".join(models) or "nobody", run], ".txt", feed_text(told))
            continue
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


def _heading(told: dict[str, Any]) -> Iterator[str]:
    condition = ", ".join(f"{factor}={level}" for factor, level in told["condition"].items())
    yield f"Run {told['run']}, replicate {told['replicate']}, {told['state']}"
    yield f" ({told['ended']})\n" if told["ended"] else "\n"
    yield f"Condition: {visible(condition) or 'the only one'}\n"
    if told["offline"]:
        yield "Offline: these words are stand-ins, not a model's.\n"


def feed_text(told: dict[str, Any]) -> Iterator[str]:
    """A feed as text: its people, then its threads, each post below the one that it answers."""
    yield from _heading(told)
    yield "\n"
    for person in told["people"]:
        bio = f": {person['bio']}" if person["bio"] else ""
        yield visible(f"@{person['handle']} ({person['role']}){bio}").replace("\n", " ") + "\n"
    for placed in threads(told["posts"]):
        post, space = placed.post, "    " * min(placed.depth, _DEEPEST)
        marks = [f"policy: {post['policy']}"] if post["policy"] else []
        shared = [f"shared by {', '.join(f'@{handle}' for handle in placed.shared_by)}"] if placed.shared_by else []
        counts = " · ".join(part for part in (counted(post), *shared, *marks) if part)
        kind = "" if post["kind"] == "post" else f" ({post['kind']})"
        head = f"[{post['id']}] day {post['day']}, {post['time']} @{post['author']}{kind}"
        lines = [head, *post["content"].splitlines(), *([counts] if counts else [])]
        yield "\n" + "".join(f"{space}{visible(line)}\n" for line in lines)
    for probe in told["probes"]:
        yield (
            "\n" + visible(f"Day {probe['day']}, {probe['name']}: @{probe['agent']}: {probe['answer']}").strip() + "\n"
        )


def transcript(told: dict[str, Any]) -> Iterator[str]:
    """A run as text, in the order in which things happened."""
    yield from _heading(told)
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
