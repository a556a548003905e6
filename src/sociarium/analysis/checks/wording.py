"""Checks of what a message says, by its wording (English)."""

from __future__ import annotations

import re

from sociarium.analysis.checks.conversations import Conversation
from sociarium.analysis.text_words import comparable_text

_OPENING = 300
"""Folded characters within which a refusal or a plan stands, if it is the model's own."""

_UNABLE = (
    r"i(?:'m| am)?(?: really| truly)? "
    r"(?:can't|cannot|can not|won't|will not|(?:not |un)able to|must decline to|have to decline to)"
)
_TASK = (
    r"(?: \w+)? (?:assist|help (?:you )?with (?:that|this|your)|comply|fulfill?|engage in|participate in|provide|"
    r"generate|create|write|role-?play|"
    r"continue (?:with )?(?:this|the) (?:conversation|role|scenario|request|simulation))"
)
_REFUSAL = re.compile(
    rf"{_UNABLE}{_TASK}\b"
    r"|\bas an (?:ai|artificial intelligence)\b|\bas a (?:large )?language model\b|\bi'm (?:just )?an ai\b"
    r"|\bagainst my (?:guidelines|programming|policy|policies)\b|\bi must (?:respectfully )?decline\b"
    r"|\bmy (?:content|safety|usage) (?:guidelines|policy|policies)\b"
)
_STAGE = r"(?:experiment|simulation|conversation|role-?play|scenario|exercise|study|session|discussion)"
_END = re.compile(
    rf"\b(?:end|conclusion) of (?:the|this|our) {_STAGE}\b"
    rf"|\b{_STAGE} (?:is|has|has been|is now|has now) (?:over|ended|concluded|complete|completed|finished)\b"
    rf"|\bthis (?:concludes|ends) (?:the|this|our) {_STAGE}\b"
    r"|\bthank you for (?:participating|taking part|your participation)\b"
    rf"|\[(?:end|fin|end of {_STAGE}|{_STAGE} (?:ends|ended|over))\]|\*end(?: of {_STAGE})?\*"
)
_THINKING_MARKS = re.compile(
    r"</?(?:think|thinking|thought|reasoning|scratchpad|analysis)>|<\|(?:channel|start_thinking|begin_of_thought)\|>"
    r"|\u25c1/?think\u25b7|<seed:think>"
)
_PLAN = re.compile(
    r"^(?:(?:okay|ok|alright|hmm|so|well|right),? )*"
    r"(?:the user (?:wants|is asking|asks|has asked|asked|wrote|said|just)"
    r"|we need to (?:respond|produce|answer|write|reply)"
    r"|i (?:need|have|should|am supposed|'m supposed)(?: to)? (?:respond|reply|answer|write|continue)"
    r" (?:as|with|in character)"
    r"|let me (?:think|figure out) (?:about |through )?(?:how|what)[^.]{0,60}(?:respond|reply|say|answer|write))"
)


def refuses(conversation: Conversation, at: int) -> bool:
    """The model, not the person it plays, declines."""
    message = conversation.messages[at]
    return "refused" in message.flags or bool(_REFUSAL.search(comparable_text(message.content)[:_OPENING]))


def announces_end(conversation: Conversation, at: int) -> bool:
    """Steps out of the story to close it."""
    return bool(_END.search(comparable_text(conversation.messages[at].content)))


def leaks_thinking(conversation: Conversation, at: int) -> bool:
    """What was thought stands in what was said."""
    text = comparable_text(conversation.messages[at].content)
    return bool(_THINKING_MARKS.search(text)) or bool(_PLAN.match(text[:_OPENING]))
