"""Bad experiment files: every fault is told once, with its line, its path and the mend, and all faults at once."""

from __future__ import annotations

import traceback

import pytest

from sociarium.errors import DefinitionError
from sociarium.experiment.document import parse
from tests.support.definitions import read_beside, small
from tests.support.refusals import problems, the_problem

START = '{title: Starting prompt, private: {guard: "I guard.", prisoner: "I sit."}}'


def sweep(factors: str, rest: str = "") -> str:
    return small(sweep=f"{{factors: {{{factors}}}{rest}}}")


FIRST = "{name: a, of: [guard], at: [end], ask: x, answer: {choices: [y, n]}}"


# Lines of `small`: title 1, starting_message 2, models 3, roles 4, sections 5, sweep 6, what is added 7.
@pytest.mark.parametrize(
    ("text", "line", "path", "words", "mend"),
    [
        (
            small(probes=f"[{FIRST}, {{name: b, at: [end], ask: x, after: aa}}]"),
            7,
            "probes[1].after",
            "no probe 'aa'",
            "a",
        ),
        (
            small(probes="[{name: b, at: [end], ask: x, after: c}, {name: c, at: [end], ask: x}]"),
            7,
            "probes[0].after",
            "no probe 'c' stands above 'b'",
            "put it above",
        ),
        (
            small(probes=f"[{FIRST}, {{name: b, at: [end], ask: x, after: a}}]"),
            7,
            "probes[1].after",
            "'a' is not asked of prisoner",
            "`of`",
        ),
        (
            small(probes=f"[{FIRST}, {{name: b, of: [guard], at: [start], ask: x, after: a}}]"),
            7,
            "probes[1].after",
            "'a' is asked after 'b'",
            "`start`",
        ),
        (small(probes="[{name: b, at: [end], ask: x, shuffle: true}]"), 7, "probes[0].shuffle", "no order", "answer"),
        (small(starting_message='" "'), 2, "starting_message", "nobody begins the conversation", "take the key out"),
        (
            small(starting_message='{variants: {a: Go., b: ""}}'),
            2,
            "starting_message.variants.b",
            "the starting message is empty",
            "write what",
        ),
        (
            small(probes='[{name: b, at: [end], ask: " "}]'),
            7,
            "probes[0].ask",
            "the question is empty",
            "take the probe",
        ),
        (
            small(probes='[{name: b, at: [end], ask: Q, answer: {choices: ["Yes", "no", "yes "]}}]'),
            7,
            "probes[0].answer.choices[2]",
            "'yes ' and 'Yes' are read alike",
            "otherwise",
        ),
        (small(startingmessage="Go."), 7, "startingmessage", "unknown key", "starting_message"),
        (small(roles="{guard: {pronoun: he}, prisoner: {}}"), 4, "roles.guard.pronoun", "unknown key", "pronouns?"),
        (
            small(sections='[{title: Starting prompt, private: {guard: "I guard."}}]'),
            5,
            "sections[0].private",
            "'prisoner' has no starting prompt",
            "prisoner: ...",
        ),
        (
            small(sections=f"[{START}, {{title: Goal, private: {{warden: x}}}}]"),
            5,
            "sections[1].private.warden",
            "no role 'warden'",
            "guard",
        ),
        (small(sections="[{title: Goal, shared: x}]"), 5, "sections[0].title", "first section", "Starting prompt"),
        (small(sections=f"[{START}, {{title: Goal}}]"), 5, "sections[1]", "shared or private", "shared:"),
        (
            small(models="{dry: {provider: offline, temperature: -0.1}}"),
            3,
            "models.dry.temperature",
            "less than 0",
            "0",
        ),
        (small(models="{dry: {provider: ollama, model: x}}"), 3, "models.dry", "`context` is missing", "context: 8192"),
        (small(models="{dry: {provider: openai}}"), 3, "models.dry", "`model` is missing", "name"),
        (small(models="{dry: {}}"), 3, "models.dry.provider", "'provider' is missing", "add it"),
        (small(models="{dry: {provider: oracle}}"), 3, "models.dry.provider", "not one of 'ollama'", "choose"),
        (sweep("option.temperature: [0.2, -1]"), 6, "sweep.factors.option.temperature[1]", "-1 does not fit", "schema"),
        (sweep("option.dry.temperature: -1"), 6, "sweep.factors.option.dry.temperature", "-1 does not fit", "schema"),
        (sweep("section.Gaol: [a]"), 6, "sweep.factors.section.Gaol", "no 'section.Gaol' to vary", "section."),
        (sweep("messages: 2, days: 3"), 6, "sweep.factors.messages", "2 messages cannot fill 3 days", "exclude"),
        (sweep("messages: [4, 4]"), 6, "sweep.factors.messages", "4 stands twice", "once"),
        (sweep("messages: []"), 6, "sweep.factors.messages", "no levels", "at least one"),
        (sweep("messages: four"), 6, "sweep.factors.messages", "not a whole number", "without quotes"),
        (
            small(probes="[{name: a, at: [end], ask: Q, answer: 10}]"),
            7,
            "probes[0].answer",
            "an answer is {from: 0, to: 10} or {choices: [...]}",
            "free text",
        ),
        (small(sweep="{replicates: 0}"), 6, "sweep.replicates", "less than 1", "1 or more"),
        (small(sweep="{seed: 9223372036854775808}"), 6, "sweep.seed", "more than", "or less"),
        (small(sweep="{seed: 100000000000000000000000000000000}"), 6, "sweep.seed", "more than", "or less"),
        (small(sweep="{replicates: 2.5}"), 6, "sweep.replicates", "not a whole number", "without quotes"),
        (sweep("messages: 0"), 6, "sweep.factors.messages", "too small", "1 or more"),
        (sweep("messages: {from: 5, to: 1}"), 6, "sweep.factors.messages", "empty", "from: 1"),
        (sweep("agents.guard: 0, agents.prisoner: 0"), 6, "sweep.factors.agents.guard", "no agents", "exclude"),
        (sweep("agents.guard: 901"), 6, "sweep.factors.agents.guard", "902 agents", "900"),
        (sweep("starting_message: [a]"), 6, "sweep.factors.starting_message[0]", "no variants", "variants:"),
        (sweep("model: [dry, wet]"), 6, "sweep.factors.model[1]", "'wet'", "dry"),
        (sweep("mood: [{messages: 4}]"), 6, "sweep.factors.mood[0]", "needs a name", "name:"),
        (sweep("mood: [{name: a, message: 4}]"), 6, "sweep.factors.mood[0].message", "no 'message' to set", "messages"),
        (
            sweep("messages: 4, length: [{name: a, messages: 6}]"),
            6,
            "sweep.factors.length",
            "'messages' already",
            "one",
        ),
        (sweep("messages: 4, messages_per_day: 2"), 6, "sweep.factors.messages_per_day", "cannot both", "keep one"),
        (
            sweep("messages: [4, 6]", ", exclude: [{messages: 5}]"),
            6,
            "sweep.exclude[0].messages",
            "5 is not a level",
            "4",
        ),
        (sweep("messages: [4, 6]", ", exclude: [{days: 1}]"), 6, "sweep.exclude[0].days", "not a factor", "messages"),
        (sweep("messages: [4, 6]", ", exclude: [{}]"), 6, "sweep.exclude[0]", "leave out everything", "factor"),
        (sweep("messages: [4, 6]", ", exclude: [{messages: [4, 6]}]"), 6, "sweep.exclude", "every condition", "less"),
        (small(sweeps="{more: {}}"), 7, "sweeps", "cannot both stand", "keep one"),
        (
            small(
                roles="{a guard: {}, a_guard: {}}",
                sections="[{title: Starting prompt, private: {a guard: x, a_guard: x}}]",
            ),
            4,
            "roles.a_guard",
            "same placeholders, <A_GUARD_...>",
            "rename",
        ),
        (
            small(roles="{self: {}}", sections="[{title: Starting prompt, private: {self: x}}]"),
            4,
            "roles.self",
            "'self'",
            "rename",
        ),
        (small(starting_message="{file: gone.md}"), 2, "starting_message", "'gone.md' cannot be read", "create it"),
        (small(starting_message="{file: ../x}"), 2, "starting_message", "'../x' is not beside", "same folder"),
        (small(starting_message="{file: a/../../x}"), 2, "starting_message", "is not beside", "same folder"),
        (small(starting_message="{file: /etc/hosts}"), 2, "starting_message", "is not beside", "same folder"),
        (small(starting_message='{file: "C:\\\\x"}'), 2, "starting_message", "is not beside", "same folder"),
        (small(starting_message="{file: '..\\x'}"), 2, "starting_message", "is not beside", "same folder"),
        (small(continuation='""'), 7, "continuation", "is empty", "take the key out"),
        (small(continuation="' '"), 7, "continuation", "is empty", "take the key out"),
        (small(continuation=""), 7, "continuation", "is empty", "take the key out"),
        (small(continuation='{variants: {a: x, b: ""}}'), 7, "continuation.variants.b", "is empty", "take the key out"),
        (small(continuation="{file: gone.md}"), 7, "continuation", "'gone.md' cannot be read", "create it"),
        (small(continuation="<SELF_NAME>, <GARD_NOUN>."), 7, "continuation", "<GARD_NOUN>", "<GUARD_NOUN>"),
        (sweep("continuation: [a]"), 6, "sweep.factors.continuation[0]", "no variants", "variants:"),
        (small(starting_message="Hello <GARD_NOUN>."), 2, "starting_message", "<GARD_NOUN>", "<GUARD_NOUN>"),
        (small(starting_message="Hello <SELF_NAME>."), 2, "starting_message", "<SELF_NAME>", "own prompt"),
        (small(first_speaker="gard"), 7, "first_speaker", "no role 'gard'", "guard?"),
        (
            small(probes="[{name: a, at: [start], ask: x, of: [gard]}]"),
            7,
            "probes[0].of[0]",
            "no role 'gard'",
            "guard?",
        ),
        (small(probes="[{name: a, at: [begin], ask: x}]"), 7, "probes[0].at[0]", "'start'", "choose"),
        (
            small(probes="[{name: a, at: [end], ask: x, answer: {from: 3, to: 3}}]"),
            7,
            "probes[0].answer",
            "less than",
            "",
        ),
        (small(events="[{name: a, text: x}, {name: a, text: y}]"), 7, "events[1]", "second event", "rename"),
        (small(note="5"), 7, "note", "not text", "quotes"),
        (sweep("messages: {from: 2}"), 6, "sweep.factors.messages", "a range has `from`, `to`", "by:"),
        (sweep("messages: {from: two, to: 4}"), 6, "sweep.factors.messages", "ends of a range are numbers", "by:"),
        (sweep("messages: {from: 1, to: 10_000_000}"), 6, "sweep.factors.messages", "10000000 levels", "at most"),
        (
            small(models="{dry: {provider: ollama, model: x, context: 1.5}}"),
            3,
            "models.dry.context",
            "not a whole number",
            "without quotes",
        ),
        (
            small(models="{dry: {provider: offline, temperature: warm}}"),
            3,
            "models.dry.temperature",
            "not a number",
            "",
        ),
        (small(models="{dry: {provider: offline, top_p: 1.5}}"), 3, "models.dry.top_p", "more than 1", "1 or less"),
        (small(probes="[{name: a, at: [], ask: x}]"), 7, "probes[0].at", "is empty", "at least 1"),
        (
            small(models='{dry: {provider: openai, model: x, base_url: "http://here/v1#part"}}'),
            3,
            "models.dry.base_url",
            "this has a part after `#`, which no server gets",
            "take it out",
        ),
        (small(title=""), 1, "title", "not text", "quotes"),
    ],
)
def test_a_fault_is_told_once_with_its_line_its_path_and_the_mend(
    text: str, line: int, path: str, words: str, mend: str
) -> None:
    told = the_problem(text)
    assert (told.line, told.path) == (line, path)
    assert words in told.message
    assert mend in told.mend


@pytest.mark.parametrize(
    ("head", "line"),
    [("|", 5), ("|-", 5), (">-", 5), ("", 5), ('"', 5), ("'", 5)],
    ids=["literal", "stripped", "folded", "plain", "double", "single"],
)
def test_a_placeholder_inside_a_text_is_told_with_its_own_line(head: str, line: int) -> None:
    block = head[:1] in {"|", ">"}
    opened, closed = (f" {head}\n  one", "") if block else (f"\n  {head}one", head)
    text = small(starting_message=f"{opened}\n  two <GUARD_NUM>\n  three <GARD_NOUN> x\n  four{closed}")
    assert the_problem(text).line == line


def test_faults_of_different_kinds_come_all_at_once_in_the_order_of_the_file() -> None:
    text = """\
titel: Small
starting_message: |
  Hello.
  <GARD_NOUN>, begin.
models:
  dry: {provider: offline, temperature: -1}
  wet: {model: x}
roles: {guard: {pronouns: him}, prisoner: 5}
sections:
  - {title: Starting prompt, private: {guard: I guard., prisoner: 7}}
  - title: Goal
    shraed: x
  - {title: Mood, shared: <MOOD_NUM>}
  - {title: Aim, private: {warden: x}}
probes:
  - {at: [start], ask: x}
  - {name: trust, at: [start], ask: x, of: [visitor]}
"""
    told = [(problem.line, problem.path) for problem in problems(text)]
    assert told == [
        (1, "titel"),
        (1, "title"),
        (4, "starting_message"),
        (6, "models.dry.temperature"),
        (7, "models.wet.provider"),
        (8, "roles.guard.pronouns"),
        (8, "roles.prisoner"),
        (10, "sections[0].private.prisoner"),
        (12, "sections[1].shraed"),
        (13, "sections[2].shared"),
        (14, "sections[3].private.warden"),
        (16, "probes[0].name"),
        (17, "probes[1].of[0]"),
    ]


def test_faults_of_a_sweep_come_with_those_of_the_models_it_varies() -> None:
    text = small(
        models="{dry: {provider: offline, top_p: 2}}",
        sweep="{factors: {messages: 2, days: 3}}",
        first_speaker="nobody",
    )
    assert [problem.line for problem in problems(text)] == [3, 6, 7]


def test_nothing_follows_from_a_fault_but_the_fault() -> None:
    assert the_problem(small(roles="{guard: 5, prisoner: {}}")).path == "roles.guard"
    assert the_problem(small(models="{dry: offline}", sweep="{factors: {model: dry}}")).path == "models.dry"
    broken = "[{title: Starting prompt, private: {guard: 5, prisoner: x}}]"
    assert the_problem(small(sections=broken)).path == "sections[0].private.guard"
    goal = "{title: Goal, private: {guard: {variants: {a: x, b: 5}}}}"
    varied = small(sections=f"[{START}, {goal}]", sweep="{factors: {section.Goal.guard: [a, b]}}")
    assert the_problem(varied).path == "sections[1].private.guard.variants.b"


@pytest.mark.parametrize(
    ("provider", "mend"),
    [("openai", "base_url"), ("anthropic", "base_url"), ("offline", "take them out"), ("person", "take them out")],
)
def test_hosts_of_a_provider_that_has_none_are_refused(provider: str, mend: str) -> None:
    entry = f"{{provider: {provider}, model: x, hosts: ['http://127.0.0.1:1']}}"
    told = the_problem(small(models=f"{{dry: {entry}}}"))
    assert (told.path, told.line) == ("models.dry.hosts", 3)
    assert "servers of Ollama" in told.message
    assert mend in told.mend


@pytest.mark.parametrize(
    "entry",
    [
        "api_key_env: sk-Zq81-secret",
        "api_key_env: Bearer Zq81secret",
        "base_url: sk-Zq81-secret",
        'base_url: "http://me:Zq81-secret@127.0.0.1/v1"',
        'base_url: "http://[Zq81-secret/v1"',
        'base_url: "http://127.0.0.1:Zq81-secret/v1"',
        'hosts: ["http://me:Zq81-secret@127.0.0.1"]',
    ],
)
def test_a_key_written_where_it_does_not_belong_is_not_repeated(entry: str) -> None:
    text = small(models=f"{{dry: {{provider: openai, model: x, {entry}}}}}")
    told = the_problem(text)
    assert told.line == 3
    with pytest.raises(DefinitionError) as error:
        parse(text.encode(), source="test.yaml", read=read_beside)
    assert "Zq81" not in "".join(traceback.format_exception(error.value))
