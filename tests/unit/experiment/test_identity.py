"""What makes two runs one run: the content they use, and nothing about how it is written or served."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sociarium.experiment.identity import experiment_id, fold_title, sweep_id, version_id
from sociarium.records.plans import SweepRecord
from sociarium.runner.sweep.order import SweepOrder
from tests.support.definitions import SPECIFICATION, definition, small

Runs = Mapping[tuple[Any, ...], str]
"""Condition (sorted pairs of factor and level) and replicate -> run id."""

PARTS: dict[str, str] = {
    "models": "{dry: {provider: openai, model: m, temperature: 0.7}, wet: {provider: openai, model: m}}",
    "roles": "{guard: {}, prisoner: {pronouns: he}}",
    "sections": """
  - title: Starting prompt
    private: {guard: "You guard.", prisoner: "You sit."}
  - title: Goal
    private: {guard: {variants: {order: Keep order., peace: Keep the peace.}}, prisoner: Get out.}""",
    "summarizer": "[{title: Starting prompt, content: Summarise.}]",
    "sweep": "{factors: {section.Goal.guard: [order, peace], days: [1, 2]}, replicates: 2}",
}


def runs(text: str, *, creator: str = "ada") -> Runs:
    """The ids of every run of a file's sweep."""
    found = definition(text)
    experiment = experiment_id(creator, found.title)
    version = version_id(experiment, found)
    sweep = found.all_sweeps["main"]
    record = SweepRecord(
        id=sweep_id(version, "main"),
        experiment=experiment,
        version=version,
        name="main",
        creator=creator,
        conditions=0,
        replicates=sweep.replicates,
        seed=sweep.seed,
        runs=0,
        created="",
    )
    schedule = SweepOrder(found, record, creator, "")
    members = (schedule.at(position) for position in range(len(schedule)))
    return {(*sorted(member.condition.items()), member.replicate): run.id for member, run in members}


def parts(**changes: str | None) -> str:
    return small(**PARTS | changes)


def of_level(found: Runs, factor: str, level: object) -> Runs:
    return {key: run for key, run in found.items() if (factor, level) in key}


BASE = runs(parts())


def test_every_condition_and_replicate_is_a_run_of_its_own() -> None:
    assert len(BASE) == len(set(BASE.values())) == 2 * 2 * 2


@pytest.mark.parametrize(
    "changed",
    [
        parts() + "# a comment\n",
        parts(note="something else", favourite="true"),
        "\n".join(reversed(small(**PARTS | {"sections": '[{"private": {prisoner: You sit., guard: You guard.}, title: '
                  "Starting prompt}, {private: {prisoner: Get out., guard: {variants: {order: Keep order., peace: "
                  "Keep the peace.}}}, title: Goal}]"}).splitlines())) + "\n",
        parts(models="{dry: {temperature: 0.7, model: m, provider: openai}, wet: {model: m, provider: openai}}"),
        parts(models=PARTS["models"].replace("0.7", "0.70")),
        parts(sweep="{replicates: 2, factors: {days: [1, 2], section.Goal.guard: [order, peace]}}"),
        parts(sweep="{factors: {section.Goal.guard: [order, peace], days: {from: 1, to: 2}}, replicates: 2}"),
        parts(title="'  sMALL '"),
        parts(speaker_prefix="always", reply="{trim: true}", stop="none"),
    ],
    ids=["comment", "note", "keys", "entries", "number", "factors", "range", "title", "defaults"],
)  # fmt: skip
def test_how_a_file_is_written_changes_no_run(changed: str) -> None:
    assert runs(changed) == BASE


@pytest.mark.parametrize(
    "served",
    [
        'base_url: "http://127.0.0.1:8000/v1"',
        "api_key_env: OTHER_KEY",
        "api_key_header: api-key",
        'limits: {open: 32, per_minute: 600, tokens_per_minute: 90000, hours: "22:00-07:00"}',
        "price: {input: 0.1, output: 0.4}",
        "timeout: 30",
        "keep_alive: 1h",
    ],
)
def test_where_a_model_is_served_is_no_part_of_what_it_is(served: str) -> None:
    assert runs(parts(models=PARTS["models"].replace("temperature", f"{served}, temperature"))) == BASE


def test_which_hosts_of_ollama_serve_a_model_is_no_part_of_what_it_is() -> None:
    def runs_of(hosts: str) -> object:
        models = f"{{dry: {{provider: ollama, model: m, context: 100{hosts}}}, wet: {{provider: offline}}}}"
        return runs(parts(models=models))

    assert runs_of(', hosts: ["10.0.0.1:11434", "10.0.0.2:11434"]') == runs_of("")


@pytest.mark.parametrize(
    "models",
    [
        PARTS["models"].replace("0.7", "0.8"),
        PARTS["models"].replace("dry:", "dray:"),
        PARTS["models"].replace("openai, model: m, temp", "openai, model: n, temp"),
        PARTS["models"].replace("0.7", "0.7, seed: 1"),
        PARTS["models"].replace("0.7", "0.7, extra: {x: 1}"),
    ],
    ids=["temperature", "name", "model", "seed", "extra"],
)
def test_what_a_model_is_makes_other_runs(models: str) -> None:
    assert not set(runs(parts(models=models)).values()) & set(BASE.values())


def test_a_model_that_nobody_uses_changes_no_run() -> None:
    assert runs(parts(models=PARTS["models"].replace("wet: {", "wet: {temperature: 0.1, "))) == BASE
    assert runs(parts(models=PARTS["models"][:-1] + ", third: {provider: offline}}")) == BASE


@pytest.mark.parametrize(
    ("changed", "added"),
    [
        (parts(sweep=PARTS["sweep"].replace("[1, 2]", "[1, 2, 3]")), 4),
        (parts(sweep=PARTS["sweep"].replace("[1, 2]", "[3, 2, 1]")), 4),
        (parts(sections=PARTS["sections"].replace("peace: ", "war: Make war., peace: "),
               sweep=PARTS["sweep"].replace("[order, ", "[order, war, ")), 4),
        (parts(sweep=PARTS["sweep"].replace("replicates: 2", "replicates: 3")), 4),
    ],
    ids=["level", "order", "variant", "replicate"],
)  # fmt: skip
def test_what_is_added_adds_runs_and_keeps_the_others(changed: str, added: int) -> None:
    found = runs(changed)
    assert len(set(found.values())) == len(BASE) + added
    assert found == dict(found) | dict(BASE)


@pytest.mark.parametrize(
    ("factor", "default"),
    [("model: [dry, wet]", "dry"), ("messages: [10, 12]", 10), ("option.temperature: [0.7, 0.9]", 0.7),
     ("speaker_selection: [round_robin, random]", "round_robin"), ("agents.prisoner: [1, 2]", 1)],
)  # fmt: skip
def test_an_added_factor_keeps_the_runs_of_its_default(factor: str, default: object) -> None:
    found = runs(parts(sweep=PARTS["sweep"].replace("days:", f"{factor}, days:")))
    kept = of_level(found, factor.partition(":")[0], default)
    assert set(kept.values()) == set(BASE.values())
    assert len(found) == 2 * len(BASE)


@pytest.mark.parametrize(
    ("changes", "factor", "level"),
    [
        ({"sections": PARTS["sections"].replace("Keep the peace.", "Make peace.")}, "section.Goal.guard", "peace"),
        ({"summarizer": "[{title: Starting prompt, content: Sum up.}]"}, "days", 2),
        ({"summarizer": None}, "days", 2),
        ({"events": "[{name: bell, day: 2, text: Ring.}]"}, "days", 2),
    ],
    ids=["variant", "summarizer", "no summarizer", "event"],
)
def test_a_changed_text_changes_exactly_the_runs_that_use_it(
    changes: dict[str, str | None], factor: str, level: object
) -> None:
    found = runs(parts(**changes))
    assert {key for key in BASE if found[key] != BASE[key]} == set(of_level(BASE, factor, level))
    assert not {run for key, run in found.items() if run != BASE[key]} & set(BASE.values())


@pytest.mark.parametrize(
    "changes",
    [
        {"starting_message": "Begin."},
        {"continuation": "You have the floor."},
        {"sections": PARTS["sections"].replace("You guard.", "You guard!")},
        {"sections": PARTS["sections"].replace("title: Goal", "title: Goal\n    heading: always")},
        {"roles": "{guard: {}, prisoner: {}}"},
        {"roles": "{prisoner: {pronouns: he}, guard: {}}"},
        {"probes": "[{name: trust, at: [start], ask: Trust?}]"},
        {"speaker_prefix": "never"},
        {"reply": "{trim: false}"},
        {"first_speaker": "prisoner"},
        {"stop": "names"},
        {"sweep": PARTS["sweep"].replace("replicates", "seed: 1, replicates")},
        {"sweep": PARTS["sweep"].replace("replicates", "streams: independent, replicates")},
    ],
)  # fmt: skip
def test_whatever_every_run_uses_makes_other_runs(changes: dict[str, str]) -> None:
    assert not set(runs(parts(**changes)).values()) & set(BASE.values())


def test_a_colleague_who_runs_the_same_file_has_runs_of_their_own() -> None:
    assert not set(runs(parts(), creator="grace").values()) & set(BASE.values())
    assert not set(runs(parts(title="Another")).values()) & set(BASE.values())


def test_an_absent_role_counts_only_where_a_text_names_it() -> None:
    sweep = "{factors: {agents.prisoner: [0, 1]}}"
    named = PARTS["sections"].replace("You guard.", "<PRISONER_PRON> <PRISONER_VERB_BE> away.")
    for sections, counts in ((PARTS["sections"], False), (named, True)):
        he = runs(parts(sections=sections, sweep=sweep))
        she = runs(parts(sections=sections, sweep=sweep, roles="{guard: {}, prisoner: {pronouns: she}}"))
        absent = (("agents.prisoner", 0), 1)
        assert (he[absent] != she[absent]) is counts
        assert he[("agents.prisoner", 1), 1] != she[("agents.prisoner", 1), 1]


@pytest.mark.parametrize("named", [False, True])
def test_the_script_of_an_absent_role_changes_no_run(named: bool) -> None:
    sweep = "{factors: {agents.prisoner: [0, 1]}}"
    start = "<PRISONER_NUM> here." if named else "Start."
    said = [
        runs(parts(sweep=sweep, starting_message=start, roles=f"{{guard: {{}}, prisoner: {{script: [{line}]}}}}"))
        for line in ("One.", "Two.")
    ]
    assert [said[0][key] == said[1][key] for key in sorted(said[0])] == [True, False]


def test_the_prompt_of_an_absent_or_scripted_role_changes_no_run() -> None:
    changed = PARTS["sections"].replace("You sit.", "You lie.")
    absent = [runs(parts(sections=sections, sweep="{factors: {agents.prisoner: [0, 1]}}"))
              for sections in (PARTS["sections"], changed)]  # fmt: skip
    assert [absent[0][key] == absent[1][key] for key in sorted(absent[0])] == [True, False]
    scripted = "{guard: {}, prisoner: {script: [One.]}}"
    assert runs(parts(roles=scripted)) == runs(parts(roles=scripted, sections=changed))


def test_two_entries_of_one_model_with_two_temperatures_stay_two() -> None:
    models = (
        "{warm: {provider: openai, model: m, temperature: 0.9}, cold: {provider: openai, model: m, temperature: 0}}"
    )
    found = runs(parts(models=models, sweep="{factors: {model: [warm, cold]}}"))
    assert len(set(found.values())) == 2


def test_conditions_that_come_to_the_same_content_share_one_run() -> None:
    found = runs(parts(sweep="{factors: {days: 1, model.summarizer: [dry, wet]}, replicates: 2}"))
    assert len(found) == 4
    assert len(set(found.values())) == 2


def test_a_version_is_its_document_whatever_its_note_and_order_of_keys() -> None:
    first = version_id("e", definition(SPECIFICATION))
    assert version_id("e", definition(SPECIFICATION + "# end\n")) == first
    assert version_id("e", definition(SPECIFICATION.replace("note: pilot", "note: main\nfavourite: true"))) == first
    assert version_id("e", definition(SPECIFICATION.replace("Prison wing", "PRISON  wing"))) == first
    assert version_id("e", definition(SPECIFICATION.replace("You rebel.", "You riot."))) != first
    assert version_id("other", definition(SPECIFICATION)) != first


@given(st.text(max_size=20), st.text(max_size=20))
def test_titles_are_compared_without_regard_to_case_width_and_spaces(one: str, other: str) -> None:
    assert fold_title(f"  {one}\t{other}\n") == fold_title(f"{one} {other}")
    assert (experiment_id("ada", one) == experiment_id("ada", other)) == (fold_title(one) == fold_title(other))
    assert experiment_id(one, "x") != experiment_id(f"{one}x", "x")
