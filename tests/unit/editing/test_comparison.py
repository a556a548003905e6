"""What is compared, set one factor at a time; versions of texts, compared as soon as they are there."""

from __future__ import annotations

import pytest

from sociarium.editing.comparison import add_sweep, levels_of, set_factor, sweep_locs
from sociarium.editing.texts import value_at
from sociarium.editing.versions import add_version, slot_at, versions_at
from sociarium.errors import BadInput

SWEEP = ("sweep",)


def test_one_level_is_a_setting_several_are_compared_and_none_takes_the_factor_out() -> None:
    document = set_factor({"title": "x"}, SWEEP, "messages", [4]).document
    assert document["sweep"] == {"factors": {"messages": 4}}
    document = set_factor(document, SWEEP, "days", [1, 2]).document
    assert document["sweep"] == {"factors": {"messages": 4, "days": [1, 2]}}
    document = set_factor(document, SWEEP, "messages", []).document
    assert document["sweep"] == {"factors": {"days": [1, 2]}}
    assert set_factor(document, SWEEP, "days", []).document["sweep"] == {}


def test_what_is_left_out_follows_the_levels() -> None:
    sweep = {
        "factors": {"model": ["a", "b", "c"], "days": [1, 2]},
        "exclude": [{"model": ["a", "b"], "days": 2}, {"model": "c", "days": 1}],
    }
    change = set_factor({"sweep": sweep}, SWEEP, "model", ["b", "d"])
    assert change.document["sweep"]["exclude"] == [{"model": "b", "days": 2}]
    assert change.sentences == ("1 combination that had been left out cannot be named any more.",)
    gone = set_factor({"sweep": sweep}, SWEEP, "days", [])
    assert "exclude" not in gone.document["sweep"]
    assert gone.sentences[0] == "“days” is no longer compared."


def test_linked_levels_are_kept_as_a_list() -> None:
    levels = [{"name": "mild", "days": 1}]
    document = set_factor({}, SWEEP, "climate", levels).document
    assert document["sweep"]["factors"] == {"climate": levels}


def test_a_second_comparison_begins_as_a_copy_and_the_first_gets_a_name() -> None:
    document = {"sweep": {"factors": {"days": 2}}}
    assert sweep_locs(document) == {"main": ("sweep",)}
    changed = add_sweep(document, "pilot", former="main")
    assert changed["sweeps"] == {"main": {"factors": {"days": 2}}, "pilot": {"factors": {"days": 2}}}
    assert "sweep" not in changed
    assert sweep_locs(changed) == {"main": ("sweeps", "main"), "pilot": ("sweeps", "pilot")}


def test_levels_are_spelled_out() -> None:
    assert levels_of({"from": 1, "to": 5, "by": 2}) == [1, 3, 5]
    assert levels_of(4) == [4]
    assert levels_of(None) == []


def test_a_new_version_names_the_text_that_was_there_and_is_compared() -> None:
    document = {"starting_message": "Begin.", "sweep": {"factors": {"days": 1}}}
    change = add_version(document, "starting_message", "calm", former="plain", text="Please begin.")
    assert change.document["starting_message"] == {"variants": {"plain": "Begin.", "calm": "Please begin."}}
    assert change.document["sweep"]["factors"]["starting_message"] == ["plain", "calm"]
    more = add_version(change.document, "starting_message", "loud").document
    assert list(versions_at(more, ("starting_message",))) == ["plain", "calm", "loud"]
    assert value_at(more, ("sweep", "factors", "starting_message")) == ["plain", "calm", "loud"]


def test_a_comparison_that_leaves_versions_out_on_purpose_stays() -> None:
    document = {
        "starting_message": {"variants": {"a": "A", "b": "B"}},
        "sweep": {"factors": {"starting_message": "a"}},
    }
    changed = add_version(document, "starting_message", "c").document
    assert changed["sweep"]["factors"] == {"starting_message": "a"}


def test_two_versions_cannot_have_one_name() -> None:
    with pytest.raises(BadInput):
        add_version({"starting_message": "x"}, "starting_message", "a", former="a")
    assert slot_at({"starting_message": "x"}, ("starting_message",)) == "starting_message"
    assert slot_at({}, ("title",)) is None
