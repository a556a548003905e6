"""Schedules as a file says them: what may change, on which day, and which of them a factor chooses."""

from __future__ import annotations

import pytest

from sociarium.errors import DefinitionError
from sociarium.experiment.document import to_yaml
from sociarium.experiment.feed.run_content import FeedContent
from sociarium.experiment.resolve import resolve
from sociarium.experiment.validation import design_of
from sociarium.runner.planning.plan import plan
from tests.support.definitions import feed, small_feed

POLICY = "{match: {words: [weir]}}"
VARIANTS = (
    "{variants: {none: [], calm: [{day: 3, set: {feed.ranking: popular}}, {day: 2, set: {policy: label}}],"
    " late: [{day: 9, set: {feed.ranking: random}}]}}"
)


def contents(**changes: str) -> list[FeedContent]:
    found = feed(small_feed(**{"days": "4", "policy": POLICY} | changes))
    design = design_of(found, "main")
    resolved = [resolve(found, design.settings(design.levels(number))) for number in range(design.size)]
    return [content for content in resolved if isinstance(content, FeedContent)]


def test_changes_add_up_in_the_order_of_their_days() -> None:
    [none, calm, late] = contents(schedule=VARIANTS, sweep="{factors: {schedule: [none, calm, late]}}")
    assert [(one.day, one.feed.ranking, one.policy.do) for one in calm.schedule] == [
        (2, "chronological", "label"),
        (3, "popular", "label"),
    ]
    assert none.schedule == late.schedule == ()


def test_a_schedule_without_a_factor_holds_everywhere_and_of_variants_the_first() -> None:
    [plain] = contents(schedule="[{day: 2, set: {feed.ranking: popular}}]")
    assert [one.feed.ranking for one in plain.schedule] == ["popular"]
    [first] = contents(schedule=VARIANTS)
    assert first.schedule == ()


def test_what_changes_nothing_shares_its_run() -> None:
    sweep = "{factors: {schedule: [none, calm, late], feed.ranking: [chronological, popular]}}"
    value = plan(feed(small_feed(days="4", policy=POLICY, schedule=VARIANTS, sweep=sweep)), "main")
    assert (value.conditions, value.runs) == (6, 4)


def test_a_setting_of_the_file_is_the_level_of_the_condition_until_the_day_comes() -> None:
    both = contents(schedule="[{day: 3, set: {feed.recent: 2}}]", sweep="{factors: {feed.ranking: [popular, random]}}")
    assert [(one.feed.ranking, one.schedule[0].feed.ranking, one.schedule[0].feed.recent) for one in both] == [
        ("popular", "popular", 2),
        ("random", "random", 2),
    ]


def test_a_plan_shows_it() -> None:
    value = plan(feed(small_feed(days="4", policy=POLICY, schedule=VARIANTS)), "main").as_dict()
    assert value["schedule"]["calm"] == [
        {"day": 2, "set": {"policy": "label"}},
        {"day": 3, "set": {"feed.ranking": "popular"}},
    ]
    assert list(value["schedule"]) == ["none", "calm", "late"]
    assert [one for one in value["warnings"] if "late changes something on day 9" in one]
    assert plan(feed(small_feed()), "main").as_dict()["schedule"] == {}


def test_a_file_says_a_schedule_again_as_it_was_read() -> None:
    found = feed(small_feed(days="4", policy=POLICY, schedule=VARIANTS))
    assert feed(to_yaml(found)) == found


def test_a_ranker_of_ones_own_may_come_in_the_middle() -> None:
    schedule, digest = "[{day: 2, set: {feed.ranking: my_lab.rankers:calm}}]", "a" * 64
    code = f"{{my_lab.rankers: {digest}}}"
    assert feed(small_feed(days="4", schedule=schedule, code=code)).code_names == ("my_lab.rankers:calm",)
    [content] = contents(schedule=schedule, code=code)
    assert content.code == {"my_lab.rankers": digest}


@pytest.mark.parametrize(
    ("schedule", "path", "words"),
    [
        ("[{day: 1, set: {feed.ranking: popular}}]", "schedule[0].day", "less than 2"),
        ("[{day: 2, set: {}}]", "schedule[0].set", "empty"),
        ("[{day: 2, set: {feed.tick: 1h}}]", "schedule[0].set.feed.tick", "cannot change in the middle"),
        ("[{day: 2, set: {feed.rankng: popular}}]", "schedule[0].set.feed.rankng", "did you mean feed.ranking or"),
        ("[{day: 2, set: {feed.ranking: populr}}]", "schedule[0].set.feed.ranking", "popular?"),
        ("[{day: 2, set: {feed.recent: -1}}]", "schedule[0].set.feed.recent", "-1"),
        ("[{day: 2, set: {policy: remove}}]", "schedule[0].set.policy", "without `match` finds no posts"),
        ("[{day: 2, set: {feed.recent: 1}}, {day: 2, set: {feed.recent: 2}}]", "schedule[1].day", "stands twice"),
        ("{variants: {a: [{day: 2, set: {x: 1}}]}}", "schedule.variants.a[0].set.x", "cannot change"),
    ],
)
def test_what_is_wrong_is_told_where_it_stands(schedule: str, path: str, words: str) -> None:
    with pytest.raises(DefinitionError) as error:
        feed(small_feed(days="4", schedule=schedule))
    [problem] = error.value.problems
    assert problem.path == path
    assert words in str(problem)
