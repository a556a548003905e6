"""Plain text for reading: a file a run in a folder a model, and the prompts of each role."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from sociarium.exchange.folder import Folder
from sociarium.exchange.run_document import run_documents
from sociarium.exchange.sanitize import sanitize
from sociarium.exchange.threads import counts_text, outside_act_lines, threads
from sociarium.ports.store import Store
from sociarium.records.interviews import LABEL
from sociarium.records.minute_text import minute_text


def export(store: Store, runs: Iterable[str], folder: Folder) -> Iterator[Path]:
    """Write `prompts/<role>.txt` and `<model>/<run>.txt`; yields each file when it is written.

    Of feeds only the latter: everybody has a prompt of their own, and `show --prompts` has them word for word.
    """
    prompts: dict[str, dict[str, list[str]]] = {}
    for document in run_documents(store, runs):
        run = document["run"]
        if "posts" in document:
            models = sorted({person["model"] for person in document["people"] if person["model"]})
            yield folder.write(["+".join(models) or "nobody", run], ".txt", feed(document))
            continue
        for agent in document["agents"]:
            if agent["scripted"]:
                continue
            texts = prompts.setdefault(agent["role"], {})
            texts.setdefault(agent["system_prompt"], []).append(f"{agent['name']} in {run}")
            later = agent.get("later", agent)["system_prompt"]
            if later != agent["system_prompt"]:
                texts.setdefault(later, []).append(f"{agent['name']} in {run} in the end")
        models = sorted({agent["model"] for agent in document["agents"] if agent["model"]})
        yield folder.write(["+".join(models) or "scripted", run], ".txt", transcript(document))
    for role, users_of in prompts.items():
        yield folder.write(["prompts", role], ".txt", _prompts(users_of))


def _prompts(texts: dict[str, list[str]]) -> Iterator[str]:
    for prompt, users in texts.items():
        yield f"=== {len(users)} agents: {sanitize(', '.join(users))}\n\n{sanitize(prompt)}\n\n"


def transcript(document: dict[str, Any]) -> Iterator[str]:
    """A conversation as text, in the order in which things happened."""
    yield from _heading(document)
    yield f"\n{sanitize(document['starting_message'])}\n"
    day = None
    for item in in_order(document):
        if item["day"] != day and item["day"]:
            day = item["day"]
            yield f"\n--- Day {day} ---\n"
        yield f"\n{sanitize(_item_text(item))}\n"
    yield from _interviews(document)


def feed(document: dict[str, Any]) -> Iterator[str]:
    """A feed as text, thread by thread."""
    yield from _heading(document)
    if document.get("policy_label"):
        yield f"Above a labelled post stands: {sanitize(document['policy_label'])}\n"
    day = None
    for item in threads(document["posts"]):
        post, indent = item.post, "  " * item.depth
        if not item.depth and post["day"] != day:
            day = post["day"]
            yield f"\n--- Day {day} ---\n"
        when = post["time"] if post["day"] == day else f"day {post['day']}, {post['time']}"
        blank_line = "\n" if not item.depth else ""
        quotes = ", quoting" if post["kind"] == "quote" else ""
        labelled = " [label]" if post["policy"] == "label" else ""
        source = labelled if post["source"] == "person" else f" [{post['source']}]{labelled}"
        yield f"{blank_line}{indent}@{sanitize(post['author'])} ({when}{quotes}) [{post['id']}]{source}\n"
        yield "".join(f"{indent}  {line}\n" for line in sanitize(post["content"]).splitlines())
        if tail := counts_text(post):
            yield f"{indent}  ({tail})\n"
    if acts := outside_act_lines(document):
        yield "\n--- Done from outside ---\n\n"
        yield from (f"{sanitize(line)}\n" for line in acts)
    if document["probes"]:
        yield "\n--- Asked in private ---\n\n"
        yield from (f"{sanitize(_item_text({'kind': 'probes', **probe}))}\n" for probe in document["probes"])
    yield from _interviews(document)


def _interviews(document: dict[str, Any]) -> Iterator[str]:
    """What agents answered who were asked after the run."""
    interviews = document.get("interviews", ())
    if interviews:
        yield f"\n--- Interviews: {LABEL} ---\n"
    for one in interviews:
        flags = f" [{', '.join(one['flags'])}]" if one["flags"] else ""
        other = f" [another model's reading: {one['provider_model']}]" if one["other_model"] else ""
        answer = "no valid answer" if one["answer"] is None else one["answer"]
        yield sanitize(f"\n({one['by']}, {minute_text(one['asked'])}, at {one['at']}) {one['question']}\n")
        yield sanitize(f"{one['agent']}: {answer}{flags}{other}\n")


def _heading(document: dict[str, Any]) -> Iterator[str]:
    condition = ", ".join(f"{factor}={level}" for factor, level in document["condition"].items())
    yield f"Run {document['run']}, replicate {document['replicate']}, {document['state']}"
    yield f" ({document['ended']})\n" if document["ended"] else "\n"
    yield f"Condition: {sanitize(condition) or 'the only one'}\n"
    if document["offline"]:
        yield "Offline: these words are stand-ins, not a model's.\n"


def in_order(document: dict[str, Any]) -> Sequence[dict[str, Any]]:
    """Messages, events, summaries and probes of a run by their number."""
    kinds = ("messages", "events", "summaries", "probes")
    return sorted(({"kind": kind, **item} for kind in kinds for item in document[kind]), key=lambda item: item["seq"])


def _item_text(item: dict[str, Any]) -> str:
    flags = f" [{', '.join(item['flags'])}]" if item.get("flags") else ""
    flags += " [after the continuation line]" if item.get("continuation") else ""
    match item["kind"]:
        case "messages":
            return f"{item['speaker']}: {item['content']}{flags}"
        case "events":
            return f"{item['author']}: {item['content']}"
        case "summaries":
            return f"Summary of day {item['day']}: {item['content']}{flags}"
        case _:
            answer = "no valid answer" if item["answer"] is None else item["answer"]
            repeat = f", repeat {item['repeat']}" if "repeat" in item else ""
            return f"({item['name']}, {item['at']}{repeat}: {item['agent']} answers {answer}){flags}"
