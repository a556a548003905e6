"""Messages about a file, said again for people who see no file."""

from __future__ import annotations

import re
from collections.abc import Callable

from sociarium.editing.document import Document
from sociarium.editing.words import key_words, slot_words
from sociarium.experiment.conversation.validation import MOST_AGENTS

Rewrite = Callable[[Document, re.Match[str]], str]
_MESSAGES: list[tuple[str, Rewrite]] = [
    (r"'(.+)' is missing", lambda _, m: f"the {key_words(m[1]) or 'text'} is missing"),
    (r"`(\w+)` is missing", lambda _, m: f"the {key_words(m[1])} is missing"),
    (r"there is no '(.+)' to (?:vary|set)", lambda d, m: f"“{slot_words(d, m[1])}” is not there to be compared"),
    (r"'(.+)' is not a factor of this sweep", lambda d, m: f"“{slot_words(d, m[1])}” is not compared"),
    (r"'(.+)' is not a level of (.+)",
     lambda d, m: f"“{m[1]}” is not compared in “{slot_words(d, m[2])}”"),
    (r"'(.+)' takes plain levels", lambda d, m: f"“{slot_words(d, m[1])}” cannot be the name of a group of settings"),
    (r"(.+) is set by '(.+)' already",
     lambda d, m: f"“{slot_words(d, m[1])}” is compared twice, also as “{slot_words(d, m[2])}”"),
    (r"[^:]+: '(.*)' is not one of its levels", lambda _, m: f"there is no “{m[1]}” to compare"),
    (r"[^:]+: the text has no variants", lambda _, _m: "the text has one version only, and is compared"),
    (r"[^:]+: (.+) does not fit \w+: (.+)", lambda _, m: f"{m[1]} cannot be used: {m[2]}"),
    (r"\w[\w.]*: (.+)", lambda _, m: m[1]),
    (r"the factor has no levels", lambda _, _m: "nothing is chosen to be compared"),
    (r"the level '(.+)' stands twice", lambda _, m: f"“{m[1]}” stands twice"),
    (r"a level that sets several things needs a name", lambda _, _m: "a group of settings needs a name"),
    (r"`messages` and `messages_per_day` cannot both stand",
     lambda _, _m: "messages are counted both in all and by day; keep one of them"),
    (r"`sweep` and `sweeps` cannot both stand", lambda _, _m: "there are two lists of what is compared"),
    (r"an empty exclusion would leave out everything",
     lambda _, _m: "it names nothing, and would leave out everything"),
    (r"`context` is missing, and without it Ollama cuts long prompts in silence",
     lambda _, _m: "its context is missing; without it Ollama cuts long prompts in silence"),
    (r"a section is either shared or private",
     lambda _, _m: "either all read the same, or each role its own"),
    (r"there are no people", lambda _, _m: "nobody is there yet"),
    (r"this is not one of .+", lambda _, _m: "it has a value that is not among the possible ones"),
    (r"unknown key '(.+)'", lambda _, m: f"“{m[1]}” means nothing here"),
    (r"this should have keys and values|this should be a list|this is not text",
     lambda _, _m: "it has the wrong shape"),
    (r"there is no environment '(.+)'", lambda _, m: f"“{m[1]}” is no kind of experiment"),
    (r"a policy without `match` finds no posts", lambda _, _m: "the content policy has no words that find posts"),
    (r"the archive .+ cannot be read: .+", lambda _, _m: "the archive is not read yet: open it"),
    (r"a condition has (\w+) agents",
     lambda _, m: f"one conversation would have {m[1]} agents; it can have 1 to {MOST_AGENTS}"),
    (r"this is empty", lambda _, _m: "it is empty"),
    (r"the first section is '(.+)'", lambda _, m: f"“{m[1]}” stands where the starting prompt belongs"),
]  # fmt: skip
_CODE = re.compile(r"[`{}]|\w\[|\b\w+_\w+|\b\w+\.\w+|\b[a-z]+: ")
_OWN_WORDS = re.compile(r"'[^']*'|“[^”]*”|<[^<>]*>|https?://\S+|\d[\d.]*")
"""What people wrote themselves is theirs, whatever it looks like."""
UNSAYABLE = "it cannot be used as it is"


def plain_message(document: Document, message: str) -> str:
    """A message without the language of files; empty where it cannot be said without."""
    for pattern, rewrite in _MESSAGES:
        if match := re.fullmatch(pattern, message, flags=re.DOTALL):
            message = rewrite(document, match)
            break
    return "" if _CODE.search(_OWN_WORDS.sub("", message)) else message
