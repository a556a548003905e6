"""What chat templates put around messages; some servers leave it in the text."""

from __future__ import annotations

import re

from sociarium.experiment.prompts.code_spans import CodeSpans
from sociarium.ports.model import ModelReply

_HEAD = r"(?:<\|(?:im_start|start_header_id|start|start_of_role)\|>|<start_of_turn>)"
_ROLE = r"(?:system|user|assistant|model|tool)"
_END = (
    r"<\|(?:im_end|eot_id|end|endoftext|end_of_text|eom_id|return|end_of_turn|END_OF_TURN_TOKEN|user|assistant|system)\|>"
    r"|<[|\uff5c]end\u2581of\u2581sentence[|\uff5c]>|<(?:eos|end_of_turn)>|</s>(?=\s{0,8}(?:\Z|<|\[))"
)
TOKEN = re.compile(
    rf"{_HEAD}\s{{0,8}}{_ROLE}?\b"
    r"|<[|\uff5c][^|\uff5c<>]{0,40}[|\uff5c]>|</?s>|\[/?INST\]|<</?SYS>>"
    r"|<(?:bos|eos|pad|unk|end_of_turn|start_of_turn)>",
    re.IGNORECASE,
)
"""Any of them, for texts that hold nothing else."""
_LEADING = re.compile(
    rf"\s*+(?:{_HEAD}\s{{0,8}}(?:{_ROLE}\b)?(?:<\|(?:end_header_id|end_of_role|message)\|>)?"
    r"|<[|\uff5c][^|\uff5c<>]{0,40}[|\uff5c]>|<s>(?!.{0,400}</s>.)|\[/?INST\]|<</?SYS>>|<(?:bos|pad|unk|eos)>)",
    re.IGNORECASE,
)
_TURN_ENDS = re.compile(rf"{_END}|{_HEAD}|\[/?INST\]|<</?SYS>>", re.IGNORECASE)
_WITHIN = re.compile(r"<[|\uff5c][^|\uff5c<>]{1,40}[|\uff5c]>|<(?:bos|pad|unk)>", re.IGNORECASE)


def spoken_words(reply: ModelReply) -> tuple[str, bool]:
    """What a reply says without a template's tokens, and whether there were any; those that the port knew count."""
    text, cut = without_tokens(reply.text)
    return text, cut or bool(reply.after_turn)


def without_tokens(text: str) -> tuple[str, bool]:
    """A text without a template's tokens, and whether there were any.

    Where a token ends the turn, or begins another one, the rest is no part of it. Tokens in quoted code are text, and
    so are the tags of struck-out words.
    """
    if TOKEN.search(text) is None:
        return text, False
    begin = 0
    while match := _LEADING.match(text, begin):
        begin = match.end()
    rest = text[begin:]
    spans = CodeSpans(rest)
    end = next((match.start() for match in _TURN_ENDS.finditer(rest) if match.start() not in spans), None)
    speech = rest if end is None else rest[:end]
    plain = _WITHIN.sub(lambda match: match[0] if match.start() in spans else "", speech)
    if begin == 0 and end is None and plain == speech:
        return text, False
    return plain.strip(), True
