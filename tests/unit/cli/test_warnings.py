"""Warnings can be read on light and on dark terminals."""

from __future__ import annotations

import pytest

from sociarium.cli.display.output import words


@pytest.mark.parametrize("text", ["! one wording a level", "  ! 12 runs have a flag"])
def test_of_a_warning_only_the_sign_is_yellow(text: str) -> None:
    drawn = words(text, "yellow")
    assert drawn.plain == text
    assert not drawn.style
    assert [(text[span.start : span.end], span.style) for span in drawn.spans] == [("!", "bold yellow")]


def test_other_texts_have_the_style_that_is_asked_for() -> None:
    assert words("[trimmed]", "yellow").style == "yellow"
    assert words("! failed", "red").style == "red"
