"""Plans of feeds: what is known exactly, what is rehearsed, and that size costs a plan nothing."""

from __future__ import annotations

from typing import Any

import pytest

from sociarium.experiment.definition import Definition
from sociarium.experiment.feed.run_content import FeedContent
from sociarium.experiment.feed.sample import MOST_DAYS, MOST_PEOPLE, person_days, sample
from sociarium.experiment.resolve import resolve
from sociarium.experiment.validation import design_of
from sociarium.runner.planning.estimate import MANNERS, rehearse
from sociarium.runner.planning.plan import Plan, plan
from sociarium.runner.planning.prompt_preview import preview_prompts
from tests.support.definitions import FEED, feed, small_feed

PROBES = (
    "[{name: a, at: [start, each_day], ask: x}, {name: b, of: [troll], at: [end], ask: y, answer: {from: 0, to: 3}}]"
)
PEOPLE = "[{handle: ada, follows: [bob]}, {handle: bob}, {generate: 3, role: troll, model: dry, prompt: x}]"
NEWCOMERS = "{model: dry, prompt: y, per_day: 2}"


def planned(**changes: Any) -> Plan:
    return plan(feed(small_feed(**changes)), "main")


def content_of(definition: Definition) -> FeedContent:
    content = resolve(definition, design_of(definition, "main").settings({}))
    assert isinstance(content, FeedContent)
    return content


@pytest.mark.parametrize("days", [1, 2, 5])
@pytest.mark.parametrize("reading", ["by_list", "together"])
async def test_what_is_known_exactly_is_what_is_asked(days: int, reading: str) -> None:
    changes = {
        "people": PEOPLE,
        "newcomers": NEWCOMERS,
        "probes": PROBES,
        "days": str(days),
        "memory": "{reflect_every: 2}",
        "feed": f"{{reading: {reading}}}",
    }
    found = planned(**changes)
    asked = (await rehearse(content_of(feed(small_feed(**changes))), MANNERS[1])).calls
    assert found.calls["probe"] == asked["probe"]
    assert found.calls["reflect"] == asked.get("reflect", 0)
    assert found.person_days == 5 * days + 2 * (days * (days - 1) // 2)
    assert found.calls_range["people"] == (3 + 2 * (days - 1),) * 2


@pytest.mark.parametrize("days", [1, 2, 5])
@pytest.mark.parametrize(("first_day", "people"), [(1, "[]"), (1, PEOPLE), (3, PEOPLE)])
async def test_whichever_day_newcomers_come_from_what_is_known_is_what_is_asked(
    days: int, first_day: int, people: str
) -> None:
    changes = {
        "people": people,
        "newcomers": NEWCOMERS.replace("{", f"{{from: {first_day}, role: troll, ", 1),
        "probes": PROBES,
        "days": str(days),
        "memory": "{reflect_every: 2}",
    }
    found = planned(**changes)
    asked = (await rehearse(content_of(feed(small_feed(**changes))), MANNERS[1])).calls
    start, coming = (0 if people == "[]" else 5), max(0, days - first_day + 1)
    assert found.calls["probe"] == asked["probe"]
    assert found.calls["reflect"] == asked.get("reflect", 0)
    assert found.person_days == start * days + coming * (coming + 1)
    assert found.calls_range["people"] == ((3 if start else 0) + 2 * coming,) * 2


def test_a_sample_of_many_newcomers_is_small_and_has_somebody() -> None:
    for per_day in (1, 40, 3000):
        newcomers = f"{{from: 1, per_day: {per_day}, role: troll, model: dry, prompt: x}}"
        content = content_of(feed(small_feed(people="[]", newcomers=newcomers, days="30")))
        small, times = sample(content)
        assert small.newcomers is not None
        assert 1 <= small.newcomers.arrivals(small.days) <= MOST_PEOPLE + MOST_DAYS
        assert times == person_days(content) / person_days(small)


@pytest.mark.slow
def test_people_are_written_once_a_replicate_however_many_conditions_there_are() -> None:
    sweep = "{factors: {feed.ranking: [popular, random], people.troll: [0, 4, 9], days: [1, 3]}, replicates: 5}"
    found = planned(people=PEOPLE, newcomers=NEWCOMERS, sweep=sweep)
    assert found.runs == 2 * 3 * 2 * 5
    assert found.calls["people"] == (9 + 2 * 2) * 5


def test_days_of_people_are_summed_over_conditions_that_differ() -> None:
    found = planned(people=PEOPLE, sweep="{factors: {people.troll: [0, 3], days: [1, 2], feed.post: [daily]}}")
    assert found.person_days == 2 + 4 + 5 + 10
    assert found.calls["post"] == 21
    assert found.calls["read"] <= 3 * 21


def test_estimates_are_ranges_and_their_middle_is_told() -> None:
    found = planned(people=PEOPLE, days="4")
    low, high = found.calls_range["write"]
    assert low <= found.calls["write"] <= high
    assert found.tokens["prompt"][0] < found.tokens["prompt"][1]
    assert found.messages >= found.calls["post"]


def test_prices_of_whoever_writes_people_count() -> None:
    models = """{dry: {provider: openai, model: a, price: {input: 1, output: 1}},
                 pen: {provider: openai, model: b%s}}"""
    people = "[{handle: ada}, {generate: 3, model: pen, prompt: x}]"
    assert planned(people=people, models=models % "").cost_usd is None
    priced = planned(people=people, models=models % ", price: {input: 1000, output: 1000}").cost_usd
    assert priced is not None
    assert priced[1] > priced[0] > 0.01
    assert planned(people=people, models=models % "").models["pen"] == ["people (person)"]


def test_a_sample_of_a_large_feed_is_small_and_like_it() -> None:
    people = ", ".join(f"{{handle: p{number}, follows: [p{(number * 7 + 1) % 500}]}}" for number in range(500))
    content = content_of(
        feed(small_feed(people=f"[{people}, {{generate: 500, role: troll, model: dry, prompt: x}}]", days="90"))
    )
    small, times = sample(content)
    assert len(small.people) + small.generated[0].count <= MOST_PEOPLE + 1
    assert len(small.people) == small.generated[0].count
    assert small.days <= MOST_DAYS
    assert times == person_days(content) / person_days(small) == pytest.approx(1000 * 90 / (36 * small.days))
    handles = {person.handle for person in small.people}
    assert all(set(person.follows) <= handles for person in small.people)


def test_a_small_feed_is_rehearsed_as_it_is() -> None:
    content = content_of(feed(small_feed(people=PEOPLE, newcomers=NEWCOMERS)))
    assert sample(content) == (content, 1.0)


@pytest.mark.slow
def test_every_prompt_of_a_feed_is_shown() -> None:
    found = preview_prompts(feed(FEED.replace("[llama, cool]", "llama").replace("days: 7", "days: 5")), "main")
    users = {prompt.user for prompt in found.prompts}
    assert users >= {
        "person candidate", "person economist", "person joker", "person nurse", "person troll_1",
        "step read following, an example", "step plan, an example", "step post, an example", "step reflect, an example",
        "probe trust", "event launch", "event rumour", "people troll", "people newcomers",
    }  # fmt: skip
    [candidate] = {prompt.text for prompt in found.prompts if prompt.user == "person candidate"}
    assert "You are The candidate." in candidate
    assert "likes to provoke" in candidate
    [trolls] = {prompt.text for prompt in found.prompts if prompt.user == "people troll"}
    assert "Invent somebody who stirs up quarrels." in trolls
    assert {prompt.text for prompt in found.prompts if prompt.user == "event launch"} == {"A new plan.", "THE plan!"}
