"""What a condition of a feed comes to, and which conditions come to the same."""

from __future__ import annotations

from typing import Any

import pytest

from sociarium.experiment.deduplication import deduplicate
from sociarium.experiment.design_review import model_users_of
from sociarium.experiment.feed.run_content import FeedContent
from sociarium.experiment.identity import run_id, sweep_id, version_id
from sociarium.experiment.resolve import resolve
from sociarium.experiment.stored_content import read_content
from sociarium.experiment.validation import design_of
from sociarium.records.plans import SweepRecord
from sociarium.runner.sweep.order import SweepOrder
from tests.support.definitions import FEED, feed, small_feed

TROLLS = "[{handle: ada}, {generate: 5, role: troll, model: wet, prompt: x}]"
MODELS = "{dry: {provider: offline}, wet: {provider: offline, temperature: 0.5}}"


def contents(**changes: Any) -> list[FeedContent]:
    """The content of every condition, in order."""
    found = feed(small_feed(**{"models": MODELS, "people": TROLLS} | changes))
    design = design_of(found, "main")
    resolved = [resolve(found, design.settings(design.levels(number))) for number in range(design.size)]
    return [content for content in resolved if isinstance(content, FeedContent)]


def varied(factors: str, **changes: Any) -> list[FeedContent]:
    return contents(sweep=f"{{factors: {{{factors}}}}}", **changes)


def test_what_the_file_leaves_out_has_its_default() -> None:
    [content] = contents()
    assert (content.feed.tick, content.feed.post, content.feed.ranking) == (60, "daily", "chronological")
    assert (content.graph.kind, content.policy.do, content.memory.reflect_every) == ("given", "none", 3)
    assert all(content.prompts.model_dump().values())
    assert [(role.name, role.count, role.model) for role in content.roles] == [
        ("person", 1, "dry"),
        ("troll", 5, "dry"),
    ]


@pytest.mark.parametrize(("written", "minutes"), [("1h", 60), ("30m", 30), ("1h30m", 90), ("0", 0), ("24h", 1440)])
def test_ticks_are_spans_of_time(written: str, minutes: int) -> None:
    assert contents(feed=f"{{tick: {written}}}")[0].feed.tick == minutes
    assert varied(f"feed.tick: [{written}]")[0].feed.tick == minutes


@pytest.mark.parametrize(
    ("written", "delay"),
    [("0", None), ("20m", (20, 20)), ("{from: 5m, to: 3h}", (5, 180)), ("{from: 0, to: 24h}", (0, 1440))],
)
def test_delays_of_replies_are_minutes_and_none_is_none(written: str, delay: tuple[int, int] | None) -> None:
    found = contents(feed=f"{{reply_delay: {written}}}")[0].feed.reply_delay
    assert (found and (found.least, found.most)) == delay
    if delay is None:
        assert contents(feed=f"{{reply_delay: {written}}}")[0].digest == contents()[0].digest


@pytest.mark.parametrize(
    ("factors", "read", "expected"),
    [
        ("feed.ranking: [popular, random]", "feed.ranking", ["popular", "random"]),
        ("feed.post: [daily, 0.3, chosen]", "feed.post", ["daily", 0.3, "chosen"]),
        ("feed.mute: [true, false]", "feed.mute", [True, False]),
        ("feed.replies: {from: 0, to: 2}", "feed.replies", [0, 1, 2]),
        ("feed.sessions_per_day: [0.5, 2]", "feed.sessions_per_day", [0.5, 2.0]),
        ("graph.kind: [random, complete]", "graph.kind", ["random", "complete"]),
        ("memory.hidden_state: [true, false]", "memory.hidden_state", [True, False]),
        ("memory.max_words: [50]", "memory.max_words", [50]),
        ("days: [1, 3]", "days", [1, 3]),
        ("policy: [none, remove]", "policy.do", ["none", "remove"]),
    ],
)
def test_factors_set_what_they_name(factors: str, read: str, expected: list[object]) -> None:
    found = varied(factors, policy="{match: {words: [doom]}, do: label}")
    values: list[Any] = list(found)
    for part in read.split("."):
        values = [getattr(value, part) for value in values]
    assert values == expected


def test_a_policy_factor_overrides_what_is_done() -> None:
    none, label = varied("policy: [none, label]", policy="{match: {words: [doom]}, do: remove}")
    assert (none.policy.do, none.policy.words) == ("none", ())
    assert (label.policy.do, label.policy.words) == ("label", ("doom",))


def test_a_linked_factor_sets_several_things() -> None:
    found = varied("feel: [{name: calm, feed.ranking: similar, people.troll: 0}, {name: wild, people.troll: 9}]")
    assert [(content.feed.ranking, [share.count for share in content.generated]) for content in found] == [
        ("similar", []),
        ("chronological", [9]),
    ]


def test_texts_of_sections_prompts_events_and_probes_have_variants() -> None:
    text = "{variants: {a: one, b: two}}"
    found = varied(
        "all: [{name: x, section.Rules: b, section.Own.troll: b, event.news: b, probe.mood: b, prompts.post: b, "
        "policy.label: b}]",
        sections=f"[{{title: Rules, shared: {text}}}, {{title: Own, private: {{troll: {text}}}}}]",
        events=f"[{{name: news, author: wire, post: {text}}}]",
        probes=f"[{{name: mood, at: [end], ask: {text}}}]",
        prompts=f"{{post: {text}}}",
        policy=f"{{match: {{words: [doom]}}, do: label, label: {text}}}",
    )[0]
    assert [section.shared or section.private for section in found.sections] == ["two", {"troll": "two"}]
    assert (found.events[0].text, found.probes[0].ask) == ("two", "two")
    assert (found.prompts.post, found.policy.label) == ("two", "two")


def test_an_event_without_words_or_after_the_last_day_does_not_happen() -> None:
    none, some = varied(
        "event.news: [none, some]",
        events="[{name: news, author: w, post: {variants: {none: '', some: x}}}, "
        "{name: late, day: 3, author: w, post: y}, {name: weekly, day: 2, every: 7, time: '7:05', author: w, post: z}]",
    )
    assert [event.name for event in none.events] == ["weekly"]
    assert [(event.name, event.every, event.minute) for event in some.events] == [("news", 0, 0), ("weekly", 7, 425)]


def test_a_population_is_the_same_in_every_condition() -> None:
    found = varied("model: [dry, wet], option.temperature: [0.1, 0.9], people.troll: [1, 5], feed.ranking: [popular]")
    populations = {share.population.digest for content in found for share in content.generated}
    assert len(populations) == 1
    assert found[0].generated[0].population.models["wet"].options == {"temperature": 0.5}
    assert found[0].models["dry"].options == {"temperature": 0.1}


def test_several_entries_of_one_role_are_populations_of_their_own() -> None:
    entries = ", ".join(f"{{generate: 2, role: troll, model: wet, prompt: {prompt}}}" for prompt in "xxy")
    [content] = contents(people=f"[{entries}]")
    assert [share.population.name for share in content.generated] == ["troll", "troll/2", "troll/3"]
    assert content.roles[0].count == 6


def test_newcomers_need_a_second_day() -> None:
    newcomers = "{per_day: 2, role: guest, model: wet, prompt: x}"
    one, two = varied("days: [1, 2]", newcomers=newcomers)
    assert one.newcomers is None
    assert "guest" not in [role.name for role in one.roles]
    assert two.newcomers is not None
    assert two.newcomers.per_day == 2
    assert [(role.name, role.count) for role in two.roles][-1] == ("guest", 0)


def test_newcomers_of_the_first_day_are_there_when_it_begins() -> None:
    newcomers = "{per_day: 2, from: 1, role: guest, model: wet, prompt: x}"
    for text in ("[]", None):
        one, three = varied("days: [1, 3]", people=text, newcomers=newcomers)
        assert one.newcomers is not None
        assert (one.people, one.newcomers.from_day, one.newcomers.arrivals(1)) == ((), 1, 2)
        assert three.newcomers is not None
        assert three.newcomers.arrivals(3) == 6
        assert [(role.name, role.count) for role in one.roles] == [("guest", 2)]


def test_the_usual_first_day_of_newcomers_is_no_part_of_a_content() -> None:
    plain, written = (
        contents(newcomers=f"{{role: guest, model: wet, prompt: x{day}}}", days="2")[0] for day in ("", ", from: 2")
    )
    assert plain.digest == written.digest
    assert "from_day" not in str(plain.model_dump(exclude_defaults=True))


def test_a_role_that_a_text_names_is_known_where_nobody_has_it() -> None:
    without, with_ = varied("people.troll: [0, 5]", sections="[{title: A, shared: There are <TROLL_NUM> trolls.}]")
    assert [(role.name, role.count, role.model) for role in without.roles] == [("person", 1, "dry"), ("troll", 0, None)]
    assert with_.roles[1].count == 5


def test_archetypes_say_how_placeholders_speak_of_them() -> None:
    [content] = contents(roles="{troll: {pronouns: it, plural: trollkin}}")
    assert (content.roles[1].pronouns, content.roles[1].plural) == ("it", "trollkin")


@pytest.mark.parametrize(
    ("factors", "different"),
    [
        ("graph.kind: [given, random], graph.degree: [2, 3]", 3),
        ("policy: [none, label], policy.label: [a, b]", 3),
        ("people.troll: [0, 5], model.troll: [dry, wet]", 3),
        ("people.troll: [0, 5], section.Own.troll: [a, b]", 3),
        ("days: [1, 2], event.late: [a, b]", 3),
        ("days: [1, 2], newcomers.per_day: [1, 2]", 3),
        ("model: [dry, wet], model.probes: [dry, wet]", 2),
        ("feed.ranking: [popular, random], feed.post: [daily, 0.5]", 4),
        ("option.wet.temperature: [0.1, 0.2], model: [dry, wet]", 3),
    ],
)
def test_conditions_of_equal_content_are_found_without_listing_all(factors: str, different: int) -> None:
    text = "{variants: {a: one, b: two}}"
    changes = {
        "newcomers": "{role: guest, model: wet, prompt: x}",
        "sections": f"[{{title: Own, private: {{troll: {text}}}}}]",
        "events": f"[{{name: late, day: 2, author: w, post: {text}}}]",
        "policy": f"{{match: {{words: [doom]}}, label: {text}}}",
    }
    found = feed(small_feed(models=MODELS, people=TROLLS, sweep=f"{{factors: {{{factors}}}}}", **changes))
    design = design_of(found, "main")
    shared = deduplicate(found, design)
    digests = {resolve(found, design.settings(design.levels(number))).digest for number in range(design.size)}
    assert shared.conditions == len(digests) == different


def test_a_content_is_read_back_from_a_runs_record() -> None:
    found = feed(
        FEED.replace("quotas: {age", "schema: {type: object, properties: {age: {type: integer}}}, quotas: {age")
    )
    version = version_id("experiment", found)
    record = SweepRecord(sweep_id(version, "main"), "experiment", version, "main", "ada", 32, 2, 11, 64, "")
    _, run = SweepOrder(found, record, "ada", "").at(0)
    content = read_content(run.content)
    assert isinstance(content, FeedContent)
    assert run.id == run_id("experiment", replicate=1, seed=11, content_digest=content.digest)
    schemas = [share.population.schema_ for share in content.generated]
    assert schemas in ([], [{"type": "object", "properties": {"age": {"type": "integer"}}}])


def test_the_models_of_a_sweep_include_those_that_write_people() -> None:
    found = feed(
        FEED.replace("role: troll, model: llama", "role: troll, model: cool").replace("[llama, cool]", "llama")
    )
    assert model_users_of(found, design_of(found, "main")) == {
        "llama": {"person", "troll", "people (person)"},
        "cool": {"people (troll)"},
    }
