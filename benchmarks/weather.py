"""What patience costs: a server that turns a third of the calls away, and three hosts at 1:2:4."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path

from tests.servers.faults import Faults
from tests.servers.ollama_server import ollama_server
from tests.servers.openai_server import openai_server
from tests.servers.stand_in import StandIn
from tests.support.definitions import small

from benchmarks.measured import PROGRAM, measured, python

SLOTS, LATENCY = 32, 0.5
RUNS, MESSAGES = 64, 10
LEAST_OF_ALLOWED = 0.6
"""Of the rate without faults, for the share of calls that are let in."""

HOSTS = (0.4, 0.2, 0.1)
"""Seconds of a call; each host answers one at a time."""
HOST_RUNS, OPEN = 60, 24
MOST_OF_IDEAL = 1.15


def report() -> None:
    """Print both ratios."""
    _report_refusals()
    _report_hosts()


def _play(models: str, *, runs: int, concurrency: int) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        sweep = f"{{factors: {{messages: {MESSAGES}}}, replicates: {runs}}}"
        (folder / "weather.yaml").write_text(small(models=models, sweep=sweep), encoding="utf-8")
        options = (
            "--concurrency",
            str(concurrency),
            "--store",
            f"sqlite:///{folder / 'weather.db'}",
            "--yes",
            "--json",
        )
        measured(python(PROGRAM, "run", "weather.yaml", *options), folder=folder)


def _window(served: Sequence[StandIn]) -> tuple[int, float]:
    """Good answers, and the seconds from the first of them into a slot to the last one out."""
    good = [call for one in served for call in one.chats if call.fault is None and call.status == 200]
    begins = [call.began for call in good if call.began is not None]
    ends = [call.ended for call in good if call.ended is not None]
    return len(good), max(ends) - min(begins)


def _report_refusals() -> None:
    rates = []
    for every in (0, 3):
        faults = Faults(limited_every=every, retry_after="0.2")
        with openai_server(slots=SLOTS, latency=LATENCY, faults=faults) as served:
            model = f"{{provider: openai, model: stand-in, base_url: '{served.url}/v1'}}"
            _play(f"{{m: {model}}}", runs=RUNS, concurrency=SLOTS)
            calls, seconds = _window([served])
        assert calls == RUNS * MESSAGES
        rates.append(calls / seconds)
    share = rates[1] / rates[0]
    print(f"  {SLOTS} slots of {1000 * LATENCY:.0f} ms: {rates[0]:.1f} answers/s without faults")
    print(f"  every third call answered 429, Retry-After 0.2 s: {rates[1]:.1f} answers/s")
    print(f"  {share:.2f} of all, {1.5 * share:.2f} of what is let in (least {LEAST_OF_ALLOWED})")


def _report_hosts() -> None:
    with (
        ollama_server(slots=1, latency=HOSTS[0]) as slow,
        ollama_server(slots=1, latency=HOSTS[1]) as middle,
        ollama_server(slots=1, latency=HOSTS[2]) as fast,
    ):
        hosts = [slow, middle, fast]
        addresses = ", ".join(f'"{host.url}"' for host in hosts)
        model = f"{{provider: ollama, model: stand-in, context: 4096, hosts: [{addresses}]}}"
        _play(f"{{m: {model}}}", runs=HOST_RUNS, concurrency=OPEN)
        calls, seconds = _window(hosts)
        shares = [len(host.chats) for host in hosts]
    ideal = calls / sum(1 / each for each in HOSTS)
    print(f"  hosts at 1:2:4, {calls} calls, {OPEN} runs at once: {seconds:.1f} s, ideal {ideal:.1f} s")
    print(f"  ratio {seconds / ideal:.2f} (most {MOST_OF_IDEAL}); calls by host {', '.join(map(str, shares))}")
