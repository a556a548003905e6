"""People written by a model: exact quotas, the same for any count, once, and failures counted."""

from __future__ import annotations

import json
from collections import Counter
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sociarium.environments.feed.population import write
from sociarium.environments.feed.quotas import Quota
from sociarium.environments.protocols import protocol_of
from sociarium.experiment.feed.run_content import PopulationContent
from sociarium.experiment.identity import run_id
from sociarium.experiment.rng import Draws
from sociarium.experiment.run_content import ModelContent
from sociarium.ports.model import ModelReply, ModelRequest
from sociarium.records.runs import Run
from sociarium.runner.run.population import record_of
from sociarium.runner.run.stage import RunStage
from tests.support.feeds_in_memory import Played


def population(**changes: Any) -> PopulationContent:
    parts: dict[str, Any] = {"name": "troll", "role": "troll", "model": "dry", "prompt": "Write a troll.",
                             "models": {"dry": ModelContent(provider="offline")}}  # fmt: skip
    return PopulationContent(**{**parts, **changes})


def somebody(key: str, request: ModelRequest) -> str:
    number = key.split("/")[1]
    return json.dumps({"handle": f"@Somebody {int(number) % 3}", "name": "N", "bio": f"b{number}", "persona": "p",
                       "background": ""})  # fmt: skip


async def written(count: int, content: PopulationContent | None = None, answer: Any = somebody, **given: Any) -> Played:
    run = Run("run", "e", "tester", 1, 7, "", "run", "")
    found = Played(answer, **given)
    await write(content or population(), count, RunStage(run, "common", found))
    return found


def people(run: Played) -> list[Any]:
    return [event.happening.data["person"] for event in run.of_kind("person")]


@pytest.mark.parametrize(
    ("shares", "count", "exactly"),
    [
        ({"18-34": 0.4, "35+": 0.6}, 5, {"18-34": 2, "35+": 3}),
        ({"18-34": 0.4, "35+": 0.6}, 100, {"18-34": 40, "35+": 60}),
        ({"a": 0.1, "b": 0.2, "c": 0.7}, 10, {"a": 1, "b": 2, "c": 7}),
        ({"a": 0.333, "b": 0.333, "c": 0.334}, 1000, {"a": 333, "b": 333, "c": 334}),
        ({"a": 1.0, "b": 0.0}, 7, {"a": 7}),
    ],
)
def test_quotas_are_drawn_exactly_to_their_shares(shares: dict[str, float], count: int, exactly: Any) -> None:
    quota, draws = Quota(shares), Draws("x")
    assert Counter(quota.draw(draws) for _ in range(count)) == exactly


@pytest.mark.slow
@given(st.lists(st.integers(1, 20), min_size=1, max_size=6), st.integers(0, 1000))
def test_every_beginning_keeps_the_quotas(parts: list[int], seed: int) -> None:
    shares = {f"v{n}": part / sum(parts) for n, part in enumerate(parts)}
    quota, draws = Quota(shares), Draws("quota", seed)
    drawn: Counter[str] = Counter()
    for number in range(1, 60):
        drawn[quota.draw(draws)] += 1
        for value, share in shares.items():
            assert abs(drawn[value] - Fraction(share).limit_denominator(10_000) * number) <= 1


def test_attributes_do_not_go_together() -> None:
    one, other = Quota({"a": 0.5, "b": 0.5}), Quota({"x": 0.5, "y": 0.5})
    first, second = Draws("one"), Draws("other")
    pairs = Counter((one.draw(first), other.draw(second)) for _ in range(400))
    assert min(pairs.values()) > 70


async def test_the_first_people_are_the_same_for_any_count_and_order_of_answers() -> None:
    content = population(quotas={"age": {"young": 0.3, "old": 0.7}, "town": {"yes": 0.5, "no": 0.5}})
    few, many = await written(13, content), await written(32, content, shuffled="x")
    assert people(many)[:13] == people(few)
    common = few.requests.keys()
    assert {key: many.requests[key].fingerprint() for key in common} == {
        key: request.fingerprint() for key, request in few.requests.items()
    }


async def test_handles_are_valid_and_nobody_shares_one() -> None:
    handles = [person["handle"] for person in people(await written(25))]
    assert handles[:4] == ["Somebody_1", "Somebody_2", "Somebody_0", "Somebody_1_2"]
    assert len({handle.casefold() for handle in handles}) == 25


async def test_each_is_told_what_to_be_and_who_is_there_already() -> None:
    run = await written(12, population(quotas={"age": {"young": 0.25, "old": 0.75}}))
    asked = [run.prompt(f"person/{n}") for n in range(1, 13)]
    assert Counter("- age: young" in prompt for prompt in asked) == {True: 3, False: 9}
    assert not [prompt for prompt in asked[:10] if "already" in prompt]
    assert all("| @Somebody_1: b1\n" in prompt for prompt in asked[10:])
    assert run.requests["person/1"].messages[0].content == "Write a troll."


async def test_what_nobody_can_see_is_no_name_and_no_line_about_somebody() -> None:
    said = {"handle": "a", "name": "**", "bio": "\u200b", "persona": "p", "background": "</s>"}
    [person] = people(await written(1, answer=lambda key, request: json.dumps(said)))
    assert (person["name"], person["bio"], person["background"], person["persona"]) == ("", "", "", "p")


BAD = ["No.", "{}", '{"handle": "", "persona": "x"}', '{"handle": "@@ /", "persona": "x"}', '{"handle": 7}',
       '{"handle": "x", "persona": ""}', r'{"handle": "x", "persona": "\u200b**"}',
       '{"handle": "x", "persona": "y", "bio": 3}']  # fmt: skip


@pytest.mark.parametrize("text", BAD)
async def test_who_cannot_be_read_is_asked_for_twice_more_and_then_counted_as_failed(text: str) -> None:
    def answer(key: str, request: ModelRequest) -> str:
        return text if key.startswith("person/2") else somebody(key, request)

    run = await written(3, answer=answer)
    assert [key for key in run.requests if key.startswith("person/2")] == ["person/2", "person/2/2", "person/2/3"]
    assert [person is None for person in people(run)] == [False, True, False]
    assert [event.happening.flags for event in run.of_kind("person")] == [(), ("invalid",), ()]


async def test_a_refusal_is_one_person_less() -> None:
    run = await written(2, answer=lambda key, request: ModelReply("", finish_reason="refused"))
    assert [event.happening.flags for event in run.of_kind("person")] == [("refused",)] * 2


async def test_a_persona_has_the_schema_that_the_file_gives() -> None:
    schema = {"type": "object", "properties": {"age": {"type": "integer"}}, "required": ["age"]}
    content = population(schema=schema)

    def answer(key: str, request: ModelRequest) -> str:
        persona = {"age": 40} if key.endswith("/2") else "old"
        return json.dumps({"handle": "x", "name": "", "bio": "", "persona": persona, "background": ""})

    run = await written(1, content, answer)
    asked = run.requests["person/1"].schema
    assert asked is not None
    assert asked["properties"]["persona"] == schema
    assert list(run.requests) == ["person/1", "person/1/2"]
    assert people(run)[0]["persona"] == {"age": 40}


async def test_what_is_longer_than_the_schema_allows_is_cut_and_flagged() -> None:
    def answer(key: str, request: ModelRequest) -> str:
        length = 5000 if key.endswith("/1") else 20
        return json.dumps({"handle": f"h{key[-1]}", "name": "n" * length, "bio": "b" * length, "persona": "p" * length,
                           "background": "g" * length})  # fmt: skip

    run = await written(2, answer=answer)
    bounds = {name: part["maxLength"] for name, part in (run.requests["person/1"].schema or {})["properties"].items()}
    assert {name: len(people(run)[0][name]) for name in bounds if name != "handle"} == {
        name: most for name, most in bounds.items() if name != "handle"
    }
    assert people(run)[1]["persona"] == "p" * 20
    assert [event.happening.flags for event in run.of_kind("person")] == [("words_cut",), ()]


async def test_texts_of_a_persona_get_a_length_where_the_file_gives_none() -> None:
    schema = {"type": "object", "properties": {"job": {"type": "string"}}, "required": ["job"]}
    run = await written(1, population(schema=schema), lambda key, request: "no")
    asked = run.requests["person/1"].schema
    assert asked is not None
    assert asked["properties"]["persona"]["properties"]["job"] == {"type": "string", "maxLength": 1900}
    assert schema["properties"] == {"job": {"type": "string"}}


async def test_a_length_that_the_file_gives_is_kept_whole() -> None:
    schema = {"type": "object", "properties": {"life": {"type": "string", "maxLength": 5000}}, "required": ["life"]}
    persona = {"life": "x" * 4999}
    answer = json.dumps({"handle": "x", "name": "", "bio": "", "persona": persona, "background": ""})
    run = await written(1, population(schema=schema), lambda key, request: answer)
    assert people(run)[0]["persona"] == persona
    assert run.of_kind("person")[0].happening.flags == ()


def test_people_are_written_by_the_protocol_of_the_feed_that_takes_them() -> None:
    # Ids of populations name the protocol of the run: the two step together.
    assert protocol_of("feed") == protocol_of("population")


def test_the_first_protocol_has_the_ids_of_populations_as_they_were_and_a_later_one_its_own() -> None:
    run = Run("run", "e", "tester", 1, 7, "", "run", "")
    ids = [record_of(run, population(), created="", protocol=protocol).id for protocol in (1, 2, 3, 4)]
    assert ids[0] == run_id("e", replicate=1, seed=7, content_digest=population().digest)
    assert len(set(ids)) == 4
    assert record_of(run, population(), created="").id == ids[protocol_of("population") - 1]
