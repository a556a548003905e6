"""What is counted in a post or message, of agents and of people alike."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

WINDOW = 20
"""Words of a window; lexical diversity depends on length, and within windows of one length it does not."""

_WORD = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")
_LINK = re.compile(r"https?://|www\.", re.IGNORECASE)


def distinct_words(text: str) -> float | None:
    """Mean share of distinct words in windows (MATTR; Covington and McFall 2010, J Quant Linguist 17, 94).

    Returns:
        None for a text that is shorter than a window.
    """
    tokens = [word.casefold() for word in _WORD.findall(text)]
    if len(tokens) < WINDOW:
        return None
    windows = [len(set(tokens[start : start + WINDOW])) for start in range(len(tokens) - WINDOW + 1)]
    return sum(windows) / len(windows) / WINDOW


FEATURES: Mapping[str, Callable[[str], float | None]] = {
    "words": lambda text: float(len(text.split())),
    "characters": lambda text: float(len(text)),
    f"distinct words in {WINDOW}": distinct_words,
    "with a link": lambda text: float(bool(_LINK.search(text))),
    "with a hashtag": lambda text: float(bool(re.search(r"(?<!\w)#\w", text))),
    "with a question": lambda text: float("?" in text),
}
"""What a text is brought to: name -> number, None where a text has none."""
