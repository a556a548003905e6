"""Reading in a terminal: two runs side by side, a person, a thread, and what is longer than the screen."""

from __future__ import annotations

import re
from typing import Any

import pytest

from tests.support.definitions import small_feed
from tests.support.documented_screens import SIZES, compare_screen
from tests.support.played_stores import two_days
from tests.support.program import Program
from tests.support.sweep_processes import embedded
from tests.support.watched_terminal import Screen

PROBES = "[{name: mood, at: [start, each_day], ask: How?, answer: {choices: [good, bad]}}]"
PEOPLE = """
  - {handle: ada, name: "Ada Lovelace 🦊", bio: "متشككة", persona: {trade: painter, temper: calm}, follows: [bob]}
  - {handle: bob, name: "Bartholomew Maximilian von und zu Hohenzollern-Sigmaringen the Younger", follows: [ada]}
  - {handle: kai, name: 田中太郎, follows: [ada, bob]}"""


@pytest.fixture
def conversations(program: Program) -> tuple[Program, str, str]:
    """A program, and two runs of it that differ in their length and first speaker."""
    program.environment.update(SOCIARIUM_STORE=embedded(program.folder), SOCIARIUM_USER="ada")
    assert program("run", program.file(two_days()), "--concurrency", "1").code == 0
    rows = program("list", "runs", "--json").json
    first, second = (
        next(row["run"] for row in rows if row["replicate"] == 1 and row["condition"] == condition)
        for condition in (
            {"messages": 4, "days": 2, "first_speaker": "guard"},
            {"messages": 6, "days": 2, "first_speaker": "prisoner"},
        )
    )
    return program, first, second


@pytest.fixture
def feed(program: Program) -> tuple[Program, list[str]]:
    """A program, and the runs of two replicates of a feed."""
    program.environment.update(SOCIARIUM_STORE=embedded(program.folder), SOCIARIUM_USER="ada")
    text = small_feed(people=PEOPLE, probes=PROBES, sweep="{replicates: 2}")
    assert program("run", program.file(text)).code == 0
    rows = sorted(program("list", "runs", "--json").json, key=lambda row: row["replicate"])
    return program, [row["run"] for row in rows]


def screen_of(program: Program, *arguments: str, size: tuple[int, int] = (80, 24), rows: int = 300) -> list[str]:
    """All that a command shows on a terminal of a width, without blank ends."""
    terminal = program.terminal(*arguments, columns=size[0], rows=rows)
    screen = Screen(terminal, size[0], rows)
    assert screen.ends() == 0
    return screen.lines


def text_of(lines: list[str]) -> str:
    return "\n".join(lines).strip("\n") + "\n"


TIMES = [
    (re.compile(r"\b\d\d-\d\d \d\d:\d\d\b"), "11-26 12:00"),
    (re.compile(r"\b\d{4}-\d\d-\d\d \d\d:\d\d\b"), "2026-11-26 12:00"),
    # A longer time may take another line.
    (re.compile(r"(?<= UTC)\s\([^)]*\)\.\s([\d,]+)\s"), r" (under 1 s). \1 "),
]
"""What differs from one start to the next, and what stands for it."""


@pytest.mark.parametrize("size", SIZES, ids=str)
def test_lists_results_and_the_state_of_a_sweep_are_as_the_docs_show_them(
    conversations: tuple[Program, str, str], size: tuple[int, int]
) -> None:
    program, *_ = conversations
    pages = {"list": ("list", "runs"), "results": ("results", "Two days"), "status": ("status",)}
    for name, arguments in pages.items():
        text = text_of(screen_of(program, *arguments, size=size))
        for pattern, instead in TIMES:
            text = pattern.sub(instead, text)
        compare_screen(name, size, text)


@pytest.mark.parametrize("size", SIZES, ids=str)
def test_two_conversations_stand_side_by_side(conversations: tuple[Program, str, str], size: tuple[int, int]) -> None:
    program, first, second = conversations
    lines = screen_of(program, "compare", first, second, size=size)
    compare_screen("compare", size, text_of(lines))
    text = text_of(lines)
    assert text.count("Opening: Start.") == text.count("The bell rings.") == 1
    assert re.search(r"^1\.1 +Guard_\d+: .*│ Prisoner_\d+: ", text, re.MULTILINE)
    assert re.search(r"^messages +4 +6$", text, re.MULTILINE)


def test_below_seventy_columns_one_stands_under_the_other(conversations: tuple[Program, str, str]) -> None:
    program, first, second = conversations
    lines = screen_of(program, "compare", first, second, size=(60, 24))
    assert not any("│" in line for line in lines)
    assert any(line.startswith("1.1 < Guard_") for line in lines)
    assert any(line.startswith("    > Prisoner_") for line in lines)


def test_piped_a_turn_is_a_line_for_each_run_and_one_for_both(conversations: tuple[Program, str, str]) -> None:
    program, first, second = conversations
    out = program("compare", first, second).out
    assert "\x1b" not in out
    turns = [line for line in out.splitlines() if re.match(r"(\d\.\d|–) [=<>] ", line)]
    assert turns[0] == "– = Opening: Start."
    assert sum(line.startswith("1.1 ") for line in turns) == 2
    assert next(line for line in turns if line.startswith("2.3")) == "2.3 < –"


def test_json_has_both_heads_what_differs_and_every_turn(conversations: tuple[Program, str, str]) -> None:
    program, first, second = conversations
    document: dict[str, Any] = program("compare", first, second, "--json").json
    assert (document["left"]["run"], document["right"]["run"]) == (first, second)
    shown = program("show", first, "--json").json
    assert document["left"] == {name: shown[name] for name in document["left"]}
    assert {"factor": "messages", "left": "4", "right": "6"} in document["differing"]
    assert document["shared"]["days"] == "2"
    said = [(turn["day"], turn["index"], turn["left"]["content"]) for turn in document["turns"]
            if turn["left"] and turn["left"]["kind"] == "messages"]  # fmt: skip
    assert said == [(one["day"], one["index"], one["content"]) for one in shown["messages"]]
    assert next(turn["left"] for turn in document["turns"] if (turn["day"], turn["index"]) == (2, 3)) is None


def test_feeds_are_compared_day_by_day_in_counts(feed: tuple[Program, list[str]]) -> None:
    program, (first, second) = feed
    days = program("compare", first, second, "--json").json["days"]
    shown = program("show", second, "--json", "--exposures").json
    assert [day["day"] for day in days] == [1, 2]
    kinds = {"posts": "post", "replies": "reply", "quotes": "quote", "reposts": "repost"}
    for day in days:
        for name, kind in kinds.items():
            posts = [post for post in shown["posts"] if (post["day"], post["kind"]) == (day["day"], kind)]
            assert day["right"][name] == len(posts)
        seen = [one for one in shown["exposures"] if one["day"] == day["day"]]
        assert day["right"]["exposures"] == len(seen) > 0
    assert re.search(r"^ +1 +exposures +\d+ +\d+ +", program("compare", first, second).out, re.MULTILINE)


def test_runs_of_two_kinds_are_refused(feed: tuple[Program, list[str]]) -> None:
    program, (run, _) = feed
    program("run", program.file(two_days(), "talk.yaml"), "--limit", "1")
    talk = next(row["run"] for row in program("list", "runs", "--json").json if row["title"] == "Two days")
    answered = program("compare", run, talk)
    assert answered.code == 2
    assert "is a feed" in answered.err
    assert "compare two conversations, or two feeds" in answered.err
    assert program("show", talk, "--person", "ada").code == 2


@pytest.mark.parametrize("size", SIZES, ids=str)
def test_a_person_has_what_they_saw_judged_and_did(feed: tuple[Program, list[str]], size: tuple[int, int]) -> None:
    program, (run, _) = feed
    lines = screen_of(program, "show", run, "--person", "@kai", size=size)
    compare_screen("person", size, text_of(lines))
    text = text_of(lines)
    assert "@kai 田中太郎" in text
    assert "policy" not in text
    assert re.search(r"saw @(ada Ada Lovelace|bob Bartholomew)", text)
    assert re.search(r"like\s+\d\.\d\d[>≤]\d\.\d\d", text)


def test_a_reaction_that_was_drawn_stands_with_its_probability_and_its_draw(feed: tuple[Program, list[str]]) -> None:
    program, runs = feed
    reactions = 0
    for run, handle in [(run, handle) for run in runs for handle in ("ada", "bob", "kai")]:
        seen = program("show", run, "--person", handle, "--json").json["seen"]
        text = " ".join(program("show", run, "--person", handle).out.split())
        for one in seen:
            for kind in one["drawn"]:
                reactions += 1
                assert f"{kind} {one['probabilities'][kind]:.2f}>{one['draws'][kind]:.2f}" in text
            for kind in {*one["draws"]} - {*one["drawn"]}:
                assert f"{kind} {one['probabilities'][kind]:.2f}≤{one['draws'][kind]:.2f}" in text
    assert reactions


def test_json_of_a_person_has_every_sight_with_probability_and_draw(feed: tuple[Program, list[str]]) -> None:
    program, (run, _) = feed
    shown = program("show", run, "--json", "--exposures").json
    person = program("show", run, "--person", "ada", "--json").json
    assert person["person"] == next(one for one in shown["people"] if one["handle"] == "ada")
    seen = [(one["post"], one["day"], one["rank"], one["list"]) for one in person["seen"]]
    assert seen == [(one["post"], one["day"], one["rank"], one["list"]) for one in shown["exposures"]
                    if one["person"] == "ada"]  # fmt: skip
    for one in person["seen"]:
        drawn = [kind for kind, draw in one["draws"].items() if draw < one["probabilities"][kind]]
        assert sorted(drawn) == sorted(one["drawn"])
    assert [day["day"] for day in person["days"]] == [0, 1, 2]


@pytest.mark.parametrize("size", SIZES, ids=str)
def test_a_thread_has_its_replies_and_who_saw_it(feed: tuple[Program, list[str]], size: tuple[int, int]) -> None:
    program, (run, _) = feed
    posts = program("show", run, "--json").json["posts"]
    reply = next(post for post in posts if post["kind"] in {"reply", "quote"})
    lines = screen_of(program, "show", run, "--thread", reply["id"], size=size)
    compare_screen("thread", size, text_of(lines))
    thread = program("show", run, "--thread", reply["id"], "--json").json
    assert thread["post"] == reply["id"]
    assert thread["thread"][0]["parent"] is None
    assert reply["id"] in [post["id"] for post in thread["thread"]]
    assert sum("◂ this one" in line for line in lines) == 1


@pytest.mark.parametrize(
    ("option", "mend"), [(("--person", "adda"), "did you mean ada"), (("--thread", "p1x"), "did you mean p1")]
)
def test_a_wrong_handle_or_post_gets_a_proposal(
    feed: tuple[Program, list[str]], option: tuple[str, str], mend: str
) -> None:
    program, (run, _) = feed
    answered = program("show", run, *option)
    assert answered.code == 2
    assert mend in answered.err


def test_private_answers_are_a_table_of_people_by_moment(feed: tuple[Program, list[str]]) -> None:
    program, (run, _) = feed
    out = program("show", run).out
    assert re.search(r"^who +start +day 1 +day 2$", out, re.MULTILINE)
    assert re.search(r"^@kai 田中太郎 +(good|bad) +(good|bad) +(good|bad)$", out, re.MULTILINE)


def test_what_is_longer_than_the_screen_is_searched_in_less(conversations: tuple[Program, str, str]) -> None:
    program, first, second = conversations
    terminal = program.terminal("compare", first, second, columns=80, rows=12, PAGER="")
    screen = Screen(terminal, 80, 12)
    screen.shows("differs")
    screen.presses("/Day 2\r")
    screen.shows("Day 2")
    screen.presses("q")
    assert screen.ends() == 0


def test_without_less_there_is_a_pager_all_the_same(conversations: tuple[Program, str, str]) -> None:
    program, first, second = conversations
    terminal = program.terminal("compare", first, second, columns=80, rows=12, PAGER="", PATH="/nowhere")
    screen = Screen(terminal, 80, 12)
    screen.shows("lines 1 to 10")
    screen.presses("q")
    assert screen.ends() == 0


@pytest.mark.parametrize(
    ("options", "pager", "rows"), [(("--no-pager",), "", 12), ((), "cat", 12), ((), "", 200), (("--json",), "", 12)]
)
def test_nothing_is_paged_that_fits_or_is_not_to_be(
    conversations: tuple[Program, str, str], options: tuple[str, ...], pager: str, rows: int
) -> None:
    program, first, second = conversations
    terminal = program.terminal("compare", first, second, *options, columns=80, rows=rows, PAGER=pager)
    screen = Screen(terminal, 80, rows)
    assert screen.ends() == 0
    assert screen.written.count("Summary of day 1") >= 1
