"""Single values of a document, written and taken away."""

from __future__ import annotations

from sociarium.editing.values import with_value


def test_a_value_is_written_where_its_parts_are_missing_and_the_old_document_stays() -> None:
    document = {"models": {"dry": {"provider": "offline"}}}
    changed = with_value(document, ("models", "dry", "price", "input"), 0.5)
    assert changed == {"models": {"dry": {"provider": "offline", "price": {"input": 0.5}}}}
    assert document == {"models": {"dry": {"provider": "offline"}}}
    assert with_value({}, ("events", 0, "name"), "bell") == {"events": [{"name": "bell"}]}
    assert with_value({"people": [1]}, ("people", 1), 2) == {"people": [1, 2]}


def test_a_value_taken_away_takes_empty_mappings_along_but_no_things_of_lists() -> None:
    assert with_value({"title": "x", "policy": {"match": {"words": 1}}}, ("policy", "match", "words"), None) == {
        "title": "x"
    }
    assert with_value({"people": [{"handle": "ada"}]}, ("people", 0, "handle"), None) == {"people": [{}]}
    assert with_value({"title": "x"}, ("feed", "tick"), None) == {"title": "x"}


def test_false_and_zero_are_values() -> None:
    assert with_value({}, ("reply", "trim"), value=False) == {"reply": {"trim": False}}
    assert with_value({}, ("feed", "replies"), 0) == {"feed": {"replies": 0}}
