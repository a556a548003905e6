"""The texts of trees, of whatever shape a persona has."""

from __future__ import annotations

from sociarium.experiment.tree_texts import tree_texts

PERSONA = {"age": 41, "likes": ["tea", {"music": "fado"}], "says": ("well", None), "born": "Faro", 7: "days"}


def test_texts_come_in_the_order_of_the_tree_at_any_depth() -> None:
    assert list(tree_texts(PERSONA)) == ["tea", "fado", "well", "Faro", "days"]
    assert list(tree_texts("alone")) == ["alone"]
    assert list(tree_texts(7)) == []


def test_keys_are_texts_where_they_are_asked_for() -> None:
    expected = ["age", "likes", "says", "born", "tea", "music", "fado", "well", "Faro", "days"]
    assert list(tree_texts(PERSONA, with_keys=True)) == expected
