"""Texts that YAML reads otherwise than people mean them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sociarium.experiment.loading.parse import parse_yaml


@pytest.mark.parametrize(
    ("text", "line", "place", "words", "mend"),
    [
        ("a: 1\nb: by the sea #together now\n", 2, "b", "'#together now' is a comment", "'by the sea #together now'"),
        ("b:\n  - we meet in room #4\n", 2, "b[0]", "'#4' is a comment", "'we meet in room #4'"),
        ("b: you are agent # 3 of us\n", 1, "b", "'# 3 of us' is a comment", "'you are agent # 3 of us'"),
        ("b: it goes\n  on and on #tag\nc: 1\n", 2, "b", "'#tag' is a comment", "'it goes on and on #tag'"),
        ("b: &you there\n", 1, "b", "`&you` is an anchor", "'&you there'"),
        ("b: ! now\n", 1, "b", "`!`", "'! now'"),
    ],
)  # fmt: skip
def test_what_a_text_loses_without_an_error_is_noted(text: str, line: int, place: str, words: str, mend: str) -> None:
    [note] = parse_yaml(text).notes
    assert (note.line, note.path) == (line, place)
    assert words in note.message
    assert mend in note.mend


@pytest.mark.parametrize(
    "text",
    [
        "b: two  # a comment\n",
        "b: two # a comment\n",
        "b: two  # 2 of them\n",
        "b: two # 2nd of them\n",
        "b: 5 #a\n",
        "b: 'by #the harbour'\n",
        "b: |\n  by #the harbour\n",
        "b: a#b\n",
        "b: &x one\nc: *x\n",
        "# all\nb: one\n",
        "b: c #!\n",
    ],
)
def test_what_reads_like_a_comment_or_is_quoted_is_not_noted(text: str) -> None:
    tree = parse_yaml(text)
    assert (tree.problems, tree.notes) == ([], [])


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ("@you there", "may not begin with `@`"),
        ("`code` first", "may not begin with ```"),
        ("%d of them", "may not begin with `%`"),
        ("*bold* words", "begins with `*`"),
        ("& then", "begins with `&`"),
        ("!now go", "!now is a tag"),
        ("he said: no", "holds `: `"),
        ("> quoted", "begins with `>`"),
        ("| piped", "begins with `|`"),
        ("- dash", "begins with `- `"),
        ("? what", "begins with `? `"),
        ("[aside] he says", "begins with `[`"),
        ("{aside} he says", "begins with `{`"),
        ('"No" and yes', "behind its closing quote"),
    ],
)
def test_a_text_that_needs_quotes_is_named_with_its_line_and_written_in_them(value: str, words: str) -> None:
    [problem] = parse_yaml(f"title: x\nsections:\n  - text: {value}\n").problems
    assert problem.line == 3
    assert words in problem.message
    assert "quotes" in problem.mend
    written = problem.mend.partition(": ")[2]
    assert parse_yaml(f"text: {written}\n").value == {"text": value}


def test_a_comment_within_a_text_of_several_lines_is_named() -> None:
    [problem] = parse_yaml("d: it goes\n  on #tag here\n  and on\n").problems
    assert (problem.line, "comment" in problem.message, "quotes" in problem.mend) == (3, True, True)


def test_a_comment_within_brackets_is_named_where_it_stands() -> None:
    [problem] = parse_yaml("a: 1\npeople: [{bio: a # b}, {bio: c}]\nd: 2\n").problems
    assert (problem.line, problem.mend) == (2, "put the text in which it stands in quotes")
    assert "a comment (`#`) inside { } or [ ] hides the rest of its line" in problem.message
    [problem] = parse_yaml("people: [{bio: a}  # a comment\n  {bio: c}]\n").problems
    assert "this is not YAML" in problem.message


def test_other_faults_keep_the_words_of_the_parser() -> None:
    [problem] = parse_yaml("a: {b: c: d}\n").problems
    assert "expected ',' or '}'" in problem.message
    assert "in quotes" in problem.mend


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("a: 1\nb: 'it goes on\nc: 1\nd: 2\n", 2, "the quote that opens here is not closed"),
        ('a: 1\nb:\n  c: "on\\\\"x\n', 3, "behind its closing quote"),
        ('a: 1\nb: "on and on\n---\n', 2, "the quote that opens here is not closed"),
        ('b: "C:\\data"\n', 1, "a backslash in double quotes begins an escape"),
        ('b: "\\x4"\n', 1, "a backslash in double quotes begins an escape"),
        ("a: 1\nb: one\ttwo\n", 2, "a tab stands in a text"),
    ],
)
def test_quotes_backslashes_and_tabs_are_told_where_they_stand(text: str, line: int, words: str) -> None:
    [problem] = parse_yaml(text).problems
    assert problem.line == line
    assert words in problem.message


def test_a_backslash_that_became_a_control_character_is_noted() -> None:
    [note] = parse_yaml('a: "one\\ntwo\\tthree"\nb: "the \\beta"\nc: \'the \\beta\'\n').notes
    assert (note.line, note.path) == (2, "b")
    assert "control character of the text (U+0008)" in note.message
    assert "two backslashes" in note.mend


@given(st.text(alphabet="ab:#@&*!%>|[]{}\"'- \n\t", max_size=40))
def test_any_file_is_read_or_refused(text: str) -> None:
    tree = parse_yaml(text)
    assert tree.problems or tree.value is None or isinstance(tree.value, dict | list | str | int | float | bool)


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("b: we met\n  # not today\n  and left\n", 2, "a line of comment (`#`) stands within a text"),
        ("b:\n  we met\n  # not today\n  and left\n", 3, "a line of comment (`#`) stands within a text"),
        ("m: {x: {provider: o, model: a #b}}\nr: {guard: {}}\nc: 1\n", 1, "a comment (`#`) inside { } or [ ]"),
    ],
)
def test_a_comment_that_ends_a_text_is_told_where_it_stands(text: str, line: int, words: str) -> None:
    [problem] = parse_yaml(text).problems
    assert problem.line == line
    assert words in problem.message


def test_a_fault_below_a_comment_between_keys_is_none_of_the_comment() -> None:
    [problem] = parse_yaml("a: 1\n# of b\nb: [1, 2\nc: 3\n").problems
    assert "comment" not in problem.message
