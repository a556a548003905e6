"""Numbers and moments as the pages write them."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest

from sociarium.cli.display.output import duration as in_commands
from sociarium.viewer.labels import condition_text, roles
from sociarium.viewer.words import count_in_words, duration, moment, number, percent


@pytest.mark.parametrize(("value", "text"), [(0, "0"), (9224, "9,224"), (21_600_000, "21.6 M")])
def test_large_counts_get_separators_and_millions(value: int, text: str) -> None:
    assert number(value) == text


@pytest.mark.parametrize(
    ("value", "text"), [(0, "no runs"), (1, "one run"), (9, "nine runs"), (13, "13 runs"), (2400, "2,400 runs")]
)
def test_a_small_count_is_a_word(value: int, text: str) -> None:
    assert count_in_words(value, "run") == text


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0.4, "under 1 s"), (45, "45 s"), (600, "10 min"), (29_640, "8 h 14 min"), (0, "0 s")],
)
def test_a_duration_reads_alike_on_pages_and_in_commands(seconds: float, text: str) -> None:
    assert duration(seconds) == in_commands(seconds) == text


def test_what_is_not_all_is_never_a_hundred_percent() -> None:
    assert percent(99_999, 100_000) == "99.9 %"
    assert percent(5, 5) == "100 %"
    assert percent(0, 0) == "0 %"


def test_a_moment_is_told_by_how_far_it_is() -> None:
    now = datetime(2026, 11, 26, 12, 0, tzinfo=timezone(timedelta(0))).astimezone()
    assert moment(now.isoformat(), now) == f"{now:%H:%M}"
    assert moment((now - timedelta(days=1)).isoformat(), now).startswith("yesterday, ")
    assert moment((now - timedelta(days=5)).isoformat(), now) == "21 Nov"
    assert moment((now - timedelta(days=500)).isoformat(), now) == "14 Jul 2025"


def test_a_level_that_says_too_little_has_its_factor_with_it() -> None:
    condition = {"personality": "mild", "section.Oversight": "absent", "agents.prisoner": 2}
    assert condition_text(condition, list(condition)) == "mild, Oversight absent, prisoner 2"
    assert condition_text({}, []) == "the only condition"


def test_a_sixth_role_has_the_first_mark_again() -> None:
    assert [role.mark for role in roles("abcdef")] == ["r1", "r2", "r3", "r4", "r5", "r1"]
