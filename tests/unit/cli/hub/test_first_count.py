"""How many questions a new experiment has, as far as it is known."""

from __future__ import annotations

import pytest

from sociarium.cli.hub.first import question_count


@pytest.mark.parametrize(
    ("document", "count"),
    [
        ({}, (4, False)),
        ({"environment": "feed"}, (4, True)),
        ({"environment": "conversation"}, (6, False)),
        ({"environment": "conversation", "roles": {"tenant": {}}}, (6, True)),
        ({"environment": "conversation", "roles": {"tenant": {}, "landlord": {}}}, (7, True)),
    ],
)
def test_questions_are_counted_by_what_is_answered_so_far(document: dict[str, object], count: tuple[int, bool]) -> None:
    assert question_count(document, before=2) == count
    assert question_count(document, before=1) == (count[0] - 1, count[1])
