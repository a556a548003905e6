"""What says something and what does not, whatever stands in a text."""

from __future__ import annotations

import pytest

from sociarium.environments.structured_output import has_words


@pytest.mark.parametrize(
    "text",
    ["", " \n", "\u200b", "\ufeff\u2060", "\u00a0", "**", "* * *", "</s>", "<|im_end|>", "`` `", "[/INST]"],
)
def test_blanks_invisible_characters_markup_and_tokens_say_nothing(text: str) -> None:
    assert not has_words(text)


@pytest.mark.parametrize("text", ["No.", "7", "?!", "...", "\U0001f44d", "**Yes**", "<|im_end|>Yes", "\u4f60", "-1"])
def test_any_sign_that_can_be_read_says_something(text: str) -> None:
    assert has_words(text)
