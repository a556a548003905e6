"""What says something and what does not, whatever stands in a text."""

from __future__ import annotations

import pytest

from sociarium.environments.structured_output import has_words


@pytest.mark.parametrize(
    "text",
    ["", " \n", "\u200b", "\ufeff\u2060", "\u00a0", "**", "* * *", "</s>", "<|im_end|>", "`` `", "[/INST]",
     "\u00a0\u2003", "\u3000", "\u00ad\u200d", "\ufe0f", "\u2800", "\u3164", "\x00\x1b", "---", "> ",
     "\u200b**\u2060</s>", "</S>", "<<SYS>>", "<\uff5cend\u2581of\u2581sentence\uff5c>", "<|im_start|>assistant\n",
     "<start_of_turn>model\n", '""', "''", "\u201c\u201d", "\u00ab \u00bb", "()", "{}", "[ ]", '"**"'],
)  # fmt: skip
def test_blanks_invisible_characters_markup_and_tokens_say_nothing(text: str) -> None:
    assert not has_words(text)


@pytest.mark.parametrize(
    "text",
    ["No.", "7", "?!", "...", "\U0001f44d", "**Yes**", "<|im_end|>Yes", "\u4f60", "-1",
     "\U0001f44d\ufe0f", "\U0001fae9", "\ue000", "<|im_start|>assistants?", "\u0e2b\u0e49", "<sigh>", "\u200bNo",
     ":)", '"No"', "(...)"],
)  # fmt: skip
def test_any_sign_that_can_be_read_says_something(text: str) -> None:
    assert has_words(text)
