"""What servers are really sent: their records against the experiment file and the specification."""

from __future__ import annotations

import json
from collections import Counter
from contextlib import ExitStack
from dataclasses import replace
from itertools import pairwise
from typing import Any

import pytest

from tests.servers.answers import Answer, Ask, words_of
from tests.servers.openai_server import OpenAIDialect, openai_server
from tests.support.definitions import small
from tests.support.program import Program
from tests.support.server_experiments import CONTEXT, PROTOCOLS, entry, in_turn, runs, sent, server

EVERY_OPTION = {
    "temperature": 0.7,
    "top_p": 0.9,
    "top_k": 40,
    "min_p": 0.05,
    "max_tokens": 400,
    "seed": 17,
    "frequency_penalty": 0.1,
    "presence_penalty": -0.1,
    "repeat_penalty": 1.1,
}
SAME = ("temperature", "top_p", "top_k", "min_p", "seed", "frequency_penalty", "presence_penalty")
FIXED = {"stream": False, "truncate": False, "shift": False}


def ran(program: Program, text: str, *options: str) -> dict[str, Any]:
    """What a file's sweep came to; every run of it is done."""
    said = program("run", program.file(text), "--yes", "--json", *options)
    assert said.code == 0, said.err
    told: dict[str, Any] = said.json
    assert set(told["counts"].values()) == {0, told["counts"]["done"]}
    return told


@pytest.mark.slow
@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_every_option_is_sent_as_written_and_stored_as_sent(program: Program, protocol: str) -> None:
    options = EVERY_OPTION | ({"keep_alive": "30m"} if protocol == "ollama" else {"context": CONTEXT})
    if protocol == "ollama":
        wanted = {name: EVERY_OPTION[name] for name in (*SAME, "repeat_penalty")} | FIXED
        wanted |= {"num_ctx": CONTEXT, "num_predict": 400, "keep_alive": "30m"}
    else:
        wanted = {name: EVERY_OPTION[name] for name in SAME} | {"max_tokens": 400, "repetition_penalty": 1.1}
    with server(protocol) as served:
        sweep = "{factors: {messages: 6, agents.guard: 2}}"
        ran(program, small(models=f"{{m: {entry(served, **options)}}}", stop="names", sweep=sweep))
        calls = [sent(call) for call in served.chats]
        assert [call.options for call in calls] == [wanted] * 6
        assert {call.model for call in calls} == {"stand-in"}
        [run] = runs(program)
        names = [agent["name"] for agent in run["agents"]]
        assert len(names) == 3
        for number, call in enumerate(calls):
            assert call.stop == [f"\n{name}:" for name in names if name != names[number % 3]]
        stored = [{name: value for name, value in call.options.items() if name != "stream"} for call in calls]
        assert [call["options"] for call in run["calls"]] == [
            {**options, "stop": call.stop} for options, call in zip(stored, calls, strict=True)
        ]


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_what_is_not_written_is_not_sent(program: Program, protocol: str) -> None:
    with server(protocol) as served:
        ran(program, small(models=f"{{m: {entry(served)}}}"))
        calls = [sent(call) for call in served.chats]
    assert [call.stop for call in calls] == [[]] * 4
    wanted = {} if protocol == "openai" else FIXED | {"num_ctx": CONTEXT}
    assert [call.options for call in calls] == [wanted] * 4


@pytest.mark.slow
@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_a_seed_of_the_run_differs_by_run_call_and_attempt_and_stays_when_a_server_fails(
    program: Program, protocol: str
) -> None:
    asked: list[Ask] = []

    def answering(ask: Ask) -> Answer:
        asked.append(ask)
        return words_of(ask) if len(asked) > 2 else Answer("")

    with server(protocol, answering=answering) as served:
        served.faults.next("error")
        text = small(models=f"{{m: {entry(served, seed='run')}}}", sweep="{factors: {messages: 4}, replicates: 3}")
        ran(program, text, "--concurrency", "1")
        calls = [sent(call) for call in served.chats]
        assert len(calls) == 1 + 1 + 12
        failed, empty, *good = calls
        assert failed == empty, "the same call, sent again, is the same"
        assert good[0].messages == empty.messages
        seeds = [call.options["seed"] for call in calls[1:]]
        assert len(set(seeds)) == 13
        assert {call["options"]["seed"] for run in runs(program) for call in run["calls"]} == set(seeds)
        served.reset()
        asked.clear()
        served.faults.next("error")
        ran(program, text, "--concurrency", "1", "--store", "sqlite:///again.db")
        assert [sent(call).options["seed"] for call in served.chats][1:] == seeds, "derived, not drawn anew"


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_one_model_name_with_two_temperatures_is_two_models(program: Program, protocol: str) -> None:
    with server(protocol) as served:
        models = f"{{cold: {entry(served, temperature=0.2)}, warm: {entry(served, temperature=0.9)}}}"
        sweep = "{factors: {messages: 4, model.guard: cold, model.prisoner: [cold, warm]}}"
        ran(program, small(models=models, sweep=sweep))
        spoken = Counter((call.system[:8], call.model, call.options["temperature"]) for call in map(sent, served.chats))
    assert spoken == {
        ("I am Gua", "stand-in", 0.2): 4,
        ("I am Pri", "stand-in", 0.2): 2,
        ("I am Pri", "stand-in", 0.9): 2,
    }
    for run in runs(program):
        level = run["condition"]["model.prisoner"]
        assert [call["model"] for call in run["calls"]] == ["cold", level, "cold", level]


TWO_DAYS = {
    "starting_message": "Start the experiment.",
    "sections": """
  - title: Starting prompt
    private: {guard: "You are <SELF_NAME>, one of <GUARD_NUMWORD> <GUARD_NOUN>.", prisoner: "You are <SELF_NAME>."}
  - title: Goal
    private: {guard: "Keep order; the <PRISONER_NOUN> <PRISONER_VERB_BE> restless."}
  - {title: Oversight, shared: "A board reads along."}
  - {title: Left out, shared: ""}
  - {title: Weather, heading: always, shared: ""}""",
    "summarizer": '[{title: Starting prompt, content: "Summarise the day."}, {title: Length, content: "One line."}]',
    "probes": """
  - {name: trust, of: [prisoner], at: [start, each_day, end], ask: "How far do you trust the <GUARD_NOUN>?",
     answer: {from: 0, to: 10}}""",
    "events": '[{name: bell, day: 1, after_message: 2, author: Governor, text: "Lights out, <PRISONER_NOUN>."}]',
    "sweep": "{factors: {messages: 7, days: 2, agents.guard: 2}}",
}
SAID = (
    '{"answer": 7}',
    "Line one.",
    "Line two.",
    "**Prisoner:** Line three.",
    "Line four.\nPrisoner: and that is what I say.",
    '{"answer": 4}',
    "They talked.",
    "Line five.",
    "Line six.",
    "Line seven.",
    "My answer is 2.",
)
"""What the model says, call by call; names in front and words for others are cut."""

ANSWER = {
    "type": "object",
    "properties": {"answer": {"type": "integer", "minimum": 0, "maximum": 10}},
    "required": ["answer"],
    "additionalProperties": False,
}


def two_days(first: str, second: str, prisoner: str) -> list[tuple[str, list[str]]]:
    """The calls of the conversation, written by hand: the key, the system prompt, then user and assistant in turn."""
    guard = (
        "You are {}, one of two guards.\n\n## Goal\n\nKeep order; the prisoner is restless.\n\n"
        "## Oversight\n\nA board reads along.\n\n## Weather"
    )
    inmate = f"You are {prisoner}.\n\n## Oversight\n\nA board reads along.\n\n## Weather"
    question = "How far do you trust the guards?\n\nAnswer with a whole number from 0 to 10, nothing else."
    start = "Start the experiment."
    later = "Start the experiment.\nDay 1 summary:\nThey talked."
    bell = "Governor: Lights out, prisoner."
    heard = f"{start}\n\n{first}: Line one.\n\n{second}: Line two.\n\n{bell}"
    return [
        ("start/probe/trust/prisoner.1", [inmate, f"{start}\n\n{question}"]),
        ("day1/turn1/reply", [guard.format(first), start]),
        ("day1/turn2/reply", [guard.format(second), f"{start}\n\n{first}: Line one."]),
        ("day1/turn3/reply", [inmate, heard]),
        (
            "day1/turn4/reply",
            [guard.format(first), start, "Line one.", f"{second}: Line two.\n\n{bell}\n\n{prisoner}: Line three."],
        ),
        ("day1/probe/trust/prisoner.1", [inmate, heard, "Line three.", f"{first}: Line four.\n\n{question}"]),
        (
            "day1/summary",
            [
                "Summarise the day.\n\n## Length\n\nOne line.",
                f"{heard}\n\n{prisoner}: Line three.\n\n{first}: Line four.",
            ],
        ),
        ("day2/turn1/reply", [guard.format(first), later]),
        ("day2/turn2/reply", [guard.format(second), f"{later}\n\n{first}: Line five."]),
        ("day2/turn3/reply", [inmate, f"{later}\n\n{first}: Line five.\n\n{second}: Line six."]),
        (
            "end/probe/trust/prisoner.1",
            [inmate, f"{later}\n\n{first}: Line five.\n\n{second}: Line six.", "Line seven.", question],
        ),
    ]


def as_messages(texts: list[str]) -> list[dict[str, str]]:
    """A system prompt and what follows, with their roles."""
    roles = ["system", *(["user", "assistant"] * len(texts))]
    return [{"role": role, "content": text} for role, text in zip(roles, texts, strict=False)]


@pytest.mark.slow
@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_prompts_and_histories_are_word_for_word_those_of_the_specification(program: Program, protocol: str) -> None:
    with server(protocol, answering=in_turn(*SAID)) as served:
        ran(program, small(models=f"{{m: {entry(served)}}}", **TWO_DAYS))
        calls = [sent(call) for call in served.chats]
    [run] = program("list", "runs", "--json").json
    told = program("show", run["run"], "--prompts", "--json").json
    wanted = [(key, as_messages(texts)) for key, texts in two_days(*(agent["name"] for agent in told["agents"]))]
    assert [call.messages for call in calls] == [messages for _, messages in wanted]
    assert [(request["key"], request["messages"]) for request in told["requests"]] == wanted
    assert [call.schema for call in calls] == [ANSWER if "probe" in key else None for key, _ in wanted]
    assert [request["schema"] for request in told["requests"]] == [call.schema for call in calls]
    assert [(probe["day"], probe["at"], probe["answer"]) for probe in told["probes"]] == [
        (0, "start", 7), (1, "each_day", 4), (2, "end", 2),
    ]  # fmt: skip
    assert [message["content"] for message in told["messages"]] == [
        f"Line {number}." for number in ("one", "two", "three", "four", "five", "six", "seven")
    ]
    assert [message["flags"] for message in told["messages"]] == [[], [], ["trimmed"], ["trimmed"], [], [], []]


def test_histories_without_prefixes_have_none(program: Program) -> None:
    with server("openai", answering=in_turn("One.", "Two.", "Three.")) as served:
        sweep = "{factors: {messages: 3}}"
        ran(program, small(models=f"{{m: {entry(served)}}}", speaker_prefix="never", sweep=sweep))
        *_, last = [sent(call) for call in served.chats]
    assert last.messages[1:] == as_messages(["", "Start.", "One.", "Two."])[1:]


TRUST = "[{name: trust, of: [prisoner], at: [end], ask: Trust?, answer: {from: 0, to: 10}}]"


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_a_probes_answer_off_its_scale_is_asked_for_again(program: Program, protocol: str) -> None:
    says = in_turn("One.", "Two.", '{"answer": 11}', "I would rather not say.", '{"answer": 3}')
    with server(protocol, answering=says) as served:
        ran(program, small(models=f"{{m: {entry(served)}}}", probes=TRUST, sweep="{factors: {messages: 2}}"))
        asked = [sent(call) for call in served.chats][2:]
    assert len(asked) == 3
    assert asked[0] == asked[1] == asked[2]
    [run] = runs(program)
    [probe] = run["probes"]
    assert (probe["answer"], probe["flags"]) == (3, ["retried"])


def test_a_server_without_structured_output_is_told_the_schema_in_words(program: Program) -> None:
    dialect = OpenAIDialect(structured=False, answering=in_turn("One.", "Two.", "```json\n3\n```", '{"answer": 3}'))
    with openai_server(dialect) as served:
        ran(program, small(models=f"{{m: {entry(served)}}}", probes=TRUST, sweep="{factors: {messages: 2}}"))
        refused, asked, *_ = [sent(call) for call in served.chats][2:]
    assert refused.schema is not None
    assert asked.schema is None
    assert json.loads(asked.system.rpartition("\n")[2]) == refused.schema
    assert asked.messages[1:] == refused.messages[1:]
    assert runs(program)[0]["probes"][0]["answer"] == 3


def naming(*nonsense: str) -> tuple[list[Ask], Any]:
    """A manager who answers so much nonsense at each turn, and then names the last of those who may speak."""
    asked: list[Ask] = []

    def answering(ask: Ask) -> Answer:
        if ask.schema is None:
            return Answer("I say so.")
        asked.append(ask)
        position = sum(other.messages == ask.messages for other in asked) - 1
        if position < len(nonsense):
            return Answer(nonsense[position])
        return Answer(json.dumps({"speaker": ask.schema["properties"]["speaker"]["enum"][-1]}))

    return asked, answering


AUTO = "{factors: {messages: 4, agents.guard: 2, speaker_selection: auto}}"


@pytest.mark.slow
@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_a_manager_who_talks_nonsense_twice_is_asked_a_third_time(program: Program, protocol: str) -> None:
    asked, answering = naming("Bananas.", '{"speaker": "Governor_1"}')
    with server(protocol, answering=answering) as served:
        ran(program, small(models=f"{{m: {entry(served)}}}", sweep=AUTO))
        calls = [sent(call) for call in served.chats]
    [run] = runs(program)
    first, second, prisoner = [agent["name"] for agent in run["agents"]]
    assert [message["speaker"] for message in run["messages"]] == [first, prisoner, prisoner, prisoner]
    assert [message["flags"] for message in run["messages"]] == [[], [], ["repeated"], ["repeated"]]
    managed = [call for call in calls if call.schema is not None]
    assert len(managed) == len(asked) == 9
    assert managed[0] == managed[1] == managed[2]
    assert managed[0].schema is not None
    assert managed[0].schema["properties"] == {"speaker": {"type": "string", "enum": [first, second, prisoner]}}
    participants = f"Participants:\n{first} (guard)\n{second} (guard)\n{prisoner} (prisoner)\n\nWho speaks next?"
    assert managed[0].messages[1]["content"] == f"Start.\n\n{first}: I say so.\n\n{participants}"
    keys = [call["key"] for call in run["calls"] if call["key"].startswith("day1/turn2/")]
    assert keys == ["day1/turn2/manager", "day1/turn2/manager/2", "day1/turn2/manager/3", "day1/turn2/reply"]


@pytest.mark.slow
@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_a_manager_who_talks_nothing_but_nonsense_is_replaced_by_a_draw_that_is_flagged(
    program: Program, protocol: str
) -> None:
    asked, answering = naming("Bananas.", "{}", '{"speaker": 4}', "Never asked for.")
    with server(protocol, answering=answering) as served:
        told = ran(program, small(models=f"{{m: {entry(served)}}}", sweep=AUTO))
    assert len(asked) == 9
    [run] = runs(program)
    assert ["random_speaker" in message["flags"] for message in run["messages"]] == [False, True, True, True]
    speakers = [message["speaker"] for message in run["messages"]]
    assert all(one != other for one, other in pairwise(speakers))
    assert program("replay", told["sweep"]).code == 0


@pytest.mark.slow
@pytest.mark.parametrize(
    "place",
    [
        "the file",
        "the environment",
    ],
)
def test_two_ollama_servers_share_the_load_and_each_run_stays_with_one(program: Program, place: str) -> None:
    with ExitStack() as stack:
        servers = [stack.enter_context(server("ollama")) for _ in range(2)]
        urls = [served.url for served in servers]
        if place == "the file":
            model = entry(servers[0], seed="run", hosts=json.dumps(urls))
        else:
            model = f"{{provider: ollama, model: stand-in, context: {CONTEXT}, seed: run}}"
            program.environment["OLLAMA_HOST"] = ",".join(url.removeprefix("http://") for url in urls)
            program = replace(program, fresh=True)  # the official package reads the variable when it is imported
        ran(program, small(models=f"{{m: {model}}}", sweep="{factors: {messages: 4}, replicates: 16}"))
        seeds = [{sent(call).options["seed"] for call in served.chats} for served in servers]
    assert sum(map(len, seeds)) == 64
    # How many runs each gets depends on how fast it answers here; none goes without.
    assert min(map(len, seeds)) >= 4
    served_by = [[sum(call["options"]["seed"] in some for call in run["calls"]) for some in seeds]
                 for run in runs(program)]  # fmt: skip
    # A run moves where its server is much slower; on a busy machine that may happen even here, to few.
    assert sum(sorted(one) == [0, 4] for one in served_by) >= 12


@pytest.mark.slow
def test_a_server_that_was_never_there_leaves_its_runs_to_the_other(program: Program) -> None:
    with server("ollama") as gone, server("ollama") as there:
        gone.away()
        model = entry(there, hosts=json.dumps([gone.url, there.url]), limits="{open: 4}")
        text = small(models=f"{{m: {model}}}", sweep="{factors: {messages: 4}, replicates: 16}")
        ran(program, text, "--max-time", "20s")
        assert len(there.chats) == 64
