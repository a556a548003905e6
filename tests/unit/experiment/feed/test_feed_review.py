"""Warnings about feeds: each where a reviewer would ask, and nowhere else."""

from __future__ import annotations

from typing import Any

import pytest

from sociarium.runner.planning.plan import plan
from tests.support.definitions import feed, small_feed

HOSTED = "{dry: {provider: openai, model: a, temperature: 1}, cold: {provider: openai, model: b, temperature: 0}}"
TROLLS = "{generate: 3, role: troll, model: %s, prompt: x}"
EVENT = "[{name: news, author: wire, post: %s%s}]"


def warnings(**changes: Any) -> list[str]:
    return list(plan(feed(small_feed(**changes)), "main").warnings)


def told(words: str, **changes: Any) -> bool:
    """Whether one warning has these words; no second one has them."""
    found = [warning for warning in warnings(**changes) if words in warning]
    assert len(found) <= 1
    return bool(found)


def test_a_feed_about_which_nobody_would_ask_has_no_warnings() -> None:
    assert warnings() == []
    assert warnings(sweep="{factors: {feed.ranking: [popular, random]}, replicates: 3}") == []


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"people": "[{handle: ada}]"}, True),
        ({"people": "[{handle: ada}]", "newcomers": "{model: dry, prompt: x}"}, False),
        ({"people": "[{handle: ada}]", "newcomers": "{model: dry, prompt: x}", "days": "1"}, True),
        ({"people": f"[{{handle: ada}}, {TROLLS % 'dry'}]", "sweep": "{factors: {people.troll: [0, 3]}}"}, True),
        ({}, False),
    ],
)
def test_a_plan_warns_of_a_feed_with_one_person_alone(changes: dict[str, str], expected: bool) -> None:
    assert told("one person alone", **changes) is expected


def test_a_plan_warns_where_popularity_ranks_nothing() -> None:
    assert told("ranks nothing", people="[{handle: ada}]", feed="{ranking: popular}")
    assert not told("ranks nothing", people="[{handle: ada}]")


@pytest.mark.parametrize(
    ("model", "count", "expected"), [("cold", 3, True), ("cold", 1, False), ("dry", 3, False), ("cold", 0, False)]
)
def test_a_plan_warns_of_people_written_at_temperature_zero(model: str, count: int, expected: bool) -> None:
    people = f"[{{handle: ada, follows: [bob]}}, {{handle: bob}}, {TROLLS.replace('3', str(count)) % model}]"
    assert told("written at temperature 0", models=HOSTED, people=people) is expected


def test_a_plan_warns_of_people_written_with_one_fixed_seed() -> None:
    models = "{dry: {provider: openai, model: a, seed: 7}}"
    assert told("one fixed seed", models=models, newcomers="{model: dry, prompt: x}", days="4")
    assert not told("one fixed seed", models=models.replace("7", "run"), newcomers="{model: dry, prompt: x}", days="4")


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"people": "[{handle: ada}, {handle: bob}]"}, "nobody follows anybody"),
        (
            {"people": f"[{{handle: ada, follows: [bob]}}, {{handle: bob}}, {TROLLS % 'dry'}]"},
            "follow nobody when they",
        ),
        ({"newcomers": "{model: dry, prompt: x}"}, "follow nobody when they"),
    ],
)
def test_a_plan_warns_of_people_who_follow_nobody(changes: dict[str, str], words: str) -> None:
    assert told(words, **changes)
    assert not told("follow", graph="{kind: complete}", **changes)


@pytest.mark.parametrize(
    ("text", "more", "days", "words"),
    [
        ("x", ", day: 3", "2", "never happens"),
        ('""', "", "2", "never happens"),
        ("x", ", every: 7", "5", "comes only once: the next time would be day 8"),
        ("x", ", every: 4", "5", ""),
        ("x", ", day: 2", "2", ""),
    ],
)
def test_a_plan_warns_of_events_that_never_happen_or_happen_once(text: str, more: str, days: str, words: str) -> None:
    found = warnings(events=EVENT % (text, more), days=days)
    assert [words in warning for warning in found] == [True] * bool(words)


def test_a_plan_warns_of_an_author_whose_name_is_nearly_a_persons() -> None:
    people = "[{handle: candidate, follows: [bob]}, {handle: bob}]"
    assert told("if @candidate was meant", people=people, events="[{name: a, author: candidat, post: x}]")
    assert not told("was meant", people=people, events="[{name: a, author: Candidate, post: x}]")
    assert not told("was meant", people=people, events="[{name: a, author: newswire, post: x}]")


@pytest.mark.parametrize(
    ("policy", "post", "expected"),
    [
        ("{match: {words: [doom]}, do: label}", "All is well.", True),
        ("{match: {words: [doom]}, do: label}", "DOOM! they say.", False),
        ("{match: {words: [doom]}, do: label}", "Doomed.", True),
        ("{match: {words: [doom]}, do: label}", "{variants: {a: calm, b: the doom}}", False),
        ("{match: {words: [the end]}, do: remove}", "It is the end.", False),
        ("{match: {words: [doom]}}", "All is well.", False),
    ],
)
def test_a_plan_warns_of_a_policy_that_finds_nothing_in_events(policy: str, post: str, expected: bool) -> None:
    assert told("finds none of its words", policy=policy, events=EVENT % (post, "")) is expected


@pytest.mark.parametrize(
    ("memory", "days", "expected"),
    [("{reflect_every: 3}", "3", True), ("{reflect_every: 3}", "4", False), ("{reflect_every: 0}", "3", False),
     ("{}", "2", False)],
)  # fmt: skip
def test_a_plan_warns_of_memory_that_is_never_condensed(memory: str, days: str, expected: bool) -> None:
    assert told("never condensed", memory=memory, days=days) is expected


def test_a_plan_warns_of_newcomers_who_never_come() -> None:
    assert told("nobody ever arrives", newcomers="{model: dry, prompt: x}", days="1", graph="{kind: complete}")
    assert told("nobody ever arrives", newcomers="{model: dry, prompt: x, per_day: 0}", days="3")
    assert told("come from day 4 on", newcomers="{model: dry, prompt: x, from: 4}", days="3")
    assert not told("nobody ever arrives", newcomers="{model: dry, prompt: x, from: 1}", days="1")
    assert not told("nobody ever arrives", newcomers="{model: dry, prompt: x}", days="3")


@pytest.mark.parametrize(
    ("text", "expected"),
    [("a probability from 0 to 1", True), ("between 0 and 1.", True), ("0-1", True), ("0.0 to 1.0", True),
     ("a whole percent from 0 to 100", False), ("a number from 0 to 10", False),
     ("{variants: {a: 0 to 100, b: 0 to 1}}", True)],
)  # fmt: skip
def test_a_plan_warns_of_own_words_that_ask_for_shares(text: str, expected: bool) -> None:
    written = text if text.startswith("{") else f'"{text}"'
    assert told("0 to 1, and people are asked for whole percent", prompts=f"{{read: {written}}}") is expected


@pytest.mark.parametrize(("words", "expected"), [(250, False), (251, True)])
def test_a_plan_warns_of_more_words_than_a_structured_answer_has_room_for(words: int, expected: bool) -> None:
    assert told("more than a plan or a state of mind can have", memory=f"{{max_words: {words}}}") is expected


@pytest.mark.parametrize(
    ("more", "sweep", "expected"),
    [
        ("", "{factors: {people.bot: [0, 2]}}", True),
        ("", "{factors: {people.bot: 2}}", False),
        (", handle: reader", "{factors: {people.bot: [0, 2]}}", False),
        (", handle: robot", "{factors: {people.bot: [0, 2]}}", False),
        ("", "{factors: {people.bot: [0, 2], days: [1, 2]}, exclude: [{people.bot: 0}]}", False),
        ("", "{factors: {feed.ranking: [popular, random]}}", False),
    ],
)
def test_a_plan_warns_where_handles_say_whose_number_is_compared(more: str, sweep: str, expected: bool) -> None:
    people = f"[{{handle: ada, follows: [bob]}}, {{handle: bob}}, {{count: 2, role: bot, rule: {{}}{more}}}]"
    assert told("their handles begin with the role (bot_1)", people=people, sweep=sweep) is expected


def test_a_plan_warns_of_handles_that_hold_the_word_for_a_role_whose_number_is_compared() -> None:
    people = "[{handle: ada, follows: [bob]}, {handle: bob}, {count: 2, role: bot, rule: {}, handle: bot_of}]"
    assert told("their handles begin with the role (bot_of_1)", people=people, sweep="{factors: {people.bot: [0, 2]}}")


@pytest.mark.parametrize(
    ("entry", "said"),
    [
        ("count: 2, handle: user, rule: {}, bio: A friendly bot", "the bios of those who are bot say so (bot)"),
        ("count: 2, handle: user, rule: {post: {each_day: [Bots!]}}", "posts of those who are bot say so (Bots)"),
        ("generate: 2, model: dry, prompt: x, rule: {post: {each_day: [Bots!]}}", "posts of those who are bot say so"),
        ("count: 2, handle: user, rule: {}, bio: A robot", ""),
    ],
)
def test_a_plan_warns_of_what_else_says_whose_number_is_compared(entry: str, said: str) -> None:
    people = f"[{{handle: ada, follows: [bob]}}, {{handle: bob}}, {{role: bot, {entry}}}]"
    found = [one for one in warnings(people=people, sweep="{factors: {people.bot: [0, 2]}}") if "is compared" in one]
    assert [said in one for one in found] == ([True] if said else [])


TROLL = "{handle: %s, name: %s, bio: %s, role: troll, follows: [ann]}"
TOLD = """
  - {title: Starting prompt, private: {troll: {variants: {hostile: Attack., friendly: Be kind.}}, resident: %s}}"""
MORE = {"text": "You live here.", "more": "", "told": ""}
HOSTILE_OR_NOT = "{factors: {section.Starting prompt.troll: [hostile, friendly]}}"


@pytest.mark.parametrize(
    ("who", "changes", "place"),
    [
        (("bob", "Bob", "Bakes."), {}, ""),
        (("troll_bob", "Bob", "Bakes."), {}, "the handle of @troll_bob (troll)"),
        (("bob", "Bob Troll", "Bakes."), {}, "the name of @bob (Troll)"),
        (("bob", "Bob", "One of the trolls."), {}, "the bio of @bob (trolls)"),
        (("trollope", "Bob", "Strolls."), {}, ""),
        (("bob", "Bob", "x"), {"text": "Mind the <TROLL_NOUN>."}, "sections[0].private.resident (<TROLL_NOUN>)"),
        (("bob", "Bob", "x"), {"events": "[{name: e, author: troll_news, post: News.}]"}, "events[0].author (troll)"),
        (("bob", "Bob", "x"), {"events": "[{name: e, author: news, post: A troll came.}]"}, "events[0].post (troll)"),
        (("bob", "Bob", "x"), {"probes": "[{name: p, at: [end], ask: Who is a troll?}]"}, "probes[0].ask (troll)"),
        (("bob", "Bob", "x"), {"probes": "[{name: p, at: [end], of: [troll], ask: Who is a troll?}]"}, ""),
        (("bob", "Bob", "x"), {"told": "persona: Hates trolls., "}, "what is said of @ann (trolls)"),
        (("bob", "Bob", "x"), {"told": "persona: {hates: [noise, trolls]}, "}, "what is said of @ann (trolls)"),
        (("bob", "Bob", "x"), {"told": "background: Bob is a troll., "}, "what is said of @ann (troll)"),
        (("bob", "Bob", "x, persona: A troll."), {}, ""),
        (("bob", "Bob", "x"), {"prompts": "{post: Write as trolls do.}"}, "prompts.post (trolls)"),
        (("bob", "Bob", "x"), {"policy": "{match: {words: [x]}, do: label, label: A troll}"}, "policy.label (troll)"),
        (
            ("bob", "Bob", "x"),
            {"policy": "{match: {words: [x]}, label: A troll}", "schedule": "[{day: 2, set: {policy: label}}]"},
            "policy.label (troll)",
        ),
        (("bob", "Bob", "x"), {"policy": "{match: {words: [x]}, do: remove, label: By a troll.}"}, ""),
        (
            ("bob", "Bob", "x"),
            {"more": ", {count: 2, role: troll, rule: {}}"},
            "the handles of those who are troll (troll)",
        ),
        (
            ("bob", "Bob", "x"),
            {"more": ", {count: 2, role: bot, rule: {post: {each_day: [No troll here.]}}}"},
            "posts of those who are bot (troll)",
        ),
    ],
)
def test_a_plan_warns_where_others_read_the_word_for_a_role_whose_texts_vary(
    who: tuple[str, str, str], changes: dict[str, str], place: str
) -> None:
    text, more, told = (changes.get(key, default) for key, default in MORE.items())
    said = warnings(
        people=f"[{TROLL % who}, {{handle: ann, role: resident, {told}follows: [{who[0]}]}}{more}]",
        sections=TOLD % text,
        sweep=HOSTILE_OR_NOT,
        **{key: value for key, value in changes.items() if key not in MORE},
    )
    telling = [one for one in said if "others read" in one]
    assert [f"others read 'troll' in {place}: " in one for one in telling] == ([True] if place else [])


def test_a_plan_is_silent_where_everybody_in_a_feed_is_told_the_same_or_only_one_role_is_there() -> None:
    people = f"[{TROLL % ('troll_bob', 'Bob', 'x')}, {{handle: ann, role: troll, follows: [troll_bob]}}]"
    sections = TOLD.replace(", resident: %s", "")
    assert not [one for one in warnings(people=people, sections=sections, sweep=HOSTILE_OR_NOT) if "others read" in one]


@pytest.mark.parametrize(
    ("people", "said"),
    [
        ("[{handle: ada, persona: One of <PERSON_NUMWORD>.}, {handle: bo}]", "<PERSON_NUMWORD> of @ada stays"),
        ("[{handle: ada, bio: 'I am <SELF_NAME>.'}, {handle: bo}]", "<SELF_NAME> of @ada stays"),
        ("[{generate: 3, model: dry, prompt: Write one of <PERSON_NOUN>.}]", "<PERSON_NOUN> of the person whom"),
        (
            "[{handle: ada, history: [{kind: post, text: <PERSON_NUM> left}]}, {handle: bo}]",
            "<PERSON_NUM> of @ada stays",
        ),
        ("[{handle: ada, rule: {post: {each_day: [Hi <PERSON_NUM>]}}}, {handle: bo}]", "<PERSON_NUM> of @ada stays"),
        ("[{count: 2, role: bot, bio: One of <BOT_NUM>, rule: {}}]", "<BOT_NUM> of the bot who act by a rule stays"),
        (
            "[{count: 2, role: bot, rule: {post: {each_day: [<BOT_NUM>]}}}, {handle: ada, bio: <BOT_NUM>}]",
            "<BOT_NUM> of @ada (and in the bot who act by a rule) stays",
        ),
        ("[{handle: ada, persona: I love <cats> and <3.}, {handle: bo, persona: {of: <PERSON_NOUN>}}]", ""),
    ],
)
def test_a_plan_warns_of_placeholders_that_nobody_fills_in(people: str, said: str) -> None:
    unfilled = [warning for warning in warnings(people=people) if "stays as it stands" in warning]
    assert [said in warning for warning in unfilled] == ([True] if said else [])


def test_a_plan_warns_of_placeholders_of_a_label() -> None:
    policy = "{match: {words: [x]}, do: label, label: {variants: {a: Seen., b: Seen by <PERSON_NUM>.}}}"
    assert any("<PERSON_NUM> of the policy's label stays" in warning for warning in warnings(policy=policy))


def test_where_a_model_writes_everybody_no_follows_can_be_written() -> None:
    newcomers = "{model: dry, prompt: x, from: 1}"
    assert told("a model writes everybody", people="[]", newcomers=newcomers)
    assert not told("`follows:`", people="[]", newcomers=newcomers)


WRITTEN = "[{generate: %s, role: users, model: dry, prompt: x}, {generate: 2, role: troll, model: dry, prompt: x}]"
PLACE = '[{title: Place, shared: "<USERS_NOUN> and <TROLL_NOUN>"}]'


@pytest.mark.parametrize(
    ("people", "changes", "expected"),
    [
        (2, {}, True),
        (1, {}, False),
        (1, {"sweep": "{factors: {people.users: [1, 2]}}"}, True),
        (1, {"newcomers": "{role: users, from: 1, model: dry, prompt: x}"}, True),
        (1, {"newcomers": "{role: users, model: dry, prompt: x}"}, False),
        (2, {"roles": "{users: {plural: users}}"}, False),
        (2, {"sections": "[{title: Place, shared: A square.}]"}, False),
    ],
)
def test_a_plan_says_which_plural_is_read_where_it_is_hardly_english(
    people: int, changes: dict[str, str], expected: bool
) -> None:
    words = "several of users are read as 'userss' (<USERS_NOUN> in sections[0].shared)"
    assert told(words, **{"people": WRITTEN % people, "sections": PLACE, **changes}) is expected
