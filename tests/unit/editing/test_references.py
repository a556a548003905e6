"""What is declared beforehand follows other names, and goes with what it speaks of."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import pytest

from sociarium.editing.document import problems
from sociarium.editing.models import rename_model
from sociarium.editing.people import remove_named, rename_named
from sociarium.editing.roles import remove_role, rename_role
from sociarium.editing.sections import remove_version, rename_section, rename_version
from tests.support.documents import wing

GOAL = "section.Goal.prisoner"
ESCAPE = {"name": "escape costs trust", "measure": "probe trust of prisoner at end",
          "compare": {"factor": GOAL, "level": "escape", "baseline": "yard"}}  # fmt: skip
FITTED = {"name": "by model", "measure": "words", "formula": f"model * `{GOAL}`", "term": f"{GOAL}[escape]"}


def declared() -> dict[str, Any]:
    """The wing with two hypotheses, a rule for runs that do not count, an early end, and a question after another."""
    document = wing()
    document["hypotheses"] = deepcopy([ESCAPE, FITTED])
    document["exclusions"] = [{"probe": "trust", "below": 2}, {"flag": "any"}]
    document["sweep"]["stop_when"] = {"measure": "probe mood at end", "width": 1}
    document["probes"][0]["of"] = ["guard", "prisoner"]
    document["probes"][1]["after"] = "trust"
    document["probes"][1]["answer"] = {"from": 0, "to": 10}
    document["sweep"]["replicates"] = 20
    assert problems(document) == []
    return document


def test_a_renamed_question_takes_along_what_is_expected_of_it() -> None:
    change = rename_named(declared(), "probes", "trust", "faith in others")
    assert problems(change.document) == []
    assert change.document["hypotheses"][0]["measure"] == "probe faith in others of prisoner at end"
    assert change.document["exclusions"][0] == {"probe": "faith in others", "below": 2}
    assert change.document["probes"][1]["after"] == "faith in others"
    assert "The hypothesis “escape costs trust” follows." in change.sentences
    after = rename_named(declared(), "probes", "mood", "temper").document
    assert problems(after) == []
    assert after["sweep"]["stop_when"]["measure"] == "probe temper at end"


def test_a_renamed_role_section_or_version_takes_along_what_is_compared_beforehand() -> None:
    after = rename_role(declared(), "prisoner", "inmate").document
    assert problems(after) == []
    assert after["hypotheses"][0]["measure"] == "probe trust of inmate at end"
    assert after["hypotheses"][0]["compare"]["factor"] == "section.Goal.inmate"
    assert after["hypotheses"][1]["formula"] == "model * `section.Goal.inmate`"
    assert after["hypotheses"][1]["term"] == "section.Goal.inmate[escape]"
    after = rename_section(declared(), "Goal", "Aim").document
    assert (problems(after), after["hypotheses"][0]["compare"]["factor"]) == ([], "section.Aim.prisoner")
    after = rename_version(declared(), GOAL, "escape", "flight").document
    assert problems(after) == []
    assert after["hypotheses"][0]["compare"]["level"] == "flight"
    assert after["hypotheses"][1]["term"] == f"{GOAL}[flight]"


def test_a_renamed_model_takes_along_a_hypothesis_about_it() -> None:
    document = declared()
    document["hypotheses"].append({"name": "warmth", "measure": "messages",
                                   "compare": {"factor": "model", "level": "cool", "baseline": "llama"}})  # fmt: skip
    after = rename_model(document, "cool", "cold").document
    assert problems(after) == []
    assert after["hypotheses"][2]["compare"] == {"factor": "model", "level": "cold", "baseline": "llama"}


@pytest.mark.parametrize(
    ("change", "left", "rules"),
    [
        (lambda document: remove_named(document, "probes", "trust"), ["by model"], [{"flag": "any"}]),
        (lambda document: remove_role(document, "prisoner"), [], declared()["exclusions"]),
        (lambda document: remove_version(document, GOAL, "escape"), [], declared()["exclusions"]),
    ],
)
def test_what_speaks_of_something_taken_out_goes_with_it_and_this_is_said(change: Any, left: Any, rules: Any) -> None:
    result = change(declared())
    assert [one["name"] for one in result.document.get("hypotheses", ())] == left
    assert result.document["exclusions"] == rules
    assert "The hypothesis “escape costs trust” speaks of what is gone, and goes with it." in result.sentences
    assert not [one for one in problems(result.document) if one.startswith(("hypotheses", "exclusions"))]


def test_an_early_end_by_a_question_that_is_taken_out_is_no_more() -> None:
    change = remove_named(declared(), "probes", "mood")
    assert problems(change.document) == []
    assert "stop_when" not in change.document["sweep"]
    change = remove_named(declared(), "probes", "trust")
    assert "after" not in change.document["probes"][0]
    assert "The question 'mood' is asked by itself now." in change.sentences


def test_what_speaks_of_nothing_that_changed_stays_as_it_is() -> None:
    before = declared()
    after = rename_section(before, "Oversight", "Watch").document
    for key in ("hypotheses", "exclusions"):
        assert after[key] == before[key]
