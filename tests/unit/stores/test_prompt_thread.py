"""Threads that hold the lock of a file get the interpreter at once, and leave it as it was."""

from __future__ import annotations

import sys
import threading
from pathlib import Path

import pytest

from sociarium.errors import StoreError
from sociarium.stores.sqlite import SqliteStore
from sociarium.stores.sqlite.prompt_thread import PromptThreads
from tests.support.records import entry


def test_threads_change_sooner_until_the_last_holder_is_done() -> None:
    usual, threads = sys.getswitchinterval(), PromptThreads()
    inside, leave = threading.Event(), threading.Event()

    def hold() -> None:
        with threads.hold():
            inside.set()
            leave.wait(10)

    other = threading.Thread(target=hold)
    with threads.hold():
        other.start()
        assert inside.wait(10)
        sooner = sys.getswitchinterval()
        assert sooner < usual
    assert sys.getswitchinterval() == sooner, "somebody holds it still"
    leave.set()
    other.join()
    assert sys.getswitchinterval() == usual


def test_a_store_leaves_the_interpreter_as_it_was_whatever_comes(tmp_path: Path) -> None:
    usual, store = sys.getswitchinterval(), SqliteStore(tmp_path / "s.db", is_shared=True)
    store.append([entry("k1")])
    with pytest.raises(StoreError):
        store.append([entry("k2", ordinal=None)])
    assert sys.getswitchinterval() == usual
