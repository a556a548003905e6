"""The hot path: what a message costs beyond the model, against a plain loop over the stock OpenAI client."""

from __future__ import annotations

import json
import tempfile
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from benchmarks import stock
from benchmarks.measured import PROGRAM, measured, python
from benchmarks.server import MODEL, Load, Server, serving

ROUNDS = 3
CONVERSATIONS = 256
MESSAGES = 10
OPEN = 256
"""Runs open at once: more than there are slots, so that a freed slot never waits for us."""

FLOOR, AIM = 3, 5
LEAST_UTILISATION = 0.95


@dataclass(frozen=True, slots=True)
class Taken:
    """What holding conversations took.

    Attributes:
        cpu: seconds of the client's process, its start and end included.
    """

    load: Load
    cpu: float


def ours(server: Server, conversations: int, messages: int) -> Taken:
    """Play a sweep of conversations into a new SQLite store."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "hotpath.yaml").write_text(definition(server, conversations, messages), encoding="utf-8")
        store = f"sqlite:///{folder / 'hotpath.db'}"
        options = ("--concurrency", str(OPEN), "--store", store, "--yes", "--json")
        return _taken(server, python(PROGRAM, "run", "hotpath.yaml", *options), folder, conversations * messages)


def theirs(server: Server, conversations: int, messages: int) -> Taken:
    """Hold them in the plain loop."""
    command = python("-m", "benchmarks.stock", server.base_url, str(conversations), str(messages))
    return _taken(server, command, Path(PROGRAM).parent, conversations * messages)


def report() -> None:
    """Print the ratio at many short calls, then how busy a slower server is kept."""
    _report_ratio()
    _report_utilisation()


def _report_ratio() -> None:
    with serving(slots=64, latency=0.05) as server:
        rounds = [
            (ours(server, CONVERSATIONS, MESSAGES), theirs(server, CONVERSATIONS, MESSAGES)) for _ in range(ROUNDS)
        ]
        starts = ours(server, 1, 1).cpu, theirs(server, 1, 1).cpu
    print(f"  64 slots of 50 ms, {CONVERSATIONS} conversations of {MESSAGES} messages, median of {ROUNDS} rounds")
    for name, side, start in zip(("sociarium", "AsyncOpenAI"), zip(*rounds, strict=True), starts, strict=True):
        rate = median(one.load.rate for one in side)
        cpu = median(one.cpu for one in side)
        messages = CONVERSATIONS * MESSAGES
        print(
            f"  {name:12} {rate:5.0f} messages/s   {1000 * cpu / messages:.2f} ms CPU a message, "
            f"{1000 * (cpu - start) / messages:.2f} without the {start:.1f} s of start and end"
        )
    ratios = [one.load.rate / other.load.rate for one, other in rounds]
    listed = ", ".join(f"{ratio:.1f}" for ratio in ratios)
    print(f"  ratio {median(ratios):.1f} (rounds: {listed}; floor {FLOOR}, aim {AIM})")


def _report_utilisation() -> None:
    """How busy slower and faster servers are kept; long enough that beginning and end are not what is measured."""
    for slots, milliseconds, conversations, messages in ((32, 250, 128, MESSAGES), (64, 50, 256, 6 * MESSAGES)):
        with serving(slots=slots, latency=milliseconds / 1000) as server:
            load = ours(server, conversations, messages).load
        print(
            f"  {slots} slots of {milliseconds} ms, {conversations} conversations of {messages} messages: "
            f"{100 * load.utilisation:.1f} % of the slots' time is used (bound {100 * LEAST_UTILISATION:.0f} %), "
            f"{load.peak} calls under way at most"
        )


def _taken(server: Server, command: list[str], folder: Path, messages: int) -> Taken:
    server.reset()
    cpu = measured(command, folder=folder).cpu
    load = server.load()
    if load.calls != messages:
        raise RuntimeError(f"{load.calls} calls were made for {messages} messages")
    return Taken(load, cpu)


def definition(server: Server, conversations: int, messages: int) -> str:
    """What `stock` holds, as an experiment: JSON is YAML."""
    model = {
        "provider": "openai",
        "model": MODEL,
        "base_url": server.base_url,
        "temperature": stock.TEMPERATURE,
        "max_tokens": stock.MAX_TOKENS,
        "seed": "run",
    }
    document = {
        "title": "The hot path",
        "starting_message": stock.OPENING,
        "models": {"served": model},
        "roles": {role: {} for role in stock.ROLES},
        "sections": [
            {"title": "Starting prompt", "private": stock.ROLES},
            {"title": "The place", "shared": f"{stock.PLACE}\n\nYou are <SELF_NAME>."},
        ],
        "sweep": {"replicates": conversations, "factors": {"messages": [messages]}},
    }
    return json.dumps(document)
