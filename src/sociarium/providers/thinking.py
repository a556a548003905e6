"""Thinking that a model writes into its text, told from what it says.

The forms are those that models are known to write: tags (DeepSeek, Qwen, Gemini, Seed, Kimi, Magistral, Cohere,
Apertus, MedGemma, Gemma, LongCat, MiniMax, Kimi K3; as HTML writes them, too), the channels of gpt-oss, with their
tokens or with what is left when a server drops these, the two headings of Granite, the brackets of Apriel, and what
gateways hand on of a page or a terminal. A tag `<reflection>` is none of them: models write it within their thinking
alone. `<analysis>` and its like are ordinary words, which a prompt may ask for anywhere; they are thinking where a
reply begins with them and goes on behind them, or is cut within them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sociarium.experiment.prompts.code_spans import CodeSpans
from sociarium.providers.answer_tags import turn_head, unwrap_answer

_TAG = re.compile(
    r"(?:<|&lt;)(?P<xml_end>/{1,2})?[ ]?(?P<xml>think|thinking|thought|thought_process|thinking_process|reasoning"
    r"|reasoning_content|seed:think|longcat_think|mm:think|antthinking|antml:thinking|redacted_thinking|scratch_?pad"
    r"|reasoning_scratchpad|scratchpad_reasoning|(?:ifm\|)?think(?:_fast(?:er)?)?|internal_thinking"
    r"|think_never_used_[0-9a-f]{1,40})(?:\s\w{1,40}=\"[^\"<>]{0,2000}\"){0,4}[ ]?(?:>|&gt;)"
    r"|<\|(?P<bar_end>(?=/|end_|[a-z]{1,9}_end\|>))?/?(?:(?:begin|start|end)_(?:of_)?)?"
    r"(?P<bar>think|thinking|thought|reasoning)(?:_(?:start|begin|end))?\|>"
    r"|◁(?P<kimi_end>/)?(?P<kimi>think)▷"
    r"|<\|(?P<inner>inner)_(?:prefix|(?P<inner_end>suffix))\|>"
    r"|<(?P<unused>unused|ctrl)(?:94>(?:thought\b)?|(?P<unused_end>95>))"
    r"|<(?P<gemma>\|channel>thought\b|(?P<gemma_end>channel\|>))"
    r"|<\|(?:open|(?P<section_end>close))\|>\s?(?P<section>think)\s?<\|sep\|>"
    r"|\[(?P<mistral_end>/)?(?P<mistral>(?-i:THINK))\]",
    re.IGNORECASE,
)
_FAMILIES = ("xml", "bar", "kimi", "inner", "unused", "gemma", "section", "mistral")
_CHANNEL = re.compile(
    r"(?:<\|start\|>\s{0,4}\w{0,40}\s{0,4})?<\|channel\|>\s{0,4}(?P<name>\w{0,40})"
    r"(?P<rest>(?:(?!<\||\n)[^<]){0,200}(?:<\|constrain\|>\w{0,40}\s{0,4})?<\|message\|>|)"
)
_CHANNEL_END = re.compile(r"<\|(?:end|return|call)\|>(?:<\|start\|>\s{0,4}\w{0,40})?\s*\Z")
_TOKENLESS_FINAL = "assistantfinal"
_TOKENLESS = re.compile(
    rf"\s*(?:assistant)?(?:analysis(?=[^\W_a-z])|(?:analysis|commentary)(?=.*{_TOKENLESS_FINAL}))", re.DOTALL
)
_HEADINGS = (
    re.compile(r"\s*here(?:'s| is) my thought process:?", re.IGNORECASE),
    re.compile(r"here(?:'s| is) my response:?", re.IGNORECASE),
)
_FINAL = re.compile(
    r"(?P<thought>.*?)(?:\[BEGIN FINAL RESPONSE\]|<\|answer_start\|>)(?P<speech>.*?)"
    r"(?:(?:\[END FINAL RESPONSE\]|<\|answer_end\|>).{0,40})?\s*",
    re.DOTALL,
)
_FINALS = ("[BEGIN FINAL RESPONSE]", "<|answer_start|>")
_STEPS = re.compile(r"\s*Here are my reasoning steps:\n")
"""How Apriel begins; where its final response never comes, a limit cut the steps."""
_AROUND = (
    re.compile(
        r'\s*<details(?: type="(?:reasoning|thinking)"[^<>]{0,200}>|[^<>]{0,200}>(?=\s{0,8}<summary>'
        r"(?:<\w{1,6}>)?\W{0,12}(?:thought for (?:\d|an? |about |less |some |several )"
        r"|(?:thinking|thoughts?|reasoning|思考)(?: process|过程|過程)?\W{0,8}(?:</\w{1,6}>\s?)?</summary>)))"
        r"(?P<thought>.*?)(?:</details>(?P<speech>.*)|\Z)",
        re.DOTALL | re.IGNORECASE,
    ),
    re.compile(
        r"\s*(?:<\|begin\|>\s*assistant\s*)?<\|think\|>(?P<thought>.*?)"
        r"<\|end\|>\s*<\|begin\|>\s*assistant\s*<\|content\|>(?P<speech>.*)",
        re.DOTALL,
    ),
    re.compile(
        r"\s*<\|im_start\|>think\n(?P<thought>.*?)(?:<\|im_end\|>\s*)?<\|im_start\|>answer\n(?P<speech>.*)", re.DOTALL
    ),
    re.compile(r"\s*<(?P<thought>)(?:think|thinking|thought|reasoning) ?/>(?P<speech>.*)", re.DOTALL | re.IGNORECASE),
    re.compile(r"\s*\*Thinking\.\.\.\*\s*\n(?P<thought>(?:>[^\n]*+(?:\n|\Z))++)(?P<speech>.*)", re.DOTALL),
    re.compile(r"\s*## Thinking\n+(?P<thought>.*?)\n## Final Response\n(?P<speech>.*)", re.DOTALL),
    re.compile(r"\s*Thinking\.\.\.\n(?P<thought>.*?)\n\.\.\.done thinking\.(?P<speech>.*)", re.DOTALL),
)
"""What pages and terminals write around thinking: Open WebUI's and its kin's, Poe's and `ollama run`'s, where a gateway
hands them on; the turns of their own that Solar Open and s1 think in; HuatuoGPT's headings; and the tag
of no thinking at all."""
_LEADING = re.compile(
    r"\s*<(analysis|thoughts|(?:inner|internal)_(?:thoughts?|monologue|reasoning)|chain_of_thought|cot)>"
    r"(?P<thought>.*?)(?:</\1>(?P<speech>.*)|\Z)",
    re.DOTALL | re.IGNORECASE,
)
"""What is thinking at the beginning alone."""
_MOST_FORMS = 8
"""Forms that are told apart one behind another in a reply."""


def split_thinking(text: str, thinking: str = "") -> tuple[str, str]:
    """What is said, and what was thought.

    Every block is thought, wherever it stands; so is what stands before a lone closing tag, where the prompt's template
    wrote the opening one; and all that follows a tag that is never closed, because a limit cut the thinking. Tags in
    quoted code are text.

    Args:
        thinking: what the server has told apart already.
    """
    speech, thoughts = _split_once(text)
    if not thoughts and (head := turn_head(text)):
        speech, thoughts = _split_once(text[len(head) :])
        speech = head + speech
    if not thoughts:
        return text, thinking
    for _ in range(_MOST_FORMS):
        speech, more = _split_once(speech)
        if not more:
            break
        thoughts += more
    speech = unwrap_answer(speech)
    return speech, "\n\n".join(part for part in map(str.strip, (thinking, *thoughts)) if part)


def thinking_in(message: Any) -> str:
    """What was thought, where a server tells it apart, in whichever field of a message."""
    for name in ("reasoning_content", "reasoning", "thinking"):
        if isinstance(message.get(name), str) and message[name]:
            return str(message[name])
    for name in ("reasoning_details", "thinking_blocks"):
        if parts := message.get(name):
            return thinking_of_parts(parts)
    return ""


_OF_THINKING = {"thinking", "reasoning", "reasoning.text", "reasoning.summary", "summary_text", "reasoning_text"}


def thinking_of_parts(parts: Any) -> str:
    """What was thought, of the parts of a content; text parts are none of it."""
    if not isinstance(parts, list):
        return ""
    return "".join(_within(part) for part in parts if isinstance(part, dict) and part.get("type") in _OF_THINKING)


def _within(part: Any, depth: int = 4) -> str:
    if isinstance(part, str):
        return part
    if depth == 0:
        return ""
    if isinstance(part, list):
        return "".join(_within(one, depth - 1) for one in part)
    if not isinstance(part, dict):
        return ""
    names = ("thinking", "reasoning", "text", "summary", "content")
    return next((text for name in names if (text := _within(part.get(name), depth - 1))), "")


def _split_once(text: str) -> tuple[str, list[str]]:
    speech, thoughts = _split(text)
    block = _LEADING.match(speech)
    if block and (block["speech"] is None or block["speech"].strip()):
        return block["speech"] or "", [*thoughts, block["thought"] or " "]
    return speech, thoughts


def _split(text: str) -> tuple[str, list[str]]:
    if "<|channel|>" in text and (parts := _channels(text)) is not None:
        return parts
    if head := _TOKENLESS.match(text):
        inner, _, speech = text[head.end() :].partition(_TOKENLESS_FINAL)
        return speech, [inner or " "]
    if text.lstrip().startswith(_TOKENLESS_FINAL):
        return text.lstrip().removeprefix(_TOKENLESS_FINAL), [" "]
    if head := _HEADINGS[0].match(text):
        if answer := _HEADINGS[1].search(text, head.end()):
            return text[answer.end() :], [text[head.end() : answer.start()] or " "]
        return text, []
    for form in _AROUND:
        if parted := form.match(text):
            return parted["speech"] or "", [parted["thought"] or " "]
    if any(final in text for final in _FINALS) and (parted := _FINAL.fullmatch(text)):
        return parted["speech"], [parted["thought"] or " "]
    if head := _STEPS.match(text):
        return "", [text[head.end() :] or " "]
    return _split_tagged(text)


def _channels(text: str) -> tuple[str, list[str]] | None:
    """The parts of an answer in channels; None when there is none outside of quoted code."""
    spans = CodeSpans(text)
    heads = [match for match in _CHANNEL.finditer(text) if match.start() not in spans]
    if not heads:
        return None
    before = _CHANNEL_END.sub("", text[: heads[0].start()])
    is_thought = heads[0]["name"] == "final" and before != text[: heads[0].start()]  # its head stood in the prompt
    speech, thoughts = [], [" ", before] if is_thought else [" "]
    if not is_thought and before.strip() not in {"", "assistant"}:
        speech.append(before)
    for head, end in zip(heads, [*(match.start() for match in heads[1:]), len(text)], strict=True):
        body = _CHANNEL_END.sub("", text[head.end() : end]).strip()
        (speech if head["name"] == "final" else thoughts).append(body)
    return "\n\n".join(speech), thoughts


@dataclass(frozen=True, slots=True)
class _Mark:
    """A tag: what it belongs to, and whether it closes."""

    family: str
    closes: bool
    begin: int
    end: int


def _marks(text: str, spans: CodeSpans) -> Iterator[tuple[_Mark, bool]]:
    """Tags in their order, and whether they stand in quoted code."""
    for match in _TAG.finditer(text):
        family = next(name for name in _FAMILIES if match[name])
        name = match["xml"].casefold() if family == "xml" else family
        closes = match[f"{family}_end"] is not None
        yield _Mark(name, closes, match.start(), match.end()), match.start() in spans


def _split_tagged(text: str) -> tuple[str, list[str]]:
    if not _TAG.search(text):
        return text, []
    marks = list(_marks(text, CodeSpans(text)))
    closings = _next_closings(marks)
    speech, thoughts, begin, index, blocks = "", [], 0, 0, 0
    while index < len(marks):
        mark, quoted = marks[index]
        if quoted:
            index += 1
        elif mark.closes:
            before = _joined_speech(speech, text[begin : mark.begin])
            speech, begin, index = "", mark.end, index + 1
            if blocks and not text[begin:].strip():
                speech = before
            else:
                thoughts.append(before or " ")
        else:
            closing = closings[index]
            if closing is None and text.lstrip().startswith("{"):
                return text, []  # a word in an answer's string: without an end it is no thinking
            closing = _closing_of_another(marks, index) if closing is None else closing
            speech = _joined_speech(speech, text[begin : mark.begin])
            end = len(text) if closing is None else marks[closing][0].begin
            thoughts.append(text[mark.end : end] or " ")
            begin = end if closing is None else marks[closing][0].end
            index, blocks = len(marks) if closing is None else closing + 1, blocks + 1
    return _joined_speech(speech, text[begin:]), thoughts


def _next_closings(marks: list[tuple[_Mark, bool]]) -> list[int | None]:
    """For each tag the next closing one of its family; one in quoted code only where there is no other."""
    plain: dict[str, int] = {}
    any_: dict[str, int] = {}
    closings: list[int | None] = [None] * len(marks)
    for index in range(len(marks) - 1, -1, -1):
        mark, quoted = marks[index]
        closings[index] = plain.get(mark.family, any_.get(mark.family))
        if mark.closes:
            any_[mark.family] = index
            if not quoted:
                plain[mark.family] = index
    return closings


def _closing_of_another(marks: list[tuple[_Mark, bool]], index: int) -> int | None:
    """The next closing tag that closes nothing opened since, whatever its family: models mix their forms up."""
    opened: dict[str, int] = {}
    for place in range(index + 1, len(marks)):
        mark, quoted = marks[place]
        if quoted:
            continue
        if not mark.closes:
            opened[mark.family] = opened.get(mark.family, 0) + 1
        elif opened.get(mark.family, 0):
            opened[mark.family] -= 1
        else:
            return place
    return None


def _joined_speech(before: str, after: str) -> str:
    """Two pieces of speech without the thinking between them."""
    if not before.strip() or not after.strip():
        return before if before.strip() else after
    left, right = before.rstrip(), after.lstrip()
    gap = before[len(left) :] + after[: len(after) - len(right)]
    return left + ("\n\n" if "\n" in gap else " " if gap else "") + right
