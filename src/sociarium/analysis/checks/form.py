"""Checks of a message's form: is anything said, by whom, and was it said before?"""

from __future__ import annotations

import re

from sociarium.analysis.checks.conversations import Conversation
from sociarium.analysis.text_words import comparable_text, word_runs, words
from sociarium.environments.structured_output import has_words

ECHO_WORDS = 12
REPEATED_WORDS = 3
LEAST_WORDS = 6
ALIKE = 0.8

_MARKS = " \t\n*_`~#>\"'()[]<>{}:.,!?\u2014-"
_LONGEST_NAME = 80
_NUMBER = re.compile(r"_?\d+$")


def is_empty(conversation: Conversation, at: int) -> bool:
    """Nothing said."""
    message = conversation.messages[at]
    return "empty" in message.flags or not has_words(message.content)


def is_name_only(conversation: Conversation, at: int) -> bool:
    """Nothing but a participant's name or role."""
    message = conversation.messages[at]
    if "name_only" in message.flags:
        return True
    text = comparable_text(message.content).strip(_MARKS)
    names = conversation.others(message) | {message.speaker.casefold(), message.role.casefold()}
    return bool(text) and (text in names or _NUMBER.sub("", text) in names)


def switches_role(conversation: Conversation, at: int) -> bool:
    """A line begins as somebody else's speech."""
    message = conversation.messages[at]
    others = conversation.others(message)
    own = {message.speaker.casefold(), message.role.casefold()}
    for line in message.content.splitlines():
        # By hand, since a pattern that allows marks before and after a name is slow in hostile text.
        head, colon, _ = line[: _LONGEST_NAME + 1].partition(":")
        name = comparable_text(head).strip(_MARKS) if colon else ""
        if name in own:
            continue
        if name in others or (_NUMBER.search(name) and _NUMBER.sub("", name) in others):
            return True
    return False


def echoes_prompt(conversation: Conversation, at: int) -> bool:
    """Words of the prompt, given back."""
    message = conversation.messages[at]
    if "echoed" in message.flags:
        return True
    if not message.prompt:
        return False
    runs_of_words = word_runs(message.content, ECHO_WORDS) & word_runs(message.prompt, ECHO_WORDS)
    # A prompt holds the conversation so far: to quote another participant is no echo of instructions.
    earlier = (word_runs(one.content, ECHO_WORDS) for one in conversation.messages[:at])
    return bool(runs_of_words) and bool(runs_of_words.difference(*earlier))


def repeats_itself(conversation: Conversation, at: int) -> bool:
    """Nearly an earlier message of the same speaker."""
    message = conversation.messages[at]
    if "repeated" in message.flags:
        return True
    if len(words(message.content)) < LEAST_WORDS:
        return False
    own = word_runs(message.content, REPEATED_WORDS)
    for one in conversation.messages[:at]:
        if one.speaker == message.speaker:
            other = word_runs(one.content, REPEATED_WORDS)
            # Texts of sizes too different cannot be alike, and most are told apart by that.
            if min(len(own), len(other)) < ALIKE * max(len(own), len(other)):
                continue
            both = len(own & other)
            if both >= ALIKE * (len(own) + len(other) - both):
                return True
    return False


def is_cut(conversation: Conversation, at: int) -> bool:
    """Ended by the limit of tokens."""
    return "token_limit" in conversation.messages[at].flags
