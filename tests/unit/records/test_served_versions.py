"""Digests are held against digests, and names against names."""

from __future__ import annotations

import pytest

from sociarium.records.served_versions import is_other_version

A, B = "a" * 64, "sha256:" + "b" * 64


@pytest.mark.parametrize(
    ("known", "digest", "name", "is_other"),
    [
        ({A}, A, "m", False),
        ({A}, B, "m", True),
        ({A}, None, "m", False),
        ({A}, None, None, False),
        ({A, "m"}, B, "m", True),
        ({A, "m"}, None, "n", True),
        ({"m"}, A, "m", False),
        ({"m"}, A, None, False),
        ({"m"}, A, "n", True),
        ({"m"}, None, "n", True),
        ({"m"}, "", "m", False),
        ({"c0ffee"}, "c0ffee", "m", False),
        ({"c0ffee"}, "facade", "m", True),
        ({"c0ffee"}, "facade", None, True),
    ],
)
def test_another_version_is_one_that_differs_in_what_both_tell(
    known: set[str], digest: str | None, name: str | None, is_other: bool
) -> None:
    assert is_other_version(known, digest=digest, name=name) is is_other
