"""Three models on a server that holds one: how often it loads, and how fast the sweep is, in either order of runs."""

from __future__ import annotations

import tempfile
import time
from pathlib import Path

from tests.servers.memory import ModelMemory
from tests.servers.ollama_server import OllamaDialect, digest_of, ollama_server
from tests.support.definitions import small

from benchmarks.measured import PROGRAM, measured, python

NAMES = ("a", "b", "c")
REPLICATES, CONDITIONS = 10, 8
LOAD, LATENCY, SLOTS = 2.0, 0.05, 4
"""Seconds that a load takes, seconds of a call, and calls that the server answers at once."""
OPEN = 16
MOST_LOADS = 25
IDEAL_LOADS = 1 + 2 * REPLICATES
"""A replicate begins with the model that the one before ended with, and loads the other two."""


def play(order: str) -> tuple[int, int, float]:
    """Play the sweep into a new store; returns loads, answers, and the seconds that all took."""
    memory = ModelMemory(load_pause=LOAD)
    held = {f"{name}:latest": digest_of(name) for name in NAMES}
    dialect = OllamaDialect(models=held, memory=memory)
    with ollama_server(dialect, latency=LATENCY, slots=SLOTS) as served, tempfile.TemporaryDirectory() as name:
        entry = f'provider: ollama, context: 4096, hosts: ["{served.url}"], limits: {{loaded: 1}}'
        models = ", ".join(f"{one}: {{model: {one}, {entry}}}" for one in NAMES)
        factors = f"model: [{', '.join(NAMES)}], messages: [1, 2, 3, 4], first_speaker: [guard, prisoner]"
        sweep = f"{{factors: {{{factors}}}, replicates: {REPLICATES}}}"
        folder = Path(name)
        (folder / "loads.yaml").write_text(small(models=f"{{{models}}}", sweep=sweep), encoding="utf-8")
        options = ("--order", order, "--concurrency", str(OPEN), "--store", f"sqlite:///{folder / 'loads.db'}", "--yes")
        began = time.perf_counter()
        measured(python(PROGRAM, "run", "loads.yaml", *options), folder=folder)
        seconds = time.perf_counter() - began
        return len(memory.loads), len(served.chats), seconds


def report() -> None:
    """Print loads and throughput in both orders, and what the order by model gains."""
    results = {order: play(order) for order in ("permuted", "by_model")}
    size = f"{len(NAMES)} models x {REPLICATES} replicates x {CONDITIONS} conditions"
    print(f"  {size}, one model held, {LOAD:.0f} s a load")
    for order, (loads, answers, seconds) in results.items():
        print(f"  {order:8} {loads:3} loads, {answers / seconds:5.1f} answers/s, {seconds:.0f} s")
    permuted, by_model = results["permuted"], results["by_model"]
    print(
        f"  by model {permuted[2] / by_model[2]:.2f} times as fast; {by_model[0]} loads (most {MOST_LOADS}, ideal "
        f"{IDEAL_LOADS})"
    )
