"""What a sweep comes to."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sociarium.experiment.deduplication import deduplicate
from sociarium.experiment.design.expansion import Design
from sociarium.experiment.design.factors import Factor, FactorLevel
from sociarium.experiment.design.permutation import Permutation
from sociarium.experiment.resolve import resolve
from sociarium.experiment.run_content import shares
from sociarium.experiment.validation import design_of
from sociarium.runner.planning.plan import plan
from tests.support.definitions import SPECIFICATION, definition, small


def test_the_specifications_example_comes_to_the_numbers_computed_by_hand() -> None:
    told = plan(definition(SPECIFICATION), "main")
    # 2 models x 3 days x 2 guards x 2 prisoners x 2 selections x 2 temperatures x 2 goals x 2 oversights x 2
    # personalities = 768; model cool keeps one of three days: 384 x 2/3 = 256 are left out.
    assert told.conditions == 768 - 256
    assert told.runs == 512 * 10
    assert told.messages == 512 * 10 * 20
    # llama: 128 conditions with each of 1, 2, 3 days; cool: 128 with one day. A summary after each day but the last.
    assert told.calls["summarizer"] == (128 * 1 + 128 * 2) * 10
    assert told.calls["manager"] == 0
    # A probe at the start and after each day, of 1 or 2 prisoners: 3 prisoners over each pair of conditions.
    assert told.calls["probe"] == 10 * (64 * 3) * ((1 + 1) + (1 + 2) + (1 + 3) + (1 + 1))
    # The visitor says two lines in each run, whoever else speaks.
    assert told.calls["agent"] == 512 * 10 * 18
    assert told.factors["days"] == [1, 2, 3]
    assert told.factors["personality"] == ["harsh", "mild"]
    assert told.shared_groups == 0


def test_conditions_are_the_product_less_the_excluded() -> None:
    found = definition(SPECIFICATION)
    design = design_of(found, "main")
    conditions = [tuple(design.condition(design.levels(i)).items()) for i in range(design.size)]
    assert len(set(conditions)) == design.size == 512
    by_model = Counter(dict(condition)["model"] for condition in conditions)
    assert by_model == {"llama": 384, "cool": 128}
    assert all(dict(condition)["days"] == 1 for condition in conditions if dict(condition)["model"] == "cool")


@given(st.lists(st.integers(1, 4), min_size=1, max_size=5), st.data())
def test_combinations_of_some_factors_add_up_to_all_conditions(counts: list[int], data: st.DataObject) -> None:
    factors = [
        Factor(f"f{i}", tuple(FactorLevel(level, {f"s{i}": level}) for level in range(count)))
        for i, count in enumerate(counts)
    ]
    rule = st.dictionaries(st.integers(0, len(counts) - 1), st.integers(0, 3), min_size=1, max_size=2)
    rules = [
        {i: frozenset({level % counts[i]}) for i, level in drawn.items()}
        for drawn in data.draw(st.lists(rule, max_size=2))
    ]
    design = Design(factors, rules)
    everything = [design.levels(number) for number in range(design.size)]
    wanted = [
        levels
        for levels in everything
        if not any(all(levels[i] in chosen for i, chosen in rule.items()) for rule in rules)
    ]
    assert wanted == everything
    assert len({tuple(levels.items()) for levels in everything}) == design.size
    some = design.deciding(data.draw(st.sets(st.sampled_from([f"s{i}" for i in range(len(counts))]))))
    projected = Counter(tuple((i, levels[i]) for i in some) for levels in everything)
    found = {tuple((i, levels[i]) for i in some): number for levels, number in design.combinations(some)}
    assert found == (projected if some or design.size == 0 else {(): design.size})


@pytest.mark.slow
@given(st.integers(1, 3000), st.integers())
def test_an_order_is_a_permutation(size: int, seed: int) -> None:
    order = Permutation(size, seed)
    assert sorted(order[i] for i in range(size)) == list(range(size))


def test_orders_of_different_seeds_differ() -> None:
    one, other = Permutation(500, 1), Permutation(500, 2)
    assert [one[i] for i in range(500)] != [other[i] for i in range(500)]


@pytest.mark.parametrize(("messages", "days", "each"), [(10, 3, (4, 3, 3)), (3, 3, (1, 1, 1)), (20, 1, (20,))])
def test_days_share_messages_evenly_earlier_days_taking_what_is_left(
    messages: int, days: int, each: tuple[int, ...]
) -> None:
    assert shares(messages, days) == each


def test_six_models_that_differ_only_in_name_stay_six() -> None:
    names = [f"m{i}" for i in range(6)]
    text = small(
        models="{" + ", ".join(f"{name}: {{provider: offline}}" for name in names) + "}",
        sweep=f"{{factors: {{model: [{', '.join(names)}]}}}}",
    )
    found = definition(text)
    design = design_of(found, "main")
    contents = {resolve(found, design.settings(design.levels(i))).digest for i in range(design.size)}
    assert len(contents) == 6
    assert plan(found, "main").runs == 6


def test_conditions_that_come_to_the_same_content_share_a_run_and_are_listed() -> None:
    text = small(
        models="{a: {provider: offline}, b: {provider: offline}}",
        sweep="{factors: {model: [a, b], option.a.temperature: [0.1, 0.9], messages: [4, 6]}, replicates: 3}",
    )
    told = plan(definition(text), "main")
    # With model b it does not matter how warm a is: two of eight conditions each come twice.
    assert (told.conditions, told.runs) == (8, 6 * 3)
    assert told.shared_groups == 2
    assert [
        {"model": "b", "option.a.temperature": 0.1, "messages": 4},
        {"model": "b", "option.a.temperature": 0.9, "messages": 4},
    ] in [[dict(condition) for condition in group] for group in told.shared]


@pytest.mark.parametrize(
    "sweep",
    [
        "{factors: {days: [1, 2], model.summarizer: [dry, wet]}}",
        "{factors: {speaker_selection: [round_robin, auto], model.manager: [dry, wet]}}",
        "{factors: {agents.prisoner: [0, 1, 2], section.Goal.prisoner: [yard, escape], model: [dry, wet]}}",
        "{factors: {event.order: [none, order, blank], days: [1, 2]}}",
        "{factors: {section.Mood: [good, fine], agents.guard: [1, 2]},"
        " exclude: [{section.Mood: fine, agents.guard: 2}]}",
        "{factors: {first_speaker: [guard, prisoner], agents.guard: [0, 1]}}",
        "{factors: {model: [dry, wet], model.guard: [dry, wet], model.prisoner: [dry, wet]}}",
        "{factors: {model: [dry, wet], model.probes: [dry, wet], option.temperature: [0.1, 0.2],"
        " option.wet.temperature: [0.1, 0.3]}}",
    ],
)
def test_sharing_agrees_with_comparing_every_condition(sweep: str) -> None:
    text = small(
        models="{dry: {provider: offline}, wet: {provider: offline}}",
        sections="""
  - {title: Starting prompt, private: {guard: You guard., prisoner: You sit.}}
  - {title: Goal, private: {prisoner: {variants: {yard: The yard., escape: To escape.}}}}
  - {title: Mood, shared: {variants: {good: All is well., fine: All is well.}}}""",
        summarizer="[{title: Starting prompt, content: Summarise.}]",
        events="[{name: order, day: 2, text: {variants: {none: '', order: Go., blank: ' '}}}]",
        probes="[{name: trust, at: [start], ask: Trust?}]",
        sweep=sweep,
    )
    found = definition(text)
    design = design_of(found, "main")
    by_content: dict[str, list[int]] = {}
    for number in range(design.size):
        digest = resolve(found, design.settings(design.levels(number))).digest
        by_content.setdefault(digest, []).append(number)
    shared = deduplicate(found, design)
    assert shared.conditions == len(by_content)
    groups = {frozenset(group) for group in by_content.values() if len(group) > 1}
    listed = {
        frozenset(number for number in range(design.size) if design.condition(design.levels(number)) in group)
        for group in shared.example_groups(design, most=1000)
    }
    assert listed == groups


@given(st.lists(st.integers(1, 4), min_size=1, max_size=4), st.data())
def test_values_and_joint_kinds_are_those_of_conditions_that_are_played(sizes: list[int], data: st.DataObject) -> None:
    factors = [
        Factor(f"f{i}", tuple(FactorLevel(j, {f"f{i}": j}) for j in range(size))) for i, size in enumerate(sizes)
    ]
    rule = st.dictionaries(
        st.integers(0, len(sizes) - 1), st.frozensets(st.integers(0, 3), min_size=1), min_size=1, max_size=3
    )
    design = Design(factors, data.draw(st.lists(rule, max_size=3)))
    played = [design.settings(design.levels(number)) for number in range(design.size)]
    if not played:
        return
    for factor in factors:
        assert design.values(factor.name, None) == {one[factor.name] for one in played}
    asked = data.draw(st.lists(st.sampled_from(factors), unique_by=lambda one: one.name))
    kinds = {one.name: (lambda level: level in {0, 2}) for one in asked}
    joint = {tuple(one[name] for name in kinds) for one in design.joint_kinds({**kinds, "other": lambda level: level})}
    assert joint == {tuple(one[name] in {0, 2} for name in kinds) for one in played}
