"""The stores under the contract suite: how to open each, and what each promises beyond one thread.

Every adapter that a machine can open is tested; a store that is not there is skipped with a line that says how to
run it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from sociarium.ports.store import Store
from sociarium.stores.sqlite import SqliteStore


@dataclass(frozen=True, slots=True)
class Backend:
    """A kind of store.

    Attributes:
        name: shown in the tests' ids.
        opened: opens an empty store of a test below a folder; the given function opens the same one again.
        concurrent: whether several threads and processes may use it at once.
        missing: why it cannot be tested here, with how to run it; None when it can.
    """

    name: str
    opened: Callable[[Path], object]
    concurrent: bool = True
    missing: str | None = None


@contextmanager
def _sqlite(folder: Path) -> Iterator[Callable[[], Store]]:
    stores: list[SqliteStore] = []

    def open_again() -> Store:
        stores.append(SqliteStore(folder / "store.db"))
        return stores[-1]

    try:
        yield open_again
    finally:
        for store in stores:
            store.close()


BACKENDS = [Backend("sqlite", _sqlite)]
