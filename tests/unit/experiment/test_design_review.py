"""Warnings of a plan: each where a reviewer would ask, and nowhere else."""

from __future__ import annotations

import pytest

from sociarium.editing.plan_words import warning_words
from sociarium.experiment.loading.parse import parse_yaml
from sociarium.experiment.prompts.placeholders import role_key
from sociarium.runner.planning.plan import plan
from tests.support.definitions import SPECIFICATION, definition, small

TWO = "{a: {provider: openai, model: a, %s}, b: {provider: openai, model: b, %s}}"
SECTIONS = """
  - {title: Starting prompt, private: {guard: You guard., prisoner: You sit.}}
  - {title: Mood, shared: {variants: {good: All is well., fine: All is well., bad: All is lost.}}}"""


def warnings(**changes: str | None) -> list[str]:
    return list(plan(definition(small(**{"roles": "{guard: {}, prisoner: {}}"} | changes)), "main").warnings)


def told(words: str, **changes: str | None) -> bool:
    """Whether one warning has these words; no second one has them."""
    found = [warning for warning in warnings(**changes) if words in warning]
    assert len(found) <= 1
    return bool(found)


def test_a_sweep_about_which_nobody_would_ask_has_no_warnings() -> None:
    assert warnings() == []
    assert warnings(sweep="{factors: {messages: [4, 6]}, replicates: 5}") == []


@pytest.mark.parametrize(
    ("factors", "expected"),
    [
        ("speaker_selection: random", True),
        ("speaker_selection: [round_robin, random], agents.guard: [1, 2]", True),
        ("speaker_selection: random, agents.guard: 2", False),
        ("speaker_selection: random, agents.guard: 2, agents.prisoner: 0", True),
        ("speaker_selection: round_robin", False),
    ],
)
def test_a_plan_warns_where_two_agents_are_selected_at_random(factors: str, expected: bool) -> None:
    assert told("among two agents", sweep=f"{{factors: {{{factors}}}}}") is expected


def test_a_plan_is_silent_about_two_agents_where_that_condition_is_left_out() -> None:
    factors = "speaker_selection: [round_robin, random], agents.guard: [1, 2]"
    excluded = "[{speaker_selection: random, agents.guard: 1}]"
    assert not told("among two agents", sweep=f"{{factors: {{{factors}}}, exclude: {excluded}}}")


@pytest.mark.parametrize(
    ("options", "factors", "replicates", "expected"),
    [
        ("temperature: 0", "", 2, True),
        ("temperature: 0", "", 1, False),
        ("temperature: 0.1", "", 2, False),
        ("temperature: 0.1", "option.temperature: [0, 0.1]", 2, True),
        ("temperature: 0", "option.a.temperature: 0.5", 2, False),
        ("temperature: 0", "model: b", 2, False),
        ("top_p: 1", "", 2, False),
    ],
)
def test_a_plan_warns_of_replicates_at_temperature_zero(
    options: str, factors: str, replicates: int, expected: bool
) -> None:
    sweep = f"{{factors: {{{factors}}}, replicates: {replicates}}}"
    assert told("at temperature 0", models=TWO % (options, "temperature: 1"), sweep=sweep) is expected


@pytest.mark.parametrize(
    ("options", "factors", "replicates", "expected"),
    [
        ("seed: 7", "", 2, True),
        ("seed: 0", "", 2, True),
        ("seed: 7", "", 1, False),
        ("seed: run", "", 2, False),
        ("top_p: 1", "", 2, False),
        ("seed: run", "option.seed: [1, 2]", 2, True),
        ("seed: 7", "option.a.seed: run", 2, False),
    ],
)
def test_a_plan_warns_of_replicates_with_one_fixed_seed(
    options: str, factors: str, replicates: int, expected: bool
) -> None:
    sweep = f"{{factors: {{{factors}}}, replicates: {replicates}}}"
    assert told("one fixed seed", models=TWO % (options, "top_p: 1"), sweep=sweep) is expected


@pytest.mark.parametrize(
    ("first", "second", "factors", "named"),
    [
        ("top_p: 1", "top_p: 1", "model: [a, b]", "for a, b:"),
        ("top_p: 1", "max_tokens: 400", "model: [a, b]", "for a:"),
        ("top_p: 1", "top_p: 1", "", "for a:"),
        ("max_tokens: 400", "top_p: 1", "", ""),
        ("top_p: 1", "top_p: 1", "option.max_tokens: [100, 200]", ""),
        ("top_p: 1", "top_p: 1", "option.a.max_tokens: 100", ""),
        ("top_p: 1", "top_p: 1", "option.max_tokens: [100, null]", "for a:"),
        ("max_tokens: 400", "top_p: 1", "option.a.max_tokens: [null, 100]", "for a:"),
        ("extra: {max_completion_tokens: 400}", "top_p: 1", "", ""),
        ("extra: {max_completion_tokens: null}", "top_p: 1", "", "for a:"),
        ("extra: {num_predict: -1}", "top_p: 1", "", "for a:"),
        ("top_p: 1", "top_p: 1", "who: [{name: x, option.max_tokens: 20}, {name: y, option.top_p: 1}]", "for a:"),
        ("max_tokens: 400", "top_p: 1", "who: [{name: x, option.max_tokens: 20}, {name: y, option.top_p: 1}]", ""),
        # A model counts by the conditions that use it alone.
        ("top_p: 1", "max_tokens: 9", "who: [{name: x, model: a, option.max_tokens: 20}, {name: y, model: b}]", ""),
        ("top_p: 1", "top_p: 1", "who: [{name: x, model: a, option.max_tokens: 20}, {name: y, model: b}]", "for b:"),
        ("top_p: 1", "top_p: 1", "option.max_tokens: [null, 10], option.a.max_tokens: 30", ""),
    ],
)
def test_a_plan_names_the_models_whose_replies_may_be_of_any_length(
    first: str, second: str, factors: str, named: str
) -> None:
    lines = [
        line
        for line in warnings(models=TWO % (first, second), sweep=f"{{factors: {{{factors}}}}}")
        if line.startswith("no `max_tokens`")
    ]
    assert len(lines) == bool(named)
    assert not named or named in lines[0]


def test_a_protocol_that_wants_a_limit_for_every_reply_is_not_warned_about() -> None:
    models = "{a: {provider: anthropic, model: claude}}"
    assert not [line for line in warnings(models=models) if line.startswith("no `max_tokens`")]


def test_an_offline_model_is_not_asked_about_its_chance() -> None:
    assert warnings(models="{dry: {provider: offline, temperature: 0, seed: 1}}", sweep="{replicates: 3}") == []


@pytest.mark.parametrize(
    ("one", "other", "factors", "expected"),
    [
        ("temperature: 0.7", "temperature: 0.2", "model: [a, b]", True),
        ("temperature: 0.7", "top_p: 1", "model: [a, b]", True),
        ("temperature: 0.7", "temperature: 0.7", "model: [a, b]", False),
        ("temperature: 0.7", "temperature: 0.2", "model: [a, b], option.temperature: [0.1, 0.9]", False),
        ("temperature: 0.7", "temperature: 0.2", "model: a, model.guard: b", False),
        ("temperature: 0.7", "temperature: 0.2", "model.guard: [a, b]", True),
        ("temperature: 0.7", "temperature: 0.2", "model.guard: [a, b], model.prisoner: [a, b]", True),
        ("temperature: 0.7", "temperature: 0.2", "who: [{name: x, model: a}, {name: y, model: b}]", True),
        ("timeout: 5", "timeout: 7", "model: [a, b]", False),
    ],
)
def test_a_plan_warns_where_compared_models_differ_in_options_too(
    one: str, other: str, factors: str, expected: bool
) -> None:
    assert told("differ in options", models=TWO % (one, other), sweep=f"{{factors: {{{factors}}}}}") is expected


def test_the_differing_options_are_named() -> None:
    found = warnings(models=TWO % ("temperature: 0.7, top_k: 3", "top_p: 0.5"), sweep="{factors: {model: [a, b]}}")
    assert found[0] == "the compared models differ in options too: temperature, top_k, top_p"


@pytest.mark.parametrize(
    ("factors", "expected"),
    [
        ("days: [1, 2]", True),
        ("messages: [10, 20], days: [1, 2]", True),
        ("messages: [10, 20], days: 2", False),
        ("messages_per_day: 5, days: [1, 2]", False),
        ("messages_per_day: [5, 10], days: [1, 2]", False),
        ("length: [{name: short, messages: 10, days: 1}, {name: long, messages: 20, days: 2}]", False),
    ],
)
def test_a_plan_warns_where_days_change_the_messages_of_a_day(factors: str, expected: bool) -> None:
    assert told("fewer messages a day", sweep=f"{{factors: {{{factors}}}}}") is expected


@pytest.mark.parametrize(
    ("factors", "expected"),
    [
        ("section.Mood: [good, fine]", True),
        ("section.Mood: [good, bad]", False),
        ("section.Mood: [good, fine, bad]", False),
        ("section.Mood: [good]", False),
        ("model.summarizer: [a, b]", True),
        ("model.summarizer: [a, b], days: [1, 2], messages: 4", False),
        ("agents.guard: [0, 1], first_speaker: [guard, prisoner]", False),
        ("agents.guard: 0, first_speaker: [guard, prisoner]", True),
        ("section.Mood: [good, fine], messages: [4, 6]", True),
    ],
)
def test_a_plan_warns_of_factors_that_change_nothing(factors: str, expected: bool) -> None:
    changes = {"models": TWO % ("top_p: 1", "top_p: 1"), "sections": SECTIONS}
    summarizer = "[{title: Starting prompt, content: Sum up.}]"
    assert told("changes nothing", summarizer=summarizer, sweep=f"{{factors: {{{factors}}}}}", **changes) is expected


@pytest.mark.parametrize(
    ("event", "factors", "expected"),
    [
        ("text: Ring.", "days: 1", False),
        ("day: 2, text: Ring.", "days: 1", True),
        ("day: 2, text: Ring.", "messages_per_day: 4, days: [1, 2]", False),
        ("after_message: 5, text: Ring.", "messages: 4", True),
        ("after_message: 4, text: Ring.", "messages: 4", False),
        ('text: ""', "messages: 4", True),
        ('text: {variants: {none: "", some: Ring.}}', "messages: 4", True),
        ('text: {variants: {none: "", some: Ring.}}', "event.bell: [none, some]", False),
    ],
)
def test_a_plan_warns_of_events_that_never_happen(event: str, factors: str, expected: bool) -> None:
    events = f"[{{name: bell, {event}}}]"
    assert told("never happens", events=events, sweep=f"{{factors: {{{factors}}}}}") is expected


def test_a_plan_warns_of_a_condition_with_one_agent_alone() -> None:
    assert told("one agent alone", sweep="{factors: {agents.guard: [0, 1]}}")
    assert not told("one agent alone", sweep="{factors: {agents.guard: [1, 2]}}")


def test_a_plan_warns_of_a_condition_in_which_some_never_speak() -> None:
    assert told("3 agents and 2 messages: some never speak", sweep="{factors: {agents.guard: 2, messages: [2, 8]}}")
    assert not told("some never speak", sweep="{factors: {agents.guard: 2, messages: [3, 8]}}")


def test_the_specifications_example_is_asked_about_its_own_weaknesses() -> None:
    found = plan(definition(SPECIFICATION), "main").warnings
    assert len(found) == 7
    assert "differ in options too: context, max_tokens, top_k" in found[0]
    assert "no `max_tokens` for llama" in found[1]
    assert "one wording a level: " in found[2]
    assert "fewer messages a day (20, 10, 7)" in found[3]
    assert "the event order never happens" in found[4]
    assert "the texts of guard, prisoner vary" in found[5]
    assert "cool is asked one fixed question" in found[6]


GOALS = (
    "[{title: Starting prompt, private: {guard: x, prisoner: y}}, "
    "{title: Goal, private: {guard: {variants: {hard: Be hard., soft: Be soft.}}, prisoner: z}}]"
)


@pytest.mark.parametrize(
    ("factors", "changes", "expected"),
    [
        ("section.Goal.guard: [hard, soft]", {}, True),
        ("section.Goal.guard: [hard]", {}, False),
        ("messages: [4, 6], section.Goal.guard: hard", {}, False),
        ("section.Goal.guard: [hard, soft]", {"roles": "{guard: {name: Resident}, prisoner: {}}"}, False),
        ("section.Goal.guard: [hard, soft]", {"roles": "{guard: {}, prisoner: {name: Resident}}"}, True),
        ("section.Goal.guard: [hard, soft]", {"roles": "{guard: {name: The Guard}, prisoner: {}}"}, True),
        ("section.Goal.guard: [hard, soft]", {"roles": "{guard: {name: Guardiola}, prisoner: {}}"}, False),
        ("section.Goal.guard: [hard, soft]", {"speaker_prefix": "never"}, False),
        ("section.Goal.guard: [hard, soft], speaker_prefix: [always, never]", {"speaker_prefix": "never"}, True),
        ("section.Goal.guard: [hard, soft], speaker_selection: auto", {"speaker_prefix": "never"}, True),
        ("section.Goal.guard: [hard, soft], agents.guard: 0", {}, False),
        ("temper: [{name: a, section.Goal.guard: hard}, {name: b, section.Goal.guard: soft}]", {}, True),
    ],
)
def test_a_plan_warns_where_others_read_a_name_whose_texts_vary(
    factors: str, changes: dict[str, str], expected: bool
) -> None:
    sweep = f"{{factors: {{{factors}}}}}"
    assert told("roles: {guard: {name: Participant}}", sections=GOALS, sweep=sweep, **changes) is expected


HARD_AND_SOFT = "section.Goal.guard: [hard, soft]"


def asked(of: str) -> dict[str, str]:
    """A probe that names the guard."""
    question = "Was the <GUARD_NOUN> right?, answer: {choices: [a, b]}"
    return {"probes": f"[{{name: p, at: [end], of: [{of}], ask: {question}}}]"}


@pytest.mark.parametrize(
    ("factors", "changes", "expected"),
    [
        (HARD_AND_SOFT, {"starting_message": "Good morning, <PRISONER_NOUN>."}, ""),
        (HARD_AND_SOFT, {"starting_message": "Good morning, <GUARD_NOUN>."}, "starting_message"),
        ("section.Goal.guard: hard", {"starting_message": "Good morning, <GUARD_NOUN>."}, ""),
        (HARD_AND_SOFT, {"starting_message": "'<GUARD_NUM> <GUARD_VERB_SAY>: good morning.'"}, ""),
        (
            HARD_AND_SOFT,
            {"sections": GOALS.replace(" y}", " The <GUARD_POSS> friend.}")},
            "sections[0].private.prisoner",
        ),
        (HARD_AND_SOFT, {"sections": GOALS.replace("{guard: x", "{guard: One <GUARD_NOUN>.")}, ""),
        (HARD_AND_SOFT, asked("prisoner"), "probes[0].ask"),
        (HARD_AND_SOFT, asked("guard"), ""),
        (HARD_AND_SOFT, {"summarizer": "[{title: T, content: What of the <GUARD_NOUN>?}]"}, ""),
    ],
)
def test_a_plan_warns_where_others_read_a_placeholder_of_a_role_whose_texts_vary(
    factors: str, changes: dict[str, str], expected: str
) -> None:
    # Its agents are called otherwise, which is not enough where a text names the role.
    settings = {"sections": GOALS, "roles": "{guard: {name: Resident}, prisoner: {}}", **changes}
    telling = [warning for warning in warnings(sweep=f"{{factors: {{{factors}}}}}", **settings) if "(<GUARD" in warning]
    assert [f"others read 'guard' in {expected} " in warning for warning in telling] == ([True] if expected else [])


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        (
            {"events": "[{name: bell, day: 1, after_message: 1, author: The <GUARD_NOUN>, text: It rings.}]"},
            "<GUARD_NOUN> of events[0].author is read as it stands",
        ),
        (
            {"probes": "[{name: p, at: [end], ask: Who?, answer: {choices: [all <PRISONER_NUM>, none]}}]"},
            "<PRISONER_NUM> of probes[0].answer.choices[0] is read as it stands",
        ),
        (
            {"summarizer": "[{title: Starting prompt, content: Sum up.}, {title: Of <SELF_NAME>, content: All.}]"},
            "<SELF_NAME> of summarizer[1].title is read as it stands",
        ),
        ({"probes": "[{name: p, at: [end], ask: 'Do you trust the <GUARD_NOUN>?'}]"}, ""),
    ],
)
def test_a_plan_warns_of_placeholders_that_nobody_fills_in(changes: dict[str, str], said: str) -> None:
    told = [one for one in warnings(**changes) if "is read as it stands" in one]
    assert [one.startswith(said) for one in told] == ([True] if said else [])


@pytest.mark.parametrize(
    ("message", "word"),
    [
        ("The guard opens the door.", "guard"),
        ("Guards and others, begin.", "Guards"),
        ("A bodyguard and a guardian wait.", None),
    ],
)
def test_a_plan_warns_where_others_read_the_plain_word_for_a_role_whose_texts_vary(
    message: str, word: str | None
) -> None:
    roles = "{guard: {name: Resident}, prisoner: {}}"
    said = warnings(sections=GOALS, roles=roles, starting_message=message, sweep=f"{{factors: {{{HARD_AND_SOFT}}}}}")
    telling = [one for one in said if "others read 'guard' in starting_message" in one]
    assert [f"({word})" in one for one in telling] == ([] if word is None else [True])


@pytest.mark.parametrize(
    ("role", "plural", "message", "word"),
    [
        ("wolf", "wolves", "The wolves are here.", "wolves"),
        ("prison_guard", "", "The prison guards come.", "prison guards"),
        ("prison guard", "", "The prison-guard comes.", "prison-guard"),
        ("prison_guard", "", "The guard comes.", None),
    ],
)
def test_a_plan_knows_a_role_by_its_plural_and_however_its_parts_are_joined(
    role: str, plural: str, message: str, word: str | None
) -> None:
    spec = f"{{name: Resident, plural: {plural}}}" if plural else "{name: Resident}"
    said = warnings(
        roles=f"{{{role}: {spec}, prisoner: {{}}}}",
        sections=GOALS.replace("guard:", f"{role}:"),
        starting_message=message,
        sweep=f"{{factors: {{section.Goal.{role}: [hard, soft]}}}}",
    )
    telling = [one for one in said if f"others read {role!r} in starting_message" in one]
    assert [f"({word})" in one for one in telling] == ([] if word is None else [True])


READ = '"<GUARDS_NOUN> of <CEO_POSS>, <GUARDS_NUM>"'
PLURALS = {
    "roles": "{guards: {}, CEO: {}}",
    "sections": '[{title: Starting prompt, private: {guards: "<SELF_NAME>", CEO: "<SELF_NAME>"}}]',
    "starting_message": READ,
    "first_speaker": "guards",
}
SEVERAL = "{factors: {messages: 4, agents.guards: [1, 2], agents.CEO: 3}}"


def plurals(**changes: str | None) -> list[str]:
    return [line for line in warnings(**{**PLURALS, "sweep": SEVERAL, **changes}) if line.startswith("several of ")]


def test_a_plan_says_which_plural_is_read_where_it_is_hardly_english() -> None:
    assert plurals() == [
        "several of CEO are read as 'CEOS' (<CEO_POSS> in starting_message); where that is not their plural, say it "
        "with `plural:` at roles.CEO, such as `plural: CEOs`",
        "several of guards are read as 'guardss' (<GUARDS_NOUN> in starting_message); where that is not their plural, "
        "say it with `plural:` at roles.guards, such as `plural: guards`",
    ]


@pytest.mark.parametrize(
    ("role", "plural"),
    [
        ("Team: CEO", "Team: CEOs"),
        ("#1 CEO", "#1 CEOs"),
        ("& MP", "& MPs"),
        *((f"{sign} AI", f"{sign} AIs") for sign in "*?-@"),
    ],
)
def test_the_plural_that_a_plan_proposes_is_read_as_it_is_meant(role: str, plural: str) -> None:
    [said] = plurals(
        roles=f"{{{role!r}: {{}}, CEO: {{}}}}",
        sections=f"[{{title: Starting prompt, private: {{{role!r}: x, CEO: y}}}}]",
        starting_message=f"<{role_key(role)}_NOUN>",
        first_speaker="CEO",
        sweep=f"{{factors: {{messages: 4, {f'agents.{role}'!r}: 2}}}}",
    )
    place, mend = said.split("say it with `plural:` at roles.")[1].split(", such as ")
    entry = parse_yaml(f"{place}:\n  {mend.strip('`')}\n")
    assert entry.value == {role: {"plural": plural}}
    assert warning_words({}, said).endswith(
        f"; where that is not their plural, say it (Roles, a role, Several of them), such as {plural}"
    )


@pytest.mark.parametrize(
    "changes",
    [
        {"roles": "{guards: {plural: guards}, CEO: {plural: CEOs}}"},
        {"sweep": "{factors: {messages: 4}}"},
        {"starting_message": '"<GUARDS_NUM> <GUARDS_NUMWORD> guards, <CEO_PRON> <CEO_VERB_BE>"'},
        {"roles": "{guard: {}, chief: {}}", "starting_message": "<GUARD_NOUN>, <CHIEF_POSS>",
         "sections": "[{title: Starting prompt, private: {guard: x, chief: y}}]",
         "first_speaker": "guard", "sweep": "{factors: {messages: 4, agents.guard: 2, agents.chief: 2}}"},
    ],
)  # fmt: skip
def test_a_plan_is_silent_about_plurals_that_are_given_or_not_read(changes: dict[str, str | None]) -> None:
    assert plurals(**changes) == []


def test_a_role_of_which_a_condition_has_nobody_is_read_in_the_plural() -> None:
    assert len(plurals(sweep="{factors: {messages: 4, agents.guards: 1, agents.CEO: [0, 1]}}")) == 1
