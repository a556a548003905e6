"""Experiment files: YAML 1.2 and JSON say the same, and a definition written out reads back equal."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sociarium.experiment.definition import Definition
from sociarium.experiment.document import from_json, parse, to_json, to_yaml
from sociarium.experiment.prompts.text import chosen_text
from tests.support.definitions import SPECIFICATION, definition, read_beside, small

HOSTILE = [
    "\x00",
    "\x07",
    "\x1b[2J",
    "\x7f",
    "\x85",
    "\u2028",
    "\ufeff",
    "\r",
    "\r\n",
    "\t",
    "\U0001f600",
    "\U000e0001",
]
LOOK_ALIKES = [
    "yes",
    "on",
    "null",
    "~",
    "1",
    "0x1f",
    "1e3",
    ".inf",
    "<<",
    "=",
    "- a",
    "a: b",
    "#x",
    "{",
    "'",
    "2001-01-01",
]

texts = st.one_of(
    st.text(max_size=30),
    st.lists(st.sampled_from([*HOSTILE, *LOOK_ALIKES, " ", "\n", "\n\n", "  two\n", "words"]), max_size=6).map("".join),
).filter(lambda text: "<" not in text or ">" not in text)
words = texts.filter(lambda text: bool(text.strip()))
names = st.one_of(st.sampled_from(LOOK_ALIKES), texts.filter(bool))
seeds = st.integers(-(2**63), 2**63 - 1)
options = st.fixed_dictionaries(
    {"provider": st.just("offline")},
    optional={
        "temperature": st.floats(0, 2),
        "top_k": st.integers(1, 2**60),
        "seed": seeds | st.just("run"),
        "thinking": st.booleans() | st.just("low"),
        "extra": st.dictionaries(names, st.none() | st.booleans() | texts | st.lists(st.integers()), max_size=2),
        "price": st.fixed_dictionaries({"input": st.floats(0, 9), "output": st.integers(0, 9)}),
    },
)


def written(text: st.SearchStrategy[str]) -> st.SearchStrategy[Any]:
    return text | st.fixed_dictionaries({"variants": st.dictionaries(names, text, min_size=1, max_size=3)})


@st.composite
def documents(draw: st.DrawFn) -> dict[str, Any]:
    roles = ["guard", "Wärter 2"]
    titles = draw(st.lists(names.filter(lambda title: title != "Starting prompt"), max_size=2, unique=True))
    sections = [{"title": "Starting prompt", "private": {role: draw(written(texts)) for role in roles}}]
    sections += [{"title": title, "heading": "always", "shared": draw(written(texts))} for title in titles]
    return {
        "title": draw(names.filter(lambda title: bool(title.strip()))),
        "note": draw(texts),
        "favourite": draw(st.booleans()),
        "starting_message": draw(written(words)),
        "models": draw(st.dictionaries(names, options, min_size=1, max_size=2)),
        "roles": {role: draw(st.sampled_from([{}, {"pronouns": "he/she"}, {"plural": "x"}])) for role in roles},
        "sections": sections,
        "summarizer": [{"title": "Starting prompt", "content": draw(written(texts))}],
        "probes": [{"name": draw(names), "at": ["end"], "ask": draw(words), "answer": {"from": 0, "to": 7}}],
        "events": [{"name": draw(names), "text": draw(written(texts))}],
        "sweep": {"factors": {"days": {"from": 1, "to": 2}, "option.temperature": [0.5, 1]}, "seed": draw(seeds)},
    }  # fmt: skip


def read(data: str, source: str) -> Definition:
    return parse(data.encode(), source=source, read=read_beside)


@pytest.mark.slow
@given(documents())
@settings(max_examples=60)
def test_a_definition_written_out_reads_back_equal(document: dict[str, Any]) -> None:
    found = read(json.dumps(document), "test.json")
    assert read(to_yaml(found), "test.yaml") == found
    assert from_json(to_json(found)) == found
    assert read(to_json(found), "test.json") == found
    assert read(json.dumps(document, ensure_ascii=False), "test.JSON") == found
    # Written once more it is the same file: an export of an import changes nothing.
    assert to_yaml(from_json(to_json(found))) == to_yaml(found)


@pytest.mark.slow
@given(documents())
@settings(max_examples=30)
def test_texts_are_read_as_they_were_written(document: dict[str, Any]) -> None:
    found = read(json.dumps(document), "test.json")
    spelled = json.loads(to_json(found))
    assert spelled["note"] == document["note"]
    assert spelled["models"] == document["models"]
    assert list(spelled["models"]) == list(document["models"])
    assert spelled["sections"] == document["sections"]


def test_yaml_and_json_of_one_experiment_are_one_definition() -> None:
    found = definition(SPECIFICATION)
    assert read(to_json(found), "test.json") == found
    assert read(json.dumps(json.loads(to_json(found)), indent="\t"), "test.json") == found
    assert read(to_yaml(found), "test.yaml") == found


def test_texts_of_several_lines_are_written_as_blocks() -> None:
    found = definition(small(starting_message='"Begin.\\nThe bell rings.\\n"'))
    assert "starting_message: |\n  Begin.\n  The bell rings.\n" in to_yaml(found)


@pytest.mark.parametrize("word", ["on", "off", "yes", "no", "On", "NO", "y", "n"])
def test_words_of_yaml_1_1_are_plain_strings(word: str) -> None:
    found = definition(small(note=word, starting_message=f"{{variants: {{{word}: {word}, other: x}}}}"))
    assert found.note == word
    assert chosen_text(found.starting_message, word) == word


@pytest.mark.parametrize(
    ("value", "seed"), [("0o17", 15), ("0x1F", 31), ("-7", -7), ("010", 10), ("+12", 12), ("1000000", 1_000_000)]
)
def test_numbers_are_those_of_yaml_1_2(value: str, seed: int) -> None:
    assert definition(small(sweep=f"{{seed: {value}}}")).all_sweeps["main"].seed == seed


def test_dates_and_times_are_plain_strings() -> None:
    found = definition(small(note="2001-01-01", starting_message="12:30:45"))
    assert (found.note, found.starting_message) == ("2001-01-01", "12:30:45")


def test_a_byte_order_mark_and_windows_line_ends_change_nothing() -> None:
    plain = small(starting_message="|\n  one\n  two")
    assert read("\ufeff" + plain.replace("\n", "\r\n"), "test.yaml") == definition(plain)
    assert read("\ufeff" + to_json(definition(plain)), "test.json") == definition(plain)


def test_an_alias_stands_for_what_it_names() -> None:
    found = definition(small(models="{dry: &one {provider: offline, top_k: 3}, wet: *one}"))
    assert found.models["dry"] == found.models["wet"]


def test_a_file_beside_the_definition_stands_in_its_place() -> None:
    found = definition(small(starting_message="{variants: {long: {file: oversight.md}, short: x}}"))
    assert chosen_text(found.starting_message, "long") == "A board reads the log every evening."
    assert "oversight.md" not in to_json(found)


def test_only_its_name_is_enough_for_a_role_and_for_a_sweep() -> None:
    found = definition(small(roles="\n  guard:\n  prisoner:", sweep=None, sweeps="\n  pilot:\n  main: {replicates: 3}"))
    assert found == definition(small(sweep=None, sweeps="{pilot: {}, main: {replicates: 3}}"))
    assert definition(small(sweep="")) == definition(small(sweep="{}"))
