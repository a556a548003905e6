"""Paths into a definition: what they name, what a change of them comes to, and how two definitions differ."""

from __future__ import annotations

import json

import pytest

from sociarium.errors import DefinitionError
from sociarium.experiment.changes import change_definition, differences
from sociarium.experiment.definition import Definition
from sociarium.experiment.document import to_tree
from tests.support.definitions import SPECIFICATION, definition, read_beside, small

BEFORE = definition(SPECIFICATION)


def change(*changes: tuple[str, str], of: Definition = BEFORE) -> list[tuple[str, object, object]]:
    after = change_definition(of, changes, read=read_beside)
    return [(one.path, one.before, one.after) for one in differences(of, after)]


def faults(*changes: tuple[str, str]) -> str:
    with pytest.raises(DefinitionError) as caught:
        change(*changes)
    return str(caught.value)


@pytest.mark.parametrize(
    ("path", "value", "told", "after"),
    [
        ("models.llama.temperature", "0.2", "models.llama.temperature", 0.2),
        ("models.cool.top_p", "1", "models.cool.top_p", 1.0),
        ("sections[1].private.guard", "Keep order.", "sections[1].private.guard", "Keep order."),
        ("sections.Goal.private.guard", "Keep order.", "sections[1].private.guard", "Keep order."),
        ("sections[goal].private.guard", "yes", "sections[1].private.guard", "yes"),
        ("events.order.day", "1", None, None),
        ("events.order.day", "2", "events[0].day", 2),
        ("sweep.factors.agents.guard", "[1, 3]", "sweep.factors.agents.guard", [1, 3]),
        ("sweep.factors.section.Oversight", "absent", "sweep.factors.section.Oversight", "absent"),
        ("sections.Oversight.shared.variants.absent", "Nobody.", "sections[3].shared.variants.absent", "Nobody."),
        ("note", "", "note", ""),
        ("stop", "names", "stop", "names"),
    ],
)
def test_a_path_names_a_part(path: str, value: str, told: str | None, after: object) -> None:
    found = change((path, value))
    assert [(one[0], one[2]) for one in found] == ([] if told is None else [(told, after)])


def test_null_takes_an_optional_part_out() -> None:
    found = change(("note", "null"), ("first_speaker", "null"))
    assert found == [("note", "pilot", None), ("first_speaker", "guard", None)]


def test_a_factor_that_is_not_there_is_added() -> None:
    found = change(("sweep.factors.option.llama.top_p", "[0.5, 1]"))
    assert found == [("sweep.factors.option.llama.top_p", None, [0.5, 1])]


def test_every_fault_is_told_at_once() -> None:
    told = faults(
        ("sections[9].private.guard", "x"),
        ("models.lama.temperature", "1"),
        ("models.llama.temprature", "1"),
        ("starting_message", "<GARD_NUM>"),
        ("note", "[unclosed"),
    )
    assert "sections[9].private.guard: there is nothing at this path; at sections known here: Starting prompt" in told
    assert "models.lama.temperature: there is nothing at this path; at models did you mean llama?" in told
    assert "models.llama.temprature: unknown key 'temprature'; did you mean temperature?" in told
    assert "starting_message: " in told
    assert "note: the value '[unclosed' cannot be read" in told


@pytest.mark.parametrize("path", ["", ".", "[]", "title.x", "sections[Gaol].shared", "sections[-1]"])
def test_a_path_that_leads_nowhere_is_refused(path: str) -> None:
    assert "there is nothing at this path" in faults((path, "x"))


def test_items_of_lists_are_told_apart_by_their_titles() -> None:
    tree = to_tree(BEFORE)
    first, *rest = tree["sections"]
    after = definition(small()).model_validate_json(
        json.dumps({**tree, "sections": [first, rest[1], rest[0], *rest[2:]]})
    )
    assert [(one.path, one.before, one.after) for one in differences(BEFORE, after)] == [
        ("sections.(order)", ["Starting prompt", "Goal", "Personality", "Oversight"],
         ["Starting prompt", "Personality", "Goal", "Oversight"]),
    ]  # fmt: skip


def test_a_section_that_comes_or_goes_is_one_difference_and_moves_no_other() -> None:
    tree = to_tree(BEFORE)
    gone = tree["sections"][1]
    added = {"title": "Weather", "shared": "It rains."}
    after = definition(small()).model_validate_json(
        json.dumps({**tree, "sections": [tree["sections"][0], *tree["sections"][2:], added]})
    )
    found = [(one.path, one.before, one.after) for one in differences(BEFORE, after)]
    assert [(path, before is None, after is None) for path, before, after in found] == [
        ("sections[3]", True, False), ("sections[1]", False, True),
    ]  # fmt: skip
    assert found[0][2]["shared"] == "It rains."
    assert found[1][1]["title"] == gone["title"]


def test_roles_in_another_order_are_one_difference() -> None:
    tree = to_tree(BEFORE)
    roles = dict(reversed(tree["roles"].items()))
    after = definition(small()).model_validate_json(json.dumps({**tree, "roles": roles}))
    assert [(one.path, one.before, one.after) for one in differences(BEFORE, after)] == [
        ("roles.(order)", list(tree["roles"]), list(roles))
    ]


def test_a_definition_does_not_differ_from_itself() -> None:
    assert differences(BEFORE, BEFORE) == []
