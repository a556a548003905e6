"""The page of faults names a test for each of them, and the tests are there."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "reliability.md"
_DEFINED = re.compile(r"^(?:async )?def (test_\w+)", re.MULTILINE)


def rows() -> list[list[str]]:
    """The rows of the page's tables, without their heads."""
    lines = [line for line in PAGE.read_text(encoding="utf-8").splitlines() if line.startswith("| ")]
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
    return [row for row in cells if row[0] != "what happens"]


def defined() -> set[str]:
    """Names of all tests."""
    files = (ROOT / "tests").rglob("test_*.py")
    return {name for file in files for name in _DEFINED.findall(file.read_text(encoding="utf-8"))}


def test_each_fault_has_tests_that_exist() -> None:
    there, matrix = defined(), rows()
    assert len(matrix) >= 25
    for what, does, tests in matrix:
        names = re.findall(r"`(test_\w+)`", tests)
        assert does, f"nothing is said of what is done: {what}"
        assert names, f"no test is named: {what}"
        assert not set(names) - there, f"no such test: {what}: {sorted(set(names) - there)}"


def test_each_test_of_the_weather_stands_on_the_page() -> None:
    page = PAGE.read_text(encoding="utf-8")
    files = [*(ROOT / "tests").rglob("test_weather.py"), *(ROOT / "tests").rglob("test_store_weather.py")]
    names = {name for file in files for name in _DEFINED.findall(file.read_text(encoding="utf-8"))}
    assert len(files) == 3
    assert not {name for name in names if f"`{name}`" not in page}
