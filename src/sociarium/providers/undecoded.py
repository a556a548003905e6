"""Replies that a server hands on as the pieces of its tokenizer, which nobody said: `Good\u0120morning.\u010a`."""

from __future__ import annotations

import re

_BLANK = re.compile(r"\s")
_PIECES = re.compile(r"[a-z.,:;!?][\u0120\u010a]|\w\u2581\w")
"""Blanks and line ends as tokenizers over bytes write them, blanks as SentencePiece does. The first of them is a letter
of Maltese, too: a capital, which follows no small letter within a word."""
_LONGEST_QUOTE = 60


class UndecodedError(ValueError):
    """A reply is no text yet."""


def refuse_undecoded(text: str) -> str:
    """The text of a reply. Raises `UndecodedError` where its server did not decode it."""
    if _BLANK.search(text) or _PIECES.search(text) is None:
        return text
    raise UndecodedError(
        f"the server did not decode what the model wrote ({text[:_LONGEST_QUOTE]!r}); its tokenizer is at fault, not "
        "the model: another server, or another version of this one, serves it rightly"
    )
