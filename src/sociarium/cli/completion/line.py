"""A command line as shells hand it over, and words as they want them back."""

from __future__ import annotations

import re
from dataclasses import dataclass

_SPECIAL = re.compile(r"([^\w@%+./,:=-])", re.ASCII)
_IN_DOUBLE_QUOTES = re.compile(r'(["$`\\])')


@dataclass(frozen=True, slots=True)
class CommandLine:
    """The words before the cursor.

    Attributes:
        before: whole words, without their quotes.
        typed: the word at the cursor, without its quotes.
        raw: that word as it was typed.
        quote: the quote that is open at the cursor; empty for none.
    """

    before: tuple[str, ...]
    typed: str
    raw: str
    quote: str


def read_line(text: str) -> CommandLine:
    """The words of a line up to the cursor, as bash reads them; quotes may be open, and nothing is expanded."""
    words: list[str] = []
    typed, start, quote = "", 0, ""
    has_word, is_escaped = False, False
    for position, sign in enumerate(text):
        if is_escaped:
            keeps = quote == '"' and sign not in '"$`\\'
            typed, is_escaped = typed + ("\\" if keeps else "") + sign, False
        elif sign == "\\" and quote != "'":
            is_escaped = True
            start, has_word = (start if has_word else position), True
        elif quote:
            typed, quote = (typed, "") if sign == quote else (typed + sign, quote)
        elif sign in "'\"":
            quote = sign
            start, has_word = (start if has_word else position), True
        elif sign.isspace():
            if has_word:
                words.append(typed)
            typed, has_word = "", False
        else:
            start, has_word = (start if has_word else position), True
            typed += sign
    return CommandLine(tuple(words), typed, text[start:] if has_word else "", quote)


def bash_word(value: str, line: CommandLine, breaks: str) -> str:
    """A word as bash puts it in the place of the one at the cursor.

    Args:
        breaks: signs at which bash begins a new word outside quotes (COMP_WORDBREAKS).
    """
    if line.quote:
        return value if line.quote == "'" else _IN_DOUBLE_QUOTES.sub(r"\\\1", value)
    # Bash completes only what stands after the last of these signs.
    cut = max((line.raw.rfind(sign) for sign in "=:" if sign in breaks), default=-1) + 1
    done = read_line(line.raw[:cut]).typed if cut else ""
    rest = value.removeprefix(done)
    return _SPECIAL.sub(r"\\\1", rest)
