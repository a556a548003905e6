"""People who act by a rule, as a file says it: who is asked, how many there are, and what a plan makes of it."""

from __future__ import annotations

import pytest

from sociarium.errors import DefinitionError
from sociarium.experiment.design_review import model_users_of
from sociarium.experiment.document import to_yaml
from sociarium.experiment.feed.run_content import FeedContent
from sociarium.experiment.resolve import resolve
from sociarium.experiment.validation import design_of
from sociarium.runner.planning.plan import plan
from tests.support.definitions import feed, small_feed

MIXED = """[{handle: ada}, {handle: ben}, {handle: cleo}, {handle: dan},
  {handle: loud, role: bot, rule: {repost: {words: [weir], p: 0.3}}},
  {count: 3, role: bot, rule: {follow_back: true}}]"""


def contents(text: str) -> list[FeedContent]:
    found = feed(text)
    design = design_of(found, "main")
    resolved = [resolve(found, design.settings(design.levels(number))) for number in range(design.size)]
    return [content for content in resolved if isinstance(content, FeedContent)]


def test_a_role_of_rules_alone_has_no_model_and_is_counted() -> None:
    [content] = contents(small_feed(people=MIXED))
    assert [(role.name, role.count, role.model) for role in content.roles] == [("person", 4, "dry"), ("bot", 4, None)]
    assert [(some.person.handle, some.count) for some in content.alike] == [("bot", 3)]


def test_how_many_there_are_can_be_compared() -> None:
    text = small_feed(
        people="[{handle: ada}, {count: 3, role: bot, rule: {}}]", sweep="{factors: {people.bot: [0, 2]}}"
    )
    assert [[some.count for some in content.alike] for content in contents(text)] == [[], [2]]
    assert [len(content.roles) for content in contents(text)] == [1, 2]


def test_a_plan_counts_their_days_apart_and_calls_nobody_for_them() -> None:
    alone = plan(
        feed(small_feed(people="[{handle: ada}, {handle: ben}, {handle: cleo}, {handle: dan}]", days=5)), "main"
    )
    mixed = plan(feed(small_feed(people=MIXED, days=5)), "main")
    assert (alone.person_days, alone.rule_days) == (20, 0)
    assert (mixed.person_days, mixed.rule_days) == (20, 20)
    assert mixed.calls["reflect"] == alone.calls["reflect"]
    assert mixed.calls["plan"] == alone.calls["plan"]


def test_a_model_that_only_rules_would_use_is_not_used() -> None:
    models = "{dry: {provider: offline}, wet: {provider: offline}}"
    found = feed(small_feed(people="[{count: 2, rule: {}}]", models=models))
    assert model_users_of(found, design_of(found, "main")) == {}
    [content] = contents(small_feed(people="[{count: 2, rule: {}}]", models=models))
    assert content.models == {}


def test_conditions_that_differ_in_an_option_nobody_is_sent_share_their_runs() -> None:
    text = small_feed(people="[{count: 2, rule: {}}]", sweep="{factors: {option.temperature: [0.1, 0.9]}}")
    assert plan(feed(text), "main").runs == 1


def test_a_file_says_a_rule_again_as_it_was_read() -> None:
    found = feed(small_feed(people=MIXED))
    assert feed(to_yaml(found)) == found


@pytest.mark.parametrize(
    ("people", "words"),
    [
        ("[{handle: a, rule: {repost: {p: 2}}}]", "people[0].rule.repost.p"),
        ("[{handle: a, rule: {retweet: {}}}]", "people[0].rule.retweet"),
        ("[{handle: a, rule: {post: {each_day: []}}}]", "people[0].rule.post.each_day"),
        ("[{count: -1, rule: {}}]", "people[0].count"),
        ("[{count: 1}]", "people[0].rule"),
    ],
)
def test_what_is_wrong_with_a_rule_is_told_where_it_stands(people: str, words: str) -> None:
    with pytest.raises(DefinitionError) as error:
        feed(small_feed(people=people))
    assert [problem.path for problem in error.value.problems] == [words]


def test_nobody_who_acts_by_a_rule_can_be_asked() -> None:
    with pytest.raises(DefinitionError, match="has a rule and answers no questions"):
        feed(small_feed(people=MIXED, probes="[{name: m, of: [bot], at: [end], ask: How?}]"))
    with pytest.raises(DefinitionError, match=r"there is no 'model\.bot' to vary"):
        feed(small_feed(people=MIXED, sweep="{factors: {model.bot: [dry]}}"))


def test_models_of_steps_are_not_used_where_everybody_acts_by_a_rule() -> None:
    models = "{dry: {provider: offline}, wet: {provider: offline}}"
    [content] = contents(small_feed(people="[{count: 2, rule: {}}]", models=models, model="{read: wet}"))
    assert (content.models, content.step_models) == ({}, {})
