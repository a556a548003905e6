"""JSON lines: one run a line, in full."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from pathlib import Path

from sociarium.exchange.folder import Folder
from sociarium.exchange.run_document import run_documents
from sociarium.ports.store import Store


def export(store: Store, runs: Iterable[str], folder: Folder) -> Iterator[Path]:
    """Write `runs.jsonl`; yields it when it is written."""
    yield folder.write(["runs"], ".jsonl", (f"{json.dumps(document)}\n" for document in run_documents(store, runs)))
