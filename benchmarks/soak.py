"""A long sweep on the offline model: memory at its start and at its end, which is to be flat for each message.

python -m benchmarks.soak [MESSAGES]
"""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

from tests.support.definitions import definition, small

from sociarium.bootstrap import ServingOptions, open_models
from sociarium.config import Config
from sociarium.ports.clock import SystemClock
from sociarium.ports.observer import MessageAdded, News
from sociarium.records.runs import RunState
from sociarium.runner.sweep.play_options import PlayOptions
from sociarium.runner.sweep.save import save_sweep
from sociarium.runner.sweep.start import SweepPorts, start
from sociarium.stores.sqlite import SqliteStore

MESSAGES = 500_000
EACH = 40
"""Messages of a run."""
SAMPLES = 10
MOST_BYTES_A_MESSAGE = 20
"""Of growth from the first sample, at a tenth of the messages, to the last; in the store a message is a kilobyte."""


@dataclass(slots=True)
class Memory:
    """Listens to a sweep and keeps what memory the process has after each tenth of the messages.

    Attributes:
        every: messages from one sample to the next.
        samples: messages so far, and bytes of resident memory.
    """

    every: int
    messages: int = 0
    samples: list[tuple[int, int]] = field(default_factory=list)

    def notice(self, news: News) -> None:
        """Count a message; print a sample when it is its turn."""
        if not isinstance(news, MessageAdded):
            return
        self.messages += 1
        if self.messages % self.every == 0:
            self.samples.append((self.messages, resident()))
            print(f"  {self.messages:9,} messages   {self.samples[-1][1] / 1e6:6.1f} MB", flush=True)


def resident() -> int:
    """Bytes of memory that this process has now, as `ps` counts them."""
    command = ["ps", "-o", "rss=", "-p", str(os.getpid())]
    return 1024 * int(subprocess.run(command, capture_output=True, check=True, text=True).stdout)


def main(messages: int) -> int:
    """Play so many messages and print memory at the start, on the way and at the end."""
    replicates = max(SAMPLES, messages // EACH)
    text = small(sweep=f"{{factors: {{messages: {EACH}}}, replicates: {replicates}}}")
    memory = Memory(replicates * EACH // SAMPLES)
    with tempfile.TemporaryDirectory() as name:
        store = SqliteStore(Path(name) / "soak.db")
        begun = save_sweep(store, definition(text), "main", creator="benchmark", clock=SystemClock())
        offers = open_models(begun.definition, ["dry"], ServingOptions(Config({}), pull=False))
        print(f"  start: {resident() / 1e6:.1f} MB", flush=True)
        began = time.perf_counter()
        asyncio.run(start(store, begun, offers, PlayOptions(), SweepPorts(observer=memory)))
        seconds = time.perf_counter() - began
        done = sum(slot.status.state is RunState.DONE for slot in store.slots(begun.sweep.id))
        store.close()
    if done != replicates:
        raise RuntimeError(f"{done} of {replicates} runs are done")
    (first, before), (last, after) = memory.samples[0], memory.samples[-1]
    growth = (after - before) / (last - first)
    print(f"  end: {resident() / 1e6:.1f} MB after {memory.messages:,} messages in {seconds:.0f} s")
    print(f"  {growth:.1f} bytes more a message after the first tenth (bound {MOST_BYTES_A_MESSAGE})")
    return 0


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else MESSAGES))
