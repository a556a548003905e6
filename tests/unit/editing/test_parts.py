"""The parts of an experiment's page: what they hold in short, what they need, in words without file language."""

from __future__ import annotations

from typing import Any

import pytest

from sociarium.editing.document import problems
from sociarium.editing.faults import faults, loc_of
from sociarium.editing.parts import PartView, parts_of
from tests.support.documents import SHIPPED, shipped, square, wing
from tests.support.plain_language import file_language


def by_name(document: dict[str, Any]) -> dict[str, PartView]:
    return {part.name: part for part in parts_of(document)}


def test_a_conversation_is_told_in_short() -> None:
    values = {name: part.value for name, part in by_name(wing()).items()}
    assert values == {
        "Title": "The wing",
        "Roles": "guard (they) · prisoner (he)",
        "Models": "llama · cool at 0.2",
        "Opening": "“<PRISONER_NUMWORD> <PRISONER_NOUN> wait. <Guard_NOUN> enter.”",
        "Sections": "Starting prompt · Goal (2 versions) · Oversight (2 versions, shared)",
        "Day's record": "Record",
        "Private questions": "trust 0–10, of prisoner · mood, of guard, prisoner",
        "Announcements": "search (day 1)",
        "What is compared": "model × temperature of cool × number of prisoner × Goal, of prisoner × "
        "the announcement search × watch = 32 conditions × 1 = 32 runs",
        "Prompts": "as each agent reads them",
        "Note": "–",
        "More": "who speaks first",
    }


def test_a_feed_is_told_in_short() -> None:
    values = {name: part.value for name, part in by_name(square()).items()}
    assert values["People"] == "3 × troll, written by writer · ada · bea"
    assert values["What is compared"] == ("number of troll × the announcement launch = 4 conditions × 1 = 4 runs")
    assert "Opening" not in values


@pytest.mark.parametrize("name", SHIPPED)
def test_nothing_is_wrong_with_what_is_shipped(name: str) -> None:
    parts = parts_of(shipped(name))
    assert not any(part.faults for part in parts)
    assert all(part.value for part in parts)


def test_an_experiment_of_which_nothing_is_there_says_what_is_missing_at_each_part() -> None:
    sentences = {name: [fault.sentence for fault in part.faults] for name, part in by_name({}).items() if part.faults}
    assert sentences == {
        "Title": ["It has no title yet."],
        "Roles": ["Nobody takes part yet."],
        "Models": ["No model is there yet to speak."],
        "Sections": ["Nobody is told yet who they are."],
    }
    begun = {"environment": "feed", "title": "x", "models": {"m": {"provider": "offline"}}}
    feed = {name: [fault.sentence for fault in part.faults] for name, part in by_name(begun).items() if part.faults}
    assert feed == {"People": ["Nobody is there yet."]}


def test_days_that_nobody_writes_down_are_a_hint() -> None:
    document = wing()
    document["sweep"]["factors"]["days"] = {"from": 1, "to": 3}
    assert by_name(document)["Day's record"].hints == ()
    del document["summarizer"]
    part = by_name(document)["Day's record"]
    assert part.hints == ("There are 3 days, and nobody writes down what happened on the days before.",)
    assert part.faults == ()


def _without(document: dict[str, Any], *path: str | int) -> dict[str, Any]:
    node: Any = document
    for part in path[:-1]:
        node = node[part]
    del node[path[-1]]
    return document


def _with(document: dict[str, Any], value: Any, *path: str | int) -> dict[str, Any]:
    node: Any = document
    for part in path[:-1]:
        node = node[part]
    node[path[-1]] = value
    return document


@pytest.mark.parametrize(
    ("document", "part", "sentence"),
    [
        (
            _without(wing(), "sections", 0, "private", "guard"),
            "Sections",
            "Starting prompt: the role 'guard' has no starting prompt.",
        ),
        (
            _with(wing(), "<GARD_NUM> go.", "sections", 1, "private", "guard"),
            "Sections",
            "Goal, of guard: <GARD_NUM> is not a placeholder; did you mean <GUARD_NUM>",
        ),
        (
            _with(wing(), ["no"], "sweep", "factors", "section.Goal.prisoner"),
            "What is compared",
            "Goal, of prisoner: there is no “no” to compare",
        ),
        (
            _with(wing(), "x", "sweep", "factors", "section.Gaol"),
            "What is compared",
            "“Gaol” is not there to be compared",
        ),
        (_with(wing(), "none", "sweep", "exclude", 0, "model"), "What is compared", "A combination that is left out: "),
        (_with(wing(), 3, "sweep", "factors", "messages"), "What is compared", "compared twice"),
        (
            _with(wing(), {"provider": "ollama", "model": "x"}, "models", "cool"),
            "Models",
            "cool: its context is missing",
        ),
        (
            _with(wing(), {"provider": "offline", "top_p": 3}, "models", "cool"),
            "Models",
            "cool, top p: this is more than 1",
        ),
        (_with(wing(), {"provider": "nobody"}, "models", "cool"), "Models", "cool, provider: it has a value"),
        (_with(wing(), [], "probes", 0, "at"), "Private questions", "The question trust, at: it is empty."),
        (_with(wing(), {"title": "x"}, "sections", 1), "Sections", "either all read the same, or each role its own"),
        (_with(square(), ["zoe"], "people", 0, "follows"), "People", "ada, follows, no. 1: nobody here has the handle"),
        (_with(wing(), "gard", "first_speaker"), "More", "Who speaks first: there is no role 'gard'"),
        (_with(wing(), 3, "unheard"), "More", "“unheard” means nothing here"),
    ],
)
def test_a_fault_stands_at_its_part_in_plain_words(document: dict[str, Any], part: str, sentence: str) -> None:
    sentences = [fault.sentence for fault in by_name(document)[part].faults]
    assert any(sentence in one for one in sentences), sentences
    assert not any(file_language(one) for one in sentences)
    assert sum(len(view.faults) for view in parts_of(document)) == len(faults(document))


def test_every_fault_has_a_place_that_can_be_opened() -> None:
    document = _with(wing(), "<GARD_NUM> go.", "sections", 1, "private", "guard")
    assert [fault.loc for fault in faults(document)] == [("sections", 1, "private", "guard")]


def test_names_with_dots_and_brackets_are_found_in_the_path_of_a_fault() -> None:
    document = {"models": {"a.b": {}, "a.b[1]": {}}}
    assert loc_of(document, "models.a.b[1].top_p") == ("models", "a.b[1]", "top_p")
    assert loc_of(document, "models.a.b.top_p") == ("models", "a.b", "top_p")
    assert loc_of(document, "people[3].follows[0]") == ("people", 3, "follows", 0)


def test_what_cannot_be_said_plainly_is_still_said_at_its_place() -> None:
    document = _with(wing(), {"provider": "openai", "model": "x", "api_key_env": "sk-1"}, "models", "cool")
    assert problems(document)
    [fault] = faults(document)
    assert fault.part == "Models"
    assert not file_language(fault.sentence)
