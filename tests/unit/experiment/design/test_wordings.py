"""Wordings of variants: balanced over replicates, part of what a run is, and shared by no mistake."""

from __future__ import annotations

import json
from collections import Counter

from sociarium.experiment.deduplication import deduplicate
from sociarium.experiment.design.wordings import as_settings
from sociarium.experiment.document import from_json, to_json
from sociarium.experiment.resolve import resolve
from sociarium.experiment.stored_content import read_content
from sociarium.experiment.validation import design_of
from sociarium.records.plans import SweepRecord
from sociarium.runner.planning.plan import plan
from sociarium.runner.sweep.derive import _changed_content
from sociarium.runner.sweep.order import SweepOrder
from tests.support.definitions import definition, small
from tests.support.refusals import the_problem

HARD = "{wordings: [Be hard., Be strict., Be stern.]}"
GOALS = (
    "[{{title: Starting prompt, private: {{guard: x, prisoner: y}}}}, "
    "{{title: Goal, private: {{guard: {{variants: {{hard: {hard}, soft: {soft}}}}}, prisoner: z}}}}]"
)
SLOT = "section.Goal.guard"


def experiment(hard: str = HARD, soft: str = "{wordings: [Be soft., Be mild.]}", levels: str = "[hard, soft]") -> str:
    sweep = f"{{factors: {{messages: 2, {SLOT}: {levels}}}, replicates: 12, seed: 7}}"
    return small(sections=GOALS.format(hard=hard, soft=soft), sweep=sweep)


def order(text: str, seed: int = 7) -> SweepOrder:
    record = SweepRecord("s", "e", "v", "main", "c", conditions=2, replicates=12, seed=seed, runs=24, created="")
    return SweepOrder(definition(text), record, "c", "")


def goals(text: str, seed: int = 7) -> list[tuple[str, int, str, int]]:
    """Level, replicate, text and wording of each run."""
    made = []
    slots = order(text, seed)
    for position in range(len(slots)):
        member, run = slots.at(position)
        content = read_content(run.content)
        wordings = json.loads(run.content).get("wordings", {})
        goal = content.sections[1].private["guard"]  # type: ignore[union-attr,index]
        made.append((str(member.condition[SLOT]), member.replicate, goal, wordings.get(SLOT, 0)))
    return made


def test_each_wording_is_read_by_as_many_replicates() -> None:
    counts = Counter((level, goal) for level, _, goal, _ in goals(experiment()))
    assert counts == {
        ("hard", "Be hard."): 4,
        ("hard", "Be strict."): 4,
        ("hard", "Be stern."): 4,
        ("soft", "Be soft."): 6,
        ("soft", "Be mild."): 6,
    }


def test_a_run_keeps_which_wording_it_read() -> None:
    listed = {"hard": ["Be hard.", "Be strict.", "Be stern."], "soft": ["Be soft.", "Be mild."]}
    assert all(listed[level][number - 1] == goal for level, _, goal, number in goals(experiment()))


def test_the_first_wording_of_a_sweep_is_drawn() -> None:
    first = {goal for seed in range(12) for level, replicate, goal, _ in goals(experiment(), seed)
             if (level, replicate) == ("hard", 1)}  # fmt: skip
    assert len(first) > 1


def test_levels_that_share_only_their_first_wording_share_no_run() -> None:
    text = experiment(hard="{wordings: [Be firm., Be hard.]}", soft="{wordings: [Be firm., Be soft.]}")
    found = definition(text)
    assert deduplicate(found, design_of(found, "main")).groups == ()
    alike = definition(experiment(hard="{wordings: [A., B.]}", soft="{wordings: [A., B.]}"))
    assert len(deduplicate(alike, design_of(alike, "main")).groups) == 1


def test_a_file_without_wordings_keeps_its_run_ids() -> None:
    plain = order(experiment(hard="Be hard.", soft="Be soft."))
    _, run = plain.at(0)
    assert "wordings" not in run.content
    single = order(experiment(hard="{wordings: [Be hard.]}", soft="{wordings: [Be soft.]}"))
    assert single.at(0)[1].id == run.id


def test_wordings_survive_being_stored() -> None:
    found = definition(experiment())
    assert from_json(to_json(found)) == found


def test_a_plan_warns_of_one_wording_a_level() -> None:
    warned = [
        warning
        for warning in plan(definition(experiment(soft="Be soft.")), "main").warnings
        if "one wording" in warning
    ]
    assert len(warned) == 1
    assert SLOT in warned[0]
    assert not [one for one in plan(definition(experiment()), "main").warnings if "one wording" in one]


def test_a_misspelt_placeholder_in_a_wording_is_told_where_it_stands() -> None:
    problem = the_problem(experiment(hard="{wordings: [Be hard., <GUARDD_NOUN>]}"))
    assert problem.path == "sections[1].private.guard.variants.hard.wordings[1]"


def test_a_fork_keeps_the_wordings_of_its_run() -> None:
    found = definition(experiment())
    settings = {SLOT: "hard", "messages": 2, **as_settings({SLOT: 2})}
    last = resolve(found, settings)
    assert last.wordings == {SLOT: 2}  # type: ignore[union-attr]
    changed = _changed_content(found, last, {SLOT: "hard", "messages": 2}, {SLOT: "hard", "messages": 4})
    assert changed.sections == last.sections
    assert changed.messages == 4  # type: ignore[union-attr]
