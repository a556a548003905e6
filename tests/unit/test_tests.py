"""The house of the tests: what is shared has a place of its own."""

from __future__ import annotations

import re
from pathlib import Path

TESTS = Path(__file__).parents[1]
ELSEWHERE = re.compile(r"^from (tests\.(?!support\b|servers\b)[\w.]+) import", re.MULTILINE)


def test_what_test_modules_share_is_imported_from_support_and_servers_alone() -> None:
    """A helper in a test module is found by nobody, and fixtures come along with it unasked."""
    imports = {
        (path.relative_to(TESTS).as_posix(), module)
        for path in TESTS.rglob("*.py")
        for module in ELSEWHERE.findall(path.read_text(encoding="utf-8"))
        if module.rpartition(".")[2] != path.stem  # a program of a test may import the test's own module
    }
    assert imports == set()
