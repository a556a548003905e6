"""How many questions a new experiment has, as far as it is known."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import cast

import pytest

from sociarium.cli.hub.editor import Editor
from sociarium.cli.hub.first import question_count
from sociarium.cli.hub.steps import HubStep, StepCourse, run_steps


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


def headers(document: dict[str, object], steps: list[HubStep]) -> list[str]:
    """What stands above each question."""
    seen = []

    class Recorder:
        def __init__(self) -> None:
            self.document = document

        def resume_name(self, _names: object) -> None:
            return None

        @contextmanager
        def header(self, step: object) -> Iterator[None]:
            seen.append(str(step))
            yield

        @contextmanager
        def at(self, _name: object) -> Iterator[None]:
            yield

    run_steps(cast("Editor", Recorder()), steps, StepCourse("new question"))
    return seen


def test_a_count_is_about_until_the_question_that_decides_it_is_answered() -> None:
    document: dict[str, object] = {}

    def choose(_editor: object) -> bool:
        document["scale"] = True
        return True

    steps = [
        HubStep("name", lambda _: True),
        HubStep("kind", choose, decides=True),
        HubStep("from", lambda _: True, lambda one: "scale" in one),
    ]
    assert headers(document, steps) == [
        "new question · 1 of about 2",
        "new question · 2 of about 2",
        "new question · 3 of 3",
    ]
