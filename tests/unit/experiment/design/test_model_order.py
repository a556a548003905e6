"""The order by_model: balanced by replicate, model by model inside one."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from sociarium.experiment.design.model_order import group_orders, positions_by_group

SETS = st.lists(st.frozensets(st.sampled_from("abcde"), min_size=1), min_size=1, max_size=6, unique=True)


@given(SETS, st.integers(0, 99), st.integers(1, 12))
def test_every_replicate_has_every_group_once_and_begins_with_the_last_one_before(
    sets: list[frozenset[str]], seed: int, replicates: int
) -> None:
    orders = list(group_orders(sets, seed, replicates))
    assert [sorted(order) for order in orders] == [list(range(len(sets)))] * replicates
    assert all(before[-1] == after[0] for before, after in pairwise(orders))


@given(st.lists(st.integers(0, 3), min_size=1, max_size=20), st.integers(0, 99), st.integers(1, 6))
def test_every_position_comes_exactly_once_and_no_replicate_before_the_last_one_is_through(
    groups: list[int], seed: int, replicates: int
) -> None:
    numbers = sorted(set(groups))
    sets = [{f"model {number}"} for number in numbers]
    orders = group_orders(sets, seed, replicates)

    def group_at(position: int) -> int:
        # Another condition stands at a place in each replicate.
        replicate, place = divmod(position, len(groups))
        return numbers.index(groups[(place + replicate) % len(groups)])

    taken = list(positions_by_group(len(groups), orders, group_at))
    assert sorted(taken) == list(range(len(groups) * replicates))
    assert [position // len(groups) for position in taken] == sorted(position // len(groups) for position in taken)
    changes = sum(before != after for before, after in pairwise(map(group_at, taken)))
    assert changes == (len(sets) - 1) * replicates


def test_every_model_comes_early_and_late_over_the_replicates() -> None:
    orders = list(group_orders([{"a"}, {"b"}, {"c"}, {"d"}], 3, 200))
    for place in range(4):
        assert min(Counter(order[place] for order in orders)[group] for group in range(4)) > 25


@given(SETS, st.integers(0, 99), st.integers(1, 8), st.integers(0, 7), st.sets(st.sampled_from("abcdef")))
def test_the_first_replicate_that_is_played_begins_with_what_is_loaded(
    sets: list[frozenset[str]], seed: int, replicates: int, first: int, in_memory: set[str]
) -> None:
    drawn = list(group_orders(sets, seed, replicates))
    orders = list(group_orders(sets, seed, replicates, in_memory=in_memory, first=first))
    assert orders[:first] == drawn[:first], "what was played before has nothing to do with what is loaded now"
    assert [sorted(order) for order in orders] == [list(range(len(sets)))] * replicates
    if first < replicates:
        shared = [len(sets[number] & in_memory) for number in orders[first]]
        assert shared[0] == max(shared) if max(shared) else orders == drawn
        assert all(before[-1] == after[0] for before, after in pairwise(orders[first:]))


def test_a_set_is_followed_by_the_one_that_shares_most_with_it() -> None:
    orders = list(group_orders([{"a", "b"}, {"c"}, {"a"}], 0, 50))
    assert {order.index(1) for order in orders} == {0, 2}, "c shares nothing, and stands between two that do"
