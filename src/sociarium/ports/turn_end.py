"""Ends of turns that servers left in replies and that environments cannot see.

An environment cuts the tokens that its protocol names (`environments/template_tokens.py`); another table there would
read stored replies otherwise than when they were played. What became known later is told apart here, before a reply is
journaled: so a stored reply is always read as it was.
"""

from __future__ import annotations

import re

from sociarium.experiment.prompts.code_spans import CodeSpans

_END = re.compile(
    r"<end_of_utterance>"  # SmolVLM, Idefics
    r"|<turn\|>"  # Gemma
    r"|<extra_id_1>"  # Nemotron
    r"|\[e~\["  # MiniMax
    r"|\[EOS\](?=\s{0,8}(?:\Z|\n|\[|<))"  # written out as a word
    r"|\]<\]minimax\[>\["  # MiniMax: of its calls of tools
    r"|(?:(?<=[.!?\u2026)*\u201d\u3002\uff01\uff1f])|(?<=[.!?]['\"]))assistant"  # Llama 3's next turn,
    r"(?=\n\n|\s{0,8}\Z|(?:analysis|commentary|final)(?:[^\W_a-z]| to=))"  # or gpt-oss's, whose tokens were dropped
    r"|\[\|endofturn\|\]"  # EXAONE
    r"|\[UNUSED_TOKEN_14[56]\]"  # InternLM
    r"|<SPECIAL_1[0-2]>"  # Nemotron
    r"|<\|close\|>\s?(?:response|message)\b"  # Kimi K3
    r"|&lt;\|(?:im_end|im_start|eot_id|endoftext|end)\|&gt;"  # as web pages write them
    r"|<\|?(?:im_end|eot_id|endoftext)>|<(?:im_end|eot_id|endoftext)\|>?|&lt;endoftext\|"  # with a part missing
    r"|<seed:eos>|</longcat_s>|<EOS_TOKEN>|<reserved_10[67]>|<eo[adhpm]>"  # Seed, LongCat, Baichuan, InternLM
    r"|<\|end_of_sentence\|>"  # DeepSeek's, retyped
    r"|<\|[a-z_]{0,20}\|?\Z|</s\Z|<end_of_turn\Z"  # the first half of such a token, where a limit cut it
    r"|(?P<head><\|header_start\|>|<\|turn>|\]~b\]"  # Llama 4, Gemma, MiniMax: of the next turn
    r"|<\|im_(?:user|assistant|system)\|>|<role>(?:HUMAN|SYSTEM|ASSISTANT|OBSERVATION)</role>"  # Kimi K2, Ling
    r"|<\|(?:begin_of_text|startoftext)\|>"  # Llama, LFM: of another text
    r"|<\|open\|>\s?(?:tools|message)\b"  # Kimi K3
    r"|<\uff5c(?:User|Assistant|begin\u2581of\u2581sentence)\uff5c>"  # DeepSeek's
    r"|<\uff5ctool\u2581[^\uff5c]{0,30}\uff5c>|<\|tool_calls?(?:_[a-z_]{0,30})?\|>|<\|python_tag\|>"
    r"|<tool_call>(?=\s{0,8}(?:\{|<function)))"  # calls of tools
)

_HEAD_WITH_WORDS = re.compile(
    r"\s{0,8}(?:(?P<k2><\|im_assistant\|>)\s?assistant\s?<\|im_middle\|>"
    r"|(?:<\|open\|>\s?message role=\"assistant\"\s?<\|sep\|>)?(?P<k3><\|open\|>)\s?response\s?<\|sep\|>"
    r"|(?P<llama><\|header_start\|>)\s?assistant\s?<\|header_end\|>"
    r"|<seed:bos>assistant\n|(?:\[gMASK\])?<sop>(?:<\|assistant\|>)?|\[BOS\])"
)
"""Heads of Kimi's, Llama 4's, Seed's and GLM's turns, which hold words between their tokens, or none that is known."""


def without_words_of_head(text: str) -> str:
    """A reply that begins with the head of its own turn with one token in its place, which environments cut."""
    head = _HEAD_WITH_WORDS.match(text)
    if head is None:
        return text
    return (head["k2"] or head["k3"] or head["llama"] or "<bos>") + text[head.end() :]


_ASKER = re.compile(
    r"\n\s{0,8}(?:(?:#{1,4} ?|\*\*)?(?:Human|HUMAN|User|USER)|#{2,4} ?Instruction)(?:\*\*)?:(?P<last>\s*\Z)?"
)
_ANSWERER = re.compile(r"\n\s{0,8}(?:(?:#{1,4} ?|\*\*)?(?:Assistant|ASSISTANT|AI)|#{2,4} ?Response)(?:\*\*)?:")
"""So a model that is served without its template (Alpaca's, Vicuna's, Claude 2's) goes on: with what is asked next, and
its answer to that. The first of the two lines alone may be what somebody says."""

_SIGNS = ("<", "[", "]", "&lt;", "assistant", "Human", "User", "HUMAN", "USER", "Instruction")
"""One of them stands in each such end. Looking for the ends costs more than reading all else of a reply."""


def turn_end(text: str) -> int | None:
    """Where a turn ends in the text of a reply; None where nothing says so. What stands in quoted code is text."""
    if next(filter(text.__contains__, _SIGNS), None) is None:
        return None
    # The head of a turn may stand before all that is said; then it is this one's.
    ends = [match.start() for match in _END.finditer(text) if not match["head"] or text[: match.start()].strip()]
    ends = sorted([*ends, *_next_questions(text)])
    if not ends:
        return None
    spans = CodeSpans(text)
    return next((end for end in ends if end not in spans), None)


def _next_questions(text: str) -> list[int]:
    """Where somebody else's turn begins that is answered in the same reply, or has no words."""
    askers = list(_ASKER.finditer(text))
    if not askers:
        return []
    answered = max((match.start() for match in _ANSWERER.finditer(text)), default=0)
    begin = len(text) - len(text.lstrip())
    return [
        match.start()
        for match in askers
        if match.start() > begin and (match["last"] is not None or match.start() < answered)
    ]
