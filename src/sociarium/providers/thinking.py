"""Thinking that a model writes into its text, told from what it says."""

from __future__ import annotations

_OPEN, _CLOSE = "<think>", "</think>"


def split_thinking(text: str, thinking: str = "") -> tuple[str, str]:
    """What is said, and what was thought.

    A block that begins the text is thought; so is what stands before a lone closing tag, where the prompt's template
    wrote the opening one; and all of a text that was cut within the block.

    Args:
        thinking: what the server has told apart already.
    """
    head = text.lstrip()
    if head.startswith(_OPEN):
        inner, closed, speech = head[len(_OPEN) :].partition(_CLOSE)
    elif _CLOSE in text and _OPEN not in text.partition(_CLOSE)[0]:
        inner, closed, speech = text.partition(_CLOSE)
    else:
        return text, thinking
    thought = "\n\n".join(part for part in (thinking.strip(), inner.strip()) if part)
    return (speech.lstrip() if closed else ""), thought
