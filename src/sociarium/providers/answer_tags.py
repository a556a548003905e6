"""What stands around an answer beside thinking: a head and an end of the turn that a server left in, and tags."""

from __future__ import annotations

import re

_ANSWER = re.compile(
    r"<(answer|response|output|final|final_answer)>(?P<xml>(?:(?!</\1>\Z).)*+)(?:</\1>)?"
    r"|<\|START_RESPONSE\|>(?P<cohere>.*?)(?:<\|END_RESPONSE\|>)?"
    r"|<\|begin_of_solution\|>(?P<sky>.*?)(?:<\|end_of_solution\|>)?",
    re.DOTALL | re.IGNORECASE,
)
"""Around what is said after thinking."""
_TURN_END = re.compile(
    r"(?:<\|(?:im_end|eot_id|end|endoftext|end_of_text|eom_id|return|end_of_turn|END_OF_TURN_TOKEN)\|>|</s>"
    r"|<(?:eos|end_of_turn)>|<[|\uff5c]end\u2581of\u2581sentence[|\uff5c]>).*",
    re.DOTALL,
)
_HEAD = re.compile(
    r"[\s\ufeff\u200b]*(?:(?:<\|(?:im_start|start_header_id|start_of_role|start)\|>(?:assistant|model)"
    r"(?:<\|(?:end_header_id|end_of_role)\|>)?|<start_of_turn>model|<\|assistant\|>|<\uff5cAssistant\uff5c>|<s>|<bos>)"
    r"\s*)*"
)
"""The head of a turn that a server left in; environments cut it. Forms that count at the beginning follow it."""
_INVISIBLE = re.compile("[\ufeff\u200b]")


def turn_head(text: str) -> str:
    """The head of a turn with which a reply begins; empty for none."""
    head = _HEAD.match(text)
    return head[0] if head else ""


def unwrap_answer(speech: str) -> str:
    """What is said after thinking without the tags around it. What a template left at both ends stays for others."""
    speech = speech.strip()
    head = turn_head(speech)
    tail = _TURN_END.search(speech, len(head))
    end = tail.start() if tail else len(speech)
    said = speech[len(head) :]
    if wrapped := _ANSWER.fullmatch(speech[len(head) : end].rstrip()):
        inner = next(part for part in (wrapped["xml"], wrapped["cohere"], wrapped["sky"]) if part is not None)
        said = inner.strip() + speech[end:]
    return (_INVISIBLE.sub("", head) + said).strip()
