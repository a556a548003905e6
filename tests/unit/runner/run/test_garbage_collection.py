"""Playing a sweep from a command."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from sociarium.runner.run.garbage_collection import rare_garbage_collection


@pytest.fixture
def thawed() -> Iterator[None]:
    """The tests' own heap is frozen (`conftest.py`)."""
    gc.unfreeze()
    yield
    gc.freeze()


@pytest.mark.slow
@pytest.mark.usefixtures("thawed")
def test_the_collector_looks_seldom_only_while_a_sweep_is_played() -> None:
    before = gc.get_threshold()

    def fail() -> None:
        assert gc.get_threshold()[0] > 10 * before[0]
        assert gc.get_freeze_count() > 0
        raise ValueError("in the middle")

    with pytest.raises(ValueError, match="in the middle"), rare_garbage_collection():
        fail()
    assert (gc.get_threshold(), gc.get_freeze_count()) == (before, 0)


@pytest.mark.usefixtures("thawed")
def test_who_ends_first_of_several_leaves_it_so_to_the_others() -> None:
    before = gc.get_threshold()
    with ExitStack() as first, ExitStack() as second:
        first.enter_context(rare_garbage_collection())
        second.enter_context(rare_garbage_collection())
        first.close()
        assert gc.get_threshold()[0] > 10 * before[0]
    assert (gc.get_threshold(), gc.get_freeze_count()) == (before, 0)


@pytest.mark.usefixtures("thawed")
def test_what_was_frozen_before_stays_frozen() -> None:
    gc.freeze()
    before = gc.get_freeze_count()
    with rare_garbage_collection():
        pass
    assert gc.get_freeze_count() >= before
