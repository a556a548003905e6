"""Messages that are cases of a check."""

from __future__ import annotations

from collections.abc import Sequence

# Before the libraries, since it names the extra where one is absent.
from sociarium.analysis.checks.rates import cases

# isort: split
import pandas as pd

from sociarium.records.events import Event


def checked_keys(run: str, messages: Sequence[Event], check: str) -> list[str]:
    """The keys of the messages of a run that are cases of a check. Raises `BadInput` where there is no such check."""
    rows = [
        {"run": run, "seq": one.seq, "speaker": one.happening.author, "role": one.happening.role,
         "content": one.happening.content, "flags": " ".join(one.happening.flags)}
        for one in messages
    ]  # fmt: skip
    frame = pd.DataFrame(rows, columns=["run", "seq", "speaker", "role", "content", "flags"])
    keys = {one.seq: one.key for one in messages}
    return [keys[seq] for _, seq in cases(frame, names=[check])[check]]
