"""What others read must not give the condition away: warned of wherever it stands, and nowhere else."""

from __future__ import annotations

import re
from typing import Any

import pytest

from sociarium.editing.plan_words import warning_words
from sociarium.experiment.document import to_tree
from sociarium.experiment.loading.parse import parse_yaml
from sociarium.runner.planning.plan import plan
from tests.support.definitions import definition, small

SAID = ("gives the condition away", "others read")
SECTIONS = """
  - {title: Starting prompt, private: {wolf: "", sheep: You graze.}}
  - {title: Goal, private: {wolf: {variants: {bite: Bite., also_bite: Bite., smile: Smile.}}, sheep: Stay alive.}}"""
BOTH = "{factors: {section.Goal.wolf: [bite, smile]}}"
NAMED = "{wolf: {name: Resident}, sheep: {}}"
THREE = """
  - {title: Starting prompt, private: {wolf: x, sheep: y, judge: z}}"""


def giveaways(**changes: Any) -> list[str]:
    parts: dict[str, Any] = {"roles": "{wolf: {}, sheep: {}}", "sections": SECTIONS, "sweep": BOTH}
    said = plan(definition(small(**parts | changes)), "main").warnings
    return [one for one in said if any(words in one for words in SAID)]


def mended(warning: str) -> Any:
    """What the mend of a warning says, read as YAML."""
    tree = parse_yaml(re.findall(r"`(.+)`", warning)[0])
    assert tree.problems == []
    return tree.value


@pytest.mark.parametrize(
    ("changes", "place"),
    [
        ({"starting_message": "The wolves meet."}, "starting_message (wolves)"),
        ({"continuation": "Go on after the wolf."}, "continuation (wolf)"),
        ({"events": "[{name: bell, author: The wolf, text: It rings.}]"}, "events[0].author (wolf)"),
        ({"events": "[{name: bell, text: The wolf rings.}]"}, "events[0].text (wolf)"),
        ({"probes": "[{name: p, at: [end], ask: Do you fear Wolf_417?}]"}, "probes[0].ask (Wolf)"),
        (
            {"probes": "[{name: p, at: [end], ask: Who?, answer: {choices: [nobody, a wolf]}}]"},
            "probes[0].answer.choices[1] (wolf)",
        ),
        ({"sections": SECTIONS.replace("You graze.", "Mind _wolf_.")}, "sections[0].private.sheep (wolf)"),
        ({"sections": SECTIONS.replace("Stay alive.", "A <WOLF_NOUN>!")}, "sections[1].private.sheep (<WOLF_NOUN>)"),
        ({"sections": SECTIONS + "\n  - {title: Of wolves, shared: Run.}"}, "sections[2].title (wolves)"),
        ({"models": "{me: {provider: person}}", "consent": "You may be a wolf."}, "consent (wolf)"),
        ({"sections": SECTIONS + "\n  - {title: Field, shared: Wolf land.}"}, "sections[2].shared (Wolf)"),
        ({"roles": "{wolf: {name: Resident}, sheep: {name: Wolf-mate}}"}, "roles.sheep.name (Wolf)"),
        (
            {"roles": "{wolf: {name: Resident}, sheep: {script: [Go on., The wolf lies.]}}"},
            "roles.sheep.script[1] (wolf)",
        ),
    ],
)
def test_a_plan_warns_wherever_others_read_the_word_for_a_role_whose_texts_vary(
    changes: dict[str, str], place: str
) -> None:
    assert [f"others read 'wolf' in {place}: " in one for one in giveaways(**{"roles": NAMED} | changes)] == [True]


@pytest.mark.parametrize(
    "changes",
    [
        {"starting_message": "Wolfram and a werewolf meet."},
        {"sections": SECTIONS.replace('wolf: ""', "wolf: You are a wolf.")},
        {"sections": SECTIONS + "\n  - {title: Of wolves, private: {wolf: Hunt.}}"},
        {"sections": SECTIONS + "\n  - {title: Of wolves, private: {wolf: Hunt., sheep: ''}}"},
        {"probes": "[{name: wolf, at: [end], of: [wolf], ask: Are you a wolf?, answer: {choices: [wolf, sheep]}}]"},
        {"summarizer": "[{title: Of wolves, content: Sum up.}]"},
        {"starting_message": "{variants: {calm: It is day., wild: The wolf is here.}}"},
        {"starting_message": "Of <WOLF_NUM> it is said that <WOLF_PRON> <WOLF_VERB_LIE>."},
        {"events": "[{name: bell, day: 2, author: Wolf, text: It rings.}]"},
        {"events": '[{name: bell, author: Wolf, text: {variants: {none: "", some: It rings.}}}]'},
        {"sweep": "{factors: {section.Goal.wolf: [bite, also_bite]}}", "starting_message": "The wolf."},
        {"sweep": "{factors: {section.Goal.wolf: [bite, smile], agents.sheep: 0}}", "starting_message": "The wolf."},
    ],
)
def test_a_plan_is_silent_where_others_do_not_read_it(changes: dict[str, str]) -> None:
    assert giveaways(**{"roles": NAMED} | changes) == []


def test_further_places_are_counted() -> None:
    (one,) = giveaways(roles=NAMED, starting_message="The wolf.", continuation="Wolves.")
    assert "in starting_message (wolf), and in 1 further place: " in one


@pytest.mark.parametrize("name", ["Wolf_A", "wolf2", "The Wolves", "W\u2011olf", "Wolf\u2019s friend"])
def test_a_name_that_holds_the_roles_word_tells(name: str) -> None:
    (one,) = giveaways(roles=f'{{wolf: {{name: "{name}"}}, sheep: {{}}}}')
    assert mended(one) == {"roles": {"wolf": {"name": "Participant"}}}


@pytest.mark.parametrize("name", ["Wolfram", "Resident"])
def test_any_other_name_does_not(name: str) -> None:
    assert giveaways(roles=f"{{wolf: {{name: {name}}}, sheep: {{}}}}") == []


@pytest.mark.parametrize("role", ["yes", "007", "a: b", "x, y", "{x}", "#1 fan", "devil's own", 'pri"s', "- x", "null"])
def test_the_mend_of_an_odd_name_is_yaml_that_takes_the_warning_away(role: str) -> None:
    quoted = "'" + role.replace("'", "''") + "'"
    changes = {
        "roles": f"{{{quoted}: {{}}, sheep: {{}}}}",
        "sections": SECTIONS.replace("wolf:", f"{quoted}:"),
        "sweep": f"{{factors: {{'section.Goal.{quoted[1:-1]}': [bite, smile]}}}}",
    }
    (one,) = giveaways(**changes)
    assert mended(one) == {"roles": {role: {"name": "Participant"}}}
    assert giveaways(**changes | {"roles": f"{{{quoted}: {{name: Participant}}, sheep: {{}}}}"}) == []


@pytest.mark.parametrize("taken", ["participant", "participant A"])
def test_the_mend_names_every_role_and_a_name_that_none_has(taken: str) -> None:
    roles = f"{{wolf: {{}}, sheep: {{}}, {taken}: {{}}}}"
    sections = f"""
  - {{title: Starting prompt, private: {{wolf: x, sheep: y, {taken}: z}}}}
  - {{title: Goal, private: {{wolf: {{variants: {{a: 1a, b: 1b}}}}, sheep: {{variants: {{a: 1a, b: 1b}}}}}}}}"""
    goals = "{factors: {section.Goal.wolf: [a, b], section.Goal.sheep: [a, b]}}"
    (one,) = giveaways(roles=roles, sections=sections, sweep=goals)
    assert mended(one) == {"roles": {"wolf": {"name": "Person"}, "sheep": {"name": "Person"}}}


@pytest.mark.parametrize(
    "role",
    [
        "participant",
        "Person",
        "speaker",
        "member",
        "resident",
        "player",
        "agent",
        "participant A",
        "AgentB",
        "player_3",
    ],
)
def test_a_role_whose_own_name_fits_whatever_it_is_told_tells_nothing(role: str) -> None:
    sections, sweep = SECTIONS.replace("wolf", role), BOTH.replace("wolf", role)
    assert giveaways(roles=f"{{{role}: {{}}, sheep: {{}}}}", sections=sections, sweep=sweep) == []


def test_a_name_that_begins_like_one_that_fits_may_tell() -> None:
    sections, sweep = SECTIONS.replace("wolf", "persona"), BOTH.replace("wolf", "persona")
    assert len(giveaways(roles="{persona: {}, sheep: {}}", sections=sections, sweep=sweep)) == 1


@pytest.mark.parametrize(
    ("role", "message"),
    [
        ("US", "Tell us."),
        ("WHO", "Who are you?"),
        ("Will", "It will rain."),
        ("May", "May I?"),
        ("host", "A host of options."),
    ],
)
def test_a_word_that_is_met_by_chance_tells_nothing(role: str, message: str) -> None:
    sections, sweep = SECTIONS.replace("wolf", role), BOTH.replace("wolf", role)
    roles = f"{{{role}: {{name: Dana}}, sheep: {{}}}}"
    assert giveaways(roles=roles, sections=sections, sweep=sweep, starting_message=message) == []


@pytest.mark.parametrize(
    ("bite", "smile", "sheep", "expected"),
    [
        ("Lie.", '"  Lie. \\n"', "1", False),
        ("Lie.", "lie.", "1", True),
        ("<WOLF_NOUN>.", "wolf.", "1", False),
        ("<SHEEP_NUM> of <AGENTS_NUM>", "2 of 3", "2", False),
        ("<SHEEP_NUM> of <AGENTS_NUM>", "2 of 3", "[2, 3]", True),
        ("<WOLF_NOUN> of <AGENTS_NUM>", "wolf of 3", "[2, 3]", True),
        ("<WOLF_NOUN> of <SHEEP_NUM>", "wolf of 2", "[2, 3]", True),
    ],
)
def test_what_is_told_is_what_agents_read(bite: str, smile: str, sheep: str, expected: bool) -> None:
    sections = f"""
  - {{title: Starting prompt, private: {{wolf: x, sheep: y}}}}
  - {{title: Goal, private: {{wolf: {{variants: {{bite: {bite}, smile: {smile}}}}}, sheep: Stay.}}}}"""
    sweep = f"{{factors: {{section.Goal.wolf: [bite, smile], agents.sheep: {sheep}}}}}"
    assert bool(giveaways(sections=sections, sweep=sweep)) is expected


@pytest.mark.parametrize(
    ("factors", "roles", "named"),
    [
        ("agents.wolf: [0, 1]", "{wolf: {}, sheep: {}}", ["wolf"]),
        ("agents.wolf: [0, 1]", "{wolf: {name: Wolf 2}, sheep: {}}", ["wolf"]),
        ("agents.wolf: [0, 1]", NAMED, []),
        ("agents.wolf: [1, 2]", "{wolf: {}, sheep: {}}", []),
        ("agents.wolf: [0, 1], speaker_prefix: never", "{wolf: {}, sheep: {}}", []),
        ("agents.wolf: [0, 1], speaker_prefix: never, speaker_selection: auto", "{wolf: {}, sheep: {}}", ["wolf"]),
        (
            "who: [{name: a, agents.wolf: 1, agents.judge: 0}, {name: b, agents.wolf: 0, agents.judge: 1}]",
            "{wolf: {}, judge: {}, sheep: {}}",
            ["wolf", "judge"],
        ),
        ("agents.wolf: [0, 1]", "{wolf: {script: [Yes.]}, sheep: {}}", ["wolf"]),
    ],
)
def test_a_plan_warns_of_a_name_that_is_read_in_some_conditions_only(
    factors: str, roles: str, named: list[str]
) -> None:
    sections = THREE if "judge" in roles else THREE.replace(", judge: z", "")
    found = giveaways(roles=roles, sections=sections, sweep=f"{{factors: {{{factors}}}}}")
    assert [list(mended(one)["roles"]) for one in found] == ([named] if named else [])
    assert all("part in some conditions only" in one for one in found)


@pytest.mark.parametrize(
    ("factors", "exclude", "expected"),
    [
        ("section.Goal.wolf: [bite, smile]", "{section.Goal.wolf: smile}", False),
        ("section.Goal.wolf: [bite, smile], agents.wolf: [0, 1]", "{agents.wolf: 1, section.Goal.wolf: smile}", True),
        ("section.Goal.wolf: [bite, smile], agents.wolf: [1, 2]", "{agents.wolf: 2, section.Goal.wolf: smile}", True),
        ("section.Goal.wolf: [bite, smile], messages: [4, 6]", "{messages: 4, section.Goal.wolf: smile}", True),
        ("section.Goal.wolf: [bite, smile], speaker_prefix: [always, never]", "{speaker_prefix: always}", False),
        (
            "section.Goal.wolf: [bite, smile], speaker_prefix: [always, never]",
            "{speaker_prefix: always, section.Goal.wolf: smile}",
            False,
        ),
        ("agents.wolf: [0, 1], messages: [4, 6]", "{agents.wolf: 0}", False),
        (
            "agents.wolf: [0, 1], agents.sheep: [0, 1]",
            "{agents.wolf: 1, agents.sheep: 1}, {agents.wolf: 0, agents.sheep: 0}",
            False,
        ),
    ],
)
def test_combinations_that_are_left_out_are_none_that_could_give_anything_away(
    factors: str, exclude: str, expected: bool
) -> None:
    assert bool(giveaways(sweep=f"{{factors: {{{factors}}}, exclude: [{exclude}]}}")) is expected


@pytest.mark.parametrize(
    ("exclude", "expected"),
    [
        ("{starting_message: calm, section.Goal.wolf: smile}", True),
        ("{starting_message: wild, section.Goal.wolf: smile}", False),
        ("{starting_message: wild, agents.sheep: 1}", False),
    ],
)
def test_a_text_is_read_in_the_conditions_that_choose_it(exclude: str, expected: bool) -> None:
    message = "{variants: {calm: It is day., wild: The wolf is here.}}"
    factors = "section.Goal.wolf: [bite, smile], starting_message: [calm, wild], agents.sheep: [0, 1]"
    sweep = f"{{factors: {{{factors}}}, exclude: [{exclude}]}}"
    roles = "{wolf: {name: Resident}, sheep: {name: Resident}}"
    assert bool(giveaways(roles=roles, starting_message=message, sweep=sweep)) is expected


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"starting_message": "The wolf."}, "others read 'wolf' in “the opening” (wolf): "),
        ({"sections": SECTIONS.replace("You graze.", "A wolf.")}, "in “Starting prompt, of sheep” (wolf): "),
        ({"events": "[{name: bell, author: Wolf, text: It rings.}]"}, "in “the announcement bell, author” (Wolf): "),
        ({"probes": "[{name: p, at: [end], ask: A wolf (or two)?}]"}, "in “the question p” (wolf): "),
        ({"roles": "{wolf: {}, sheep: {}}"}, "; another name for them (Roles, a role, Name that others read) tells"),
        ({"roles": "{wolf: {}, sheep: {}}", "sweep": "{factors: {agents.wolf: [0, 1]}}"}, "; another name for them"),
    ],
)
def test_the_guided_program_says_it_in_the_words_of_its_screens(changes: dict[str, str], words: str) -> None:
    parts = {"sections": SECTIONS, "sweep": BOTH, "roles": NAMED} | changes
    defined = definition(small(**parts))
    said = [one for one in plan(defined, "main").warnings if "others read" in one]
    (one,) = (warning_words(to_tree(defined), warning) for warning in said)
    assert words in one
    assert not re.search(r"[`\[\]{}]", one)
