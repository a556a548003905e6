"""What is no plain YAML or JSON is refused, with its line, and soon."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sociarium.errors import DefinitionError
from sociarium.experiment.document import parse
from tests.support.definitions import SPECIFICATION, read_beside, small
from tests.support.refusals import the_problem


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("", None, "empty"),
        ("  \n\n", None, "empty"),
        ("# only a comment\n", 1, "no mapping"),
        ("- a\n- b\n", 1, "no mapping"),
        ("title: x\nroles:\n\tguard: {}\n", 3, "tab"),
        ("title: x\nroles:\n  guard:\n  \tpronouns: he\n", 4, "tab"),
        ("title: [x\nnote: y\n", 2, "not YAML"),
        ("title: x\nnote: y\ntitle: z\n", 3, "'title' stands twice"),
        ("title: x\nroles:\n  guard: {}\n  guard: {}\n", 4, "'guard' stands twice"),
        ("title: x\nnote: &a [*a]\n", 2, "contains itself"),
        ("title: x\nnote: &a {b: {c: *a}}\n", 2, "contains itself"),
        ("roles: &a {x: {}}\nmodels:\n  <<: *a\n", 3, "merge keys"),
        ("title: !!python/object:os.system x\n", 1, "tag"),
        ("title: x\nnote: !!python/object/apply:os.system [x]\n", 2, "tag"),
        ("title: x\nnote: !secret x\n", 2, "tag"),
        ("title: x\nroles: !secret {a: {}}\n", 2, "tag"),
        ("title: x\nsections: !!set {a, b}\n", 2, "tag"),
        ("title: x\nsections: !secret [a]\n", 2, "tag"),
        ('title: x\nnote: "\\ud800"\n', 2, "surrogate"),
        ('title: x\n"\\udc00": y\n', 2, "surrogate"),
        ("title: x\nnote: a\x07b\n", 2, "U+0007"),
        ('title: x\nnote: "\\UFFFFFFFF"\n', None, "not YAML"),
        ("? [a]\n: b\n", 1, "key is a list"),
        ("%YAML 1.1\n---\ntitle: x\nnote: yes\n", 1, "YAML 1.2"),
        ("title: x\n---\ntitle: y\n", 2, "single document"),
        ("title: " + "[" * 70 + "]" * 70 + "\n", 1, "too deep"),
        ("[" * 1000, None, "too deep"),
    ],
)
def test_what_is_no_plain_yaml_is_refused_with_its_line(text: str, line: int | None, words: str) -> None:
    told = the_problem(text)
    assert told.line == line
    assert words in told.message


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ('{"title": "x",\n "title": "y"}', 2, "'title' stands twice"),
        ('{"title": "x",\n}', None, "not JSON"),
        ('{"title": NaN}', None, "NaN"),
        ('{"title": ' + "1" * 5000 + "}", None, "not JSON"),
        ('{"title": "\\ud83d"}', 1, "surrogate"),
        ('{"title": 1e999}', 1, "1e999"),
        ("[" * 100_000, None, "too deep"),
        ("[1]", 1, "no mapping"),
    ],
)
def test_what_is_no_plain_json_is_refused(text: str, line: int | None, words: str) -> None:
    told = the_problem(text, "test.json")
    assert line is None or told.line == line
    assert words in told.message


@pytest.mark.parametrize("number", [".nan", ".inf", "-.inf", "1e400"])
@pytest.mark.parametrize(
    "place",
    [
        "models: {dry: {provider: offline, temperature: NUMBER}}",
        "models: {dry: {provider: offline, extra: {bias: NUMBER}}}",
        "sweep: {factors: {option.temperature: [0.1, NUMBER]}}",
        "sweep: {factors: {messages: {from: 1, to: NUMBER}}}",
    ],
)
def test_numbers_without_end_are_refused(place: str, number: str) -> None:
    key, _, value = place.replace("NUMBER", number).partition(": ")
    told = the_problem(small(**{key: value}))
    assert number in told.message
    assert told.line == (3 if key == "models" else 6)


def test_bytes_that_are_no_text_are_refused_with_their_line() -> None:
    assert the_problem(b"title: x\nnote: \xff\n").line == 2
    assert "UTF-8" in the_problem("title: x".encode("utf-16")).message
    assert the_problem(b'title: "\xed\xa0\x80"\n').line == 1


def test_a_file_of_fifty_megabytes_is_not_read() -> None:
    told = the_problem(b"title: x\n" * 6_000_000)
    assert "54 MB" in told.message


@pytest.mark.slow
def test_aliases_that_multiply_are_refused() -> None:
    many = "".join(f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 9)}]\n" for i in range(1, 40))
    assert "too large" in the_problem(f"a0: &a0 [x]\n{many}").message
    assert "too large" in the_problem(f"a: &a {'x' * 1_000_000}\nb: [{', '.join(['*a'] * 5000)}]\n").message


@pytest.mark.slow
@given(st.data())
def test_whatever_stands_in_a_file_is_read_or_refused(data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(SPECIFICATION)))
    length = data.draw(st.integers(0, 40))
    put_in = data.draw(st.text(alphabet="\t\n {}[]:,&*!|>'\"%@`-?<#x1.~=\\\x00\x85\u2028\ud800", max_size=4))
    text = SPECIFICATION[:start] + put_in + SPECIFICATION[start + length :]
    for source in ("test.yaml", "test.json"):
        with suppress(DefinitionError):
            parse(text.encode("utf-8", "surrogatepass"), source=source, read=read_beside)
