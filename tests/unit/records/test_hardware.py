"""Which models were played on kinds of hardware of their own."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from sociarium.records.hardware import hardware_kind, models_apart

KINDS = st.dictionaries(st.sampled_from(["A100", "H100", "cpu"]), st.integers(1, 1000), max_size=3)


def test_models_with_hardware_of_their_own_are_apart() -> None:
    assert models_apart({"a": {"A100": 90}, "b": {"H100": 3}, "c": {"A100": 5, "H100": 5}}) == [("a", "b")]


def test_a_few_calls_elsewhere_bring_models_no_closer() -> None:
    assert models_apart({"a": {"A100": 95, "H100": 5}, "b": {"H100": 100}}) == [("a", "b")]
    assert models_apart({"a": {"A100": 70, "H100": 30}, "b": {"H100": 100}}) == []


def test_a_model_of_which_no_hardware_is_known_is_compared_with_none() -> None:
    assert models_apart({"a": {"A100": 9}, "b": {}, "c": {"H100": 0}}) == []


@given(KINDS)
def test_two_models_with_the_same_hardware_are_never_apart(kinds: dict[str, int]) -> None:
    assert models_apart({"a": kinds, "b": {kind: calls * 7 for kind, calls in kinds.items()}}) == []


def test_what_a_server_says_of_itself_is_no_kind_that_servers_share() -> None:
    assert hardware_kind("http://one:11434", "gpu") != hardware_kind("http://two:11434", "gpu")
    assert hardware_kind("http://one:11434", "A100") == hardware_kind("http://two:11434", "A100")
